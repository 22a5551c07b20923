"""The demo: the tour, and the phone."""
