"""What a new order begins with, where it was begun in the calendar."""

from __future__ import annotations

from dataclasses import dataclass

from olvery_tui.domain.periods import Period


@dataclass(frozen=True, slots=True)
class OrderBegun:
    """Places of a service, and when: `is_end_open` leaves the end of hours to the tariff."""

    service_id: int
    workplace_ids: tuple[int, ...]
    period: Period
    is_end_open: bool = False
