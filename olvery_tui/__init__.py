"""Olvery in the terminal: the ticket desk of a coworking."""

__version__ = "0.1.0"
