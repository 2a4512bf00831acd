"""Orders: read, made, changed, and completed."""
