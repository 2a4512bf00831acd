"""Replay the audit trail: what its events say that tickets, orders, managers and the rest are.

A fact is known from the first event that tells it. Events of earlier versions tell less: a fact
that none of them tells is left out, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any, NamedTuple

from olvery_tui.domain.events import EventKind
from olvery_tui.domain.statuses import OrderStatus

Facts = MutableMapping[str, object]
"""By name; `validation` is when and by which manager, `period` what `period_fact` gives."""


Told = MutableMapping[tuple[str, Any], Facts]
"""Facts by kind of thing and number."""


class Line(NamedTuple):
    """An event, as far as it tells facts."""

    kind: str
    at: datetime | None
    manager: int | None
    data: Mapping[str, object]


def period_fact(kind: str, starts_at: datetime, ends_at: datetime) -> list[str]:
    """A period as events record it."""
    return [kind, starts_at.isoformat(), ends_at.isoformat()]


def fingerprint(*texts: str) -> str:
    """A short hash of a manager's name or a password's salt: enough to recognise it, no more."""
    return sha256("\n".join(texts).encode()).hexdigest()[:16]


def follow_ticket(facts: Facts, line: Line) -> None:
    """Apply an event to a ticket's facts."""
    data = line.data
    match line.kind:
        case EventKind.TICKET_CREATED:
            _take(facts, data, "order", "visitor", "workplace", "status")
            _take(facts, data, "period")
            if "tariff" in data:  # and all that events of creation tell since they tell that
                facts["tariff"] = data["tariff"]
                facts["variant"] = data.get("variant")
                facts["validation"] = _validation(data)
                facts["created_at"] = _moment(data.get("created_at")) or line.at
            _take(facts, data, "modifiers")
        case EventKind.TICKET_MOVED:
            _become(facts, "status", data)
        case EventKind.TICKET_VALIDATED:
            facts["validation"] = _validation(data) or (line.at, line.manager)
        case EventKind.VALIDATION_RESET:
            facts["validation"] = None
        case EventKind.VISITOR_CHANGED:
            _become(facts, "visitor", data)
            if data.get("restored") or data.get("cleared"):
                facts["validation"] = _validation(data) if data.get("restored") else None
        case EventKind.WORKPLACE_CHANGED:
            _become(facts, "workplace", data)
        case EventKind.PERIOD_CHANGED:
            _become(facts, "period", data)
            _take(facts, data, "workplace")
        case EventKind.TICKET_UPDATED:
            _update(facts, data)
            if isinstance(told := facts.get("validation"), list) and len(told) == 2:
                facts["validation"] = (_moment(told[0]), told[1])
            if "created_at" in facts:
                facts["created_at"] = _moment(facts["created_at"])


def follow_order(facts: Facts, line: Line) -> None:
    """Apply an event to an order's facts."""
    data = line.data
    match line.kind:
        case EventKind.ORDER_CREATED:
            _take(facts, data, "status", "price", "currency", "customer", "service")
            if "payment" in data:
                facts["payment_kind"] = data["payment"]
            if "service" in data:  # and all that events of creation tell since they tell that
                facts["paid_at"] = data.get("paid_at")
                facts["created_at"] = _moment(data.get("created_at")) or line.at
                facts["previous_status"] = None
        case EventKind.ORDER_MOVED:
            _become(facts, "status", data)
            facts.pop("previous_status", None)
            if data.get("from") in _STATUSES:
                facts["previous_status"] = data["from"]
            _take(facts, data, "paid_at")
            if "payment" in data:
                facts["payment_kind"] = data["payment"]
        case EventKind.ORDER_UPDATED:
            _update(facts, data)
        case EventKind.PERIOD_CHANGED | EventKind.TICKET_CANCELLED | EventKind.TICKET_RESTORED:
            _take(facts, data, "price")
    if "created_at" in facts:
        facts["created_at"] = _moment(facts["created_at"])
    _pay(facts, data)
    for name in ("price", "paid"):
        if isinstance(amount := facts.get(name), str):
            try:
                facts[name] = Decimal(amount)
            except InvalidOperation:
                del facts[name]


def _pay(facts: Facts, data: Mapping[str, object]) -> None:
    """Update what is paid.

    Events of earlier versions tell only when all of it was paid: the upgrade recorded the price of
    that time as one payment, and took back what had been refunded.
    """
    _pay_lines(facts, data)
    if "paid" in data:
        facts["paid"] = data["paid"]
        facts.pop("paid_at", None)
    elif "paid_at" in facts:
        was_paid = facts["paid_at"] is not None and facts.get("status") != OrderStatus.REFUNDED
        facts["paid"] = facts.get("price") if was_paid else Decimal(0)


def _pay_lines(facts: Facts, data: Mapping[str, object]) -> None:
    """Update the payment lines; those that an upgrade has written are unknown."""
    if "paid" not in data and facts.get("paid_at") is not None:
        facts.pop("payments", None)
    elif "service" in data and "payments" not in facts:
        facts["payments"] = []
    known, lines = facts.get("payments"), data.get("lines", [])
    if isinstance(known, list):
        more = lines if isinstance(lines, list) else [lines]
        facts["payments"] = sorted([*known, *(" ".join(map(str, _listed(one))) for one in more)])


def _listed(told: object) -> list[object]:
    """The list, or whatever another program has written in its place as one."""
    return told if isinstance(told, list) else [told]


def follow_manager(facts: Facts, line: Line) -> None:
    """Apply an event about a manager's account to their facts."""
    match line.kind:
        case EventKind.MANAGER_ADDED | EventKind.MANAGER_ENABLED:
            facts["active"] = True
        case EventKind.MANAGER_DISABLED:
            facts["active"] = False
    _take(facts, line.data, "role", "login", "name", "active", "password")


def follow_catalogue(found: Told, line: Line) -> None:
    """Apply an event to what is sold.

    Events of earlier versions don't say that something was not archived.
    """
    told = {"archived": False, **line.data}
    what, number = told.pop("what", None), told.pop("number", None)
    if isinstance(what, str) and isinstance(number, int):
        if told.get("removed") is True:
            found.pop((what, number), None)
        else:
            found[what, number] = told


def follow_closings(found: Told, line: Line) -> None:
    """Apply an event to the closings; only the reason is left of one that never began."""
    data, key = line.data, ("closing", line.data.get("closing"))
    if not isinstance(key[1], int):
        return
    if line.kind == EventKind.PLACE_CLOSED:
        found[key] = {name: data.get(name) for name in ("workplace", "from", "to", "reason")}
    elif key in found:
        gone = {"workplace": None, "from": None, "to": None, "reason": found[key].get("reason")}
        found[key] = gone if data.get("at") is None else {**found[key], "to": data["at"]}


def follow_shifts(found: Told, line: Line) -> None:
    """Apply an event to the shifts."""
    data, key = line.data, ("shift", line.data.get("shift"))
    if not isinstance(key[1], int):
        return
    if line.kind == EventKind.SHIFT_OPENED:
        found[key] = {name: data.get(name) for name in ("manager", "from", "to", "note")}
        found[key]["read"] = False
    elif key in found and line.kind == EventKind.SHIFT_CLOSED:
        found[key].update({name: data.get(name) for name in ("to", "note")})
    elif key in found:
        found[key]["read"] = True


def follow_settings(facts: Facts, line: Line) -> None:
    """Apply an event to the settings that all terminals share."""
    for name, change in line.data.items():
        if isinstance(change, list) and len(change) == 2:
            facts[name] = change[1]


def differing(facts: Mapping[str, object], stored: Mapping[str, object]) -> list[str]:
    """The names of the facts whose stored value is another one."""
    return [name for name, told in facts.items() if name in stored and stored[name] != told]


_STATUSES = [status.value for status in OrderStatus]
"""A list, for what another program has written may be of any type."""


def _take(facts: Facts, data: Mapping[str, object], *names: str) -> None:
    facts.update({name: data[name] for name in names if name in data})


def _become(facts: Facts, name: str, data: Mapping[str, object]) -> None:
    """Set a fact to what a change made of it; it is unknown if the event doesn't say."""
    facts.pop(name, None)
    if "to" in data:
        facts[name] = data["to"]


def _update(facts: Facts, data: Mapping[str, object]) -> None:
    """Apply what an import changed; earlier versions named the fields without their values."""
    fields, told = data.get("fields"), data.get("to")
    for name in fields if isinstance(fields, list) else ():
        if isinstance(told, Mapping) and name in told:
            facts[name] = told[name]
        else:
            facts.pop(name, None)


def _validation(data: Mapping[str, object]) -> tuple[datetime | None, object] | None:
    at = _moment(data.get("validated_at"))
    return None if at is None else (at, data.get("validated_by"))


def _moment(told: object) -> datetime | None:
    if isinstance(told, datetime):
        return told
    try:
        return datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
