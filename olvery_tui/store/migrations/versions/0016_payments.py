"""Payments are lines of their own; whether an order is paid follows from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database import chain

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_OWES = "CASE WHEN status IN ('confirmed', 'completed') THEN price - paid ELSE 0 END > 0"
_MOVES = "FROM event WHERE event.order_number = orders.number AND event.kind = 'order.moved'"
_INTO = "INSERT INTO payment (order_number, amount, kind, at, manager_id)"
_PAID = "FROM orders WHERE paid_at IS NOT NULL AND price > 0"


def upgrade() -> None:
    """What was paid becomes a line of the whole price; what was given back, a second one.

    Who took it and when it was given back is taken from the audit trail, as far as that says so.
    """
    connection = op.get_bind()
    chain.mend(connection)
    moment = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("order_number", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("receipt", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint("id > 0", name="ck_payment_id"),
        sa.CheckConstraint("amount <> 0", name="ck_payment_amount"),
        sa.CheckConstraint("kind IN ('on_site', 'online', 'invoice')", name="ck_payment_kind"),
        sa.ForeignKeyConstraint(["order_number"], ["orders.number"]),
        sa.ForeignKeyConstraint(["manager_id"], ["manager.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    # Written out, for Alembic would want to rebuild the table for the check.
    op.execute(
        "ALTER TABLE orders ADD COLUMN paid BIGINT DEFAULT 0 NOT NULL"
        " CONSTRAINT ck_orders_paid CHECK (paid >= 0)"
    )
    to, paid_at = _told(connection, "to"), _told(connection, "paid_at")
    payer = f"SELECT manager_id {_MOVES} AND {paid_at} IS NOT NULL ORDER BY id DESC LIMIT 1"
    op.execute(
        f"{_INTO} SELECT number, price, payment_kind, paid_at, ({payer}) {_PAID} ORDER BY number"
    )
    refund = f"{_MOVES} AND {to} = 'refunded' ORDER BY id DESC LIMIT 1"
    op.execute(
        f"{_INTO} SELECT number, -price, payment_kind, coalesce((SELECT at {refund}), paid_at),"
        f" (SELECT manager_id {refund}) {_PAID} AND status = 'refunded' ORDER BY number"
    )
    op.execute("UPDATE orders SET paid = price WHERE paid_at IS NOT NULL AND status <> 'refunded'")
    op.execute("ALTER TABLE orders DROP COLUMN paid_at")
    op.create_index("ix_payment_order", "payment", ["order_number", "id"])
    owes = sa.text(_OWES)
    op.create_index(
        "ix_orders_owed", "orders", ["number"], sqlite_where=owes, postgresql_where=owes
    )


def _told(connection: sa.Connection, key: str) -> str:
    """What the data of an event has under a key."""
    if connection.dialect.name == "postgresql":
        return f"data->>'{key}'"
    return f"CASE WHEN json_valid(data) THEN json_extract(data, '$.{key}') END"
