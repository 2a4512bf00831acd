"""The audit trail's vocabulary. Events hold ids and codes, never names, phones or emails."""

from __future__ import annotations

from enum import StrEnum


class ActorKind(StrEnum):
    """Who made a change."""

    MANAGER = "manager"
    SYSTEM = "system"
    CLI = "cli"


class EventKind(StrEnum):
    """What happened; the keys that `data` holds stand behind each."""

    TICKET_CREATED = "ticket.created"  # order, visitor, workplace, status
    TICKET_UPDATED = "ticket.updated"  # fields: the names of what an import changed
    TICKET_MOVED = "ticket.moved"  # from, to (ticket status codes)
    TICKET_VALIDATED = "ticket.validated"  # visitor
    VALIDATION_RESET = "ticket.validation_reset"  # validated_at, validated_by: what was cleared
    VISITOR_CHANGED = "ticket.visitor_changed"  # from, to (person ids), cleared (bool)
    WORKPLACE_CHANGED = "ticket.workplace_changed"  # from, to (workplace ids), since
    VALIDATE_REFUSED = "ticket.validate_refused"  # reason
    RESET_REFUSED = "ticket.reset_refused"  # reason
    VISITOR_REFUSED = "ticket.visitor_refused"  # reason
    WORKPLACE_REFUSED = "ticket.workplace_refused"  # reason
    ORDER_CREATED = "order.created"  # status
    ORDER_MOVED = "order.moved"  # from, to (order status codes), reason, paid_at, payment
    ORDER_MOVE_REFUSED = "order.move_refused"  # to, reason, status
    ORDER_UPDATED = "order.updated"  # fields
    PERSON_CREATED = "person.created"  # person
    PERSON_UPDATED = "person.updated"  # person, fields
    SETTINGS_CHANGED = "settings.changed"  # each setting that was changed, with its new value
    IMPORTED = "import.finished"  # lines, created, updated, refused
