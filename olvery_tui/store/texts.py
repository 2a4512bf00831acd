"""Texts as SQLite keeps them: bytes that another program may have written in another encoding."""

from __future__ import annotations

from functools import partial

readable = partial(str, encoding="utf-8", errors="replace")
"""A connection's `text_factory`: one name that is not UTF-8 must not hide the whole list."""
