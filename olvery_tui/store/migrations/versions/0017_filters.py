"""Indexes for what was checked and where, and for when a ticket ends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database import chain

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_LENGTH = sa.text("(ends_at - starts_at)")
_Columns = list[str | sa.TextClause]

_WIDER: dict[str, _Columns] = {
    "ix_ticket_status_starts": ["status", "starts_at", "ends_at", "visitor_id"],
    "ix_ticket_visitor": ["visitor_id", "number", "status", "starts_at", "ends_at"],
    "ix_ticket_period": ["starts_at", "ends_at", "visitor_id"],
    "ix_ticket_length": [_LENGTH, "starts_at", "ends_at", "visitor_id", "status"],
}
_PLACE: _Columns = [
    "workplace_id", "number", "status", "starts_at", "ends_at", "visitor_id", "validated_at",
]  # fmt: skip


def upgrade() -> None:
    """Each index that finds tickets covers what else may be asked of them."""
    chain.mend(op.get_bind())
    for name, columns in _WIDER.items():
        op.drop_index(name, "ticket")
        _create(name, [*columns, "workplace_id", "validated_at"])
    _create("ix_ticket_workplace", _PLACE)
    _create("ix_ticket_status_ends", ["status", "ends_at"])
    is_checked = sa.text("(CAST(validated_at IS NOT NULL AS INTEGER))")
    _create("ix_ticket_status_checked", ["status", is_checked, "number", "validated_at"])


def _create(name: str, columns: _Columns) -> None:
    with_number = name.endswith(("_starts", "_period", "_length"))
    op.create_index(name, "ticket", columns, postgresql_include=["number"] if with_number else None)
