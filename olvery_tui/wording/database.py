"""The findings of a database check as sentences for its administrator."""

from __future__ import annotations

from collections.abc import Mapping

from olvery_tui.domain.problems import Problem, ProblemCode
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.i18n import N_, NP_, _, ngettext, pgettext
from olvery_tui.wording.events import field_name, setting_name, thing
from olvery_tui.wording.labels import ticket_status

SENTENCES: Mapping[ProblemCode, str] = {
    ProblemCode.INTEGRITY: N_("The file is damaged: {detail}"),
    ProblemCode.FOREIGN_KEY: N_(
        "{table}, row {row}: what it refers to in {parent} does not exist."
    ),
    ProblemCode.GUARD: N_("The guard {name} is missing or was altered. Run: olvery-tui db upgrade"),
    ProblemCode.UNFIT: N_("{table}, row {row}: the value in {column} can't be read."),
    ProblemCode.LOCATION: N_("The database names no location. Run: olvery-tui db upgrade"),
    ProblemCode.TIME_ZONE: N_("The location's time zone “{name}” is unknown on this machine."),
    ProblemCode.OVERLAP: N_(
        "Workplace {workplace}: tickets {other} and {ticket} hold it at the same time."
    ),
    ProblemCode.SEAT_UNCOVERED: N_(
        "Ticket {ticket} does not hold a workplace up to the end of its period."
    ),
    ProblemCode.SEAT_KEPT: N_(
        "Ticket {ticket} is cancelled and holds a workplace that nobody uses."
    ),
    ProblemCode.SEAT_SHOWN: N_("Ticket {ticket} shows a workplace other than the one it holds."),
    ProblemCode.NO_EVENT: N_("Ticket {ticket}: the history does not say how it came to be."),
    ProblemCode.SERVICE: N_("Ticket {ticket}: its workplace or tariff belongs to another service."),
    ProblemCode.ORDER_NO_EVENT: N_("Order {order}: the history does not say how it came to be."),
    ProblemCode.ORDER_PERIOD: N_("Order {order} does not begin and end with its tickets."),
    ProblemCode.PAID: N_("Order {order}: what is paid is not the sum of its payments."),
    ProblemCode.OVERPAID_BACK: N_(
        "Order {order}: payment {payment} gives back more than had been paid."
    ),
    ProblemCode.SEARCH: N_("Person {person} is not found by their own name."),
    ProblemCode.SHARED: N_(
        "Possible duplicates are listed wrongly (values: {count}). Run: olvery-tui db upgrade"
    ),
    ProblemCode.TRAIL_CHANGED: N_(
        "Audit trail: lines {first}–{last} (seal {seal}) are not as they were written: "
        "changed, or some are missing."
    ),
    ProblemCode.TRAIL_REMOVED: N_(
        "Audit trail: what seal {seal} covers was removed, or the seal itself."
    ),
    ProblemCode.TRAIL_ADDED: N_("Audit trail: line {event} was written past the program."),
    ProblemCode.TRAIL_TIME: N_("Audit trail: line {event} is dated before the line before it."),
    ProblemCode.TRAIL_UNKNOWN: N_("Audit trail: line {event} is of an unknown kind: {kind}"),
    ProblemCode.TRAIL_CUT: N_(
        "Audit trail: there should be {seals} seals, there are {found}: its end is missing."
    ),
    ProblemCode.TRAIL_OTHER: N_(
        "Audit trail: seal {seal} is not the one that was noted: all was rewritten."
    ),
    ProblemCode.MOVES_AT: N_("Ticket {ticket}: the status worker would pass it by."),
}


def problem_text(problem: Problem) -> str:
    """Return a finding: what it is about and what is wrong with it."""
    facts = {
        name: shown(value) if isinstance(value, str) else value
        for name, value in problem.params.items()
    }
    match problem.code:
        case ProblemCode.MORE:
            return _("There are more problems like this one.")
        case ProblemCode.FACT:
            return _fact(problem.params)
        case ProblemCode.UNTOLD:
            told = _("{thing}: the audit trail does not say how it came to be.")
            return told.format(thing=thing(facts["what"], facts["number"]))
        case ProblemCode.GONE:
            told = _("{thing} was removed past the program.")
            return told.format(thing=thing(facts["what"], facts["number"]))
        case ProblemCode.OVERLAP if None in (facts["ticket"], facts["other"]):
            return _("Workplace {workplace}: ticket {ticket} holds it while it is closed.").format(
                workplace=facts["workplace"], ticket=facts["ticket"] or facts["other"] or "—"
            )
        case ProblemCode.STATUS:
            return _status(problem.params)
        case code:
            return _(SENTENCES[code]).format(**facts) + _others(problem.params)


_THINGS = {
    "ticket": N_("Ticket {number}: “{fact}” is not what the audit trail says."),
    "order": N_("Order {number}: “{fact}” is not what the audit trail says."),
    "manager": N_("Manager {number}: “{fact}” is not what the audit trail says."),
    "settings": N_("Settings: “{fact}” is not what the audit trail says."),
}
_OWN_FACTS = {
    "status": NP_("stored fact", "status"),
    "currency": NP_("stored fact", "currency"),
    "login": NP_("stored fact", "login"),
    "name": NP_("stored fact", "name"),
    "role": NP_("stored fact", "role"),
    "active": NP_("stored fact", "may sign in"),
    "password": NP_("stored fact", "password"),
    "previous_status": NP_("stored fact", "former status"),
    "label": NP_("stored fact", "name"),
    "unit": NP_("stored fact", "unit"),
    "slot_minutes": NP_("stored fact", "step in minutes"),
    "min_units": NP_("stored fact", "fewest units"),
    "max_units": NP_("stored fact", "most units"),
    "room": NP_("stored fact", "room"),
    "archived": NP_("stored fact", "archived"),
    "weekday": NP_("stored fact", "weekday"),
    "opens": NP_("stored fact", "opening"),
    "closes": NP_("stored fact", "closing"),
    "day": NP_("stored fact", "day"),
    "from": NP_("stored fact", "beginning"),
    "to": NP_("stored fact", "end"),
    "reason": NP_("stored fact", "reason"),
    "manager": NP_("stored fact", "manager"),
    "note": NP_("stored fact", "note"),
    "read": NP_("stored fact", "read"),
    "payments": NP_("stored fact", "payments and refunds"),
}


def _fact(facts: Mapping[str, object]) -> str:
    name = str(facts["name"])
    if name in _OWN_FACTS:
        told = pgettext("stored fact", _OWN_FACTS[name])
    else:
        told = setting_name(name) if facts["what"] == "settings" else field_name(name)
    what = str(facts["what"])
    if what in _THINGS:
        return _(_THINGS[what]).format(number=facts["number"], fact=told)
    text = _("{thing}: “{fact}” is not what the audit trail says.")
    return text.format(thing=thing(what, facts["number"]), fact=told)


def _status(facts: Mapping[str, object]) -> str:
    text = _("Ticket {ticket} is “{status}” and should be “{expected}”.").format(
        ticket=facts["ticket"],
        status=ticket_status(TicketStatus(str(facts["status"]))),
        expected=ticket_status(TicketStatus(str(facts["expected"]))),
    )
    return text + _others(facts)


def _others(facts: Mapping[str, object]) -> str:
    """Return how many more tickets are like the one named."""
    count = facts.get("count")
    others = count - 1 if isinstance(count, int) else 0
    if others < 1:
        return ""
    return " " + ngettext(
        "{count} other ticket is like it.", "{count} other tickets are like it.", others
    ).format(count=others)
