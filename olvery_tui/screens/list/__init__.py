"""The two lists, of tickets and of orders."""
