"""A database as a whole: backed up, copied, and filled with the example."""
