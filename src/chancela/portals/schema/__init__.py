"""The core's tables, laid down by migrations that carry SQL."""
