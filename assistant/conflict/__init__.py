"""Sources that contradict each other: two statements of the same, of which at most one can be right."""
