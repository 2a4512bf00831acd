"""A ticket as one line of a spreadsheet: a promise to other programs, changed only by adding."""

from __future__ import annotations

from datetime import tzinfo

from olvery_tui.cli.ticket_json import local
from olvery_tui.domain.cards import TicketCard
from olvery_tui.domain.text import clean
from olvery_tui.wording.periods import period_text

COLUMNS = (
    "number", "status", "order", "order_status", "period_kind", "starts_at", "ends_at", "period",
    "last_name", "first_name", "phone", "email", "service", "room", "workplace", "variant",
    "tariff", "modifiers", "created_at", "validated_at", "validated_by", "overdue",
)  # fmt: skip


def flat(card: TicketCard, zone: tzinfo) -> list[str | int]:
    """The cells of `COLUMNS`; what is not there is an empty text."""
    visitor = card.visitor
    cells: list[str | int | None] = [
        card.number,
        card.status.value,
        card.order,
        card.order_status.value,
        card.period.kind.value,
        local(card.period.starts_at, zone),
        local(card.period.ends_at, zone),
        period_text(card.period, zone),
        visitor.last_name,
        visitor.first_name,
        visitor.phone,
        visitor.email,
        card.service,
        card.room,
        card.workplace,
        card.variant,
        card.tariff,
        "; ".join(card.modifiers),
        local(card.created_at, zone),
        local(card.validated_at, zone),
        card.validated_by.name if card.validated_by else None,
        int(card.overdue),
    ]
    return [cell if isinstance(cell, int) else clean(cell or "") for cell in cells]
