"""Two terminals, each a process of its own, that do the same thing at the same moment.

The guards that keep them apart can be taken away one by one, so that a race test proves that it
would have seen the damage.
"""

from __future__ import annotations

import sqlite3
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import pytest
from sqlalchemy import Table, create_engine, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from olvery_tui import status_worker
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Authentication, Desk, booking, order_moves
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.closings import ClosingDraft
from olvery_tui.domain.conflicts import AlreadyValidated, ChangedMeanwhile, ItemChangedMeanwhile
from olvery_tui.domain.errors import ChangedSince, Refusal, SeatsTaken, SeatTaken, StoreUnavailable
from olvery_tui.domain.items import ItemKind
from olvery_tui.domain.orders import OrderDraft
from olvery_tui.domain.period_changes import PeriodDraft
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store.access import managers
from olvery_tui.store.audit import events
from olvery_tui.store.catalogue import items, locations
from olvery_tui.store.database import locks, rows
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.sqlite.store import SqliteStore
from olvery_tui.store.orders import completing, order_writes, shifts
from olvery_tui.store.people import erasing, people
from olvery_tui.store.tickets import closings, held, moves, seats, ticket_writes
from tests import quick_sqlalchemy
from tests.desk.making import (
    ANNA,
    AS_ANNA,
    AS_BORIS,
    BORIS,
    CONSOLE,
    FLOOR,
    HOUR,
    IVAN,
    MARIA,
    NOW,
    TABLES,
    hours,
    set_order,
)
from tests.store.writing import FORKS

ACTORS = (AS_ANNA, AS_BORIS)
_PATIENCE = 30.0
_BETWEEN = 0.02
"""Seconds between a check and the write that relies on it: wide enough to be seen through."""


@dataclass
class Outcome:
    """What one terminal came to: done, or refused by which error, told whom and when."""

    refusal: str | None = None
    by: str | None = None
    at: Any = None
    by_ticket: int | None = None
    left: int = 0
    """How many managers may still work."""

    @property
    def done(self) -> bool:
        return self.refusal is None


class Terminals:
    """Two processes that wait for a task, and do it together; they outlive the tests of a file, for
    each takes a second to begin.
    """

    def __init__(self) -> None:
        context = FORKS
        self._barrier = context.Barrier(2)
        self._pipes: list[Connection[Any, Any]] = []
        self._processes = []
        for side in (0, 1):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, self._barrier, side))
            process.start()
            self._pipes.append(ours)
            self._processes.append(process)

    def race(self, task: str, url: str, *arguments: Any, without: tuple[str, ...] = ()) -> Any:
        """Let both do `task` (a function below); what each came to."""
        self._barrier.reset()
        began = datetime.now(UTC)
        for pipe in self._pipes:
            pipe.send((task, url, arguments, without, began))
        answers = []
        for pipe in self._pipes:
            assert pipe.poll(_PATIENCE), "a terminal does not answer"
            answers.append(pipe.recv())
        for error, _answer in answers:
            assert error is None, error
        return [answer for _error, answer in answers]

    def close(self) -> None:
        for pipe in self._pipes:
            pipe.send(None)
        for process in self._processes:
            process.join(_PATIENCE)


class OneClock:
    """Begins each race at `NOW`, runs on, and shows the same in both processes."""

    is_real = False

    def __init__(self, began: datetime) -> None:
        self._began = began

    def now(self) -> datetime:
        return NOW + (datetime.now(UTC) - self._began)


@dataclass
class Side:
    """One of the terminals in a race."""

    side: int
    store: Store
    clock: OneClock
    wait: Callable[[], Any]

    def desk(self) -> Desk:
        return Desk(self.store, self.clock, ACTORS[self.side])


def _serve(pipe: Connection[Any, Any], barrier: Any, side: int) -> None:
    quick_sqlalchemy.make_quick()
    while (order := pipe.recv()) is not None:
        task, url, arguments, without, began = order
        try:
            store = open_database(url)
            with pytest.MonkeyPatch.context() as patch:
                for guard in without:
                    _WITHOUT[guard](patch)
                answer = _TASKS[task](
                    Side(side, store, OneClock(began), partial(barrier.wait, _PATIENCE)),
                    patch,
                    *arguments,
                )
            store.close()
            pipe.send((None, answer))
        except BaseException:
            barrier.abort()
            pipe.send((traceback.format_exc(), None))


# ── What is raced ────────────────────────────────────────────────────────────────────────────────


def _same_ticket(
    side: Side, patch: pytest.MonkeyPatch, command: str, numbers: list[int], choices: Any
) -> list[Outcome]:
    """Both do one command to the same ticket, ticket after ticket."""
    for name in ("set_validation", "clear_validation", "set_visitor", "set_workplace"):
        _pause_before(patch, ticket_writes, name)
    desk = side.desk()
    outcomes = []
    for number in numbers:
        seen = desk.tickets.get(number)
        side.wait()
        chosen = () if choices is None else (choices[side.side],)
        outcomes.append(_tried(getattr(desk.tickets, command), seen, *chosen))
        side.wait()
    return outcomes


def _same_seat(
    side: Side, patch: pytest.MonkeyPatch, pairs: list[tuple[int, int]], seat: int
) -> list[Outcome]:
    """Both move a ticket of their own to the same free seat, pair after pair."""
    _pause_before(patch, seats, "release")
    desk = side.desk()
    outcomes = []
    for pair in pairs:
        seen = desk.tickets.get(pair[side.side])
        side.wait()
        outcomes.append(_tried(desk.tickets.change_workplace, seen, seat))
        side.wait()
    return outcomes


def _last_seat(
    side: Side, patch: pytest.MonkeyPatch, rounds: list[int], begun: bool
) -> list[Outcome]:
    """Both book the same seat, hour after hour; or seat after seat, in a period that has begun."""
    _pause_before(patch, order_writes, "add")
    desk = side.desk()
    outcomes = []
    for start in rounds:
        period, seat = (hours(-1, 2), start) if begun else (hours(start, start + 1), 1)
        draft = OrderDraft((MARIA, IVAN)[side.side], FLOOR, FLOOR, period, (seat,))
        side.wait()
        outcomes.append(_tried(desk.orders.create, draft))
        side.wait()
    return outcomes


def _undo(side: Side, patch: pytest.MonkeyPatch, numbers: list[int]) -> list[Outcome]:
    """One takes its check back while the other, who sees it, changes the visitor."""
    for name in ("clear_validation", "set_visitor"):
        _pause_before(patch, ticket_writes, name)
    desk = side.desk()
    outcomes = []
    for number in numbers:
        if side.side == 0:
            desk.tickets.validate(desk.tickets.get(number))
        side.wait()
        seen = desk.tickets.get(number)
        side.wait()
        if side.side == 0:
            outcomes.append(_tried(desk.undo, desk.last_changes))
        else:
            outcomes.append(_tried(desk.tickets.change_visitor, seen, IVAN))
        side.wait()
    return outcomes


def _undo_status(side: Side, patch: pytest.MonkeyPatch, orders: list[int]) -> list[Outcome]:
    """One puts a completed order back in work by undoing, the other by its own command."""
    _pause_before(patch, order_writes, "set_status")
    desk = side.desk()
    outcomes = []
    for number in orders:
        if side.side == 0:
            desk.orders.set_status(desk.orders.get(number), OrderStatus.COMPLETED)
        side.wait()
        seen = desk.orders.get(number)
        side.wait()
        if side.side == 0:
            outcomes.append(_tried(desk.undo, desk.last_changes))
        else:
            outcomes.append(_tried(desk.orders.set_status, seen, OrderStatus.CONFIRMED))
        side.wait()
    return outcomes


def _refund(side: Side, patch: pytest.MonkeyPatch, orders: list[int]) -> list[Outcome]:
    """Both give the same money back, order after order."""
    _pause_before(patch, order_writes, "touch")
    desk = side.desk()
    outcomes = []
    for number in orders:
        seen = desk.orders.get(number)
        side.wait()
        outcomes.append(_tried(desk.orders.refund, seen, seen.paid, PaymentKind.ON_SITE))
        side.wait()
    return outcomes


def _shift(side: Side, patch: pytest.MonkeyPatch, rounds: list[int]) -> list[list[Outcome]]:
    """Both open the shift of one manager and then close it, round after round."""
    _pause_before(patch, shifts, "add")
    _pause_before(patch, shifts, "close")
    desk = Desk(side.store, side.clock, AS_ANNA)
    outcomes = []
    for _round in rounds:
        seen = desk.shifts.latest()
        side.wait()
        opened = _tried(desk.shifts.open, seen and seen.shift)
        side.wait()
        summary = desk.shifts.latest()
        assert summary is not None
        side.wait()
        outcomes.append([opened, _tried(desk.shifts.close, summary.shift)])
        side.wait()
    return outcomes


def _restored_seat(side: Side, patch: pytest.MonkeyPatch, rounds: list[int]) -> list[Outcome]:
    """One takes a cancel back while the other books the seat that it gave up."""
    _pause_before(patch, order_writes, "add")
    _pause_before(patch, seats, "hold")
    desk = side.desk()
    outcomes = []
    for start in rounds:
        draft = OrderDraft((MARIA, IVAN)[side.side], FLOOR, FLOOR, hours(start, start + 1), (1,))
        if side.side == 0:
            desk.orders.set_status(desk.orders.create(draft), OrderStatus.CANCELLED)
        side.wait()
        if side.side == 0:
            outcomes.append(_tried(desk.undo, desk.last_changes))
        else:
            outcomes.append(_tried(desk.orders.create, draft))
        side.wait()
    return outcomes


def _numbers(side: Side, patch: pytest.MonkeyPatch, rounds: list[int]) -> list[int]:
    """Each books a seat of its own, again and again; the numbers of the orders that came of it."""
    _pause_before(patch, order_writes, "add", seconds=0.005)
    desk = side.desk()
    drafts = [
        OrderDraft(MARIA, FLOOR, FLOOR, hours(start, start + 1), (1 + side.side,))
        for start in rounds
    ]
    side.wait()
    return [desk.orders.create(draft).number for draft in drafts]


def _settings(side: Side, patch: pytest.MonkeyPatch, rounds: int) -> list[Outcome]:
    """Both change what all terminals agree on, having seen the same."""
    _pause_before(patch, locations, "change_settings")
    desk = side.desk()
    outcomes = []
    for number in range(rounds):
        seen = desk.settings.get()
        changed = replace(seen, lock_minutes=100 + 2 * number + side.side)
        side.wait()
        outcomes.append(_tried(desk.settings.change, seen, changed))
        side.wait()
    return outcomes


def _tariff(side: Side, patch: pytest.MonkeyPatch, rounds: int) -> list[Outcome]:
    """Both change the price of a tariff, having seen the same."""
    _pause_before(patch, items, "write")
    desk = side.desk()
    outcomes = []
    for number in range(rounds):
        seen = desk.catalogue.details().find(ItemKind.TARIFF, FLOOR)
        assert seen is not None
        names = ("name", "unit", "min_units", "max_units")
        typed = {name: seen.value(name) for name in names}
        side.wait()
        price = str(300 + 2 * number + side.side)
        outcomes.append(_tried(desk.catalogue.change, seen, typed | {"price": price}))
        side.wait()
    return outcomes


def _archived_place(side: Side, patch: pytest.MonkeyPatch, places: list[int]) -> list[Outcome]:
    """One archives a place while the other books it."""
    _pause_before(patch, items, "write", seconds=3 * _BETWEEN)
    _pause_before(patch, order_writes, "add")
    desk = side.desk()
    outcomes = []
    for place in places:
        draft = OrderDraft(MARIA, FLOOR, FLOOR, hours(1, 2), (place,))
        seen = desk.catalogue.details().find(ItemKind.WORKPLACE, place)
        assert seen is not None
        side.wait()
        if side.side == 0:
            outcomes.append(_tried(desk.catalogue.archive, seen))
        else:
            outcomes.append(_tried(desk.orders.create, draft))
        side.wait()
    return outcomes


def _closed_place(
    side: Side, patch: pytest.MonkeyPatch, rounds: list[int], rival: str
) -> list[Outcome]:
    """One closes a place while the other books it, moves a ticket there or closes it too; or one
    undoes that they have opened it, while the other books it.
    """
    _pause_before(patch, order_writes, "add")
    _pause_before(patch, seats, "hold")
    _pause_before(patch, closings, "hold")
    desk = side.desk()
    outcomes = []
    for start in rounds:
        closing = ClosingDraft((1,), NOW + start * HOUR, NOW + (start + 1) * HOUR, "ремонт")
        order = OrderDraft(MARIA, FLOOR, FLOOR, hours(start, start + 1), (1,))
        close, book = partial(desk.closings.close, closing), partial(desk.orders.create, order)
        act: Callable[[], object] = close
        if side.side == 0 and rival == "undo":
            desk.closings.open([one.id for one in close()])
            act = partial(desk.undo, desk.last_changes)
        elif side.side == 1 and rival == "move":
            made = desk.orders.create(replace(order, workplace_ids=(2,)))
            seen = desk.tickets.get(made.tickets[0].number)
            act = partial(desk.tickets.change_workplace, seen, 1)
        elif side.side == 1 and rival != "close":
            act = book
        side.wait()
        outcomes.append(_tried(act))
        side.wait()
    return outcomes


def _free_hour(
    side: Side, patch: pytest.MonkeyPatch, pairs: list[tuple[int, int]]
) -> list[Outcome]:
    """Two tickets have one seat an hour apart: one goes on into that hour, the other begins in it;
    pair after pair.
    """
    _pause_before(patch, ticket_writes, "set_period")
    desk = side.desk()
    outcomes = []
    for pair in pairs:
        seen = desk.tickets.get(pair[side.side])
        period = hours(1, 3) if side.side == 0 else hours(2, 4)
        side.wait()
        outcomes.append(_tried(desk.periods.change_period, seen, PeriodDraft(period)))
        side.wait()
    return outcomes


def _guesses(side: Side, patch: pytest.MonkeyPatch, logins: list[str]) -> list[Outcome]:
    """Both give a wrong password for the same login, which nobody has given before."""
    _pause_before(patch, managers, "credentials")
    authentication = Authentication(side.store, FrozenClock(NOW), place="desk", account="tests")
    outcomes = []
    for login in logins:
        side.wait()
        outcomes.append(_tried(authentication.sign_in, login, "wrong horse"))
        side.wait()
    return outcomes


def _first_managers(side: Side, patch: pytest.MonkeyPatch) -> Outcome:
    """Both make the first manager of the same database."""
    _pause_before(patch, managers, "add")
    authentication = Authentication(side.store, FrozenClock(NOW), place="desk", account="tests")
    password = "a long horse battery"
    side.wait()
    login = ("vera", "gleb")[side.side]
    return _tried(authentication.first_manager, login, "Лес", "Вера", password, password)


def _each_other(side: Side, patch: pytest.MonkeyPatch, rounds: int, password: str) -> list[Outcome]:
    """Each disables the other; after each round both may work again."""
    _pause_before(patch, managers, "change")
    console, other = Desk(side.store, side.clock, CONSOLE), (BORIS, ANNA)[side.side]
    outcomes = []
    for _round in range(rounds):
        desk = side.desk()
        side.wait()
        disable = partial(desk.access.set_active, own_password=password)
        try:
            outcomes.append(_tried(disable, other.login, False))
        except StoreUnavailable as refused:  # the server's function looks once more
            outcomes.append(Outcome(refused.code))
        side.wait()
        outcomes[-1].left = sum(one.active for one in console.access.accounts())
        side.wait()
        if side.side == 0:
            for one in (ANNA, BORIS):
                console.access.set_active(str(one.login), True)
        side.wait()
    return outcomes


def _workers(side: Side, patch: pytest.MonkeyPatch, hours: float, chunk: int) -> int:
    """Both make a pass over the same due tickets."""
    patch.setattr(status_worker, "CHUNK", chunk)
    patch.setattr(status_worker, "ORDERS", chunk)
    _pause_before(patch, moves, "apply", seconds=0.002)
    _meet_after_finding_what_ended(patch, side)
    worker = StatusWorker(side.store, FrozenClock(NOW + hours * HOUR))
    side.wait()
    return worker.run_pass()


def _meet_after_finding_what_ended(patch: pytest.MonkeyPatch, side: Side) -> None:
    """Neither completes an order before both have found which are to be."""
    find, met = StatusWorker._find_ended, []

    def found_by_both(worker: StatusWorker, now: datetime) -> list[int]:
        found = find(worker, now)
        if not met:
            met.append(side.wait())
        return found

    patch.setattr(StatusWorker, "_find_ended", found_by_both)


def _worker_and_orders(
    side: Side, patch: pytest.MonkeyPatch, hours: float, numbers: list[int]
) -> int:
    """One makes a pass; in the midst of it the other cancels and completes the tickets' orders."""
    clock = FrozenClock(NOW + hours * HOUR)
    if side.side == 0:
        patch.setattr(status_worker, "CHUNK", 5)
        begun: list[int] = []

        def moved(count: int) -> None:
            begun.append(count)
            if len(begun) == 1:
                side.wait()

        return StatusWorker(side.store, clock, moved).run_pass()
    side.wait()
    for number in reversed(numbers):
        order = OrderStatus.CANCELLED if number % 2 else OrderStatus.COMPLETED
        set_order(side.store, number, order, clock.now())
        time.sleep(0.001)
    return len(numbers)


def _same_person(side: Side, patch: pytest.MonkeyPatch, rounds: int) -> list[Outcome]:
    """Both edit one person, having seen the same."""
    _pause_before(patch, people, "change")
    desk = side.desk()
    outcomes = []
    for number in range(rounds):
        seen = desk.people.get(MARIA)
        typed = {"last_name": f"Семенова {number}", "note": f"от {side.side}"}
        side.wait()
        outcomes.append(_tried(partial(desk.people.edit, seen, **typed)))
        side.wait()
    return outcomes


def _merged_visitor(
    side: Side, patch: pytest.MonkeyPatch, rounds: list[tuple[int, int]]
) -> list[Outcome]:
    """One merges a person into Maria while the other gives them a ticket, round after round."""
    _pause_before(patch, erasing, "clear")
    _pause_before(patch, ticket_writes, "set_visitor", seconds=_BETWEEN / 2)
    desk = side.desk()
    outcomes = []
    for ticket, person in rounds:
        seen, gone = desk.tickets.get(ticket), desk.people.get(person)
        kept = desk.people.get(MARIA)
        side.wait()
        if side.side == 0:
            outcomes.append(_tried(desk.people.merge, kept, gone))
        else:
            outcomes.append(_tried(desk.tickets.change_visitor, seen, person))
        side.wait()
    return outcomes


_TASKS: dict[str, Callable[..., Any]] = {
    "same ticket": _same_ticket,
    "same seat": _same_seat,
    "last seat": _last_seat,
    "undo": _undo,
    "undo status": _undo_status,
    "refund": _refund,
    "shift": _shift,
    "restored seat": _restored_seat,
    "numbers": _numbers,
    "settings": _settings,
    "tariff": _tariff,
    "archived place": _archived_place,
    "closed place": _closed_place,
    "free hour": _free_hour,
    "guesses": _guesses,
    "first managers": _first_managers,
    "each other": _each_other,
    "same person": _same_person,
    "merged visitor": _merged_visitor,
    "workers": _workers,
    "worker and orders": _worker_and_orders,
}


def _tried(command: Callable[..., Any], *arguments: Any) -> Outcome:
    try:
        command(*arguments)
    except AlreadyValidated as refused:
        card = refused.current
        return Outcome(
            "AlreadyValidated", card.validated_by and card.validated_by.name, card.validated_at
        )
    except (ChangedMeanwhile, ItemChangedMeanwhile) as refused:
        return Outcome(type(refused).__name__, refused.by, refused.at)
    except ChangedSince as refused:
        return Outcome("ChangedSince", refused.by, refused.at)
    except SeatsTaken as refused:
        first = next(iter(refused.taken), None)
        return Outcome("SeatsTaken", first and first.visitor, by_ticket=first and first.by_ticket)
    except SeatTaken as refused:
        return Outcome("SeatTaken", refused.visitor, by_ticket=refused.by_ticket)
    except (Refusal, IntegrityError) as refused:
        return Outcome(type(refused).__name__)
    return Outcome()


def _pause_before(
    patch: pytest.MonkeyPatch, module: Any, name: str, seconds: float = _BETWEEN
) -> None:
    act = getattr(module, name)

    def late(*arguments: Any, **named: Any) -> Any:
        time.sleep(seconds)
        return act(*arguments, **named)

    patch.setattr(module, name, late)


# ── The guards, taken away ───────────────────────────────────────────────────────────────────────


def _without_lock(patch: pytest.MonkeyPatch) -> None:
    """On SQLite every statement is on its own, as with the driver's defaults; on PostgreSQL nobody
    locks what is decided by.
    """

    @contextmanager
    def writing(store: SqliteStore) -> Iterator[Session]:
        engine = create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(store.path, timeout=5, isolation_level=None),
            poolclass=NullPool,
        )
        with Session(engine) as session:
            yield session

    patch.setattr(SqliteStore, "writing", writing)
    patch.setattr(locks, "_is_shared", lambda _session: False)


def _without_version(*tables: str) -> Callable[[pytest.MonkeyPatch], None]:
    """A row of these tables is written whatever has become of it since it was read."""

    def undo(patch: pytest.MonkeyPatch) -> None:
        checked = rows.change

        def write(session: Session, table: Table, number: int, version: int, **values: Any) -> bool:
            if table.name not in tables:
                return checked(session, table, number, version, **values)
            (key,) = table.primary_key.columns
            session.connection().execute(
                update(table).where(key == number).values(version=version + 1, **values)
            )
            return True

        patch.setattr(rows, "change", write)

    return undo


def _without_look(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether the seat is taken, until the database has refused."""
    look = seats.holder
    asked: dict[int, int] = {}

    def blind_at_first(session: Session, *facts: Any, **named: Any) -> Any:
        asked[id(session)] = asked.get(id(session), 0) + 1
        return look(session, *facts, **named) if asked[id(session)] > 1 else None

    patch.setattr(seats, "holder", blind_at_first)


def _without_holder(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks who has a place before it is taken."""
    patch.setattr(seats, "holder", lambda *_args, **_kwargs: None)


def _without_order_look(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether the seats of an order are taken, until the database has refused."""
    look = booking.refuse_if_taken
    asked: list[OrderDraft] = []

    def blind_at_first(session: Session, draft: OrderDraft, now: datetime) -> None:
        if any(one is draft for one in asked):
            look(session, draft, now)
        asked.append(draft)

    patch.setattr(booking, "refuse_if_taken", blind_at_first)


def _without_closing_look(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether tickets hold the places that are closed."""
    patch.setattr(held, "held", lambda *_facts, **_named: ((), 0))


def _without_completing(patch: pytest.MonkeyPatch) -> None:
    """An order is completed whatever has become of it since it was found."""
    table = TABLES["orders"]
    whatever = (
        update(table)
        .where(any_of(table.c.number, "numbers"))
        .values(status=OrderStatus.COMPLETED.value, version=table.c.version + 1)
        .returning(table.c.number)
    )
    patch.setattr(completing, "_COMPLETE", whatever)


def _without_condition(patch: pytest.MonkeyPatch) -> None:
    """A move is written whatever has become of the ticket since it was found."""

    def whatever(situation: moves.Situation, plan: moves.Plan) -> Any:
        table = TABLES["ticket"]
        return (
            update(table)
            .where(moves._AMONG)
            .values(
                status=plan.steps[-1].after.value,
                moves_at=None,
                version=table.c.version + 1,
            )
            .returning(table.c.number)
        )

    patch.setattr(moves, "_update", whatever)


def _without_since(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether anything has happened since the change that is undone."""
    patch.setattr(events, "changed_since", lambda _session, _line: None)


def _without_seats_look(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether the seats of a cancelled order are taken, until the database refuses."""
    look = order_moves._taken
    asked: list[object] = []

    def blind_at_first(session: Session, *facts: Any) -> Any:
        asked.append(session)
        return () if len(asked) % 2 else look(session, *facts)

    patch.setattr(order_moves, "_taken", blind_at_first)


_WITHOUT: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "lock": _without_lock,
    "version": _without_version("ticket"),
    "order version": _without_version("orders"),
    "person version": _without_version("person"),
    "item version": _without_version("service", "room", "workplace", "tariff"),
    "look": _without_look,
    "order look": _without_order_look,
    "holder": _without_holder,
    "closing look": _without_closing_look,
    "since": _without_since,
    "seats look": _without_seats_look,
    "completing": _without_completing,
    "condition": _without_condition,
}
