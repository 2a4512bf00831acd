"""What each manager has chosen for themself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database import chain

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has chosen anything yet."""
    chain.mend(op.get_bind())
    op.create_table(
        "preference",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["manager_id"], ["manager.id"]),
        sa.UniqueConstraint("manager_id", "name", name="uq_preference"),
    )
