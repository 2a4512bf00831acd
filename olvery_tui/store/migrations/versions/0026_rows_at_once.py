"""PostgreSQL checks the rows that a statement inserts at once."""

from __future__ import annotations

from alembic import op

from olvery_tui.store.database import chain

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The guards, installed after all migrations, are other ones; the tables stay as they are."""
    chain.mend(op.get_bind())
