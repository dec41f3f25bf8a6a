"""A company teaches its assistant: what becomes of a trained adapter, and the whole way there."""
