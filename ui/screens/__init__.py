"""One file a screen of the app."""
