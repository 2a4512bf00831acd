"""Describe exceptions for the log, without personal data.

Errors of a database and refusals of the desk quote the values they are about: names, phones,
password hashes. Only types, places in the code and the program's own messages are kept.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from typing import Any

from olvery_tui.domain.errors import OlveryError, StoreUnavailable

_LONGEST = 2_000
_DATA_EXCEPTION = "22"
"""The class of PostgreSQL's errors whose very message quotes a value."""

_VALUES = r"""(['"]).*?\1|[^\x00-\x7f]+|\d{4,}|[A-Z]\w*"""
"""What may be a value in any other message: quoted, not English, long as a phone or begun like a
name."""

_AFTER_THE_MESSAGE = ("\nDETAIL:", "\nCONTEXT:", "\nHINT:", "\nLINE ", "\nQUERY:")


def message(error: BaseException) -> str:
    """Return an exception's message without the values that it quotes."""
    if isinstance(error, StoreUnavailable):
        return ", ".join(part for part in (error.code, error.where, error.detail) if part)
    if isinstance(error, OlveryError):
        return str(getattr(error, "code", ""))
    found: Any = error
    if hasattr(found, "orig") and hasattr(found, "statement"):  # SQLAlchemy's, around a driver's
        said = f"({type(found.orig).__name__}) {message(found.orig)}" if found.orig else ""
        return _cut(f"{said} [SQL: {found.statement}]".strip())
    if hasattr(found, "sqlstate") and hasattr(found, "diag"):  # psycopg's
        return _cut(_of_postgresql(found))
    return _cut(re.sub(_VALUES, "…", str(error), flags=re.DOTALL))


def _of_postgresql(error: Any) -> str:
    state = error.sqlstate
    if state and state.startswith(_DATA_EXCEPTION):
        return f"{state}, with values that are not written down"
    said = str(error.diag.message_primary or error)
    for part in _AFTER_THE_MESSAGE:
        said = said.partition(part)[0]
    return said.strip()


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def trace(error: BaseException) -> str:
    """The traceback of an exception and of those that led to it, oldest first, without values."""
    told = []
    for one, link in _chain(error):
        told.append("".join(traceback.format_tb(one.__traceback__)))
        told.append(f"{_name(type(one))}: {message(one)}\n{link}")
    return "Traceback (most recent call last):\n" + "".join(told).rstrip()


def _name(kind: type[BaseException]) -> str:
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return module + kind.__qualname__


_CAUSE = "\nwas the direct cause of:\n\n"
_CONTEXT = "\nand while it was handled:\n\n"


def _chain(error: BaseException) -> Iterator[tuple[BaseException, str]]:
    """An exception behind those that led to it, each with how it led to the next."""
    found: list[tuple[BaseException, str]] = []
    seen: set[int] = set()
    one: BaseException | None = error
    link = ""
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        found.append((one, link))
        for inner in getattr(one, "exceptions", ()):
            found.extend((part, _CONTEXT) for part, _link in _chain(inner))
        if one.__cause__ is not None:
            one, link = one.__cause__, _CAUSE
        elif one.__suppress_context__:
            one = None
        else:
            one, link = one.__context__, _CONTEXT
    return reversed(found)
