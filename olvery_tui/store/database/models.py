"""The tables. Guards that a column can't express (no two tickets on one seat, append-only events)
stand in `guards`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from olvery_tui.domain.access import Role, SignIn
from olvery_tui.domain.catalogue import PaymentKind, TariffUnit
from olvery_tui.domain.periods import PeriodKind
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.store.database.types import FoldedText, Money, UtcDateTime


def _one_of(column: str, codes: type[StrEnum], name: str) -> CheckConstraint:
    listed = ", ".join(f"'{code.value}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=name)


def _row_number() -> Column[Any]:
    """The number of a row, given by the table itself: no role needs a sequence for it."""
    return Column(Integer, Identity(), primary_key=True)


_COUNT = BigInteger().with_variant(Integer, "sqlite")
"""A number that nobody comes to the end of; SQLite calls its rows' own numbers INTEGER."""


_PERSONAL: Any = {"info": {"personal": True}}
"""Declares a column that identifies a person: erasing clears it, and events never hold it."""


_AUDITED: Any = {"info": {"audited": True}}
"""Declares a column of what is sold that the audit trail records, names as fingerprints."""


def _where_set(column: str) -> dict[str, Any]:
    """For an index of those rows only that have a value in the column, on either engine."""
    condition = text(f"{column} IS NOT NULL")
    return {"sqlite_where": condition, "postgresql_where": condition}


class Location(SQLModel, table=True):
    """The one place that this database serves, and what all its terminals agree on."""

    __tablename__ = "location"
    __table_args__ = (CheckConstraint("id = 1", name="ck_location_single"),)

    id: int = Field(default=1, primary_key=True)
    name: str = Field(default="Olvery", sa_type=String)
    time_zone: str = Field(default="Europe/Moscow", sa_type=String)
    currency: str = Field(default="RUB", sa_type=String)
    auto_complete_orders: bool = Field(
        default=False, sa_type=Boolean, sa_column_kwargs={"server_default": text("false")}
    )
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    sign_in: str = Field(
        default=SignIn.PASSWORD.value,
        sa_column=Column(
            String,
            _one_of("sign_in", SignIn, "ck_location_sign_in"),
            nullable=False,
            server_default=text("'password'"),
        ),
    )
    lock_minutes: int = Field(
        default=10,
        sa_column=Column(
            Integer,
            CheckConstraint("lock_minutes BETWEEN 0 AND 1440", name="ck_location_lock_minutes"),
            nullable=False,
            server_default=text("10"),
        ),
    )


class Manager(SQLModel, table=True):
    """Who may act here, and whose name stands under an identity check.

    Without a login nobody can sign in as them: an import names such managers.
    """

    __tablename__ = "manager"

    id: int | None = Field(default=None, sa_column=_row_number())
    login: str | None = Field(default=None, unique=True)
    last_name: str = ""
    first_name: str = ""
    role: str = Field(
        default=Role.RENTAL_MANAGER.value,
        sa_column=Column(
            String,
            _one_of("role", Role, "ck_manager_role"),
            nullable=False,
            server_default=text("'rental_manager'"),
        ),
    )
    # Not told by an INSERT that doesn't ask for it: terminals of a server have no right to.
    active: bool = Field(
        default=True, sa_column=Column(Boolean, nullable=False, server_default=text("true"))
    )
    password_hash: str | None = Field(default=None, sa_type=String)


class SignInDelay(SQLModel, table=True):
    """Wrong passwords of the logins that share a bucket (`domain.access`, `store.delays`)."""

    __tablename__ = "sign_in_delay"

    bucket: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    failures: int
    until: datetime = Field(sa_type=UtcDateTime)


class Service(SQLModel, table=True):
    """What is sold: «Коворкинг на 2 этаже»."""

    __tablename__ = "service"
    __table_args__ = (CheckConstraint("slot_minutes > 0", name="ck_service_slot"),)

    id: int | None = Field(default=None, sa_column=_row_number())
    name: str = Field(unique=True, sa_column_kwargs=_AUDITED)
    slot_minutes: int = Field(default=30, sa_column_kwargs=_AUDITED)


class Room(SQLModel, table=True):
    """A room of a service: «Коворкинг №1»."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("service_id", "name", name="uq_room_name"),)

    id: int | None = Field(default=None, sa_column=_row_number())
    service_id: int = Field(foreign_key="service.id", sa_column_kwargs=_AUDITED)
    name: str = Field(sa_column_kwargs=_AUDITED)


class Workplace(SQLModel, table=True):
    """A seat: «PM №1», unique in its room only."""

    __tablename__ = "workplace"
    __table_args__ = (UniqueConstraint("room_id", "label", name="uq_workplace_label"),)

    id: int | None = Field(default=None, sa_column=_row_number())
    room_id: int = Field(foreign_key="room.id", sa_column_kwargs=_AUDITED)
    label: str = Field(sa_column_kwargs=_AUDITED)


class ServiceVariant(SQLModel, table=True):
    """A variant of a service: «Резидент +»."""

    __tablename__ = "service_variant"
    __table_args__ = (UniqueConstraint("service_id", "name", name="uq_service_variant_name"),)

    id: int | None = Field(default=None, sa_column=_row_number())
    service_id: int = Field(foreign_key="service.id", sa_column_kwargs=_AUDITED)
    name: str = Field(sa_column_kwargs=_AUDITED)


class Tariff(SQLModel, table=True):
    """A price per hour, day or month, with the least and most units that may be bought."""

    __tablename__ = "tariff"
    __table_args__ = (
        UniqueConstraint("service_id", "name", name="uq_tariff_name"),
        _one_of("unit", TariffUnit, "ck_tariff_unit"),
        CheckConstraint("min_units >= 1 AND max_units >= min_units", name="ck_tariff_units"),
        CheckConstraint("price >= 0", name="ck_tariff_price"),
    )

    id: int | None = Field(default=None, sa_column=_row_number())
    service_id: int = Field(foreign_key="service.id", sa_column_kwargs=_AUDITED)
    variant_id: int | None = Field(
        default=None, foreign_key="service_variant.id", sa_column_kwargs=_AUDITED
    )
    name: str = Field(sa_column_kwargs=_AUDITED)
    unit: str = Field(sa_type=String, sa_column_kwargs=_AUDITED)
    price: Decimal = Field(sa_type=Money, sa_column_kwargs=_AUDITED)
    currency: str = Field(default="RUB", sa_column_kwargs=_AUDITED)
    min_units: int = Field(default=1, sa_column_kwargs=_AUDITED)
    max_units: int = Field(default=1, sa_column_kwargs=_AUDITED)


class Modifier(SQLModel, table=True):
    """An extra on a ticket: «Шкафчик»."""

    __tablename__ = "modifier"
    __table_args__ = (
        UniqueConstraint("service_id", "name", name="uq_modifier_name"),
        CheckConstraint("price >= 0", name="ck_modifier_price"),
    )

    id: int | None = Field(default=None, sa_column=_row_number())
    service_id: int = Field(foreign_key="service.id", sa_column_kwargs=_AUDITED)
    name: str = Field(sa_column_kwargs=_AUDITED)
    price: Decimal = Field(default=Decimal(0), sa_type=Money, sa_column_kwargs=_AUDITED)


class Person(SQLModel, table=True):
    """A customer or visitor. `folded` is what a partial search looks in (`domain.people`).

    Who was erased has no name; of the import's key only a hash is left (`store.erasing`).
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_phone", "phone"),
        Index("ix_person_email", "email"),
        Index("ix_person_folded", "folded"),
    )

    id: int | None = Field(default=None, sa_column=_row_number())
    key: str | None = Field(default=None, unique=True)
    last_name: str = Field(sa_column_kwargs=_PERSONAL)
    first_name: str = Field(sa_column_kwargs=_PERSONAL)
    phone: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    email: str | None = Field(default=None, sa_column_kwargs=_PERSONAL)
    folded: str = Field(sa_type=FoldedText, sa_column_kwargs=_PERSONAL)


class PersonWord(SQLModel, table=True):
    """One folded word of a person's name: the index behind the search by first letters."""

    __tablename__ = "person_word"
    __table_args__ = (
        Index("ix_person_word_person", "person_id"),
        {"sqlite_with_rowid": False},
    )

    word: str = Field(sa_type=FoldedText, primary_key=True)
    person_id: int = Field(
        sa_column=Column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    )


class Order(SQLModel, table=True):
    """What the customer booked. The number is the key.

    `previous_status` is what it was before `status`, where it was anything: every write of `status`
    keeps it. `starts_at` is when the first of its tickets begins, `ends_at` when the last one ends;
    an order without tickets has neither.
    """

    __tablename__ = "orders"
    __table_args__ = (
        _one_of("status", OrderStatus, "ck_orders_status"),
        _one_of("payment_kind", PaymentKind, "ck_orders_payment_kind"),
        CheckConstraint("number > 0", name="ck_orders_number"),
        CheckConstraint("price >= 0", name="ck_orders_price"),
        Index("ix_orders_status_number", "status", "number"),
        # As for the tickets: what a filter is answered from holds its other conditions too. An
        # order that has no ticket yet is in none that is about its days.
        Index(
            "ix_orders_status_starts",
            "status",
            "starts_at",
            "ends_at",
            "customer_id",
            **_where_set("starts_at"),
            postgresql_include=["number"],
        ),
        Index("ix_orders_customer", "customer_id", "number", "status", "starts_at", "ends_at"),
        Index(
            "ix_orders_period",
            "starts_at",
            "ends_at",
            "customer_id",
            **_where_set("starts_at"),
            postgresql_include=["number"],
        ),
        Index(
            "ix_orders_length",
            text("(ends_at - starts_at)"),
            "starts_at",
            "ends_at",
            "customer_id",
            "status",
            **_where_set("starts_at"),
            postgresql_include=["number"],
        ),
        Index("ix_orders_status_ends", "status", "ends_at"),
    )

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    service_id: int = Field(foreign_key="service.id")
    customer_id: int = Field(foreign_key="person.id")
    status: str = Field(sa_type=String)
    payment_kind: str = Field(sa_type=String)
    price: Decimal = Field(sa_type=Money)
    currency: str = "RUB"
    paid_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1
    comment: str = Field(
        default="", sa_type=String, sa_column_kwargs={"server_default": text("''")}
    )
    previous_status: str | None = Field(
        default=None,
        sa_column=Column(
            String, _one_of("previous_status", OrderStatus, "ck_orders_previous_status")
        ),
    )
    starts_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ends_at: datetime | None = Field(
        default=None,
        sa_column=Column(
            UtcDateTime(),
            CheckConstraint(
                "(starts_at IS NULL) = (ends_at IS NULL) AND starts_at < ends_at",
                name="ck_orders_period",
            ),
        ),
    )


class Ticket(SQLModel, table=True):
    """One visitor's right to one workplace for one period. The number is the key.

    `status` is `domain.statuses.ticket_status` of the order, the period and the last pass of the
    worker; `moves_at` is when time will change it next (None: never), so that the worker asks one
    short index. `workplace_id` is the seat that is shown; what is held from when to when stands in
    `seat_assignment`.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        _one_of("status", TicketStatus, "ck_ticket_status"),
        _one_of("period_kind", PeriodKind, "ck_ticket_period_kind"),
        CheckConstraint("number > 0", name="ck_ticket_number"),
        CheckConstraint("starts_at < ends_at", name="ck_ticket_period"),
        CheckConstraint(
            "(validated_at IS NULL) = (validated_by IS NULL)", name="ck_ticket_validation"
        ),
        Index("ix_ticket_order", "order_number"),
        Index("ix_ticket_status_number", "status", "number"),
        # Whichever of these a filter is answered from also holds what its other conditions ask;
        # and the number, which SQLite keeps in every index by itself.
        Index(
            "ix_ticket_status_starts",
            "status",
            "starts_at",
            "ends_at",
            "visitor_id",
            postgresql_include=["number"],
        ),
        Index("ix_ticket_visitor", "visitor_id", "number", "status", "starts_at", "ends_at"),
        Index(
            "ix_ticket_period", "starts_at", "ends_at", "visitor_id", postgresql_include=["number"]
        ),
        Index(
            "ix_ticket_length",
            text("(ends_at - starts_at)"),
            "starts_at",
            "ends_at",
            "visitor_id",
            "status",
            postgresql_include=["number"],
        ),
        Index(
            "ix_ticket_moves",
            "moves_at",
            **_where_set("moves_at"),
        ),
    )

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    order_number: int = Field(foreign_key="orders.number")
    visitor_id: int = Field(foreign_key="person.id")
    workplace_id: int = Field(foreign_key="workplace.id")
    tariff_id: int = Field(foreign_key="tariff.id")
    variant_id: int | None = Field(default=None, foreign_key="service_variant.id")
    period_kind: str = Field(sa_type=String)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    status: str = Field(sa_type=String)
    moves_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    validated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    validated_by: int | None = Field(default=None, foreign_key="manager.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1


class TicketModifier(SQLModel, table=True):
    """An extra that a ticket has."""

    __tablename__ = "ticket_modifier"

    ticket_number: int = Field(foreign_key="ticket.number", primary_key=True)
    modifier_id: int = Field(foreign_key="modifier.id", primary_key=True)


class SeatAssignment(SQLModel, table=True):
    """Which workplace a ticket holds, from when to when. No two of one workplace overlap:
    a trigger (SQLite) or an exclusion constraint (PostgreSQL) sees to it.
    """

    __tablename__ = "seat_assignment"
    __table_args__ = (
        # The guard against INSERT OR REPLACE knows a row without an id yet by its -1.
        CheckConstraint("id > 0", name="ck_seat_assignment_id"),
        CheckConstraint("starts_at < ends_at", name="ck_seat_assignment_period"),
        Index("ix_seat_assignment_workplace", "workplace_id", "starts_at", "ends_at"),
        Index("ix_seat_assignment_ticket", "ticket_number", "starts_at"),
    )

    id: int | None = Field(default=None, sa_column=_row_number())
    ticket_number: int = Field(foreign_key="ticket.number")
    workplace_id: int = Field(foreign_key="workplace.id")
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)


class Event(SQLModel, table=True):
    """One line of the audit trail; append-only by trigger. Ids and codes, no names.

    `subject_id` is the manager whom it is about. `batch` is what the lines of one transaction have
    in common: the seal of that number covers them (`store.chain`).
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("id > 0", name="ck_event_id"),  # as in seat_assignment
        CheckConstraint("(actor = 'manager') = (manager_id IS NOT NULL)", name="ck_event_actor"),
        Index("ix_event_ticket", "ticket_number", "id"),
        Index("ix_event_order", "order_number", "id"),
        # The worker's lines, by far the most, are in neither.
        Index(
            "ix_event_manager",
            "manager_id",
            "id",
            **_where_set("manager_id"),
        ),
        Index(
            "ix_event_subject",
            "subject_id",
            "id",
            **_where_set("subject_id"),
        ),
        Index("ix_event_batch", "batch", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column(_COUNT, Identity(), primary_key=True))
    at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    kind: str = Field(sa_type=String)
    actor: str = Field(sa_type=String)
    manager_id: int | None = Field(default=None, foreign_key="manager.id")
    account: str | None = None
    ticket_number: int | None = Field(default=None, foreign_key="ticket.number")
    order_number: int | None = Field(default=None, foreign_key="orders.number")
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    terminal: str | None = Field(default=None, sa_type=String)
    subject_id: int | None = Field(
        default=None,
        sa_column=Column(Integer, ForeignKey("manager.id", name="fk_event_subject")),
    )
    batch: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")}
    )


class EventSeal(SQLModel, table=True):
    """What the events of one transaction came to, chained to the seal before; append-only."""

    __tablename__ = "event_seal"
    __table_args__ = (CheckConstraint("id > 0", name="ck_event_seal_id"),)

    id: int = Field(primary_key=True, sa_type=_COUNT, sa_column_kwargs={"autoincrement": False})
    batch: int = Field(unique=True, sa_type=BigInteger)
    events: int
    hash: str = Field(sa_type=String)


class EventChain(SQLModel, table=True):
    """The one row that says how far the chain of seals has come; who seals holds it."""

    __tablename__ = "event_chain"
    __table_args__ = (CheckConstraint("id = 1", name="ck_event_chain_single"),)

    id: int = Field(default=1, primary_key=True)
    seals: int = Field(default=0, sa_type=_COUNT)
    hash: str = Field(default="", sa_type=String)
