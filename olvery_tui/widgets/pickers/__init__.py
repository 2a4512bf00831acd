"""Widgets to choose a person, a workplace, a modifier, a status."""
