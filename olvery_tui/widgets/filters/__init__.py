"""The filter sidebar."""
