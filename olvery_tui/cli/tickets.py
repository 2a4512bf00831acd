"""`olvery-tui tickets`, `ticket NUMBER` and `admit NUMBER`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Context, Typer

from olvery_tui.cli.following import matching
from olvery_tui.cli.listing import Table, Target, period, print_list, with_given, yes
from olvery_tui.cli.moments import NOW
from olvery_tui.cli.opening import opened
from olvery_tui.cli.options import (
    Answer,
    AnswerFormat,
    DetailsFormat,
    FactsFormat,
    Follow,
    For,
    Format,
    FromDay,
    Limit,
    ListFormat,
    Numbers,
    Output,
    Period,
    PlainFormat,
    Replace,
    TicketNumber,
    TicketPreset,
    ToDay,
    option,
)
from olvery_tui.cli.parsing import Command
from olvery_tui.cli.periods import other_period, signed_amount
from olvery_tui.cli.tables import Column, print_details
from olvery_tui.cli.usage import bad_values_named, missing, quoted, wrong
from olvery_tui.domain.errors import SeatTaken
from olvery_tui.domain.filters import EMPTY, parse_numbers, parse_place, parse_visitor
from olvery_tui.domain.people import shown_phone
from olvery_tui.domain.period_changes import PeriodDraft
from olvery_tui.domain.presets import TICKET_PRESETS, Preset
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.domain.tickets import Admission, PlaceDetails, TicketDetails
from olvery_tui.export.json_lines import json_text, ticket_json
from olvery_tui.export.lists import TICKETS
from olvery_tui.i18n import N_, _, pgettext
from olvery_tui.start import DONE, NO, USAGE
from olvery_tui.wording.admission import admission_text
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.labels import order_status, overdue, ticket_status
from olvery_tui.wording.people import full_name, person_name
from olvery_tui.wording.periods import instant_text, period_text
from olvery_tui.wording.seats import place_text

if TYPE_CHECKING:
    from olvery_tui.services import Services

commands = Typer()

_SEAT_LEAST = 16
"""Cells of a seat's label that no other column may take; real ones are shorter."""


@commands.command(cls=Command, help=N_("List tickets, with the filters of the application."))
def tickets(
    context: Context,
    number: Numbers = "",
    from_day: FromDay = "",
    to_day: ToDay = "",
    visitor: Annotated[
        str, option("--visitor", N_("TEXT"), N_("First letters of the last and first name."))
    ] = "",
    status: Annotated[
        list[TicketStatus] | None,
        option(
            "--status",
            N_("STATUS"),
            N_("new, confirmed, active, cancelled or done; may be given several times."),
        ),
    ] = None,
    days: Period = "",
    checked: Annotated[
        Answer | None,
        option("--checked", N_("yes|no"), N_("Only where the identity was checked, or was not.")),
    ] = None,
    ended: Annotated[
        Answer | None,
        option("--ended", N_("yes|no"), N_("Only where the period is over, or is not.")),
    ] = None,
    place: Annotated[
        str, option("--place", N_("TEXT"), N_("Words of the workplace: PM 1, or only 1."))
    ] = "",
    room: Annotated[
        str, option("--room", N_("TEXT"), N_("Words of the room, or their first letters."))
    ] = "",
    preset: Annotated[
        TicketPreset | None,
        option(
            "--preset",
            N_("PRESET"),
            N_("today, expected, inside, overdue or renewal; other conditions are added to it."),
        ),
    ] = None,
    limit: Limit = None,
    output_format: ListFormat = Format.TABLE,
    audience: For = None,
    output: Output = None,
    replace: Replace = False,
    follow: Follow = False,
) -> int:
    """Print what the filters leave, newest number first."""

    def find(services: Services) -> Iterator[TicketDetails]:
        desk = services.desk
        today = desk.today()
        wanted = TICKET_PRESETS[Preset(preset)](today) if preset else EMPTY
        first, last = period(from_day, to_day, today, days)
        filters = with_given(
            wanted,
            numbers=parse_numbers(number),
            from_day=first,
            to_day=last,
            visitor_words=parse_visitor(visitor),
            statuses=frozenset(status or ()),
            checked=yes(checked),
            ended=yes(ended),
            place=parse_place("place", place),
            room=parse_place("room", room),
        )
        return matching(services, desk.tickets, filters, follow=follow)

    target = Target(limit, output_format, audience, output, replace, follow)
    return print_list(context, target, TICKETS, Table(_columns, _row), find)


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Number")),
        Column(_("Rental period")),
        Column(_("Visitor"), least=10, letters=40),
        Column(_("Status")),
        Column(pgettext("column", "Workplace"), least=_SEAT_LEAST),
    )


def _row(ticket: TicketDetails, zone: tzinfo, narrow: bool) -> tuple[str, ...]:
    status = ticket_status(ticket.status)
    between = "\n" if narrow else " · "
    return (
        str(ticket.number),
        period_text(ticket.period, zone, short=narrow),
        person_name(ticket.visitor),
        f"{status}{between}{overdue()}" if ticket.overdue else status,
        shown(ticket.workplace),
    )


class TicketAction(StrEnum):
    """What can be done with a ticket."""

    MOVE = "move"
    PERIOD = "period"
    CANCEL = "cancel"


_OPTIONS = {
    "start": "--start",
    "end": "--end",
    "period": "--start, --end",
    "price": "--price",
    "reason": "--reason",
}


@commands.command(
    cls=Command, help=N_("Show one ticket, whole; move it, change its period, or cancel it.")
)
def ticket(
    context: Context,
    number: TicketNumber,
    action: Annotated[
        TicketAction | None,
        Argument(
            metavar=N_("ACTION"),
            help=N_("move it to another PLACE; change its period; cancel it by itself."),
        ),
    ] = None,
    place: Annotated[
        str | None, Argument(metavar=N_("PLACE"), help=N_("The workplace's name, such as PM №2."))
    ] = None,
    room: Annotated[
        str,
        option("--room", N_("NAME"), N_("Its room, where several have a workplace of that name.")),
    ] = "",
    start: Annotated[
        str, option("--start", N_("TIME"), N_("The new start: 2022-12-06 10:00, or a day."))
    ] = "",
    end: Annotated[
        str, option("--end", N_("TIME"), N_("The new end, or now; of days, the last one."))
    ] = "",
    price: Annotated[
        str,
        option(
            "--price",
            N_("AMOUNT"),
            N_("What the order costs more (period) or less (cancel) by it."),
        ),
    ] = "",
    reason: Annotated[str, option("--reason", N_("TEXT"), N_("Why it is cancelled."))] = "",
    output_format: FactsFormat = DetailsFormat.TABLE,
) -> int:
    """Carry out the action, if any, and print the ticket.

    The runner reports refusals, exit 1.
    """
    _check_options(context, action, place, room, start, end, price, reason)
    with opened(context.obj) as services, bad_values_named(_OPTIONS):
        desk, zone = services.desk, services.location.zone
        ticket = desk.tickets.get(number)
        try:
            amount = signed_amount(price)
            match action:
                case TicketAction.MOVE:
                    places = desk.tickets.places(ticket)
                    workplace = _place(context, places, place or "", room)
                    ticket = desk.tickets.change_workplace(ticket, workplace)
                case TicketAction.PERIOD if end.strip().lower() == NOW and not start:
                    ticket = desk.periods.leave_early(ticket)
                case TicketAction.PERIOD:
                    other = other_period(ticket.period, start, end, desk.now(), zone)
                    draft = PeriodDraft(other, amount)
                    ticket = desk.periods.change_period(ticket, draft)
                case TicketAction.CANCEL:
                    ticket = desk.cancelling.cancel_ticket(ticket, amount, reason)
        except SeatTaken as refusal:
            print(sentence(refusal, zone), file=sys.stderr)
            return NO
    print_details(output_format, ticket_json(ticket, zone), _facts(ticket, zone))
    return DONE


def _check_options(
    context: Context,
    action: TicketAction | None,
    place: str | None,
    room: str,
    start: str,
    end: str,
    price: str,
    reason: str,
) -> None:
    """Refuse options that belong to something else; exit 2."""
    if action is not TicketAction.MOVE and (room or (place and action)):
        raise wrong(context, _("PLACE and --room belong to move."))
    if action is not TicketAction.PERIOD and (start or end):
        raise wrong(context, _("--start and --end belong to period."))
    if action in (None, TicketAction.MOVE) and price:
        raise wrong(context, _("--price belongs to period and cancel."))
    if action is not TicketAction.CANCEL and reason:
        raise wrong(context, _("--reason belongs to cancel."))
    if action is TicketAction.MOVE and place is None:
        raise missing(context, _("PLACE"))
    if action is TicketAction.PERIOD and not (start or end):
        raise missing(context, "--end")


def _place(context: Context, places: Sequence[PlaceDetails], label: str, room: str) -> int:
    """Return the workplace that is called so; exit 2 where none is, or several are."""
    found = [
        one
        for one in places
        if one.label.casefold() == label.strip().casefold()
        and (not room or one.room.casefold() == room.strip().casefold())
    ]
    if not found:
        text = _("The ticket's service has no workplace {name}.")
        raise wrong(context, text.format(name=quoted(label)))
    if len(found) > 1:
        rooms = ", ".join(shown(one.room) for one in found)
        raise wrong(context, _("Several rooms have it, say --room: {rooms}").format(rooms=rooms))
    return found[0].workplace_id


def _facts(ticket: TicketDetails, zone: tzinfo) -> Iterator[tuple[str, str]]:
    visitor = ticket.visitor
    yield _("Ticket"), str(ticket.number)
    yield _("Created"), instant_text(ticket.created_at, zone)
    yield _("Service"), shown(ticket.service)
    yield _("Order"), f"{ticket.order} · {order_status(ticket.order_status)}"
    status = ticket_status(ticket.status)
    yield _("Status"), f"{status} · {overdue()}" if ticket.overdue else status
    yield _("Visitor"), full_name(visitor)
    if visitor.banned:
        yield _("Do not let in"), shown(visitor.ban_reason or "")
    if visitor.note:
        yield pgettext("field", "Note"), shown(visitor.note)
    if visitor.phone:
        yield _("Phone"), shown_phone(visitor.phone)
    if visitor.email:
        yield pgettext("field", "Email"), shown(visitor.email)
    yield _("Rental period"), period_text(ticket.period, zone)
    if ticket.variant:
        yield _("Service variant"), shown(ticket.variant)
    yield _("Tariff"), shown(ticket.tariff)
    yield _("Workplace"), place_text(ticket, zone)
    yield _("Room"), shown(ticket.room)
    if ticket.modifiers:
        yield _("Modifiers"), ", ".join(shown(name) for name in ticket.modifiers)
    yield _("Checked on"), instant_text(ticket.validated_at, zone) if ticket.validated_at else "—"
    yield _("Responsible"), shown(ticket.validated_by.name) if ticket.validated_by else "—"


@commands.command(
    cls=Command,
    help=N_(
        "May the visitor come in now? Exit code 0: yes, 1: no, 2: no such ticket or no answer."
    ),
)
def admit(
    context: Context, number: TicketNumber, output_format: AnswerFormat = PlainFormat.TEXT
) -> int:
    """Print the answer; 0 admitted, 1 refused, 2 where there is no such ticket."""
    with opened(context.obj) as services:
        decision = services.desk.tickets.admission(number)
    admitted = decision is Admission.ADMITTED
    if output_format is PlainFormat.JSON:
        reason = None if admitted else decision.value
        print(json_text({"number": number, "admitted": admitted, "reason": reason}))
    else:
        print(admission_text(decision, number))
    if decision is Admission.NO_SUCH_TICKET:
        return USAGE
    return DONE if admitted else NO
