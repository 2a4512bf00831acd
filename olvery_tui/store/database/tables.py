"""The tables, for queries: SQLModel gives them no typed names."""

from __future__ import annotations

from sqlmodel import SQLModel

from olvery_tui.store.database import models

_ = models  # importing the models fills the metadata
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
IMPORT_COLUMNS = _TABLES["import_columns"]
PEOPLE = _TABLES["person"]
PERSON_WORDS = _TABLES["person_word"]
ORDERS = _TABLES["orders"]
PAYMENTS = _TABLES["payment"]
TICKETS = _TABLES["ticket"]
TICKET_MODIFIERS = _TABLES["ticket_modifier"]
CLOSINGS = _TABLES["closing"]
SEAT_ASSIGNMENTS = _TABLES["seat_assignment"]
EVENTS = _TABLES["event"]
SEALS = _TABLES["event_seal"]
CHAIN = _TABLES["event_chain"]
