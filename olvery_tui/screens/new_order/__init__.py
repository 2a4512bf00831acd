"""The form of a new order."""
