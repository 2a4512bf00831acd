"""Widgets around the content: top line, key bar, messages, progress."""
