"""A ticket and the windows that belong to it."""
