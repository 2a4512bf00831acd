"""What a table's rows describe, and what their columns may mean: light, for the command line."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class RowKind(StrEnum):
    """What each row of a table describes."""

    PEOPLE = "people"
    PLACES = "places"
    TARIFFS = "tariffs"
    ORDERS = "orders"
    ORDERS_ONLY = "orders-only"


_PERSON = ("last_name", "first_name", "patronymic", "full_name", "phone", "email")
_REMARKS = ("note", "ban")
FIELDS: Mapping[RowKind, tuple[str, ...]] = {
    RowKind.PEOPLE: (*_PERSON, *_REMARKS),
    RowKind.PLACES: ("service", "room", "workplace"),
    RowKind.TARIFFS: (
        "service", "tariff", "unit", "price", "currency", "min_units", "max_units", "variant",
    ),
    RowKind.ORDERS: (
        *_PERSON, "service", "room", "workplace", "tariff", "variant", "modifiers", "date",
        "starts", "ends", "time", "time_from", "time_to", "status", "payment", "paid", "price",
        "comment", "order", "ticket", "created_at", "ticket_status", "checked", "checked_by",
        *_REMARKS, "cancelled_at", "unit_price",
    ),
    RowKind.ORDERS_ONLY: (
        *_PERSON, "service", "status", "payment", "paid", "paid_sum", "price", "comment", "order",
        "created_at", *_REMARKS, "ticket_numbers",
    ),
}  # fmt: skip
"""What the columns of each kind of table may mean."""

NEEDED: Mapping[RowKind, tuple[tuple[str, ...], ...]] = {
    RowKind.PEOPLE: (("last_name", "full_name", "first_name"),),
    RowKind.PLACES: (("room",), ("workplace",)),
    RowKind.TARIFFS: (("tariff",), ("unit",), ("price",)),
    RowKind.ORDERS: (("last_name", "full_name", "first_name"), ("workplace",), ("date", "starts")),
    RowKind.ORDERS_ONLY: (("last_name", "full_name", "first_name"), ("order",), ("price",)),
}
"""The columns that a table must have, each by one of these meanings."""


def lacks(columns: Mapping[str, int], kind: RowKind) -> bool:
    """Whether a column is missing without which no row can be read."""
    return any(not columns.keys() & set(one) for one in NEEDED[kind])
