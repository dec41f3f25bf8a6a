"""Training an adapter: examples → trees → steps → weights and a card."""
