"""What the columns of imported tables meant is remembered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database import chain

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is remembered yet."""
    chain.mend(op.get_bind())
    op.create_table(
        "import_columns",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("headings", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "headings", name="uq_import_columns"),
    )
