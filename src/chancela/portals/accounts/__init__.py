"""People who sign in, and how they prove it."""
