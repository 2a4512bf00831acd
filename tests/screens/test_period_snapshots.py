"""How the windows look in which a ticket's period changes, small and large."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

from olvery_tui.screens.list.tickets import TicketsScreen
from tests.screens.test_snapshots import Compare


def to(number: int) -> Callable[[Pilot[Any]], None]:
    """Put the list's cursor on a ticket."""

    def step(pilot: Pilot[Any]) -> None:
        assert isinstance(pilot.app.screen, TicketsScreen)
        pilot.app.screen.table.select(number)

    return step


def test_the_period_of_a_running_ticket_with_free_places(looks: Compare) -> None:
    assert looks(to(31), "t", "ctrl+a", *"25.12.2022", "enter")


def test_the_period_of_a_ticket_that_has_not_begun(looks: Compare) -> None:
    assert looks(to(34), "t", "backspace", "2")


def test_a_visitor_who_leaves_early(looks: Compare) -> None:
    assert looks(to(25), "t", "ctrl+e")


def test_a_ticket_that_is_cancelled_with_its_order(looks: Compare) -> None:
    assert looks(to(29), "delete")


def test_a_ticket_that_is_renewed(looks: Compare) -> None:
    assert looks(to(34), "n")
