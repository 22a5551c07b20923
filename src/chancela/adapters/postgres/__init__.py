"""PostgreSQL: the schema, the named statements, and the stores that use them."""
