"""Two processes at once whose tickets want one free hour of a seat: one goes on into it.

With the database's guard and the look at who has it taken away, both get it.
"""

from __future__ import annotations

import pytest

from olvery_tui.domain.period_changes import PeriodDraft
from olvery_tui.store.audit import checks
from tests.desk.making import NOW, SEATS, add_ticket, hours, overlaps

PAIRS = [(seat, 10 + seat) for seat in SEATS[:3]]
"""On each seat but the last, a ticket of the hour from 11 and one of the hour from 13."""


@pytest.fixture
def tickets(store):
    for seat, (one, other) in zip(SEATS, PAIRS, strict=False):
        add_ticket(store, one, period=hours(1, 2), seat=seat)
        add_ticket(store, other, period=hours(3, 4), seat=seat)


@pytest.mark.parametrize("without", [(), ("holder",)], ids=["all", "guard alone"])
def test_one_has_the_hour_and_the_other_goes_on_elsewhere(terminals, store, desk, tickets, without):
    outcomes = terminals.race("free hour", store.url, PAIRS, without=without)

    for one, other in zip(*outcomes, strict=True):
        assert [one.done, other.done].count(True) == 1, (one, other)
        assert (other if one.done else one).refusal == "SeatTaken"
    one, _other = (outcome[0] for outcome in outcomes)
    number, period = (PAIRS[0][1], hours(2, 4)) if one.done else (PAIRS[0][0], hours(1, 3))
    elsewhere = PeriodDraft(period, then={number: SEATS[-1]})
    assert desk.periods.change_period(desk.tickets.get(number), elsewhere).period == period
    assert overlaps(store) == 0
    assert checks.check(store, NOW) == ()


def test_without_the_guard_and_the_look_two_have_one_hour(terminals, store, tickets, no_trigger):
    one, other = terminals.race(
        "free hour", store.url, PAIRS, without=("holder", "lock", "version")
    )
    assert [a.done and b.done for a, b in zip(one, other, strict=True)].count(True) > 0
    assert overlaps(store) > 0
