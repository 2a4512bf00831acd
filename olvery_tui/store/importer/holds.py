"""Which workplace a ticket is to hold from when to when, after a line has changed it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from olvery_tui.domain.period import Period


class Hold(NamedTuple):
    """A workplace in `[starts_at, ends_at)`."""

    workplace_id: int
    starts_at: datetime
    ends_at: datetime


def given_up(held: Sequence[Hold], now: datetime) -> tuple[Hold, ...]:
    """What a cancelled ticket keeps: the past was used, the rest goes."""
    return tuple(
        hold._replace(ends_at=min(hold.ends_at, now)) for hold in held if hold.starts_at < now
    )


def moved(
    held: Sequence[Hold], workplace_id: int, period: Period, now: datetime
) -> tuple[Hold, ...]:
    """What a ticket holds with `workplace_id` from `now` on; the past stays where it was.

    The holds cover the whole period. A period that is over already has no rest to move: there the
    line corrects what was written down, and the workplace counts for all of it.
    """
    since = min(max(now, period.starts_at), period.ends_at)
    past = [
        hold._replace(ends_at=min(hold.ends_at, since))
        for hold in held
        if hold.starts_at < since and hold.ends_at > period.starts_at
    ]
    corrected = since == period.ends_at and past and past[-1].workplace_id != workplace_id
    if since == period.starts_at or not past or corrected:
        return (Hold(workplace_id, period.starts_at, period.ends_at),)
    past[0] = past[0]._replace(starts_at=period.starts_at)
    last = past[-1]
    if last.workplace_id == workplace_id:
        return (*past[:-1], last._replace(ends_at=period.ends_at))
    return (*past, Hold(workplace_id, last.ends_at, period.ends_at))
