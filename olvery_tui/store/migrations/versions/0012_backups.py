"""Where the daily copies of a database file are kept, and how many."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database import chain

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Copies begin by themselves: seven, beside the database."""
    chain.mend(op.get_bind())
    op.add_column(
        "location",
        sa.Column("backup_folder", sa.String(), nullable=False, server_default=sa.text("''")),
    )
    op.add_column(
        "location",
        sa.Column(
            "backups_kept",
            sa.Integer(),
            sa.CheckConstraint("backups_kept BETWEEN 0 AND 366", name="ck_location_backups_kept"),
            nullable=False,
            server_default=sa.text("7"),
        ),
    )
