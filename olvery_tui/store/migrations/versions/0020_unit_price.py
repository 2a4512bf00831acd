"""A ticket keeps its tariff's price, may be cancelled by itself, and is renewed in time."""

from __future__ import annotations

from alembic import op

from olvery_tui.store.database import chain

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was booked before costs what its tariff costs now: nobody knows any other price."""
    connection = op.get_bind()
    chain.mend(connection)
    moment = "TIMESTAMP WITH TIME ZONE" if connection.dialect.name == "postgresql" else "BIGINT"
    # Written out, for Alembic would want to rebuild the table for the checks.
    op.execute(
        "ALTER TABLE ticket ADD COLUMN unit_price BIGINT DEFAULT 0 NOT NULL"
        " CONSTRAINT ck_ticket_unit_price CHECK (unit_price >= 0)"
    )
    op.execute(
        f"ALTER TABLE ticket ADD COLUMN cancelled_at {moment} CONSTRAINT ck_ticket_cancelled"
        " CHECK (cancelled_at IS NULL OR status = 'cancelled')"
    )
    op.execute(
        "ALTER TABLE location ADD COLUMN renewal_days INTEGER DEFAULT 7 NOT NULL"
        " CONSTRAINT ck_location_renewal_days CHECK (renewal_days BETWEEN 1 AND 90)"
    )
    op.execute(
        "UPDATE ticket SET unit_price ="
        " (SELECT price FROM tariff WHERE tariff.id = ticket.tariff_id)"
    )
