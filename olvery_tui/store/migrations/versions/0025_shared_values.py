"""Phones, emails and names that several persons share."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database import chain

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The guards, which keep them, also fill the table when they are installed."""
    chain.mend(op.get_bind())
    folded = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "shared_value",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", folded, nullable=False),
        sa.CheckConstraint(
            "kind IN ('phone', 'email', 'name', 'namesake')", name="ck_shared_value_kind"
        ),
        sa.CheckConstraint("value <> ''", name="ck_shared_value_value"),
        sa.PrimaryKeyConstraint("kind", "value"),
        sqlite_with_rowid=False,
    )
