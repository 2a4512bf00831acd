"""The audit trail in words: one sentence for each kind of event.

Events hold codes and ids; their current names come with the line (`EventLine.names`). Erased people
are not named.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import cast

from olvery_tui.domain.access import ActorKind, Role, SignIn
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.events import EventKind, EventLine
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.i18n import N_, NP_, _, pgettext
from olvery_tui.wording.access import method_text, role_text
from olvery_tui.wording.closings import span_text
from olvery_tui.wording.labels import order_status, status_text
from olvery_tui.wording.listing import number_text
from olvery_tui.wording.money import money_text
from olvery_tui.wording.orders import payment_kind, tickets_named
from olvery_tui.wording.periods import instant_text, period_text
from olvery_tui.wording.undo import change_text

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
    "paid": NP_("changed field", "payments"),
    "comment": NP_("changed field", "comment"),
    "last_name": NP_("changed field", "last name"),
    "first_name": NP_("changed field", "first name"),
    "patronymic": NP_("changed field", "patronymic"),
    "note": NP_("changed field", "note"),
    "ban_reason": NP_("changed field", "reason of the ban"),
    "phone": NP_("changed field", "phone"),
    "email": NP_("changed field", "email"),
}

_REASONS = {
    "no_manager": NP_("refusal", "nobody is named as the manager"),
    "disabled": NP_("refusal", "the manager is disabled"),
    "role": NP_("refusal", "not a rental manager"),
    "gone": NP_("refusal", "there is no such manager any more"),
    "administrator": NP_("refusal", "only the command line may"),
    "way": NP_("refusal", "the settings ask for another way in"),
    "wrong_password": NP_("refusal", "wrong login or password"),
    "too_many_attempts": NP_("refusal", "wrong too often, had to wait"),
    "no_password": NP_("refusal", "the manager has no password"),
    "not_allowed": NP_("refusal", "this is not allowed"),
    "own_account": NP_("refusal", "it is their own account"),
    "not_first": NP_("refusal", "there is a manager already"),
    "login_taken": NP_("refusal", "the login is taken"),
    "no_such_manager": NP_("refusal", "there is no such manager"),
    "no_such_ticket": NP_("refusal", "there is no such ticket"),
    "no_such_order": NP_("refusal", "there is no such order"),
    "wrong_status": NP_("refusal", "the ticket's status does not allow it"),
    "banned": NP_("refusal", "the visitor must not be let in"),
    "already_validated": NP_("refusal", "the identity was already checked"),
    "not_validated": NP_("refusal", "there was no identity check"),
    "changed_meanwhile": NP_("refusal", "somebody had changed the ticket"),
    "period_ended": NP_("refusal", "the rental period is over"),
    "period_not_begun": NP_("refusal", "the rental period has not begun"),
    "seat_taken": NP_("refusal", "the workplace is taken"),
    "places_held": NP_("refusal", "tickets still need the workplace"),
    "still_used": NP_("refusal", "tickets or orders name it"),
    "preset_outdated": NP_("refusal", "the preset asks for what is no more"),
    "price_changed": NP_("refusal", "the price was changed meanwhile"),
    "no_such_choice": NP_("refusal", "the choice is not there any more"),
    "person_exists": NP_("refusal", "such a person already exists"),
    "forbidden_transition": NP_("refusal", "the order's status does not allow it"),
    "payment_missing": NP_("refusal", "it is not paid"),
    "payment_too_large": NP_("refusal", "more than the order owes"),
    "refund_too_large": NP_("refusal", "more than was paid"),
    "order_not_ended": NP_("refusal", "it has not ended yet"),
    "nothing_to_undo": NP_("refusal", "it can't be undone"),
    "undo_expired": NP_("refusal", "it was done too long ago"),
    "changed_since": NP_("refusal", "it was changed since"),
    "undo_impossible": NP_("refusal", "it can't be again as it was"),
}


def actor_text(line: EventLine) -> str:
    """Return who did it: a manager's name, the system, or the command line and its account."""
    who = shown(line.who)
    match line.actor:
        case ActorKind.SYSTEM:
            return pgettext("actor", "System")
        case ActorKind.CLI:
            console = pgettext("actor", "Command line")
            return f"{console}, {who}" if who else console
        case ActorKind.NOBODY:
            return pgettext("actor", "Not signed in")
        case ActorKind.MANAGER:
            return who or pgettext("actor", "Manager")
    return pgettext("actor", "Unknown")


def when_text(line: EventLine, zone: tzinfo) -> str:
    """Return when it happened."""
    return pgettext("event", "time unknown") if line.at is None else instant_text(line.at, zone)


def event_text(line: EventLine, zone: tzinfo) -> str:
    """Return what happened, in one line; a status moved by time includes the time it was due."""
    text = _SENTENCES.get(line.kind, _unknown)(_Facts(line, zone))
    if line.due_at is not None:
        due = _("due {time}").format(time=instant_text(line.due_at, zone))
        return f"{text} · {due}"
    return text


def is_refusal(kind: EventKind | str) -> bool:
    """Return whether the event is a refused attempt, not a change."""
    return kind in _ATTEMPTS or kind in _REFUSALS


class _Facts:
    """An event's data in words.

    Another version of this program may have written it: a missing or unexpected key becomes a dash,
    never an error.
    """

    def __init__(self, line: EventLine, zone: tzinfo) -> None:
        self.line = line
        self._zone = zone

    def name(self, key: str) -> str:
        """Return a person's or manager's name; erased people have none."""
        return shown(self.line.names.get(key, "")) or _NOTHING

    def place(self, key: str) -> str:
        """Return a workplace and its room."""
        names = self.line.names
        parts = (names.get(key, ""), names.get(f"{key}_room", ""))
        return ", ".join(shown(part) for part in parts if part) or _NOTHING

    def ticket_status(self, key: str) -> str:
        """Return the symbol and label of a ticket's status."""
        code = str(self.line.data.get(key))
        return status_text(TicketStatus(code)) if code in set(TicketStatus) else _NOTHING

    def order_status(self, key: str) -> str:
        """Return the label of an order's status."""
        code = str(self.line.data.get(key))
        return order_status(OrderStatus(code)) if code in set(OrderStatus) else _NOTHING

    def moment(self, key: str) -> str:
        """Return an instant; empty if there is none."""
        try:
            moment = datetime.fromisoformat(str(self.line.data.get(key)))
            return instant_text(moment, self._zone) if moment.tzinfo is not None else ""
        except (ValueError, OverflowError):
            return ""

    def payment(self, key: str) -> str:
        """Return the kind of payment; empty if unknown."""
        code = str(self.line.data.get(key))
        return payment_kind(PaymentKind(code)) if code in set(PaymentKind) else ""

    def period(self, key: str = "period") -> str:
        """Return a rental period; empty if unknown."""
        try:
            kind, *ends = map(str, cast("list[object]", self.line.data[key]))
            starts_at, ends_at = map(datetime.fromisoformat, ends)
            return period_text(Period(PeriodKind(kind), starts_at, ends_at), self._zone)
        except (KeyError, TypeError, ValueError):
            return ""

    def span(self) -> str:
        """Return when a place is closed; empty if unknown."""
        try:
            starts_at = datetime.fromisoformat(str(self.line.data["from"]))
            until = self.line.data["to"]
            ends_at = None if until is None else datetime.fromisoformat(str(until))
            return span_text(starts_at, ends_at, self._zone)
        except (KeyError, TypeError, ValueError, OverflowError):
            return _NOTHING

    def money(self, key: str) -> str:
        """Return an amount; empty if unknown."""
        try:
            amount = Decimal(str(self.line.data[key]))
            return money_text(amount, str(self.line.data.get("currency", "")))
        except (KeyError, ArithmeticError):
            return ""

    def payments(self) -> str:
        """Return the amounts that were paid or given back, and how; empty if there are none."""
        told = []
        try:
            for kind, amount in cast("list[tuple[object, object]]", self.line.data["lines"]):
                currency = str(self.line.data.get("currency", ""))
                money = money_text(abs(Decimal(str(amount))), currency)
                how = payment_kind(PaymentKind(str(kind)))
                told.append(f"{money}, {how.lower()}")
        except (KeyError, TypeError, ValueError, ArithmeticError):
            return ""
        return "; ".join(told)

    def tickets(self) -> str:
        """Return the numbers of an order's tickets; empty if unknown."""
        numbers = self.line.data.get("tickets")
        if not isinstance(numbers, list) or not all(isinstance(one, int) for one in numbers):
            return ""
        return tickets_named(numbers) if numbers else ""

    def text(self, key: str) -> str:
        """Return typed text; empty if there is none."""
        value = self.line.data.get(key)
        return shown(value) if isinstance(value, str) else ""

    def check(self) -> str:
        """Return when an identity was checked, and by whom."""
        parts = (self.moment("validated_at"), self.name("validated_by"))
        return ", ".join(part for part in parts if part)

    def undone(self) -> str:
        """Return what kind of change was undone."""
        code = str(self.line.data.get("kind"))
        return change_text(EventKind(code)) if code in set(EventKind) else _NOTHING

    def number(self, key: str) -> str:
        """Return a count."""
        value = self.line.data.get(key)
        return number_text(value) if isinstance(value, int) else _NOTHING

    def fields(self) -> str:
        """Return the names of the fields that an import changed."""
        fields = self.line.data.get("fields")
        names = [str(name) for name in fields] if isinstance(fields, list) else []
        return ", ".join(dict.fromkeys(field_name(name) for name in names)) or _NOTHING

    def reason(self) -> str:
        """Return why an attempt was refused."""
        code = str(self.line.data.get("reason", ""))
        if code == "forbidden_transition" and "status" in self.line.data:
            return _("the order was {status}").format(status=self.order_status("status"))
        if code == "changed_meanwhile" and self.line.kind in _OF_ORDERS:
            return pgettext("refusal", "somebody had changed the order")
        if code == "wrong_status" and "status" in self.line.data:
            return _("the ticket was {status}").format(status=self.ticket_status("status"))
        return pgettext("refusal", _REASONS[code]) if code in _REASONS else shown(code) or _NOTHING


_OF_ORDERS = frozenset(
    {EventKind.ORDER_MOVE_REFUSED, EventKind.PAYMENT_REFUSED, EventKind.REFUND_REFUSED}
)
_NOTHING = "—"
_CODE_MAX = 60


def _unknown(facts: _Facts) -> str:
    """Return the sentence for a line that is damaged or written by another program."""
    code = shown(str(facts.line.kind), _CODE_MAX) or _NOTHING
    return _("Unknown entry “{code}”, not written by this program").format(code=code)


def field_name(code: str) -> str:
    """Return the label of a field of a ticket, an order or a person."""
    return pgettext("changed field", _FIELDS[code]) if code in _FIELDS else shown(code)


def _ticket_created(facts: _Facts) -> str:
    details = (
        _("visitor {name}").format(name=facts.name("visitor")),
        _("workplace {place}").format(place=facts.place("workplace")),
        facts.period(),
        facts.ticket_status("status"),
    )
    told = ", ".join(part for part in details if part)
    if time := facts.moment("created_at"):
        return _("Ticket created on {time}: {details}").format(time=time, details=told)
    return _("Ticket created: {details}").format(details=told)


def _ticket_validated(facts: _Facts) -> str:
    if "validated_at" in facts.line.data:
        return _("Identity check put back: {check}").format(check=facts.check())
    return _("Identity checked: {name}").format(name=facts.name("visitor"))


def _visitor_changed(facts: _Facts) -> str:
    if facts.line.data.get("merged") is True:
        return _("Visitor: {name}, merged from two records of the same person").format(
            name=facts.name("to")
        )
    text = _("Visitor: {before} → {after}").format(
        before=facts.name("from"), after=facts.name("to")
    )
    if facts.line.data.get("cleared") is True:
        return _("{text}; the identity check was reset").format(text=text)
    if facts.line.data.get("restored") is True:
        return _("{text}; the identity check was put back").format(text=text)
    return text


def _workplace_changed(facts: _Facts) -> str:
    text = _("Workplace: {before} → {after}").format(
        before=facts.place("from"), after=facts.place("to")
    )
    since = facts.moment("since")
    return _("{text}, from {time} on").format(text=text, time=since) if since else text


def _period_changed(facts: _Facts) -> str:
    parts = [
        _("Period: {before} → {after}").format(
            before=facts.period("from") or _NOTHING, after=facts.period("to") or _NOTHING
        )
    ]
    before, after = facts.money("price_before"), facts.money("price")
    if before != after:
        parts.append(_("price {before} → {after}").format(before=before, after=after))
    if "workplace" in facts.line.data:
        parts.append(_("then {place}").format(place=facts.place("workplace")))
    return "; ".join(parts)


def _ticket_cancelled(facts: _Facts) -> str:
    is_back = facts.line.kind == EventKind.TICKET_RESTORED
    parts = [_("Ticket taken back into the order") if is_back else _("Ticket cancelled by itself")]
    before, after = facts.money("price_before"), facts.money("price")
    if before != after:
        parts.append(_("price {before} → {after}").format(before=before, after=after))
    text = "; ".join(parts)
    if reason := facts.text("reason"):
        text = _("{text}; reason: {reason}").format(text=text, reason=reason)
    return text


def _place_closed(facts: _Facts) -> str:
    text = _("Closed: {place}, {span}").format(place=facts.place("workplace"), span=facts.span())
    reason = facts.line.names.get("closing")
    return _("{text}; reason: {reason}").format(text=text, reason=shown(reason)) if reason else text


def _place_opened(facts: _Facts) -> str:
    return _("Opened: {place}, was closed {span}").format(
        place=facts.place("workplace"), span=facts.span()
    )


def _shift_closed(facts: _Facts) -> str:
    if facts.line.data.get("forgotten") is True:
        return _("Shift closed by the next opening")
    noted = facts.line.data.get("note") is not None
    return _("Shift closed, with a note") if noted else _("Shift closed")


def _order_created(facts: _Facts) -> str:
    customer = facts.line.names.get("customer")
    details = (
        shown(customer) if customer else "",
        facts.tickets(),
        facts.period(),
        facts.money("price"),
        facts.payment("payment"),
        facts.order_status("status"),
    )
    told = ", ".join(part for part in details if part)
    if time := facts.moment("created_at"):
        return _("Order created on {time}: {details}").format(time=time, details=told)
    return _("Order created: {details}").format(details=told)


def _order_moved(facts: _Facts) -> str:
    text = _("Order's status: {before} → {after}").format(
        before=facts.order_status("from"), after=facts.order_status("to")
    )
    if facts.line.data.get("to") == OrderStatus.REFUNDED and facts.payments():
        text = _("{text}; given back {money}").format(text=text, money=facts.payments())
    paid = ", ".join(part for part in (facts.moment("paid_at"), facts.payment("payment")) if part)
    if "paid_at" in facts.line.data and not facts.moment("paid_at"):
        text = _("{text}; the payment was taken back").format(text=text)
    elif paid:
        text = _("{text}; paid {facts}").format(text=text, facts=paid)
    reason = facts.text("reason")
    if reason:
        text = _("{text}; reason: {reason}").format(text=text, reason=reason)
    return text


def _order_updated(facts: _Facts) -> str:
    if facts.line.data.get("merged") is True:
        return _("The customer was merged from two records of the same person")
    return _("Order changed by an import: {fields}").format(fields=facts.fields())


def _undone(facts: _Facts) -> str:
    event = facts.line.data.get("event")
    return _("Undone: {what}, {time} (entry {number})").format(
        what=facts.undone(),
        time=facts.moment("at") or _NOTHING,
        number=event if isinstance(event, int) else _NOTHING,
    )


def _person_merged(facts: _Facts) -> str:
    return _(
        "Person {merged} was merged into {name} ({number}): {tickets} tickets, {orders} orders"
    ).format(
        name=facts.name("person"),
        **{key: facts.number(key) for key in ("merged", "tickets", "orders")},
        number=facts.number("person"),
    )


_SOLD = {
    "service": N_("Service {number}"),
    "room": N_("Room {number}"),
    "workplace": N_("Workplace {number}"),
    "variant": N_("Variant {number}"),
    "tariff": N_("Tariff {number}"),
    "modifier": N_("Extra {number}"),
    "manager": N_("Manager {number}"),
    "hours": N_("Opening hours {number}"),
    "closed_day": N_("Closed day {number}"),
    "closing": N_("Closed place {number}"),
    "shift": N_("Shift {number}"),
}


def thing(what: object, number: object) -> str:
    """Return a catalogue entry or a manager in words."""
    found = _SOLD.get(str(what))
    return _(found).format(number=shown(str(number))) if found else shown(f"{what} {number}")


def _catalogue_changed(facts: _Facts) -> str:
    data = facts.line.data
    told = thing(data.get("what"), data.get("number"))
    if "number" in facts.line.names:
        told = _("{thing}, {name}").format(thing=told, name=facts.place("number"))
    text = _("Catalogue: {thing}").format(thing=told)
    if data.get("removed") is True:
        return _("{text}, deleted").format(text=text)
    return _("{text}, archived").format(text=text) if data.get("archived") is True else text


def _noted(facts: _Facts) -> str:
    data, name = facts.line.data, facts.line.names.get("subject")
    told = shown(name) if name else thing(data.get("what"), data.get("number"))
    return _("Noted by an upgrade: {thing}").format(thing=told)


def _exported(facts: _Facts) -> str:
    what = str(facts.line.data.get("what"))
    told = pgettext("export", _EXPORTS[what]) if what in _EXPORTS else shown(what)
    return _("Export: {what}").format(what=told)


def _settings_changed(facts: _Facts) -> str:
    told = []
    for name, change in facts.line.data.items():
        label = setting_name(name)
        if name == "name":  # the trail keeps no names
            told.append(label)
        elif isinstance(change, list) and len(change) == 2:
            before, after = map(_setting, change)
            told.append(
                _("{name} {before} → {after}").format(name=label, before=before, after=after)
            )
    return _("Settings: {changes}").format(changes=", ".join(told) or _NOTHING)


def setting_name(code: str) -> str:
    """Return the label of a setting."""
    return pgettext("setting", _SETTINGS[code]) if code in _SETTINGS else shown(code)


def _setting(value: object) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return method_text(SignIn(str(value))) if str(value) in set(SignIn) else shown(str(value))


def _plain(template: str, **facts: Callable[[_Facts], str]) -> Callable[[_Facts], str]:
    """Return what makes the sentence of a kind: a msgid and the facts in it."""

    def told(found: _Facts) -> str:
        return _(template).format(**{name: fact(found) for name, fact in facts.items()})

    return told


def _person(facts: _Facts) -> str:
    return facts.name("person")


def _about(template: str) -> Callable[[_Facts], str]:
    return _plain(template, name=lambda facts: facts.name("subject"))


def _signed_in(facts: _Facts) -> str:
    method = str(facts.line.data.get("way"))
    told = pgettext("signed in", _METHODS[method]) if method in _METHODS else shown(method)
    text = _("Signed in: {way}").format(way=told)
    if "from" in facts.line.data:
        return _("{text}, took over from {name}").format(text=text, name=facts.name("from"))
    return text


def _sign_in_refused(facts: _Facts) -> str:
    text = _("Sign-in refused: {reason}").format(reason=facts.reason())
    name = facts.line.names.get("subject")
    return f"{text} · {shown(name)}" if name else text


def _role_set(facts: _Facts) -> str:
    role = str(facts.line.data.get("role"))
    text = role_text(Role(role)) if role in set(Role) else shown(role)
    return _("{name} is now: {role}").format(name=facts.name("subject"), role=text)


_EXPORTS = {
    "calendar": NP_("export", "calendar"),
    "tickets": NP_("export", "tickets"),
    "orders": NP_("export", "orders"),
    "events": NP_("export", "audit trail"),
    "backup": NP_("export", "backup"),
}

_SETTINGS = {
    "sign_in": NP_("setting", "way in"),
    "lock_minutes": NP_("setting", "minutes until the lock"),
    "auto_complete_orders": NP_("setting", "orders complete by themselves"),
    "name": NP_("setting", "name of the location"),
    "time_zone": NP_("setting", "time zone"),
    "currency": NP_("setting", "currency"),
    "backup_folder": NP_("setting", "folder of backups"),
    "backups_kept": NP_("setting", "backups to keep"),
    "renewal_days": NP_("setting", "days before the end to renew"),
}

_METHODS = {
    "password": NP_("signed in", "password"),
    "os-user": NP_("signed in", "system account"),
    "ssh-key": NP_("signed in", "SSH key"),
    "first": NP_("signed in", "as the first manager"),
}


def _refused(facts: _Facts) -> str:
    return _("Refused: {attempt}; {reason}").format(
        attempt=pgettext("refused attempt", _ATTEMPTS[facts.line.kind]).format(
            name=facts.name("to"),
            place=facts.place("to"),
            status=facts.order_status("to"),
            what=facts.undone(),
        ),
        reason=facts.reason(),
    )


_REFUSALS = frozenset(
    {
        EventKind.SIGN_IN_REFUSED,
        EventKind.UNLOCK_REFUSED,
        EventKind.ACCOUNT_REFUSED,
        EventKind.ACCESS_REFUSED,
    }
)

_ATTEMPTS: dict[EventKind | str, str] = {
    EventKind.VALIDATE_REFUSED: NP_("refused attempt", "to check the identity"),
    EventKind.RESET_REFUSED: NP_("refused attempt", "to reset the identity check"),
    EventKind.VISITOR_REFUSED: NP_("refused attempt", "to change the visitor to {name}"),
    EventKind.WORKPLACE_REFUSED: NP_("refused attempt", "to change the workplace to {place}"),
    EventKind.CANCEL_REFUSED: NP_("refused attempt", "to cancel the ticket"),
    EventKind.PERIOD_REFUSED: NP_("refused attempt", "to change the period"),
    EventKind.ORDER_MOVE_REFUSED: NP_(
        "refused attempt", "to change the order's status to {status}"
    ),
    EventKind.PAYMENT_REFUSED: NP_("refused attempt", "to take a payment"),
    EventKind.REFUND_REFUSED: NP_("refused attempt", "to give money back"),
    EventKind.UNDO_REFUSED: NP_("refused attempt", "to undo: {what}"),
}

_SENTENCES: dict[EventKind | str, Callable[[_Facts], str]] = {
    **dict.fromkeys(_ATTEMPTS, _refused),
    EventKind.TICKET_CREATED: _ticket_created,
    EventKind.TICKET_UPDATED: _plain(
        N_("Ticket changed by an import: {fields}"), fields=_Facts.fields
    ),
    EventKind.TICKET_MOVED: _plain(
        N_("Status: {before} → {after}"),
        before=lambda facts: facts.ticket_status("from"),
        after=lambda facts: facts.ticket_status("to"),
    ),
    EventKind.TICKET_VALIDATED: _ticket_validated,
    EventKind.VALIDATION_RESET: _plain(
        N_("Identity check reset; it was {check}"), check=_Facts.check
    ),
    EventKind.VISITOR_CHANGED: _visitor_changed,
    EventKind.WORKPLACE_CHANGED: _workplace_changed,
    EventKind.PERIOD_CHANGED: _period_changed,
    EventKind.TICKET_CANCELLED: _ticket_cancelled,
    EventKind.TICKET_RESTORED: _ticket_cancelled,
    EventKind.ORDER_CREATED: _order_created,
    EventKind.ORDER_MOVED: _order_moved,
    EventKind.ORDER_UPDATED: _order_updated,
    EventKind.ORDER_PAID: _plain(N_("Paid: {money}"), money=_Facts.payments),
    EventKind.ORDER_REFUNDED: _plain(N_("Given back: {money}"), money=_Facts.payments),
    EventKind.UNDONE: _undone,
    EventKind.PERSON_CREATED: _plain(N_("Person added: {name}"), name=_person),
    EventKind.PERSON_UPDATED: _plain(
        N_("Person {name} changed: {fields}"),
        name=_person,
        fields=_Facts.fields,
    ),
    EventKind.PERSON_ERASED: _plain(
        N_("Personal data erased: person {number}"), number=lambda facts: facts.number("person")
    ),
    EventKind.PERSON_BANNED: _plain(N_("{name} must not be let in"), name=_person),
    EventKind.PERSON_UNBANNED: _plain(N_("{name} may be let in again"), name=_person),
    EventKind.PERSON_MERGED: _person_merged,
    EventKind.PLACE_CLOSED: _place_closed,
    EventKind.PLACE_OPENED: _place_opened,
    EventKind.SHIFT_OPENED: _plain(N_("Shift opened")),
    EventKind.SHIFT_CLOSED: _shift_closed,
    EventKind.SHIFT_NOTE_READ: _plain(N_("Note for the next manager read")),
    EventKind.CATALOGUE_CHANGED: _catalogue_changed,
    EventKind.NOTED: _noted,
    EventKind.IMPORTED: _plain(
        N_("Import: {lines} lines, {created} created, {updated} changed, {refused} refused"),
        lines=lambda facts: facts.number("lines"),
        created=lambda facts: facts.number("created"),
        updated=lambda facts: facts.number("updated"),
        refused=lambda facts: facts.number("refused"),
    ),
    EventKind.EXPORTED: _exported,
    EventKind.SETTINGS_CHANGED: _settings_changed,
    EventKind.MANAGER_ADDED: _about(N_("Manager added: {name}")),
    EventKind.MANAGER_DISABLED: _about(N_("Manager disabled: {name}")),
    EventKind.MANAGER_ENABLED: _about(N_("Manager let in again: {name}")),
    EventKind.PASSWORD_SET: _about(N_("New password for {name}")),
    EventKind.PASSWORD_RENEWED: _about(N_("Password kept under another salt: {name}")),
    EventKind.SIGNED_IN: _signed_in,
    EventKind.SIGN_IN_REFUSED: _sign_in_refused,
    EventKind.UNLOCKED: _about(N_("Terminal unlocked: {name}")),
    EventKind.UNLOCK_REFUSED: _plain(N_("Unlocking refused: {reason}"), reason=_Facts.reason),
    EventKind.ROLE_SET: _role_set,
    EventKind.ACCOUNT_REFUSED: _plain(
        N_("Change of managers refused: {reason}"), reason=_Facts.reason
    ),
    EventKind.ACCESS_REFUSED: _plain(
        N_("Sent away from an open terminal: {reason}"), reason=_Facts.reason
    ),
}
