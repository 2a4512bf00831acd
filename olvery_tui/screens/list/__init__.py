"""The lists of tickets and of orders."""
