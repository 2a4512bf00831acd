"""How the forms of orders and the settings look in every state, small and large.

`make snapshots` accepts a new look; each picture is to be looked at before it is committed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from olvery_tui import i18n
from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.settings import Settings
from tests.screens.conftest import both_sizes
from tests.screens.order_desk import draft, outside, unpaid
from tests.screens.test_snapshots import Compare
from tests.screens.ticket_desk import another_terminal

TODAY = date(2022, 12, 6)
NAMED = ("a", *"корсак", "enter")
"""The form of a new order with its customer."""

SECOND = NAMED
THIRD = (*NAMED, "right")
CANCEL = ("2",)


def tabs(count: int) -> tuple[str, ...]:
    return ("tab",) * count


# ── A new order ──────────────────────────────────────────────────────────────────────────────────


def test_a_new_order(looks: Compare) -> None:
    assert looks("a")


@both_sizes
def test_a_new_order_with_people_found(looks: Compare) -> None:
    assert looks("a", *"ива", "down")


def test_a_new_order_with_the_services_to_choose_from(looks: Compare) -> None:
    assert looks(*NAMED, "down")


def test_a_new_order_by_the_hour(looks: Compare) -> None:
    assert looks(*THIRD)


@both_sizes
def test_a_new_order_by_the_day_with_several_places(looks: Compare) -> None:
    assert looks(*THIRD, *tabs(2), "right", *tabs(3), "down", "space", "down", "space")


def test_a_new_order_by_the_month(looks: Compare) -> None:
    assert looks(*SECOND, "tab", "left", "tab", "left", *tabs(2), "3")


def test_a_new_order_with_modifiers_comment_and_a_price_of_its_own(looks: Compare) -> None:
    assert looks(
        *SECOND, *tabs(7), "space", "down", "down", "space", *tabs(2), *"у окна", "tab",
        *"500"
    )  # fmt: skip


@both_sizes
def test_a_new_order_with_its_calendar(looks: Compare) -> None:
    assert looks(*THIRD, *tabs(3), "down")


def test_a_new_order_with_the_places_narrowed(looks: Compare) -> None:
    assert looks(*THIRD, *tabs(6), *"тих")


def test_a_new_order_with_places_that_others_have(looks: Compare) -> None:
    assert looks(*THIRD, *tabs(6), "pagedown")


def test_a_new_order_with_mistakes(looks: Compare) -> None:
    assert looks(*THIRD, *tabs(5), *"9", *tabs(5), *"дорого", "tab")


def test_a_new_order_that_has_begun_already(looks: Compare) -> None:
    assert looks(*THIRD, *tabs(4), *"8:00", "tab")


def test_a_new_order_that_can_not_be_created_yet(looks: Compare) -> None:
    assert looks("a", "ctrl+s")


def test_a_new_order_whose_place_was_taken_meanwhile(
    looks: Compare, database: Path, clock: FrozenClock
) -> None:
    def meanwhile(pilot: Pilot[Any]) -> None:
        with another_terminal(database, clock) as other:
            other.orders.create(draft(other, days=(TODAY, TODAY)))
        pilot.app.simulate_key("ctrl+s")

    assert looks(*THIRD, *tabs(2), "right", *tabs(3), meanwhile)


def test_leaving_a_new_order(looks: Compare) -> None:
    assert looks(*THIRD, "escape")


def test_the_list_after_a_new_order(looks: Compare) -> None:
    assert looks(*THIRD, "ctrl+s")


def test_a_new_order_in_english(looks: Compare) -> None:
    i18n.set_language("en")
    assert looks(*THIRD)


def test_a_new_order_in_the_light_theme(
    looks: Compare, settings: Settings, clock: FrozenClock
) -> None:
    light = DeskApp(settings._replace(theme="olvery-light"), clock=clock)
    assert looks(*THIRD, *tabs(6), of=light)


def test_a_new_order_without_colours(
    looks: Compare, settings: Settings, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert looks(*THIRD, *tabs(6), of=DeskApp(settings, clock=clock))


# ── The status of an order ───────────────────────────────────────────────────────────────────────


@both_sizes
def test_the_status_of_a_new_order(looks: Compare) -> None:
    assert looks("o")


def test_the_status_of_an_order_to_be_cancelled(looks: Compare, database: Path) -> None:
    unpaid(database, 1215)
    assert looks(*"26", "enter", "v", "o", "2", "tab", *"болеет")


def test_the_status_of_an_order_free_of_charge(looks: Compare, database: Path) -> None:
    with outside(database) as connection:
        connection.execute("UPDATE orders SET price = 0")
    assert looks("o", "1")


def test_the_last_status_of_an_order(looks: Compare, database: Path) -> None:
    with outside(database) as connection:
        connection.execute("UPDATE orders SET status = 'refunded' WHERE number = 1211")
    assert looks("end", "o")


def test_the_status_of_an_order_with_a_payment_that_cant_be(looks: Compare) -> None:
    assert looks("o", "1", "tab", *"31.02", "ctrl+s")


def test_the_status_of_an_order_after_a_colleague_was_quicker(
    looks: Compare, database: Path, clock: FrozenClock
) -> None:
    def meanwhile(_pilot: Pilot[Any]) -> None:
        with another_terminal(database, clock) as other:
            other.orders.set_status(other.orders.get(1223), OrderStatus.CANCELLED)

    assert looks("o", "1", meanwhile, "enter")


def test_the_question_before_an_order_is_completed_early_and_unpaid(
    looks: Compare, database: Path
) -> None:
    unpaid(database, 1215)
    assert looks(*"26", "enter", "o", "1", "enter")


# ── The settings ─────────────────────────────────────────────────────────────────────────────────


def test_the_settings(looks: Compare) -> None:
    assert looks("ctrl+p", *"настройки", "enter")
