"""Two processes at once: one wins, the other is told by whom and when, both are in the history.

Each kind of race has a negative control: the same race with its guards taken away has to show the
damage, or the race proves nothing.
"""

from itertools import pairwise

import pytest

from olvery_tui.domain.statuses import OrderStatus, TicketStatus, ticket_status
from tests.desk.making import (
    ANNA,
    BORIS,
    HOUR,
    IVAN,
    MARINA,
    NOW,
    add_ticket,
    add_tickets,
    held,
    hours,
    overlaps,
    ticket_row,
    trail,
)

ROUNDS = range(1, 6)
TASKS = {
    "validate": (None, "ticket.validated", "ticket.validate_refused"),
    "reset_validation": (None, "ticket.validation_reset", "ticket.reset_refused"),
    "change_visitor": ((MARINA, IVAN), "ticket.visitor_changed", "ticket.visitor_refused"),
    "change_workplace": ((3, 4), "ticket.workplace_changed", "ticket.workplace_refused"),
}


@pytest.fixture
def tickets(store, desk):
    """One ticket a round, each in an hour of its own."""
    for number in ROUNDS:
        add_ticket(store, number, period=hours(number, number + 1))


def race(terminals, store, desk, command, without=()):
    if command == "reset_validation":
        for number in ROUNDS:
            desk.tickets.validate(desk.tickets.get(number))
    choices = TASKS[command][0]
    one, other = terminals.race(
        "same ticket", store.url, command, list(ROUNDS), choices, without=without
    )
    return list(zip(ROUNDS, one, other, strict=True))


# ── The same ticket ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("without", [(), ("version",)], ids=["all", "version"])
@pytest.mark.parametrize("command", TASKS)
def test_of_two_who_do_the_same_one_wins_and_the_other_is_told(
    terminals, store, desk, tickets, command, without
):
    """Also without the version, for nobody gets in between a check and its write."""
    _choices, done, refused = TASKS[command]

    for number, one, other in race(terminals, store, desk, command, without):
        assert [one.done, other.done].count(True) == 1, (number, one, other)
        winner, loser = (ANNA, other) if one.done else (BORIS, one)
        *_earlier, change, refusal = trail(store, number)
        assert (change["kind"], change["manager_id"]) == (done, winner.id)
        assert (refusal["kind"], refusal["manager_id"]) == (refused, ANNA.id + BORIS.id - winner.id)
        assert change["at"] <= refusal["at"]
        assert loser.by == winner.name
        assert loser.at == change["at"]
        assert [line["kind"] for line in trail(store, number)].count(done) == 1


@pytest.mark.parametrize("command", TASKS)
def test_without_the_lock_the_version_lets_one_win(terminals, store, desk, tickets, command):
    done = TASKS[command][1]

    for number, one, other in race(terminals, store, desk, command, without=("lock",)):
        assert [one.done, other.done].count(True) == 1, (number, one, other)
        assert [line["kind"] for line in trail(store, number)].count(done) == 1


@pytest.mark.parametrize("command", TASKS)
def test_without_the_lock_and_the_version_both_win(terminals, store, desk, tickets, command):
    """Or, where two move a ticket, one of them falls over the other's half-made move."""
    done = TASKS[command][1]

    damage = [
        (one, other)
        for number, one, other in race(terminals, store, desk, command, without=("lock", "version"))
        if [line["kind"] for line in trail(store, number)].count(done) == 2
        or "IntegrityError" in (one.refusal, other.refusal)
    ]

    assert damage
    assert command == "change_workplace" or all(one.done and other.done for one, other in damage)


# ── The same seat ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pairs(store):
    """Two tickets a round, in the same hour, on the seats 1 and 2."""
    found = []
    for number in ROUNDS:
        period = hours(number, number + 1)
        add_ticket(store, number, period=period, seat=1)
        add_ticket(store, 100 + number, period=period, seat=2, visitor=IVAN)
        found.append((number, 100 + number))
    return found


def sit(terminals, store, pairs, without=()):
    return terminals.race("same seat", store.url, pairs, 3, without=without)


def assert_one_sits_and_the_other_knows(store, pairs, outcomes):
    for pair, one, other in zip(pairs, *outcomes, strict=True):
        assert [one.done, other.done].count(True) == 1, (pair, one, other)
        (winner, loser), told = (pair, other) if one.done else (pair[::-1], one)
        assert told.refusal == "SeatTaken"
        assert told.by_ticket == winner
        assert told.by == ("Мария Семенова" if winner == pair[0] else "Иван Столповский")
        assert [seat for seat, *_ in held(store, winner)] == [3]
        assert [seat for seat, *_ in held(store, loser)] == [ticket_row(store, loser).workplace_id]
        assert ticket_row(store, winner).workplace_id == 3
        assert trail(store, winner)[-1]["kind"] == "ticket.workplace_changed"
        refusal = trail(store, loser)[-1]
        assert refusal["kind"] == "ticket.workplace_refused"
        assert refusal["data"] == {"to": 3, "reason": "seat_taken", "by_ticket": winner}
        assert refusal["id"] > trail(store, winner)[-1]["id"]
    assert overlaps(store) == 0


@pytest.mark.parametrize("without", [(), ("look",)], ids=["all", "look"])
def test_of_two_who_want_one_seat_one_sits_and_the_other_knows_who(
    terminals, store, pairs, without
):
    assert_one_sits_and_the_other_knows(store, pairs, sit(terminals, store, pairs, without))


def test_without_the_trigger_the_look_inside_the_lock_still_holds(
    terminals, store, pairs, no_trigger
):
    assert_one_sits_and_the_other_knows(store, pairs, sit(terminals, store, pairs))


@pytest.mark.parametrize("without", [("look",), ("lock",)])
def test_without_the_trigger_and_another_guard_two_sit_on_one_seat(
    terminals, store, pairs, no_trigger, without
):
    one, other = sit(terminals, store, pairs, without)

    assert [a.done and b.done for a, b in zip(one, other, strict=True)].count(True) > 0
    assert overlaps(store) > 0


# ── The status worker ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def due(store):
    """Tickets that have begun and, every other one, ended at hour 50, and no worker ran."""
    numbers = list(range(1, 121))
    add_tickets(
        store,
        [
            {
                "number": number,
                "order": OrderStatus.COMPLETED if number % 2 else OrderStatus.CONFIRMED,
                "period": hours(number / 10, number / 10 + 0.1),
                "seat": 1,
            }
            for number in numbers
        ],
    )
    return numbers


def chain(store, number):
    """The statuses that the moves of a ticket lead through."""
    moves = [line["data"] for line in trail(store, number) if line["kind"] == "ticket.moved"]
    for before, after in pairwise(moves):
        assert before["to"] == after["from"], moves
    return [move["to"] for move in moves]


def test_two_workers_make_each_move_once(terminals, store, due):
    counts = terminals.race("workers", store.url, 50, 10)

    assert sum(counts) == len(due)
    for number in due:
        assert chain(store, number) == (["active", "done"] if number % 2 else ["active"])
        row = ticket_row(store, number)
        assert (row.status, row.version) == ("done" if number % 2 else "active", 2)


def test_without_the_condition_two_workers_make_moves_twice(terminals, store, due):
    counts = terminals.race("workers", store.url, 50, 10, without=("condition",))

    assert sum(counts) > len(due)
    assert any(ticket_row(store, number).version > 2 for number in due)


def test_a_worker_and_a_manager_do_not_undo_each_other(terminals, store, due):
    moved, changed = terminals.race("worker and orders", store.url, 50, due)

    assert 0 < moved <= len(due) == changed
    for number in due:
        row = ticket_row(store, number)
        order = OrderStatus(row.order_status)
        right = ticket_status(order, hours(number / 10, number / 10 + 0.1), NOW + 50 * HOUR)
        assert right in {TicketStatus.CANCELLED, TicketStatus.DONE}
        assert row.status == right.value
        assert row.moves_at is None
        assert chain(store, number)[-1] == right.value
