"""Closing places and opening them again."""
