"""The ticket's form and the windows opened from it."""
