"""Time moves tickets: a confirmed one becomes active, an active one done. Where the location wants
it, an order whose tickets have all ended is completed too.

Source: the manual, «Статусы билетов». Any number of workers may run at once, in this process, in
other terminals or as a service: a ticket is written only as it was when the move was decided, so
that each move is made, and recorded, once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from olvery_tui.clock import Clock
from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import due_moves, moves_at
from olvery_tui.store.database.engine import Store
from olvery_tui.store.orders import completing
from olvery_tui.store.tickets import moves

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session

log = logging.getLogger(__name__)

CHUNK = 500
"""Tickets moved in one transaction, so that the lock is held for some milliseconds at a time."""

ORDERS = 200
"""Orders completed in one transaction; their tickets go with them."""

LONGEST_SLEEP = timedelta(seconds=30)
"""The clock may jump and other programs write: the worker looks again at least so often."""

_LOOK_AHEAD = 20_000
"""Tickets that are looked up at a time."""

_GAP = 0.001
"""Seconds between two chunks: who waits to write looks for the lock only now and then."""

_RETRY = timedelta(seconds=2)
_BEHIND_THE_BOUNDARY = timedelta(milliseconds=1)
_GLANCE = 0.25
"""Seconds after which a sleeping worker looks whether it should stop."""


class StatusWorker:
    """Brings stored statuses to what the clock says.

    `on_moved` is called, in the worker's thread, with the number of tickets of each chunk.
    """

    def __init__(
        self, store: Store, clock: Clock, on_moved: Callable[[int], None] | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._on_moved = on_moved
        self._woken = threading.Event()

    def run_pass(self) -> int:
        """Make every move that is due, take back those that are not due yet; the tickets moved.

        Raises:
            StoreUnavailable: what was moved before stays moved; the rest is for the next pass.
        """
        moved, _looked_at = self._pass(threading.Event())
        return moved

    def next_due(self) -> datetime | None:
        """When time will next move a ticket or complete an order: in the past where it is late,
        None for never.
        """
        with self._store.reading() as session:
            found = (moves.next_due(session), completing.next_due(session))
        return min((due for due in found if due is not None), default=None)

    def wake(self) -> None:
        """Something was changed: the next boundary may be nearer than the worker thinks."""
        self._woken.set()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set.

        A database that can't be used is tried again until it can: the moves are late then, but
        none is left out, and each is recorded with the time at which it was due.
        """
        turn = _Turn()
        while not stop.is_set():
            try:
                pause = self._take(turn, stop)
            except StoreUnavailable as error:
                log.warning("the statuses wait for the database: %s", error.code)
                pause = _RETRY
            except Exception:  # a desk whose statuses silently stand still is the worst of all
                log.exception("a pass of the status worker failed")
                pause = LONGEST_SLEEP
            self._sleep(pause, stop)

    def _take(self, turn: _Turn, stop: threading.Event) -> timedelta:
        """One turn of `run`: a pass if it is time for one; how long to sleep after it."""
        due = self.next_due()
        if turn.is_pass_due(self._clock.now(), due):
            _moved, looked_at = self._pass(stop)
            turn.passed(looked_at)
            due = self.next_due()
        return turn.pause(self._clock.now(), due)

    def _sleep(self, pause: timedelta, stop: threading.Event) -> None:
        until = time.monotonic() + pause.total_seconds()
        while not stop.is_set() and (left := until - time.monotonic()) > 0:
            if self._woken.wait(min(left, _GLANCE)):
                break
        self._woken.clear()

    def _pass(self, stop: threading.Event) -> tuple[int, datetime]:
        """The tickets moved, and the time by which nothing was left to move."""
        moved = 0
        while True:
            now = self._clock.now()
            found = [] if stop.is_set() else self._find(now)
            ended = [] if stop.is_set() or found else self._find_ended(now)
            if not (found or ended):
                return moved, now
            for start in range(0, len(found), CHUNK):
                if stop.is_set():
                    break
                moved += self._move(found[start : start + CHUNK])
            for start in range(0, len(ended), ORDERS):
                if stop.is_set():
                    break
                moved += self._complete(ended[start : start + ORDERS])

    def _find(self, now: datetime) -> list[tuple[int, moves.Situation]]:
        """Tickets that are not what the clock says: those that are late, else those too early.

        Many at once, because neighbours by number are neighbours in the file as well, and a chunk
        of them takes a fraction of the writing that the same number from everywhere would.
        """
        with self._store.reading() as session:
            return moves.due(session, now, _LOOK_AHEAD) or moves.ahead(session, now, _LOOK_AHEAD)

    def _find_ended(self, now: datetime) -> list[int]:
        """Orders that are to complete themselves, once their tickets are what the clock says."""
        with self._store.reading() as session:
            return sorted(completing.due(session, now, _LOOK_AHEAD))

    def _complete(self, orders: list[int]) -> int:
        """Complete some orders that have ended, their tickets in the same transaction."""
        with self._store.writing() as session:
            now = self._clock.now()
            completed = completing.complete(session, orders, now)
            moved = _apply(session, moves.of_orders(session, completed, now), now)
        return self._notify(moved)

    def _move(self, chunk: list[tuple[int, moves.Situation]]) -> int:
        """Write some tickets that were found; those that somebody has changed since are left."""
        with self._store.writing() as session:
            moves.take_over(session, [number for number, _situation in chunk])
            moved = _apply(session, chunk, self._clock.now())
        return self._notify(moved)

    def _notify(self, moved: int) -> int:
        """Say how many tickets were moved, and let others write."""
        if moved and self._on_moved:
            self._on_moved(moved)
        time.sleep(_GAP)
        return moved


def _apply(session: Session, chunk: list[tuple[int, moves.Situation]], now: datetime) -> int:
    """Move the tickets that are alike together; how many were moved."""
    together = defaultdict[moves.Situation, list[int]](list)
    for number, situation in chunk:
        together[situation].append(number)
    return sum(
        moves.apply(session, situation, plan(situation), numbers, now)
        for situation, numbers in together.items()
    )


class _Turn:
    """What `run` remembers from one turn to the next."""

    def __init__(self) -> None:
        self._looked_at: datetime | None = None
        self._passed: float = 0.0
        self._seen: datetime | None = None

    def is_pass_due(self, now: datetime, due: datetime | None) -> bool:
        """At a boundary, when the clock was set back, and after half a minute."""
        return (
            self._looked_at is None
            or now < self._looked_at
            or (due is not None and due <= now)
            or time.monotonic() - self._passed >= LONGEST_SLEEP.total_seconds()
        )

    def passed(self, looked_at: datetime) -> None:
        """A pass was made just now; `looked_at` is what the clock showed at its end."""
        self._looked_at = looked_at
        self._passed = time.monotonic()

    def pause(self, now: datetime, due: datetime | None) -> timedelta:
        """Until just behind the boundary.

        A clock that stands still never gets there, and what the pass could not move (a ticket
        whose order somebody deleted) can't be moved a moment later either.
        """
        stands_still = now == self._seen
        self._seen = now
        if due is None or stands_still or (self._looked_at and due <= self._looked_at):
            return LONGEST_SLEEP
        return min(max(due - now, timedelta()) + _BEHIND_THE_BOUNDARY, LONGEST_SLEEP)


_NOON = datetime(2000, 1, 1, 12, tzinfo=UTC)
_HOUR = timedelta(hours=1)


@cache
def plan(situation: moves.Situation) -> moves.Plan:
    """What the rule says of every ticket in a situation, found out with an example.

    The rule looks at the time only to compare it with the two ends of the period, so one example
    speaks for all, as long as its three moments differ.
    """
    period = Period.hourly(
        _NOON + _HOUR * (-2 if situation.began else 1),
        _NOON + _HOUR * (-1 if situation.ended else 2),
    )
    edges = {
        period.starts_at: moves.Edge.START,
        period.ends_at: moves.Edge.END,
        _NOON: moves.Edge.NOW,
    }
    due = due_moves(situation.order, period, situation.status, _NOON)
    next_at = moves_at(situation.order, period, due[-1].after if due else situation.status)
    return moves.Plan(
        steps=tuple(moves.Step(move.before, move.after, edges[move.due_at]) for move in due),
        moves_at=None if next_at is None else edges[next_at],
    )
