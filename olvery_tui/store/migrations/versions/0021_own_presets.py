"""Filters that managers have saved under a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database import chain

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has saved anything yet."""
    chain.mend(op.get_bind())
    op.create_table(
        "own_preset",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("listing", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["manager_id"], ["manager.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.UniqueConstraint("manager_id", "name", name="uq_own_preset"),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 40", name="ck_own_preset_name"),
        sa.CheckConstraint("listing IN ('tickets', 'orders')", name="ck_own_preset_listing"),
    )
