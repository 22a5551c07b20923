"""What may be done: the manual of the product, one deed a module, each over a set of commands of one kind."""
