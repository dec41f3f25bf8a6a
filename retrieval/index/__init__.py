"""The index, derived from the catalogue: a partition an audience, so no search touches what its asker may not read."""
