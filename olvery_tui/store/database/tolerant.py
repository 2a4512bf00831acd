"""Tolerant reading of what other programs may have written: a senseless value becomes none."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, TypeGuard

from sqlalchemy import BigInteger, ColumnElement, case, type_coerce

from olvery_tui.store.database.moments import from_micros
from olvery_tui.store.database.values import FIRST_DAY, LAST_DAY


def moment_or_kept(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """Return a moment as SQLite stores it; on PostgreSQL null if Python can't represent it."""
    if dialect == "sqlite":
        return type_coerce(column, BigInteger)
    return case(
        (
            column.between(
                datetime.fromisoformat(f"{FIRST_DAY}T00:00Z"),
                datetime.fromisoformat(f"{LAST_DAY}T00:00Z"),
            ),
            column,
        )
    )


def readable_moment(kept: object) -> datetime | None:
    """Return the instant read by `moment_or_kept`; None if there is none."""
    if isinstance(kept, datetime):
        return kept
    if not isinstance(kept, int):
        return None
    try:
        return from_micros(kept)
    except OverflowError:
        return None


def readable_facts(kept: object) -> dict[str, object]:
    """Parse an event's data; return an empty dict if it is not a JSON object."""
    try:
        found = json.loads(kept) if isinstance(kept, str | bytes) else None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def readable_text(kept: object) -> str | None:
    """Return a text, decoded where another program has written bytes; None if there is none."""
    match kept:
        case None | str():
            return kept
        case bytes():
            return kept.decode("utf-8", "replace")
    return str(kept)


def is_row_number(kept: object) -> TypeGuard[int]:
    """Whether a value can be the number of a row."""
    return isinstance(kept, int) and not isinstance(kept, bool) and 0 < kept < 2**31
