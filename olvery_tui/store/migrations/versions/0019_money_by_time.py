"""Indexes for what was paid, and who was checked, in a stretch of time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database import chain

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Shifts and reports add up over them."""
    chain.mend(op.get_bind())
    op.create_index(
        "ix_payment_at", "payment", ["at", "order_number", "kind", "amount", "manager_id"]
    )
    is_set = sa.text("validated_at IS NOT NULL")
    op.create_index(
        "ix_ticket_checked_at",
        "ticket",
        ["validated_at", "workplace_id", "validated_by"],
        sqlite_where=is_set,
        postgresql_where=is_set,
    )
