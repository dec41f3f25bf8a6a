"""Examples to learn from: made of documents, of what people said, of data that is brought; filtered, reviewed."""
