"""The pages of the desk, each a form turned into a command."""
