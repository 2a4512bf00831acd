"""Texts as SQLite keeps them: bytes that another program may have written in another encoding."""

from __future__ import annotations


def readable(stored: bytes) -> str:
    """A connection's `text_factory`: one name that is not UTF-8 must not hide the whole list.

    Called for each text of each row: quicker so than by `str` with its keywords.
    """
    return stored.decode("utf-8", "replace")
