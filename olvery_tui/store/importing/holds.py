"""Which workplace a ticket is to hold from when to when, after a line has changed it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from olvery_tui.domain.periods import Period


class Hold(NamedTuple):
    """A workplace in `[starts_at, ends_at)`."""

    workplace_id: int
    starts_at: datetime
    ends_at: datetime


def given_back(held: Sequence[Hold], now: datetime, *, checked: bool) -> tuple[Hold, ...]:
    """What a cancelled ticket keeps, as in `seats.give_back`: what a checked visitor has used."""
    if not checked:
        return ()
    return tuple(
        hold._replace(ends_at=min(hold.ends_at, now)) for hold in held if hold.starts_at < now
    )


def moved(
    held: Sequence[Hold], workplace_id: int, period: Period, now: datetime
) -> tuple[Hold, ...]:
    """What a ticket holds with `workplace_id` from `now` on; the past stays where it was.

    A period that is over already has no rest to move: there the line corrects what was written
    down, and the workplace counts for all of it, unless the ticket was there at its end anyway.
    """
    whole = Hold(workplace_id, period.starts_at, period.ends_at)
    since = min(now, period.ends_at)
    past = [
        hold._replace(
            starts_at=max(hold.starts_at, period.starts_at), ends_at=min(hold.ends_at, since)
        )
        for hold in held
        if hold.starts_at < since and hold.ends_at > period.starts_at
    ]
    stays = bool(past) and past[-1].workplace_id == workplace_id
    if now <= period.starts_at or (now >= period.ends_at and not stays):
        return (whole,)
    if stays and (now >= period.ends_at or past[-1].ends_at == now):
        return (*past[:-1], past[-1]._replace(ends_at=period.ends_at))
    return (*past, whole._replace(starts_at=now))
