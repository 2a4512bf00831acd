"""Accounts and what is sold are told in the audit trail, as they are now."""

from __future__ import annotations

from datetime import UTC, datetime

from alembic import op

from olvery_tui.store.audit import noting
from olvery_tui.store.database import chain

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From here on a check can say what of them was changed past the program."""
    chain.mend(op.get_bind())
    noting.note(op.get_bind(), datetime.now(UTC))
