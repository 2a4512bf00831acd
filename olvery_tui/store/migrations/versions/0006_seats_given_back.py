"""What nobody was checked in for is given back whole: a cancelled ticket keeps no past of it."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Delete the past of seats that cancelled tickets without a check have kept."""
    op.execute(
        """
        DELETE FROM seat_assignment WHERE ticket_number IN (
            SELECT number FROM ticket WHERE status = 'cancelled' AND validated_at IS NULL
        )
        """
    )
