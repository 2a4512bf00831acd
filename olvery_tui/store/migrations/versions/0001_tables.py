"""The tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database.types import FoldedText, Money, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

EXTENSIONS = ("btree_gist", "pg_trgm")
"""On PostgreSQL: for the constraint that keeps seats apart, and the search by parts of names."""


def upgrade() -> None:
    """From an empty database."""
    if _on_postgresql():
        for extension in EXTENSIONS:
            op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    _catalogue()
    _people()
    _tickets()
    _seats()
    _events()


def _on_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def _catalogue() -> None:
    """The location and what it sells."""
    op.create_table(
        "location",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_location_single"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("slot_minutes > 0", name="ck_service_slot"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("service_id", "name", name="uq_room_name"),
    )
    op.create_table(
        "workplace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("room_id", "label", name="uq_workplace_label"),
    )
    op.create_table(
        "service_variant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("service_id", "name", name="uq_service_variant_name"),
    )
    op.create_table(
        "tariff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("price", Money(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("min_units", sa.Integer(), nullable=False),
        sa.Column("max_units", sa.Integer(), nullable=False),
        sa.CheckConstraint("unit IN ('hour', 'day', 'month')", name="ck_tariff_unit"),
        sa.CheckConstraint("min_units >= 1 AND max_units >= min_units", name="ck_tariff_units"),
        sa.CheckConstraint("price >= 0", name="ck_tariff_price"),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["service_variant.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("service_id", "name", name="uq_tariff_name"),
    )
    op.create_table(
        "modifier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("price", Money(), nullable=False),
        sa.CheckConstraint("price >= 0", name="ck_modifier_price"),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("service_id", "name", name="uq_modifier_name"),
    )


def _people() -> None:
    """Managers, customers, visitors."""
    op.create_table(
        "manager",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=True),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("folded", FoldedText, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_person_email", "person", ["email"])
    op.create_index("ix_person_folded", "person", ["folded"])
    op.create_index("ix_person_phone", "person", ["phone"])
    op.create_table(
        "person_word",
        sa.Column("word", FoldedText, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("word", "person_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_person_word_person", "person_word", ["person_id"])
    if _on_postgresql():
        # A part of a name, of a phone, of an email: what SQLite looks through, these find.
        for name, column in (
            ("folded", "folded"),
            ("phone", "phone"),
            ("email", "lower(email)"),
        ):
            op.execute(
                f"CREATE INDEX ix_person_{name}_parts ON person USING gin ({column} gin_trgm_ops)"
            )


def _tickets() -> None:
    """Orders and their tickets."""
    op.create_table(
        "orders",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("payment_kind", sa.String(), nullable=False),
        sa.Column("price", Money(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("paid_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "payment_kind IN ('on_site', 'online', 'invoice')", name="ck_orders_payment_kind"
        ),
        sa.CheckConstraint(
            "status IN ('new', 'payment_in_progress', 'awaiting_invoice', 'invoice_issued', "
            "'confirmed', 'completed', 'cancelled', 'payment_failed', 'refund_in_progress', "
            "'refunded')",
            name="ck_orders_status",
        ),
        sa.CheckConstraint("number > 0", name="ck_orders_number"),
        sa.CheckConstraint("price >= 0", name="ck_orders_price"),
        sa.ForeignKeyConstraint(["customer_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_orders_customer", "orders", ["customer_id", "number"])
    op.create_table(
        "ticket",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("order_number", sa.Integer(), nullable=False),
        sa.Column("visitor_id", sa.Integer(), nullable=False),
        sa.Column("workplace_id", sa.Integer(), nullable=False),
        sa.Column("tariff_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=True),
        sa.Column("period_kind", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("moves_at", UtcDateTime(), nullable=True),
        sa.Column("validated_at", UtcDateTime(), nullable=True),
        sa.Column("validated_by", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("period_kind IN ('hourly', 'daily')", name="ck_ticket_period_kind"),
        sa.CheckConstraint(
            "status IN ('new', 'confirmed', 'active', 'cancelled', 'done')", name="ck_ticket_status"
        ),
        sa.CheckConstraint(
            "(validated_at IS NULL) = (validated_by IS NULL)", name="ck_ticket_validation"
        ),
        sa.CheckConstraint("number > 0", name="ck_ticket_number"),
        sa.CheckConstraint("starts_at < ends_at", name="ck_ticket_period"),
        sa.ForeignKeyConstraint(["order_number"], ["orders.number"]),
        sa.ForeignKeyConstraint(["tariff_id"], ["tariff.id"]),
        sa.ForeignKeyConstraint(["validated_by"], ["manager.id"]),
        sa.ForeignKeyConstraint(["variant_id"], ["service_variant.id"]),
        sa.ForeignKeyConstraint(["visitor_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["workplace_id"], ["workplace.id"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index(
        "ix_ticket_moves",
        "ticket",
        ["moves_at"],
        sqlite_where=sa.text("moves_at IS NOT NULL"),
        postgresql_where=sa.text("moves_at IS NOT NULL"),
    )
    op.create_index("ix_ticket_order", "ticket", ["order_number"])
    op.create_index(
        "ix_ticket_period",
        "ticket",
        ["starts_at", "ends_at", "visitor_id"],
        postgresql_include=["number"],
    )
    op.create_index("ix_ticket_status_number", "ticket", ["status", "number"])
    op.create_index(
        "ix_ticket_status_starts",
        "ticket",
        ["status", "starts_at", "ends_at", "visitor_id"],
        postgresql_include=["number"],
    )
    op.create_index(
        "ix_ticket_visitor", "ticket", ["visitor_id", "number", "status", "starts_at", "ends_at"]
    )
    op.create_index(
        "ix_ticket_length",
        "ticket",
        [sa.text("(ends_at - starts_at)"), "starts_at", "ends_at", "visitor_id", "status"],
        postgresql_include=["number"],
    )
    op.create_table(
        "ticket_modifier",
        sa.Column("ticket_number", sa.Integer(), nullable=False),
        sa.Column("modifier_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["modifier_id"], ["modifier.id"]),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"]),
        sa.PrimaryKeyConstraint("ticket_number", "modifier_id"),
    )


def _seats() -> None:
    """Who holds which seat."""
    op.create_table(
        "seat_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_number", sa.Integer(), nullable=False),
        sa.Column("workplace_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("id > 0", name="ck_seat_assignment_id"),
        sa.CheckConstraint("starts_at < ends_at", name="ck_seat_assignment_period"),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"]),
        sa.ForeignKeyConstraint(["workplace_id"], ["workplace.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seat_assignment_ticket", "seat_assignment", ["ticket_number", "starts_at"])
    op.create_index(
        "ix_seat_assignment_workplace", "seat_assignment", ["workplace_id", "starts_at", "ends_at"]
    )


def _events() -> None:
    """The audit trail."""
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("ticket_number", sa.Integer(), nullable=True),
        sa.Column("order_number", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.CheckConstraint("(actor = 'manager') = (manager_id IS NOT NULL)", name="ck_event_actor"),
        sa.CheckConstraint("id > 0", name="ck_event_id"),
        sa.ForeignKeyConstraint(["manager_id"], ["manager.id"]),
        sa.ForeignKeyConstraint(["order_number"], ["orders.number"]),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_event_order", "event", ["order_number", "id"])
    op.create_index("ix_event_ticket", "event", ["ticket_number", "id"])
