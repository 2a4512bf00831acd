"""Tickets: read, changed, seated, and brought to the status of the hour."""
