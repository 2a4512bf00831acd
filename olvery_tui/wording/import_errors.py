"""Errors in an import file's lines as sentences that say how to fix them.

Fields and kinds are named as in the file; only the sentence around them is translated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from olvery_tui.domain.errors import ImportCode
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.i18n import N_, _, ngettext
from olvery_tui.wording.labels import ticket_status

if TYPE_CHECKING:  # its models take a while to build, and every command imports these sentences
    from olvery_tui.domain.import_lines import Problem

_QUOTED_MAX = 60


SENTENCES: Mapping[ImportCode, str] = {
    # the line as a whole
    ImportCode.TOO_LONG_LINE: N_(
        "the line is longer than {limit} bytes. Is every record on its own line?"
    ),
    ImportCode.NOT_UTF8: N_("byte {byte} is not UTF-8. Save the file in UTF-8."),
    ImportCode.NOT_JSON: N_("this is not JSON from column {column} on. Write one object a line."),
    ImportCode.NOT_FINITE: N_("{text} is not a number of JSON. Write amounts as texts: “900.00”."),
    ImportCode.TOO_DEEP: N_("brackets within brackets without end. Write one plain object."),
    ImportCode.NOT_OBJECT: N_("this is not an object. Write one object in braces a line."),
    # a single field
    ImportCode.DUPLICATE: N_("the field is there twice. Keep one of them."),
    ImportCode.MISSING: N_("the field is missing."),
    ImportCode.EMPTY: N_("the field is empty."),
    ImportCode.UNKNOWN_FIELD: N_("there is no such field. Correct its name or leave it out."),
    ImportCode.NOT_TEXT: N_("{text} is not a text. Write it in quotes."),
    ImportCode.NOT_WHOLE: N_("{text} is not a whole number. Write it without quotes: 26."),
    ImportCode.NOT_LIST: N_("{text} is not a list. Write it in square brackets."),
    ImportCode.OUT_OF_RANGE: N_("the number has to be between {least} and {most}."),
    ImportCode.TOO_LONG: N_("the text is too long: up to {limit} letters fit."),
    ImportCode.TOO_MANY: N_("the list is too long: up to {limit} entries fit."),
    ImportCode.REPEATED: N_("“{text}” is in the list twice. Keep one of them."),
    ImportCode.UNPRINTABLE: N_("the text holds characters that can't be seen. Remove them."),
    ImportCode.AMOUNT: N_("{text} is not an amount. Write it as a text with a point: “900.00”."),
    ImportCode.CURRENCY: N_("{text} is not a currency. Write three capital letters: “RUB”."),
    ImportCode.CHOICE: N_("{text} is not one of the values allowed: {choices}."),
    ImportCode.DAY: N_("{text} is not a day. Write it like “2022-12-06”."),
    ImportCode.INSTANT: N_("{text} is not a time. Write it like “2022-12-06T09:00:00+03:00”."),
    ImportCode.NAIVE: N_(
        "{text} says no offset from UTC. Write it like “2022-12-06T09:00:00+03:00”."
    ),
    ImportCode.YEAR: N_("the year has to be between {first} and {last}."),
    ImportCode.PHONE: N_("this is not a phone number. Write it like “+79655776500”."),
    ImportCode.EMAIL: N_("this is not an email address. Write it like “name@mail.ru”."),
    # combinations of fields
    ImportCode.UNITS_ORDER: N_("the most units are fewer than the least ones."),
    ImportCode.TWO_PERIODS: N_(
        "the period is there twice, in days and in hours. Keep one of them."
    ),
    ImportCode.NO_PERIOD: N_(
        "there is no period. Write starts_on and ends_on, or starts_at and ends_at."
    ),
    ImportCode.DAYS_ORDER: N_("the period ends before it begins."),
    ImportCode.MOMENTS_ORDER: N_("the period has to end after it begins."),
    ImportCode.ONE_DAY: N_(
        "hours have to stay within one day. Write whole days as starts_on and ends_on."
    ),
    ImportCode.LONG: N_("the period is longer than {days} days."),
    ImportCode.VALIDATED_ALONE: N_(
        "validated_at and validated_by belong together. Write both or neither."
    ),
    ImportCode.CANCELLED_ALONE: N_(
        "the ticket was cancelled and its order was not: such a ticket can't be brought in."
    ),
    # conflicts with the database
    ImportCode.DEPENDS: N_("“{text}” was refused at line {line}. Correct that line first."),
    ImportCode.NO_SUCH: N_(
        "there is no “{text}”. Correct the name, or add a line that describes it."
    ),
    ImportCode.TARIFF_HOURS: N_("the tariff is sold by the hour. Write starts_at and ends_at."),
    ImportCode.TARIFF_DAYS: N_("the tariff is sold by whole days. Write starts_on and ends_on."),
    ImportCode.PERIOD_ENDED: N_("the period is over: there is nothing left to move."),
    ImportCode.SEAT_OWN: N_("two tickets of this order want the same workplace at the same time."),
    ImportCode.SEAT_TAKEN: N_(
        "ticket {wanted} can't have the workplace {workplace} ({room}): "
        "ticket {ticket} has it at that time."
    ),
    ImportCode.SEAT_ARCHIVED: N_("the workplace {workplace} ({room}) is archived."),
    ImportCode.SEAT_CLOSED: N_("the workplace {workplace} ({room}) is closed: {reason}."),
    ImportCode.HOURS: N_("{text} is not a time. Write it like 09:00–11:00."),
    ImportCode.FAILED: N_("the cell has {text} instead of a value. Correct its formula."),
    ImportCode.SEVERAL: N_("there are several in one cell. Give each a row of their own."),
    ImportCode.WHICH_ROOM: N_("“{text}” is in several rooms. Name the room too."),
    ImportCode.TWO_PEOPLE: N_("the phone is one person's, the email another's. Keep one of them."),
    ImportCode.JOINED: N_("this is the one of {name}, who is there already and stays as is."),
    ImportCode.NUMBER_TAKEN: N_("the number {number} is taken. Leave it out or write another one."),
    ImportCode.WRONG_STATUS: N_("this can't be changed any more: the ticket is “{status}”."),
}
"""The reason, by the code of a `Problem`."""


def problem_text(problem: Problem) -> str:
    """Return the place and what is wrong: `Line 12, ticket 26, workplace: …`."""
    parts = [_("Line {number}").format(number=problem.line)]
    if problem.kind is not None:
        parts.append(
            f"{problem.kind} {shown(problem.key, _QUOTED_MAX)}" if problem.key else problem.kind
        )
    if problem.field:
        parts.append(shown(problem.field, _QUOTED_MAX))
    return _("{place}: {reason}").format(place=", ".join(parts), reason=reason(problem))


def reason(problem: Problem, others: Mapping[ImportCode, str] = {}) -> str:
    """Return what is wrong and how to fix it, without the place; in `others` of its sentences."""
    params = {
        name: shown(value, _QUOTED_MAX * 3) if isinstance(value, str) else value
        for name, value in problem.params.items()
    }
    if (special := _SPECIAL.get(problem.code)) is not None:
        return special(params)
    return _(others.get(problem.code) or SENTENCES[problem.code]).format(**params)


def _wrong_status(params: Mapping[str, object]) -> str:
    code = str(params.get("status"))
    status = ticket_status(TicketStatus(code)) if code in set(TicketStatus) else code
    return _(SENTENCES[ImportCode.WRONG_STATUS]).format(status=status)


def _service_fixed(params: Mapping[str, object]) -> str:
    count = params.get("tickets")
    tickets = count if isinstance(count, int) else 0
    return ngettext(
        "the order has {count} ticket of another service and can't change to this one.",
        "the order has {count} tickets of another service and can't change to this one.",
        tickets,
    ).format(count=tickets)


_SPECIAL: Mapping[ImportCode, Callable[[Mapping[str, object]], str]] = {
    ImportCode.WRONG_STATUS: _wrong_status,
    ImportCode.SERVICE_FIXED: _service_fixed,
}
