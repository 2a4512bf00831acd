"""Two processes at once, one of which takes back what it did last: exactly one of them wins."""

import pytest

from olvery_tui.store.audit import checks
from tests.desk.making import (
    IVAN,
    MARIA,
    NOW,
    add_ticket,
    hours,
    overlaps,
    ticket_row,
    trail,
)

ROUNDS = list(range(1, 6))


@pytest.fixture
def tickets(store):
    """One ticket a round, each in an hour of its own."""
    for number in ROUNDS:
        add_ticket(store, number, period=hours(number, number + 1))


@pytest.fixture
def ended(store):
    """The same, of the hours before."""
    for number in ROUNDS:
        add_ticket(store, number, period=hours(-number - 1, -number))


def raced(terminals, store, task, rounds, without=()):
    one, other = terminals.race(task, store.url, rounds, without=without)
    return list(zip(ROUNDS, one, other, strict=True))


# ── A change against its undo ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("without", [(), ("version",)], ids=["all", "version"])
def test_a_change_is_undone_or_followed_by_another_but_never_both(
    terminals, store, tickets, without
):
    for number, undo, change in raced(terminals, store, "undo", ROUNDS, without):
        assert [undo.done, change.done].count(True) == 1, (undo, change)
        row = ticket_row(store, number)
        assert row.visitor_id == (MARIA if undo.done else IVAN)
        assert row.validated_at is None
        if undo.done:
            assert (change.refusal, change.by) == ("ChangedMeanwhile", "Анна Орлова")
        else:
            assert (undo.refusal, undo.by) == ("ChangedSince", "Борис Титов")
            assert trail(store, number)[-1]["kind"] == "change.undo_refused"
    assert checks.check(store, NOW) == ()


def test_without_the_look_at_the_trail_an_undo_takes_back_what_is_another_ones(
    terminals, store, tickets
):
    """Wherever the other was first: the undo finds what was not its own."""
    found = raced(terminals, store, "undo", ROUNDS, ("since", "lock", "version"))

    assert any(undo.done and change.done for _number, undo, change in found)


# ── The status of an order ───────────────────────────────────────────────────────────────────────


def test_an_order_is_put_back_in_work_once(terminals, store, ended):
    orders = [1000 + number for number in ROUNDS]
    for number, undo, change in raced(terminals, store, "undo status", orders):
        assert [undo.done, change.done].count(True) == 1, (undo, change)
        assert {undo.refusal, change.refusal} <= {None, "ChangedSince", "OrderChangedMeanwhile"}
        moves = [line["data"]["to"] for line in trail(store, number)[1:] if "to" in line["data"]]
        assert moves[-2:] == ["done", "active"]
    assert checks.check(store, NOW) == ()


# ── The seat of a cancelled order ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("without", [(), ("seats look",)], ids=["all", "look"])
def test_a_seat_is_taken_back_or_sold_again_but_never_both(terminals, store, without):
    for _round, undo, booked in raced(terminals, store, "restored seat", ROUNDS, without):
        assert [undo.done, booked.done].count(True) == 1, (undo, booked)
        told = booked if undo.done else undo
        assert told.refusal == ("SeatTaken" if undo.done else "SeatsTaken")
        assert told.by == ("Мария Семенова" if undo.done else "Иван Столповский")
    assert overlaps(store) == 0
    assert checks.check(store, NOW) == ()


def test_without_the_trigger_and_the_look_two_have_one_seat(terminals, store, no_trigger):
    without = ("seats look", "order look", "lock")
    found = raced(terminals, store, "restored seat", ROUNDS, without)

    assert overlaps(store) > 0, found
