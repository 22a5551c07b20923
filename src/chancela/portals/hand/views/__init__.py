"""The pages of the Hand, one module a matter."""
