"""Choosing a person, a workplace, a status, a day."""
