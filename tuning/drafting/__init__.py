"""Questions drafted from the documents themselves, without a model: for an owner's own exam, and to learn from."""
