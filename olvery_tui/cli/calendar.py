"""`olvery-tui calendar` and `free`: who has which place when, and what is free."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Annotated, Any

from typer import Context, Typer

from olvery_tui.cli.listing import days
from olvery_tui.cli.moments import parse_moment
from olvery_tui.cli.opening import opened
from olvery_tui.cli.options import FirstDay, LastDay, PlainListFormat, RowsFormat, option
from olvery_tui.cli.parsing import Command
from olvery_tui.cli.tables import Column, print_rows
from olvery_tui.cli.usage import bad_values_named, quoted, wrong
from olvery_tui.domain.calendar import (
    Booking,
    CalendarFilter,
    CalendarPlace,
    ClosedTime,
    Taken,
    Timetable,
)
from olvery_tui.domain.closings import end_of
from olvery_tui.domain.errors import InputCode, InvalidInput
from olvery_tui.domain.items import Item, ItemKind
from olvery_tui.domain.periods import DAY, day_start
from olvery_tui.domain.text import shown, spreadsheet_safe
from olvery_tui.export.json_lines import json_text, local
from olvery_tui.i18n import N_, _, pgettext
from olvery_tui.start import DONE
from olvery_tui.wording.calendar import free_until_text
from olvery_tui.wording.closings import span_text
from olvery_tui.wording.labels import overdue, ticket_status
from olvery_tui.wording.periods import period_text

if TYPE_CHECKING:
    from olvery_tui.desk import Desk

commands = Typer()

_OPTIONS = {
    "from": "--from",
    "to": "--to",
    "period": "--from, --to",
    "at": "--at",
    "until": "--until",
}

Services = Annotated[
    list[str] | None,
    option("--service", N_("NAME"), N_("Only this service; may be given several times.")),
]
Rooms = Annotated[
    list[str] | None,
    option("--room", N_("NAME"), N_("Only this room; may be given several times.")),
]


@commands.command(cls=Command, help=N_("List who has which place when, and what is closed."))
def calendar(
    context: Context,
    from_day: FirstDay = "",
    to_day: LastDay = "",
    service: Services = None,
    room: Rooms = None,
    output_format: RowsFormat = PlainListFormat.TABLE,
) -> int:
    """Print the bookings and closings of each place that touch the days; an export, with names."""
    with opened(context.obj) as services, bad_values_named(_OPTIONS):
        desk, zone = services.desk, services.location.zone
        first, last = days(from_day, to_day, desk.today())
        filters = _filters(context, desk, service, room)
        timetable = desk.calendar.export(
            day_start(first, zone), day_start(last + DAY, zone), filters
        )
    lines = list(_lines(timetable))
    rows = (_row(*line, zone) for line in lines)
    facts = (_taken_json(*line, zone) for line in lines)
    return _printed(output_format, _columns(), rows, _KEYS, facts)


@commands.command(cls=Command, help=N_("List the places that are free at a moment."))
def free(
    context: Context,
    at: Annotated[
        str, option("--at", N_("TIME"), N_("now, or 2022-12-06 10:00; now unless told."))
    ] = "now",
    until: Annotated[
        str, option("--until", N_("TIME"), N_("Only those that stay free until then."))
    ] = "",
    service: Services = None,
    room: Rooms = None,
    output_format: RowsFormat = PlainListFormat.TABLE,
) -> int:
    """Print the free places, each with when it is taken next."""
    with opened(context.obj) as services, bad_values_named(_OPTIONS):
        desk, zone = services.desk, services.location.zone
        moment = parse_moment("at", at, desk.now(), zone)
        end = parse_moment("until", until, desk.now(), zone) if until else None
        if end is not None and end <= moment:
            raise InvalidInput("until", InputCode.END_BEFORE_START)
        found = desk.calendar.free(moment, end, _filters(context, desk, service, room))
    columns, day = (*_place_columns(), Column(pgettext("column", "Free"))), moment.astimezone(zone)
    rows = (
        (*_place_texts(one.place), free_until_text(one.until, zone, day.date())) for one in found
    )
    facts = ({**_place_json(one.place), "until": local(one.until, zone)} for one in found)
    return _printed(output_format, columns, rows, _FREE_KEYS, facts)


def _printed(
    output_format: PlainListFormat,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    keys: Sequence[str],
    facts: Iterable[Mapping[str, Any]],
) -> int:
    match output_format:
        case PlainListFormat.TABLE:
            print_rows(columns, rows, sys.stdout)
        case PlainListFormat.JSON:
            print(json_text(list(facts), indent=1))
        case PlainListFormat.CSV:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(keys)
            writer.writerows([_cell(fact[key]) for key in keys] for fact in facts)
    return DONE


def _filters(
    context: Context, desk: Desk, services: Sequence[str] | None, rooms: Sequence[str] | None
) -> CalendarFilter:
    """Return the filter of names; exit 2 where nothing is called so."""
    catalogue = desk.catalogue.details()
    service_ids = _named(context, catalogue.items, ItemKind.SERVICE, services)
    of_services = [
        one for one in catalogue.items if not service_ids or one.parent_id in service_ids
    ]
    return CalendarFilter(service_ids, _named(context, of_services, ItemKind.ROOM, rooms))


def _named(
    context: Context, items: Sequence[Item], kind: ItemKind, names: Sequence[str] | None
) -> frozenset[int]:
    found: set[int] = set()
    for name in names or ():
        wanted = name.strip().casefold()
        ids = {one.id for one in items if one.kind is kind and one.name.casefold() == wanted}
        if not ids:
            raise wrong(context, _("Nothing is called {name}.").format(name=quoted(name)))
        found |= ids
    return frozenset(found)


# ── For people ───────────────────────────────────────────────────────────────────────────────────


def _lines(timetable: Timetable) -> Iterator[tuple[CalendarPlace, Taken]]:
    for place in timetable.places:
        for taken in timetable.taken(place.id):
            yield place, taken


def _place_columns() -> tuple[Column, ...]:
    return (
        Column(pgettext("column", "Workplace"), least=8),
        Column(_("Room"), least=10),
        Column(_("Service"), least=10),
    )


def _columns() -> tuple[Column, ...]:
    return (
        *_place_columns(),
        Column(_("Period")),
        Column(_("Ticket")),
        Column(_("Status")),
        Column(_("Visitor"), least=10, letters=40),
    )


def _place_texts(place: CalendarPlace) -> tuple[str, str, str]:
    return shown(place.label), shown(place.room), shown(place.service)


def _row(place: CalendarPlace, taken: Taken, zone: tzinfo) -> tuple[str, ...]:
    if isinstance(taken, ClosedTime):
        span = span_text(taken.starts_at, end_of(taken.ends_at), zone)
        return (*_place_texts(place), span, "", pgettext("place", "closed"), shown(taken.reason))
    assert isinstance(taken, Booking)
    status = ticket_status(taken.status)
    told = f"{status} · {overdue()}" if taken.overdue else status
    if taken.has_whole_period:
        period_told = period_text(taken.period, zone, short=True)
    else:  # a ticket that was moved has its place for a part of it
        period_told = span_text(taken.starts_at, taken.ends_at, zone)
    return (*_place_texts(place), period_told, str(taken.ticket), told, shown(taken.visitor))


# ── For programs ─────────────────────────────────────────────────────────────────────────────────

_PLACE_KEYS = ("service", "room", "workplace", "workplace_id")
_KEYS = (
    *_PLACE_KEYS, "kind", "starts_at", "ends_at", "ticket", "status", "overdue", "visitor",
    "validated_at", "reason",
)  # fmt: skip
_FREE_KEYS = (*_PLACE_KEYS, "until")


def _place_json(place: CalendarPlace) -> dict[str, Any]:
    return dict(zip(_PLACE_KEYS, (place.service, place.room, place.label, place.id), strict=True))


def _taken_json(place: CalendarPlace, taken: Taken, zone: tzinfo) -> dict[str, Any]:
    is_booking = isinstance(taken, Booking)
    facts: dict[str, Any] = {
        "kind": "ticket" if is_booking else "closing",
        "starts_at": local(taken.starts_at, zone),
        "ends_at": local(end_of(taken.ends_at), zone),
    }
    if isinstance(taken, Booking):
        facts |= {
            "ticket": taken.ticket,
            "status": taken.status.value,
            "overdue": taken.overdue,
            "visitor": taken.visitor,
            "validated_at": local(taken.validated_at, zone),
        }
    elif isinstance(taken, ClosedTime):
        facts["reason"] = taken.reason
    return dict.fromkeys(_KEYS) | _place_json(place) | facts


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return spreadsheet_safe(value) if isinstance(value, str) else value
