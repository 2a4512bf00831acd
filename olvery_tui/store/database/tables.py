"""The tables, for queries: SQLModel gives them no typed names."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, bindparam, exists, literal_column, or_, select
from sqlmodel import SQLModel

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.periods import PeriodKind
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.store.database import models

_TABLES = SQLModel.metadata.tables

LOCATION = _TABLES["location"]
MANAGERS = _TABLES["manager"]
SIGN_IN_DELAYS = _TABLES["sign_in_delay"]
SERVICES = _TABLES["service"]
ROOMS = _TABLES["room"]
WORKPLACES = _TABLES["workplace"]
VARIANTS = _TABLES["service_variant"]
TARIFFS = _TABLES["tariff"]
MODIFIERS = _TABLES["modifier"]
OPENING_HOURS = _TABLES["opening_hours"]
CLOSED_DAYS = _TABLES["closed_day"]
SHIFTS = _TABLES["shift"]
PREFERENCES = _TABLES["preference"]
OWN_PRESETS = _TABLES["own_preset"]
IMPORT_COLUMNS = _TABLES["import_columns"]
PEOPLE = _TABLES["person"]
PERSON_WORDS = _TABLES["person_word"]
SHARED_VALUES = _TABLES["shared_value"]
ORDERS = _TABLES["orders"]
PAYMENTS = _TABLES["payment"]
TICKETS = _TABLES["ticket"]
TICKET_MODIFIERS = _TABLES["ticket_modifier"]
CLOSINGS = _TABLES["closing"]
SEAT_ASSIGNMENTS = _TABLES["seat_assignment"]
EVENTS = _TABLES["event"]
SEALS = _TABLES["event_seal"]
CHAIN = _TABLES["event_chain"]

IS_OWED: ColumnElement[bool] = literal_column(f"({models.OWES})")
"""Which rows of `orders` owe money: confirmed or completed, and not paid in full; few, so their
index (ix_orders_owed, by number) is a page of the list at any size."""

IS_ARCHIVED = or_(WORKPLACES.c.archived, ROOMS.c.archived, SERVICES.c.archived)
"""Whether a workplace, its room or its service is offered no more."""

_MONTHS = select(TARIFFS.c.id).where(TARIFFS.c.unit == TariffUnit.MONTH.value)
_LATER = TICKETS.alias("later")
_HAS_LATER_MONTH = exists().where(
    _LATER.c.visitor_id == TICKETS.c.visitor_id,
    _LATER.c.starts_at >= TICKETS.c.ends_at,
    _LATER.c.status != bindparam("cancelled", TicketStatus.CANCELLED.value, unique=True),
    _LATER.c.tariff_id.in_(_MONTHS),
)
IS_UNRENEWED_MONTH: ColumnElement[bool] = and_(
    TICKETS.c.period_kind == PeriodKind.DAILY.value,
    TICKETS.c.tariff_id.in_(_MONTHS),
    ~_HAS_LATER_MONTH,
)
"""Which tickets were sold by the month and have no later month of their visitor, which
ix_ticket_visitor finds."""
