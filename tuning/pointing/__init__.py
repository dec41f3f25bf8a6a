"""Teaching the second reader: from examples to pairs of question and passage, and layers that learn to point."""
