"""A workplace can be closed: its closings stand among the seat assignments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database import chain
from olvery_tui.store.database.types import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No place is closed yet. SQLite rebuilds the table of seats, as a row may be of no ticket."""
    chain.mend(op.get_bind())
    op.create_table(
        "closing",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("seat_assignment", copy_from=_seats()) as table:
        table.add_column(sa.Column("closing_id", sa.Integer(), nullable=True))
        table.alter_column("ticket_number", existing_type=sa.Integer(), nullable=True)
        table.create_foreign_key("fk_seat_assignment_closing", "closing", ["closing_id"], ["id"])
        table.create_check_constraint(
            "ck_seat_assignment_holder", "(ticket_number IS NULL) <> (closing_id IS NULL)"
        )
    where = sa.text("closing_id IS NOT NULL")
    op.create_index(
        "ix_seat_assignment_closing",
        "seat_assignment",
        ["closing_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _seats() -> sa.Table:
    """The table as it was, so that SQLite's way to alter it reads no other one."""
    metadata = sa.MetaData()
    for name, key in (("ticket", "number"), ("workplace", "id"), ("closing", "id")):
        sa.Table(name, metadata, sa.Column(key, sa.Integer(), primary_key=True))
    return sa.Table(
        "seat_assignment",
        metadata,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_number", sa.Integer(), sa.ForeignKey("ticket.number"), nullable=False),
        sa.Column("workplace_id", sa.Integer(), sa.ForeignKey("workplace.id"), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("id > 0", name="ck_seat_assignment_id"),
        sa.CheckConstraint("starts_at < ends_at", name="ck_seat_assignment_period"),
        sa.Index("ix_seat_assignment_workplace", "workplace_id", "starts_at", "ends_at"),
        sa.Index("ix_seat_assignment_ticket", "ticket_number", "starts_at"),
    )
