"""A ticket as JSON: a promise to other programs, changed only by adding."""

from __future__ import annotations

import json
import re
from datetime import datetime, tzinfo
from typing import Any

from olvery_tui.domain.cards import TicketCard
from olvery_tui.wording.periods import period_text

_UNSEEN = re.compile("[\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""What JSON leaves as it is, but a terminal may obey or hide: told by its number instead."""


def json_text(value: object, indent: int | None = None) -> str:
    """`value` as JSON with readable letters that is also safe to look at."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def local(moment: datetime | None, zone: tzinfo) -> str | None:
    """An instant in the location's zone, ISO 8601 with offset, whole seconds."""
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def ticket_json(card: TicketCard, zone: tzinfo) -> dict[str, Any]:
    """One ticket, in the order of keys that the documentation shows."""
    period, visitor = card.period, card.visitor
    return {
        "number": card.number,
        "status": card.status.value,
        "order": card.order,
        "order_status": card.order_status.value,
        "period": {
            "kind": period.kind.value,
            "starts_at": local(period.starts_at, zone),
            "ends_at": local(period.ends_at, zone),
            "text": period_text(period, zone),
        },
        "visitor": {
            "last_name": visitor.last_name,
            "first_name": visitor.first_name,
            "phone": visitor.phone,
            "email": visitor.email,
        },
        "service": card.service,
        "room": card.room,
        "workplace": card.workplace,
        "variant": card.variant,
        "tariff": card.tariff,
        "modifiers": list(card.modifiers),
        "created_at": local(card.created_at, zone),
        "validated_at": local(card.validated_at, zone),
        "validated_by": card.validated_by.name if card.validated_by else None,
        "overdue": card.overdue,
    }
