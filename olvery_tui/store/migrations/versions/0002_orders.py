"""What the list of orders is filtered by, orders' comments, and the location's settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database.types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns are added and no table is rebuilt: SQLite would drop its triggers with it."""
    _settings()
    _orders()


def _settings() -> None:
    """What all terminals agree on, beside the zone and the currency."""
    op.add_column(
        "location",
        sa.Column(
            "auto_complete_orders", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
    )
    op.add_column(
        "location",
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
    )


def _orders() -> None:
    """The comment, and when the first ticket begins and the last one ends."""
    op.add_column(
        "orders", sa.Column("comment", sa.String(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("orders", sa.Column("starts_at", UtcDateTime(), nullable=True))
    op.add_column(
        "orders",
        sa.Column(
            "ends_at",
            UtcDateTime(),
            sa.CheckConstraint(
                "(starts_at IS NULL) = (ends_at IS NULL) AND starts_at < ends_at",
                name="ck_orders_period",
            ),
            nullable=True,
        ),
    )
    op.execute(
        "UPDATE orders SET"
        " starts_at = (SELECT min(starts_at) FROM ticket WHERE order_number = orders.number),"
        " ends_at = (SELECT max(ends_at) FROM ticket WHERE order_number = orders.number)"
    )
    op.drop_index("ix_orders_customer", "orders")
    op.create_index(
        "ix_orders_customer", "orders", ["customer_id", "number", "status", "starts_at", "ends_at"]
    )
    op.create_index("ix_orders_status_number", "orders", ["status", "number"])
    op.create_index(
        "ix_orders_status_starts",
        "orders",
        ["status", "starts_at", "ends_at", "customer_id"],
        postgresql_include=["number"],
    )
    op.create_index(
        "ix_orders_period",
        "orders",
        ["starts_at", "ends_at", "customer_id"],
        postgresql_include=["number"],
    )
    op.create_index(
        "ix_orders_length",
        "orders",
        [sa.text("(ends_at - starts_at)"), "starts_at", "ends_at", "customer_id", "status"],
        postgresql_include=["number"],
    )
    op.create_index("ix_orders_status_ends", "orders", ["status", "ends_at"])
