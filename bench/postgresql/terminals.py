"""Many terminals at once on one PostgreSQL: headless desks that do what managers do.

Each terminal has a store of its own, as a process of its own would, and rests between two actions
like a quick manager. Several share a process here, for so many Pythons would measure the machine's
memory.
"""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import Actor, ActorKind, ManagerDetails
from olvery_tui.domain.errors import Refusal
from olvery_tui.domain.filters import NumberRange, TicketFilter
from olvery_tui.domain.pages import Top
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store.access import managers
from olvery_tui.store.database.connect import open_database

LINES = 100
_WORDS = ("и", "ан", "мар", "петр", "сем", "ол", "кс")
_PROCESSES = 4


@dataclass
class Counted:
    """What came of it: milliseconds of each action by its name, refusals, and what went wrong."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, other: Counted) -> None:
        """What another terminal has counted."""
        for name, taken in other.taken.items():
            self.taken[name].extend(taken)
        self.refused += other.refused
        self.errors.extend(other.errors)

    @property
    def done(self) -> int:
        """How many actions there were."""
        return sum(map(len, self.taken.values()))

    def p95(self, *names: str) -> float:
        """Of these actions together."""
        found = sorted(one for name in names for one in self.taken.get(name, ()))
        return found[max(0, round(len(found) * 0.95) - 1)] if found else 0.0


def work(
    url: str, *, terminals: int, seconds: float, pause: float, now: datetime, seed: int = 1
) -> Counted:
    """Let so many terminals work for so long, with `pause` seconds between two actions on average.

    `now` is what all their clocks show.
    """
    with closing(open_database(url)) as store, store.writing() as session:
        known = [managers.ensure(session, f"Менеджер {one}") for one in range(terminals)]
    context = multiprocessing.get_context("spawn")
    processes = min(_PROCESSES, terminals)
    found: Any = context.Queue()
    barrier = context.Barrier(processes)
    running = [
        context.Process(
            target=_process,
            args=(url, known[index::processes], seconds, pause, now, seed + index, barrier, found),
        )
        for index in range(processes)
    ]
    for process in running:
        process.start()
    counted = Counted()
    for _ in running:
        counted.add(found.get(timeout=seconds + 300))
    for process in running:
        process.join()
    return counted


def _process(
    url: str,
    who: list[ManagerDetails],
    seconds: float,
    pause: float,
    now: datetime,
    seed: int,
    barrier: Any,
    found: Any,
) -> None:
    terminals = [
        _Terminal(url, one, now, random.Random(seed * 1000 + place))
        for place, one in enumerate(who)
    ]
    barrier.wait(300)
    threads = [
        threading.Thread(target=one.run, args=(time.monotonic() + seconds, pause))
        for one in terminals
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = Counted()
    for one in terminals:
        total.add(one.counted)
        one.store.close()
    total.taken = dict(total.taken)
    found.put(total)


class _Terminal:
    """One manager at one terminal."""

    def __init__(self, url: str, manager: ManagerDetails, now: datetime, chance: random.Random):
        self.counted = Counted()
        self.store = open_database(url)
        self._clock = FrozenClock(now)
        self._desk = Desk(self.store, self._clock, Actor(ActorKind.MANAGER, manager))
        self._chance = chance
        self._now = now
        self._newest = self._desk.tickets.page(TicketFilter(), Top(), 1).rows[0].number
        self._actions: list[tuple[str, int, Callable[[], object]]] = [
            ("list", 35, self._list),
            ("filter", 20, self._filter),
            ("count", 10, self._count),
            ("ticket", 12, self._ticket),
            ("suggestions", 8, self._suggest),
            ("check", 6, self._check),
            ("visitor", 4, self._visitor),
            ("workplace", 4, self._workplace),
            ("worker", 1, self._worker),
        ]

    def run(self, until: float, pause: float) -> None:
        """Act and rest until the time is over."""
        weights = [weight for _name, weight, _act in self._actions]
        if pause:
            time.sleep(self._chance.uniform(0, pause))
        while time.monotonic() < until:
            (action,) = self._chance.choices(self._actions, weights)
            name, _weight, act = action
            began = time.perf_counter()
            try:
                act()
            except Refusal:
                self.counted.refused += 1
            except Exception as error:
                self.counted.errors.append(f"{name}: {error!r}")
            self.counted.taken[name].append((time.perf_counter() - began) * 1000)
            if pause:
                time.sleep(self._chance.expovariate(1 / pause))

    def _list(self) -> object:
        return self._desk.tickets.page(TicketFilter(), Top(), LINES)

    def _filter(self) -> object:
        return self._desk.tickets.page(self._wanted(), Top(), LINES)

    def _count(self) -> object:
        return self._desk.tickets.count(self._wanted())

    def _wanted(self) -> TicketFilter:
        chance, today = self._chance, self._now.date()
        match chance.randrange(6):
            case 0:
                day = today + timedelta(days=chance.randrange(-30, 30))
                return TicketFilter(from_day=day, to_day=day)
            case 1:
                return TicketFilter(visitor_words=(chance.choice(_WORDS),))
            case 2:
                return TicketFilter(visitor_words=(chance.choice(_WORDS), chance.choice(_WORDS)))
            case 3:
                return TicketFilter(statuses=frozenset({chance.choice(list(TicketStatus))}))
            case 4:
                first = chance.randrange(1, self._newest)
                return TicketFilter(numbers=(NumberRange(first, first + 5_000),))
        return TicketFilter(
            from_day=today - timedelta(days=90),
            to_day=today,
            visitor_words=(chance.choice(_WORDS),),
            statuses=frozenset({TicketStatus.DONE, TicketStatus.CANCELLED}),
        )

    def _ticket(self) -> object:
        number = self._any()
        self._desk.tickets.get(number)
        return self._desk.tickets.history(number)

    def _suggest(self) -> object:
        return self._desk.people.suggest(self._chance.choice(_WORDS))

    def _check(self) -> object:
        seen = self._desk.tickets.get(self._any())
        if seen.validated:
            return self._desk.tickets.reset_validation(seen)
        return self._desk.tickets.validate(seen)

    def _visitor(self) -> object:
        people = self._desk.people.suggest(self._chance.choice(_WORDS))
        seen = self._desk.tickets.get(self._any())
        return people and self._desk.tickets.change_visitor(seen, self._chance.choice(people).id)

    def _workplace(self) -> object:
        seen = self._desk.tickets.get(self._any())
        places = self._desk.tickets.places(seen)
        return self._desk.tickets.change_workplace(seen, self._chance.choice(places).workplace_id)

    def _worker(self) -> object:
        return StatusWorker(self.store, self._clock).run_pass()

    def _any(self) -> int:
        """A ticket; often one of the newest, as at a desk, so that terminals meet."""
        span = 400 if self._chance.random() < 0.7 else self._newest
        return self._newest - self._chance.randrange(min(span, self._newest))
