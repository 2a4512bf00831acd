"""Shifts of managers, and what they did in them by time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database import chain

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has opened a shift yet."""
    chain.mend(op.get_bind())
    moment = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("closed_at", moment, nullable=True),
        sa.Column("forgotten", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("note", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("read_at", moment, nullable=True),
        sa.CheckConstraint("id > 0", name="ck_shift_id"),
        sa.CheckConstraint("opened_at < closed_at", name="ck_shift_period"),
        sa.CheckConstraint(
            "closed_at IS NOT NULL OR note = '' AND NOT forgotten", name="ck_shift_open"
        ),
        sa.CheckConstraint("read_at IS NULL OR note <> ''", name="ck_shift_read"),
        sa.ForeignKeyConstraint(["manager_id"], ["manager.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_shift_open",
        "shift",
        [sa.text("(coalesce(manager_id, 0))")],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_shift_manager", "shift", ["manager_id", "opened_at"])
    is_set = sa.text("manager_id IS NOT NULL")
    op.create_index(
        "ix_event_manager_at",
        "event",
        ["manager_id", "at", "kind"],
        sqlite_where=is_set,
        postgresql_where=is_set,
    )
