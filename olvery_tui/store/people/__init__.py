"""People: found, made, and erased."""
