"""What ends soon is found by its tariff without reading its rows."""

from __future__ import annotations

from alembic import op

from olvery_tui.store.database import chain

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The preset «Продление» counts the month tickets among all that end soon."""
    chain.mend(op.get_bind())
    op.drop_index("ix_ticket_status_ends", "ticket")
    op.create_index(
        "ix_ticket_status_ends",
        "ticket",
        ["status", "ends_at", "tariff_id"],
        postgresql_include=["number"],
    )
