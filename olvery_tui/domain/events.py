"""The audit trail's vocabulary. Events hold ids and codes, never names, phones or emails."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from olvery_tui.domain.access import ActorKind


class EventKind(StrEnum):
    """What happened; the keys that `data` holds stand behind each.

    `created_at` is present if something was created before its event was recorded; `period` is
    kind, start and end. Lines of earlier versions may lack keys.
    """

    TICKET_CREATED = "ticket.created"  # see `replay`; period, created_at
    TICKET_UPDATED = "ticket.updated"  # fields: the names of what an import changed; to
    TICKET_MOVED = "ticket.moved"  # from, to (ticket status codes)
    TICKET_VALIDATED = "ticket.validated"  # visitor; validated_at, validated_by: one put back
    VALIDATION_RESET = "ticket.validation_reset"  # validated_at, validated_by: what was cleared
    # from, to (person ids), merged, cleared or restored (bool): the check of validated_at, _by
    VISITOR_CHANGED = "ticket.visitor_changed"
    WORKPLACE_CHANGED = "ticket.workplace_changed"  # from, to (workplace ids), since
    # from, to (as `replay.period_fact`), price, price_before (the order's), currency; workplace,
    # workplace_before, where that is another one by it, and whether all of it moved there
    PERIOD_CHANGED = "ticket.period_changed"
    # price, price_before (the order's), currency, reason
    TICKET_CANCELLED = "ticket.cancelled"
    TICKET_RESTORED = "ticket.restored"
    VALIDATE_REFUSED = "ticket.validate_refused"  # reason
    RESET_REFUSED = "ticket.reset_refused"  # reason
    VISITOR_REFUSED = "ticket.visitor_refused"  # reason
    WORKPLACE_REFUSED = "ticket.workplace_refused"  # reason
    PERIOD_REFUSED = "ticket.period_refused"  # reason
    CANCEL_REFUSED = "ticket.cancel_refused"  # reason
    ORDER_CREATED = "order.created"  # see `replay`; tickets, period, created_at
    # from, to (order status codes), reason; paid_at (null: taken back), payment, and what they were
    # before: paid_before, payment_before; lines, paid: as those of a payment
    ORDER_MOVED = "order.moved"
    # lines: [kind, amount] of each that was written; paid: what all of them come to then; currency
    ORDER_PAID = "order.paid"
    ORDER_REFUNDED = "order.refunded"
    PAYMENT_REFUSED = "order.payment_refused"  # reason
    REFUND_REFUSED = "order.refund_refused"  # reason
    ORDER_MOVE_REFUSED = "order.move_refused"  # to, reason, status
    ORDER_UPDATED = "order.updated"  # fields, to, merged; tickets: see `stored.priced_tickets`
    UNDONE = "change.undone"  # event (the id of what it undoes), kind, at: that event's
    UNDO_REFUSED = "change.undo_refused"  # event, kind, reason
    PERSON_CREATED = "person.created"  # person
    PERSON_UPDATED = "person.updated"  # person, fields
    # person; ground, fields, records (counts): former versions told the person alone
    PERSON_ERASED = "person.erased"
    PERSON_BANNED = "person.banned"  # person
    PERSON_UNBANNED = "person.unbanned"  # person
    PERSON_MERGED = "person.merged"  # person, merged (who is in them now), tickets, orders (counts)
    # what, number, and all facts of a catalogue entry; removed: it was deleted
    CATALOGUE_CHANGED = "catalogue.changed"
    NOTED = "upgrade.noted"  # what an upgrade found: as catalogue.changed, or of a manager
    # closing, workplace, from, to (null: without an end); reason: its fingerprint
    PLACE_CLOSED = "place.closed"
    # closing, workplace, from, to: what was before; at: its end now (null: it had not begun)
    PLACE_OPENED = "place.opened"
    SHIFT_OPENED = "shift.opened"  # shift, manager (null: the command line's), from
    SHIFT_CLOSED = "shift.closed"  # shift, to, forgotten; note: its fingerprint, null without one
    SHIFT_NOTE_READ = "shift.note_read"  # shift
    IMPORTED = "import.finished"  # lines, created, updated, refused
    EXPORTED = "export.started"  # what (tickets, orders, events), filters (their names)
    SETTINGS_CHANGED = "settings.changed"  # each changed setting: [from, to]
    MANAGER_ADDED = "manager.added"  # role, login, name and password: fingerprints of them
    MANAGER_DISABLED = "manager.disabled"
    MANAGER_ENABLED = "manager.enabled"
    ROLE_SET = "manager.role_set"  # role
    ACCOUNT_REFUSED = "manager.account_refused"  # reason
    PASSWORD_SET = "manager.password_set"
    PASSWORD_RENEWED = "manager.password_renewed"  # the same one under another salt
    SIGNED_IN = "manager.signed_in"  # way; from: the manager whose locked terminal was taken over
    SIGN_IN_REFUSED = "manager.sign_in_refused"  # way, reason
    UNLOCKED = "manager.unlocked"
    UNLOCK_REFUSED = "manager.unlock_refused"  # reason
    ACCESS_REFUSED = "manager.access_refused"  # reason: an open terminal of who may not any more


class EventFilter(NamedTuple):
    """Which events are asked for; days are of the location, both included. `manager` is an id."""

    from_day: date | None = None
    to_day: date | None = None
    manager: int | None = None
    ticket: int | None = None
    order: int | None = None
    kinds: frozenset[EventKind] = frozenset()


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of a history: who did what when, and where.

    `names` holds what the data's ids stand for, and under `subject` whom it is about, whose login
    is `about`. `ticket` is the ticket that it happened to; None for what concerns the order.

    A line that this program did not write may have a `kind` or `actor` that it doesn't know, and a
    time that is none.
    """

    id: int
    at: datetime | None
    kind: EventKind | str
    actor: ActorKind | str
    who: str
    due_at: datetime | None = None
    data: dict[str, object] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    ticket: int | None = None
    order: int | None = None
    account: str | None = None
    login: str | None = None
    terminal: str | None = None
    about: str | None = None
