"""Measurements: each module is a command of its own, and prints what it measured as JSON too."""
