"""ui shows: the command line and the app. Nothing below knows it."""
