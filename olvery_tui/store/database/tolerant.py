"""Tolerant reading of what other programs may have written: a senseless value becomes none."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

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
