"""`olvery-tui places …`: workplaces, closing them for a time and opening them again."""

from __future__ import annotations

import csv
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Annotated

from typer import Argument, Context, Option, Typer

from olvery_tui.cli.opening import opened
from olvery_tui.cli.options import DetailsFormat, FactsFormat, PlainListFormat, RowsFormat, option
from olvery_tui.cli.parsing import Command, Group
from olvery_tui.cli.tables import Column, print_rows
from olvery_tui.cli.usage import WrongUsage, bad_values_named
from olvery_tui.domain.clock_times import ClockTime, parse_clock_time
from olvery_tui.domain.closings import (
    Closing,
    ClosingDraft,
    ProposedMove,
    first_moment,
    last_moment,
    moves_of,
    without_place,
)
from olvery_tui.domain.conflicts import PlacesHeld
from olvery_tui.domain.filters import parse_day
from olvery_tui.domain.items import CatalogueDetails, ItemKind
from olvery_tui.domain.people import words
from olvery_tui.domain.text import shown, spreadsheet_safe
from olvery_tui.export.json_lines import closing_json, json_text, local
from olvery_tui.i18n import N_, _
from olvery_tui.start import DONE, NO
from olvery_tui.wording.closings import closed_outcome, opened_text, span_text, stuck_text
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.seats import closing_text, move_columns

CSV_COLUMNS = ("workplace", "room", "service", "closed_from", "closed_to", "reason")
_OPTIONS = {"from": "--from", "to": "--to", "period": "--to", "reason": "--reason"}

commands = Typer(
    name="places",
    cls=Group,
    help=N_("Workplaces: list them, close them for a time, open them again."),
    no_args_is_help=True,
)

_PLACE = N_("PLACE")
Places = Annotated[
    list[str], Argument(metavar=_PLACE, help=N_("Names of workplaces, such as “PM №1”."))
]
InRoom = Annotated[
    str, option("--room", N_("TEXT"), N_("The room, where several have a place of that name."))
]


@dataclass(frozen=True)
class Place:
    """A workplace that is not archived."""

    id: int
    label: str
    room: str
    service: str


@commands.command(
    cls=Command, help=N_("Close places: nobody can book them until they are open again.")
)
def close(
    context: Context,
    places: Places,
    reason: Annotated[str, option("--reason", N_("TEXT"), N_("Why: repair, cleaning, an event."))],
    from_time: Annotated[
        str, option("--from", N_("TIME"), N_("2022-12-06 or 06.12.2022 10:00; now unless told."))
    ] = "",
    to_time: Annotated[
        str, option("--to", N_("TIME"), N_("The last day, or a time; open end unless told."))
    ] = "",
    room: InRoom = "",
    move: Annotated[
        bool, Option("--move", help=N_("Move tickets in the way to free places of their service."))
    ] = False,
    output_format: FactsFormat = DetailsFormat.TABLE,
) -> int:
    """Close the places, all or none; exit 1 with the tickets in the way where they may not move."""
    with opened(context.obj) as services, bad_values_named(_OPTIONS):
        desk, zone = services.desk, services.location.zone
        try:
            found = _found(_offered(desk.catalogue.details()), places, room)
            starts_at, ends_at = _span(from_time, to_time, desk.now(), zone)
            draft = ClosingDraft(tuple(one.id for one in found), starts_at, ends_at, reason)
            moves = desk.closings.proposed(draft.workplace_ids, starts_at, ends_at) if move else ()
            if stuck := tuple(without_place(moves)):
                print(stuck_text(stuck), file=sys.stderr)
                return NO
            closed = desk.closings.close(draft, moves_of(moves))
        except PlacesHeld as refusal:
            _tell_held(
                refusal, desk.closings.proposed(draft.workplace_ids, starts_at, ends_at), zone
            )
            return NO
    if output_format is DetailsFormat.JSON:
        told = {
            "closed": [closing_json(one, zone) for one in closed],
            "moved": [_move_json(one) for one in moves],
        }
        print(json_text(told, indent=1))
    else:
        print(closed_outcome(len(closed), len(moves)))
        print("\n".join(closing_text(one, zone) for one in closed))
    return DONE


@commands.command("open", cls=Command, help=N_("Open closed places again, from now on."))
def open_places(context: Context, places: Places, room: InRoom = "") -> int:
    """Open the places, all or none; exit 1 where one of them is not closed."""
    with opened(context.obj) as services:
        desk = services.desk
        standing = desk.closings.standing()
        found = _found(_offered(desk.catalogue.details()), places, room)
        ids = {one.id for one in found}
        closings = [one for one in standing if one.workplace_id in ids]
        if never := ids - {one.workplace_id for one in closings}:
            label = ", ".join(shown(one.label) for one in found if one.id in never)
            print(_("Not closed: {places}").format(places=label), file=sys.stderr)
            return NO
        desk.closings.open([one.id for one in closings])
    for closing in {one.workplace_id: one for one in closings}.values():
        print(opened_text(closing))
    return DONE


@commands.command("list", cls=Command, help=N_("List workplaces, and what is closed of them."))
def show(
    context: Context,
    room: InRoom = "",
    closed: Annotated[bool, Option("--closed", help=N_("Only what is closed."))] = False,
    output_format: RowsFormat = PlainListFormat.TABLE,
) -> int:
    """Print the workplaces by service and room, each with its closings from now on."""
    with opened(context.obj) as services:
        desk, zone = services.desk, services.location.zone
        offered, standing = _offered(desk.catalogue.details()), desk.closings.standing()
    lines = [
        (place, [one for one in standing if one.workplace_id == place.id])
        for place in offered
        if _matches(place.room, room)
    ]
    lines = [(place, closings) for place, closings in lines if closings or not closed]
    match output_format:
        case PlainListFormat.JSON:
            told = [
                {
                    "workplace": place.label,
                    "room": place.room,
                    "service": place.service,
                    "closed": [_closing_json(one, zone) for one in closings],
                }
                for place, closings in lines
            ]
            print(json_text(told, indent=1))
        case PlainListFormat.CSV:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(CSV_COLUMNS)
            writer.writerows(
                [spreadsheet_safe(cell) for cell in row]
                for place, closings in lines
                for row in _csv_rows(place, closings, zone)
            )
        case PlainListFormat.TABLE:
            columns = (
                Column(_("Workplace"), least=8, letters=24),
                Column(_("Room"), least=10, letters=40),
                Column(_("Service"), least=10, letters=40),
                Column(_("Closed"), least=10, letters=80),
            )
            print_rows(columns, (_row(*line, zone) for line in lines), sys.stdout)
    return DONE


# Reading


def _offered(details: CatalogueDetails) -> list[Place]:
    return [
        Place(place.id, place.name, room.name, service.name)
        for service in details.children(ItemKind.SERVICE)
        for room in details.children(ItemKind.ROOM, service.id)
        for place in details.children(ItemKind.WORKPLACE, room.id)
        if not (service.archived or room.archived or place.archived)
    ]


def _found(offered: Collection[Place], names: Collection[str], room: str) -> list[Place]:
    """Return the places of these names, each once.

    Raises:
        WrongUsage: no place is called that, or places of several rooms are.
    """
    found: dict[int, Place] = {}
    for name in names:
        called = [one for one in offered if words(one.label) == words(name)]
        there = [one for one in called if _matches(one.room, room)]
        if not there:
            raise WrongUsage(_("There is no place {name}.").format(name=shown(name)))
        if len(there) > 1:
            rooms = ", ".join(dict.fromkeys(shown(one.room) for one in there))
            text = _("{name} is in several rooms: {rooms}. Name one with --room.")
            raise WrongUsage(text.format(name=shown(name), rooms=rooms))
        found[there[0].id] = there[0]
    return list(found.values())


def _matches(name: str, typed: str) -> bool:
    """Whether a name begins with the typed words; every name does with none."""
    typed_words = words(typed)
    return words(name)[: len(typed_words)] == typed_words


def _span(
    from_time: str, to_time: str, now: datetime, zone: tzinfo
) -> tuple[datetime, datetime | None]:
    today = now.astimezone(zone).date()
    starts_at = now
    if from_time.strip():
        starts_at = first_moment("from", *_moment("from", from_time, today), zone)
    return starts_at, last_moment("to", *_moment("to", to_time, today), zone)


def _moment(field: str, text: str, today: date) -> tuple[date | None, ClockTime | None]:
    """Return `2022-12-06`, `06.12.2022 10:00` or `2022-12-06T10:00` as a day and a time."""
    day, _separator, clock = text.strip().replace("T", " ").partition(" ")
    return (parse_day(field, day, today), parse_clock_time(field, clock) if clock.strip() else None)


# Telling


def _tell_held(refusal: PlacesHeld, moves: Collection[ProposedMove], zone: tzinfo) -> None:
    print(sentence(refusal), file=sys.stderr)
    for move in moves:
        print("  ".join(move_columns(move, zone)), file=sys.stderr)
    print(_("With --move they go to the places that are named."), file=sys.stderr)


def _move_json(move: ProposedMove) -> Mapping[str, object]:
    return {
        "ticket": move.ticket.ticket,
        "from": move.ticket.workplace,
        "to": move.label,
        "room": move.room,
    }


def _closing_json(closing: Closing, zone: tzinfo) -> Mapping[str, object]:
    told = closing_json(closing, zone)
    return {key: told[key] for key in ("starts_at", "ends_at", "reason")}


def _row(place: Place, closings: Collection[Closing], zone: tzinfo) -> tuple[str, ...]:
    told = (
        f"{span_text(one.starts_at, one.ends_at, zone)} {shown(one.reason)}" for one in closings
    )
    return shown(place.label), shown(place.room), shown(place.service), "\n".join(told)


def _csv_rows(
    place: Place, closings: Collection[Closing], zone: tzinfo
) -> Iterator[tuple[str, ...]]:
    facts = (place.label, place.room, place.service)
    for one in closings:
        yield (*facts, local(one.starts_at, zone) or "", local(one.ends_at, zone) or "", one.reason)
    if not closings:
        yield (*facts, "", "", "")
