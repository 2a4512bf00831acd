"""An order that has no ticket yet is in no index that is about its days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_LENGTH = sa.text("(ends_at - starts_at)")
_INDEXES: dict[str, list[str | sa.TextClause]] = {
    "ix_orders_status_starts": ["status", "starts_at", "ends_at", "customer_id"],
    "ix_orders_period": ["starts_at", "ends_at", "customer_id"],
    "ix_orders_length": [_LENGTH, "starts_at", "ends_at", "customer_id", "status"],
}


def upgrade() -> None:
    """Many orders come before their tickets in an import: each would be put there and taken out."""
    with_days = sa.text("starts_at IS NOT NULL")
    for name, columns in _INDEXES.items():
        op.drop_index(name, "orders")
        op.create_index(
            name,
            "orders",
            columns,
            sqlite_where=with_days,
            postgresql_where=with_days,
            postgresql_include=["number"],
        )
