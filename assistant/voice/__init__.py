"""How the assistant speaks: its sentences are written by code, around words of the sources that nothing changes."""
