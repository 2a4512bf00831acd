"""What an order was before its present status: where a cancelled one goes back to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATUSES = (
    "'new', 'payment_in_progress', 'awaiting_invoice', 'invoice_issued', 'confirmed', 'completed',"
    " 'cancelled', 'payment_failed', 'refund_in_progress', 'refunded'"
)


def upgrade() -> None:
    """The past is taken from the audit trail: the last change that led to the present status."""
    op.add_column(
        "orders",
        sa.Column(
            "previous_status",
            sa.String(),
            sa.CheckConstraint(
                f"previous_status IN ({_STATUSES})", name="ck_orders_previous_status"
            ),
            nullable=True,
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        before, after = "data->>'from'", "data->>'to'"
    else:
        before, after = (
            f"CASE WHEN json_valid(data) THEN json_extract(data, '$.{key}') END"
            for key in ("from", "to")
        )
    moves = (
        "FROM event WHERE event.order_number = orders.number AND event.kind = 'order.moved'"
        f" AND {after} = orders.status AND {before} IN ({_STATUSES})"
    )
    op.execute(
        f"UPDATE orders SET previous_status = (SELECT {before} {moves} ORDER BY id DESC LIMIT 1)"
        f" WHERE EXISTS (SELECT 1 {moves})"
    )
