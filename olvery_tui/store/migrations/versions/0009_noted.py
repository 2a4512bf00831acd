"""Accounts and what is sold are told in the audit trail, as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database import chain
from olvery_tui.store.database.types import Money, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_EVENTS = sa.table(
    "event",
    sa.column("at", UtcDateTime()),
    sa.column("kind"),
    sa.column("actor"),
    sa.column("subject_id"),
    sa.column("data", sa.JSON()),
    sa.column("batch", sa.BigInteger()),
)
_MANAGERS = ("id", "login", "last_name", "first_name", "role", "active", "password_hash")
_SOLD: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "service": ("service", ("name", "slot_minutes")),
    "room": ("room", ("service_id", "name")),
    "workplace": ("workplace", ("room_id", "label")),
    "variant": ("service_variant", ("service_id", "name")),
    "tariff": (
        "tariff",
        (
            "service_id", "variant_id", "name", "unit", "price", "currency", "min_units",
            "max_units",
        ),
    ),
    "modifier": ("modifier", ("service_id", "name", "price")),
}  # fmt: skip


def upgrade() -> None:
    """From here on a check can say what of them was changed past the program."""
    chain.mend(op.get_bind())
    note(op.get_bind(), datetime.now(UTC))


def note(connection: sa.Connection, at: datetime) -> None:
    """Record all accounts and all that is sold."""
    batch = chain.new_batch()
    line = {"at": at, "kind": "upgrade.noted", "actor": "system", "batch": batch}
    facts = [*_sold(connection), *_accounts(connection)]
    if facts:
        rows = [{**line, "subject_id": subject, "data": data} for subject, data in facts]
        connection.execute(sa.insert(_EVENTS), rows)
        chain.seal_unguarded(connection, batch)


def _sold(connection: sa.Connection) -> Iterator[tuple[None, dict[str, object]]]:
    for what, (table, names) in _SOLD.items():
        for row in _rows(connection, table, names):
            facts = {name.removesuffix("_id"): _recorded(name, row[name]) for name in names}
            yield None, {"what": what, "number": row["id"], **facts}


def _accounts(connection: sa.Connection) -> Iterator[tuple[int, dict[str, object]]]:
    for row in _rows(connection, "manager", _MANAGERS[1:]):
        known = row["password_hash"]
        yield (
            row["id"],
            {
                "login": row["login"],
                "name": _fingerprint(row["last_name"], row["first_name"]),
                "role": row["role"],
                "active": row["active"],
                "password": None if known is None else _fingerprint(_without_digest(known)),
            },
        )


def _rows(connection: sa.Connection, table: str, names: tuple[str, ...]) -> list[Mapping[str, Any]]:
    types: dict[str, Any] = {"price": Money(), "active": sa.Boolean()}
    columns = [sa.column(name, types.get(name)) for name in ("id", *names)]
    query = sa.select(*columns).select_from(sa.table(table)).order_by(sa.column("id"))
    return [dict(row) for row in connection.execute(query).mappings()]


def _recorded(name: str, value: object) -> object:
    if name in ("name", "label"):
        return _fingerprint(str(value))
    return f"{value:.2f}" if isinstance(value, Decimal) else value


def _fingerprint(*texts: str) -> str:
    return sha256("\n".join(texts).encode()).hexdigest()[:16]


def _without_digest(known: str) -> str:
    """A hash's parameters and salt, which whoever tries a password may know."""
    head, dollar, digest = known.rpartition("$")
    return f"{head}{dollar}{'A' * len(digest)}"
