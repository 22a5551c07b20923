"""The hands: what the core asks of the outside world, done with real parts."""
