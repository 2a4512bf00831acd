"""Texts read from SQLite: bytes that another program may have written in another encoding."""

from __future__ import annotations


def readable(stored: bytes) -> str:
    """Decode a text as a connection's `text_factory`, replacing invalid UTF-8.

    One bad name must not hide the whole list. It runs for each text of each row; this is faster
    than `str` with its keywords.
    """
    return stored.decode("utf-8", "replace")
