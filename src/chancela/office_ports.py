"""What the core asks of the outside world about the operator's own work: calls, held contacts, documents, rules."""
