"""Screens and modal windows, one per file."""
