"""Widgets: the list's table, the filter, form fields."""
