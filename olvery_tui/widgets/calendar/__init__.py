"""The calendar of places and time."""
