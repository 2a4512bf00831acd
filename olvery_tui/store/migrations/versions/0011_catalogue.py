"""What is sold can be archived and has versions; opening hours and closed days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database import chain

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SOLD = ("service", "room", "workplace", "service_variant", "tariff", "modifier")


def upgrade() -> None:
    """Nothing is archived yet, and no hours are set. No table is rebuilt on SQLite."""
    chain.mend(op.get_bind())
    for table in _SOLD:
        op.add_column(
            table,
            sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        )
        op.add_column(
            table, sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)
        )
    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("weekday", name="uq_opening_hours_weekday"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="ck_opening_hours_weekday"),
        sa.CheckConstraint(
            "opens >= 0 AND opens < closes AND closes <= 1440", name="ck_opening_hours_order"
        ),
    )
    op.create_table(
        "closed_day",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("day", name="uq_closed_day"),
    )
