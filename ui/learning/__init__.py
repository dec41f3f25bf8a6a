"""How rows to learn from are gathered and reported at the terminal."""
