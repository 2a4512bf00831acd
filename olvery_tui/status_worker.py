"""Update ticket statuses as time passes: confirmed tickets become active, active ones done.

If the location's settings say so, an order is completed once all its tickets have ended.

Source: the manual, «Статусы билетов». Any number of workers may run at once, in this process, in
other terminals or as a service: a ticket is written only if it is unchanged since the move was
decided, so each move is made and recorded exactly once.
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
"""Tickets moved per transaction: the lock is held for only a few milliseconds at a time."""

ORDERS = 200
"""Orders completed per transaction, together with their tickets."""

LONGEST_SLEEP = timedelta(seconds=30)
"""The worker polls at least this often: the clock may jump, and other programs may write."""

_LOOK_AHEAD = 20_000
"""Tickets looked up per query."""

_GAP = 0.001
"""Seconds between two chunks: other writers only poll for the lock now and then."""

_RETRY = timedelta(seconds=2)
_BEHIND_THE_BOUNDARY = timedelta(milliseconds=1)
_GLANCE = 0.25
"""Seconds between two checks for a stop request while sleeping."""


class StatusWorker:
    """Updates the stored statuses to the current time.

    `on_moved` is called in the worker's thread with the number of tickets moved in each chunk.
    """

    def __init__(
        self, store: Store, clock: Clock, on_moved: Callable[[int], None] | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._on_moved = on_moved
        self._woken = threading.Event()

    def run_pass(self) -> int:
        """Make every move that is due and revert those not due yet; return the number of tickets.

        Raises:
            StoreUnavailable: Earlier moves are kept; the rest is left to the next pass.
        """
        moved, _looked_at = self._pass(threading.Event())
        return moved

    def next_due(self) -> datetime | None:
        """Return when the next move or completion is due; None for never.

        The time is in the past if the worker is late.
        """
        with self._store.reading() as session:
            found = (moves.next_due(session), completing.next_due(session))
        return min((due for due in found if due is not None), default=None)

    def wake(self) -> None:
        """Wake the worker after a change: the next move may be due earlier now."""
        self._woken.set()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set.

        Retry while the database is unavailable: moves are then late, but none is lost, and each is
        recorded with the time at which it was due.
        """
        turn = _Turn()
        while not stop.is_set():
            try:
                pause = self._take(turn, stop)
            except StoreUnavailable as error:
                log.warning("the statuses wait for the database: %s", error.code)
                pause = _RETRY
            except Exception:  # never let the statuses silently stop changing
                log.exception("a pass of the status worker failed")
                pause = LONGEST_SLEEP
            self._sleep(pause, stop)

    def _take(self, turn: _Turn, stop: threading.Event) -> timedelta:
        """Run a pass if one is due; return how long to sleep afterwards."""
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
        """Return the number of tickets moved, and the time at which nothing was left to move."""
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
        """Return tickets with an outdated status: those that are late, else those ahead of time.

        Many are looked up at once: tickets with adjacent numbers are adjacent in the file, so
        chunks of them write far fewer pages than scattered tickets would.
        """
        with self._store.reading() as session:
            return moves.due(session, now, _LOOK_AHEAD) or moves.ahead(session, now, _LOOK_AHEAD)

    def _find_ended(self, now: datetime) -> list[int]:
        """Return the orders to complete, once all tickets are up to date."""
        with self._store.reading() as session:
            return sorted(completing.due(session, now, _LOOK_AHEAD))

    def _complete(self, orders: list[int]) -> int:
        with self._store.writing() as session:
            now = self._clock.now()
            completed = completing.complete(session, orders, now)
            moved = _apply(session, moves.of_orders(session, completed, now), now)
        return self._notify(moved)

    def _move(self, chunk: list[tuple[int, moves.Situation]]) -> int:
        """Move a chunk of tickets; skip those changed since they were looked up."""
        with self._store.writing() as session:
            moves.take_over(session, [number for number, _situation in chunk])
            moved = _apply(session, chunk, self._clock.now())
        return self._notify(moved)

    def _notify(self, moved: int) -> int:
        """Report the number of tickets moved, and pause so that others can write."""
        if moved and self._on_moved:
            self._on_moved(moved)
        time.sleep(_GAP)
        return moved


def _apply(session: Session, chunk: list[tuple[int, moves.Situation]], now: datetime) -> int:
    together = defaultdict[moves.Situation, list[int]](list)
    for number, situation in chunk:
        together[situation].append(number)
    return sum(
        moves.apply(session, situation, plan(situation), numbers, now)
        for situation, numbers in together.items()
    )


class _Turn:
    def __init__(self) -> None:
        self._looked_at: datetime | None = None
        self._passed: float = 0.0
        self._seen: datetime | None = None

    def is_pass_due(self, now: datetime, due: datetime | None) -> bool:
        """Whether a move is due, the clock was set back, or `LONGEST_SLEEP` has passed."""
        return (
            self._looked_at is None
            or now < self._looked_at
            or (due is not None and due <= now)
            or time.monotonic() - self._passed >= LONGEST_SLEEP.total_seconds()
        )

    def passed(self, looked_at: datetime) -> None:
        """Record a pass that has just ended, when the clock showed `looked_at`."""
        self._looked_at = looked_at
        self._passed = time.monotonic()

    def pause(self, now: datetime, due: datetime | None) -> timedelta:
        """Return how long to sleep: until just after the next move is due.

        Sleep for `LONGEST_SLEEP` if the clock stands still, which never reaches that time, or if
        the pass could not make the move (the ticket's order was deleted): retrying would not help.
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
    """Return the moves of all tickets in a situation, computed from one example.

    The rule only compares the time with the two ends of the period, so one example holds for all,
    provided that its three times differ.
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
