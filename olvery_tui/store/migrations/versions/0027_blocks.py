"""Indexes for when what has neighbouring numbers begins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database import chain

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_COLUMNS: list[str | sa.TextClause] = [sa.text("(number / 4096)"), "starts_at", "ends_at"]


def upgrade() -> None:
    """A list of some days passes over the numbers that have nothing of them."""
    chain.mend(op.get_bind())
    op.create_index("ix_ticket_block", "ticket", _COLUMNS, postgresql_include=["number"])
    has_days = sa.text("starts_at IS NOT NULL")
    op.create_index(
        "ix_orders_block",
        "orders",
        _COLUMNS,
        sqlite_where=has_days,
        postgresql_where=has_days,
        postgresql_include=["number"],
    )
