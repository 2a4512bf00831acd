"""The audit trail as people read it: one sentence for each kind of event.

Events hold codes and ids; what they stand for now comes with the line (`EventLine.names`). Whoever
was erased since is not named.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from olvery_tui.domain.cards import EventLine
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.events import ActorKind, EventKind
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.i18n import NP_, _, pgettext
from olvery_tui.wording.labels import order_status, status_text
from olvery_tui.wording.listing import number_text
from olvery_tui.wording.orders import payment_kind
from olvery_tui.wording.periods import instant_text

_FIELDS = {
    "order": NP_("changed field", "order"),
    "visitor": NP_("changed field", "visitor"),
    "workplace": NP_("changed field", "workplace"),
    "tariff": NP_("changed field", "tariff"),
    "variant": NP_("changed field", "variant"),
    "modifiers": NP_("changed field", "modifiers"),
    "period": NP_("changed field", "period"),
    "validation": NP_("changed field", "identity check"),
    "created_at": NP_("changed field", "creation time"),
    "service": NP_("changed field", "service"),
    "customer": NP_("changed field", "customer"),
    "payment_kind": NP_("changed field", "payment"),
    "paid_at": NP_("changed field", "payment time"),
    "price": NP_("changed field", "price"),
    "comment": NP_("changed field", "comment"),
    "last_name": NP_("changed field", "last name"),
    "first_name": NP_("changed field", "first name"),
    "phone": NP_("changed field", "phone"),
    "email": NP_("changed field", "email"),
}

_REASONS = {
    "no_manager": NP_("refusal", "nobody is named as the manager"),
    "no_such_ticket": NP_("refusal", "there is no such ticket"),
    "no_such_order": NP_("refusal", "there is no such order"),
    "wrong_status": NP_("refusal", "the ticket's status does not allow it"),
    "already_validated": NP_("refusal", "the identity was already checked"),
    "not_validated": NP_("refusal", "there was no identity check"),
    "changed_meanwhile": NP_("refusal", "somebody had changed the ticket"),
    "period_ended": NP_("refusal", "the rental period is over"),
    "seat_taken": NP_("refusal", "the workplace is taken"),
    "no_such_choice": NP_("refusal", "the choice is not there any more"),
    "person_exists": NP_("refusal", "such a person already exists"),
    "forbidden_transition": NP_("refusal", "the order's status does not allow it"),
    "payment_missing": NP_("refusal", "it is not paid"),
}


def actor_text(line: EventLine) -> str:
    """Who did it: a manager's name, the system, or the command line and its account."""
    who = shown(line.who)
    match line.actor:
        case ActorKind.SYSTEM:
            return pgettext("actor", "System")
        case ActorKind.CLI:
            console = pgettext("actor", "Command line")
            return f"{console}, {who}" if who else console
        case ActorKind.MANAGER:
            return who or pgettext("actor", "Manager")


def event_text(line: EventLine, zone: tzinfo) -> str:
    """What happened, in one line; a status that time moved is told with the time it was due."""
    text = _SENTENCES[line.kind](_Facts(line, zone))
    if line.due_at is not None:
        due = _("due {time}").format(time=instant_text(line.due_at, zone))
        return f"{text} · {due}"
    return text


def is_refusal(kind: EventKind) -> bool:
    """Whether the event is an attempt that was turned down, not a change."""
    return kind in _ATTEMPTS


class _Facts:
    """What an event's data holds, as words.

    It was written by some version of this program, perhaps not this one: a key that is missing or
    strange becomes a dash, never an error.
    """

    def __init__(self, line: EventLine, zone: tzinfo) -> None:
        self.line = line
        self._zone = zone

    def name(self, key: str) -> str:
        """A person or manager; whoever was erased since is not named."""
        return shown(self.line.names.get(key, "")) or _NOTHING

    def place(self, key: str) -> str:
        """A workplace and its room."""
        names = self.line.names
        parts = (names.get(key, ""), names.get(f"{key}_room", ""))
        return ", ".join(shown(part) for part in parts if part) or _NOTHING

    def ticket_status(self, key: str) -> str:
        """The symbol and label of a ticket's status."""
        code = str(self.line.data.get(key))
        return status_text(TicketStatus(code)) if code in set(TicketStatus) else _NOTHING

    def order_status(self, key: str) -> str:
        """The label of an order's status."""
        code = str(self.line.data.get(key))
        return order_status(OrderStatus(code)) if code in set(OrderStatus) else _NOTHING

    def moment(self, key: str) -> str:
        """An instant; empty where there is none."""
        try:
            moment = datetime.fromisoformat(str(self.line.data.get(key)))
        except ValueError:
            return ""
        return instant_text(moment, self._zone) if moment.tzinfo is not None else ""

    def payment(self, key: str) -> str:
        """How it was paid; empty where that is not told."""
        code = str(self.line.data.get(key))
        return payment_kind(PaymentKind(code)) if code in set(PaymentKind) else ""

    def text(self, key: str) -> str:
        """What somebody has typed; empty where there is none."""
        value = self.line.data.get(key)
        return shown(value) if isinstance(value, str) else ""

    def number(self, key: str) -> str:
        """A count."""
        value = self.line.data.get(key)
        return number_text(value) if isinstance(value, int) else _NOTHING

    def fields(self) -> str:
        """The names of what an import changed."""
        fields = self.line.data.get("fields")
        names = [str(name) for name in fields] if isinstance(fields, list) else []
        return ", ".join(dict.fromkeys(_field_name(name) for name in names)) or _NOTHING

    def reason(self) -> str:
        """Why an attempt was refused."""
        code = str(self.line.data.get("reason", ""))
        if code == "forbidden_transition" and "status" in self.line.data:
            return _("the order was {status}").format(status=self.order_status("status"))
        if code == "changed_meanwhile" and self.line.kind is EventKind.ORDER_MOVE_REFUSED:
            return pgettext("refusal", "somebody had changed the order")
        if code == "wrong_status" and "status" in self.line.data:
            return _("the ticket was {status}").format(status=self.ticket_status("status"))
        return pgettext("refusal", _REASONS[code]) if code in _REASONS else shown(code) or _NOTHING


_NOTHING = "—"


def _field_name(code: str) -> str:
    return pgettext("changed field", _FIELDS[code]) if code in _FIELDS else shown(code)


def _ticket_created(facts: _Facts) -> str:
    details = (
        _("visitor {name}").format(name=facts.name("visitor")),
        _("workplace {place}").format(place=facts.place("workplace")),
        facts.ticket_status("status"),
    )
    return _("Ticket created: {details}").format(details=", ".join(details))


def _ticket_updated(facts: _Facts) -> str:
    return _("Ticket changed by an import: {fields}").format(fields=facts.fields())


def _ticket_moved(facts: _Facts) -> str:
    return _("Status: {before} → {after}").format(
        before=facts.ticket_status("from"), after=facts.ticket_status("to")
    )


def _ticket_validated(facts: _Facts) -> str:
    return _("Identity checked: {name}").format(name=facts.name("visitor"))


def _validation_reset(facts: _Facts) -> str:
    check = (facts.moment("validated_at"), facts.name("validated_by"))
    return _("Identity check reset; it was {check}").format(
        check=", ".join(part for part in check if part)
    )


def _visitor_changed(facts: _Facts) -> str:
    text = _("Visitor: {before} → {after}").format(
        before=facts.name("from"), after=facts.name("to")
    )
    if facts.line.data.get("cleared") is True:
        return _("{text}; the identity check was reset").format(text=text)
    return text


def _workplace_changed(facts: _Facts) -> str:
    text = _("Workplace: {before} → {after}").format(
        before=facts.place("from"), after=facts.place("to")
    )
    since = facts.moment("since")
    return _("{text}, from {time} on").format(text=text, time=since) if since else text


def _order_created(facts: _Facts) -> str:
    return _("Order created: {status}").format(status=facts.order_status("status"))


def _order_moved(facts: _Facts) -> str:
    text = _("Order's status: {before} → {after}").format(
        before=facts.order_status("from"), after=facts.order_status("to")
    )
    paid = ", ".join(part for part in (facts.moment("paid_at"), facts.payment("payment")) if part)
    if paid:
        text = _("{text}; paid {facts}").format(text=text, facts=paid)
    reason = facts.text("reason")
    if reason:
        text = _("{text}; reason: {reason}").format(text=text, reason=reason)
    return text


def _order_updated(facts: _Facts) -> str:
    return _("Order changed by an import: {fields}").format(fields=facts.fields())


def _person_created(facts: _Facts) -> str:
    return _("Person added: {name}").format(name=facts.name("person"))


def _person_updated(facts: _Facts) -> str:
    return _("Person {name} changed by an import: {fields}").format(
        name=facts.name("person"), fields=facts.fields()
    )


def _settings_changed(facts: _Facts) -> str:
    if facts.line.data.get("auto_complete_orders") is True:
        return _("Settings: orders whose tickets have ended are completed by themselves")
    return _("Settings: orders are completed by a manager only")


def _imported(facts: _Facts) -> str:
    return _(
        "Import: {lines} lines, {created} created, {updated} changed, {refused} refused"
    ).format(**{key: facts.number(key) for key in ("lines", "created", "updated", "refused")})


def _refused(facts: _Facts) -> str:
    return _("Refused: {attempt}; {reason}").format(
        attempt=pgettext("refused attempt", _ATTEMPTS[facts.line.kind]).format(
            name=facts.name("to"), place=facts.place("to"), status=facts.order_status("to")
        ),
        reason=facts.reason(),
    )


_ATTEMPTS = {
    EventKind.VALIDATE_REFUSED: NP_("refused attempt", "to check the identity"),
    EventKind.RESET_REFUSED: NP_("refused attempt", "to reset the identity check"),
    EventKind.VISITOR_REFUSED: NP_("refused attempt", "to change the visitor to {name}"),
    EventKind.WORKPLACE_REFUSED: NP_("refused attempt", "to change the workplace to {place}"),
    EventKind.ORDER_MOVE_REFUSED: NP_(
        "refused attempt", "to change the order's status to {status}"
    ),
}

_SENTENCES: dict[EventKind, Callable[[_Facts], str]] = {
    EventKind.TICKET_CREATED: _ticket_created,
    EventKind.TICKET_UPDATED: _ticket_updated,
    EventKind.TICKET_MOVED: _ticket_moved,
    EventKind.TICKET_VALIDATED: _ticket_validated,
    EventKind.VALIDATION_RESET: _validation_reset,
    EventKind.VISITOR_CHANGED: _visitor_changed,
    EventKind.WORKPLACE_CHANGED: _workplace_changed,
    EventKind.VALIDATE_REFUSED: _refused,
    EventKind.RESET_REFUSED: _refused,
    EventKind.VISITOR_REFUSED: _refused,
    EventKind.WORKPLACE_REFUSED: _refused,
    EventKind.ORDER_CREATED: _order_created,
    EventKind.ORDER_MOVED: _order_moved,
    EventKind.ORDER_MOVE_REFUSED: _refused,
    EventKind.ORDER_UPDATED: _order_updated,
    EventKind.PERSON_CREATED: _person_created,
    EventKind.PERSON_UPDATED: _person_updated,
    EventKind.SETTINGS_CHANGED: _settings_changed,
    EventKind.IMPORTED: _imported,
}
