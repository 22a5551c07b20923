"""The operator's own desk: how codes travel, and what people reported."""
