"""What is true: the dictionary of the product, in pure functions over frozen facts, on the standard library alone."""
