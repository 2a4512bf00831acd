"""How every screen looks in every state, in a small terminal and in a large one.

`make snapshots` accepts a new look; each picture is to be looked at before it is committed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from olvery_tui import i18n
from olvery_tui import services as olvery_services
from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.files import Place
from olvery_tui.settings import Settings
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store.database.connect import open_database
from tests.screens.conftest import both_sizes
from tests.screens.ticket_desk import another_terminal

Compare = Callable[..., bool]
Step = str | Callable[[Pilot[Any]], object]
MARIAS_PHONE = "89655776500"
_NEW_YEAR = datetime(2023, 1, 1, 9, 0, tzinfo=UTC)


def ticket(number: int) -> tuple[str, ...]:
    """The keys that open a ticket."""
    return (*str(number), "enter")


def settings_with(settings: Settings, **other: Any) -> Settings:
    return settings._replace(**other)


# ── The list ─────────────────────────────────────────────────────────────────────────────────────


@both_sizes
def test_the_list(looks: Compare) -> None:
    assert looks()


def test_who_is_expected_today(looks: Compare) -> None:
    assert looks("f3")


def test_the_list_with_the_cursor_further_down(looks: Compare) -> None:
    assert looks("down", "down", "down")


def test_the_list_filtered_by_visitor_and_status(looks: Compare) -> None:
    assert looks("slash", *"сем", "tab", "down", "space", "down", "space", "enter")


def test_a_filter_that_finds_nothing(looks: Compare) -> None:
    assert looks("slash", *"сем", "enter", "f", *"99")


@both_sizes
def test_the_filter(looks: Compare) -> None:
    assert looks("f")


def test_the_filter_with_values(looks: Compare) -> None:
    assert looks("f", *"22-31", "tab", *"6.12", "tab", *"31.12", "tab", *"сем", "tab", "space")


@both_sizes
def test_the_filter_with_values_that_cant_be_used(looks: Compare) -> None:
    assert looks("f", *"abc", "tab", *"31.02", "tab", *"5.xx", "tab", *"12", "tab", "tab")


def test_a_period_that_runs_backwards(looks: Compare) -> None:
    assert looks("f", "tab", *"7.12", "tab", *"6.12", "tab", "tab")


@both_sizes
def test_the_calendar(looks: Compare) -> None:
    assert looks("f", "tab", *"12.12", "down", "right")


@both_sizes
def test_suggested_people(looks: Compare) -> None:
    assert looks("slash", *"ив", "down")


def test_a_person_picked_from_the_suggestions(looks: Compare) -> None:
    assert looks("slash", *"ива", "down", "enter")


def test_nobody_to_suggest(looks: Compare) -> None:
    assert looks("slash", *"щщ")


def test_the_menu_of_the_filter(looks: Compare) -> None:
    assert looks("slash", *"сем", "enter", "f", "shift+tab", "enter")


# ── A ticket ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("number", "status"), [(34, "new"), (26, "confirmed"), (25, "active"), (22, "cancelled")]
)
def test_a_ticket(looks: Compare, number: int, status: str) -> None:
    assert looks(*ticket(number))


def test_a_ticket_that_is_done(looks: Compare, database: Path, clock: FrozenClock) -> None:
    with closing(sqlite3.connect(database)) as outside, outside:
        outside.execute(
            "UPDATE orders SET status = ? WHERE number = 1216", [OrderStatus.COMPLETED.value]
        )
        outside.execute("UPDATE ticket SET moves_at = ends_at WHERE number = 27")
    clock.move_to(clock.now() + timedelta(hours=3))
    with closing(open_database(f"sqlite:///{database}")) as store:
        StatusWorker(store, clock).run_pass()
    assert looks(*ticket(27))


def test_a_ticket_whose_time_is_up(looks: Compare, clock: FrozenClock) -> None:
    clock.move_to(clock.now() + timedelta(hours=3))
    assert looks(*ticket(25))


def test_the_list_with_tickets_whose_time_is_up(looks: Compare, clock: FrozenClock) -> None:
    clock.move_to(clock.now() + timedelta(hours=3))
    assert looks()


def test_a_ticket_just_checked(looks: Compare) -> None:
    assert looks(*ticket(26), "v")


def test_a_ticket_that_a_colleague_has_checked(
    looks: Compare, database: Path, clock: FrozenClock
) -> None:
    with another_terminal(database, clock) as other:
        other.tickets.validate(other.tickets.get(26))
    assert looks(*ticket(26), "v")


def test_a_ticket_that_refuses_a_key(looks: Compare) -> None:
    assert looks(*ticket(34), "v")


def test_a_ticket_with_the_number_of_another_one_typed(looks: Compare) -> None:
    assert looks(*ticket(26), *"31")


def test_a_ticket_there_is_none_of(looks: Compare) -> None:
    assert looks(*ticket(26), *"99", "enter")


def test_the_history(looks: Compare, database: Path, clock: FrozenClock) -> None:
    with another_terminal(database, clock) as other:
        seen = other.tickets.get(26)
        checked = other.tickets.validate(seen)
        with pytest.raises(Exception, match=r"."):
            other.tickets.validate(seen)
        other.tickets.reset_validation(checked)
    assert looks(*ticket(26), "h")


def test_the_ticket_as_a_first_visitor_sees_it(looks: Compare) -> None:
    assert looks(*ticket(26), "p")


@both_sizes
def test_the_ticket_as_its_visitor_sees_it_after_the_check(looks: Compare) -> None:
    assert looks(*ticket(26), "v", "p")


# ── Its forms ────────────────────────────────────────────────────────────────────────────────────


def test_the_form_of_the_visitor(looks: Compare) -> None:
    assert looks(*ticket(26), "u")


@both_sizes
def test_the_form_of_the_visitor_with_people_found(looks: Compare) -> None:
    assert looks(*ticket(26), "u", "ctrl+u", *"ива", "down")


def test_the_form_of_the_visitor_with_another_one_chosen(looks: Compare) -> None:
    assert looks(*ticket(26), "u", "ctrl+u", *"сто", "enter")


def test_the_form_of_the_visitor_emptied(looks: Compare) -> None:
    assert looks(*ticket(26), "u", "ctrl+u", "ctrl+s")


def test_the_form_of_the_visitor_warns_of_the_check_that_goes(looks: Compare) -> None:
    assert looks(*ticket(26), "v", "u")


def test_the_form_of_the_visitor_after_a_colleague_was_quicker(
    looks: Compare, database: Path, clock: FrozenClock
) -> None:
    def meanwhile(_pilot: Pilot[Any]) -> None:
        with another_terminal(database, clock) as other:
            (olga,) = other.people.search("алешина")
            other.tickets.change_visitor(other.tickets.get(26), olga.id)

    assert looks(*ticket(26), "u", "ctrl+u", *"сто", "enter", meanwhile, "ctrl+s")


def test_a_new_person(looks: Compare) -> None:
    assert looks(*ticket(26), "u", "ctrl+u", *"Ёлкин", "ctrl+n")


@both_sizes
def test_a_new_person_with_mistakes(looks: Compare) -> None:
    assert looks(*ticket(26), "u", "ctrl+n", *("tab",) * 3, *"12", "tab", *"elkin@", "ctrl+s")


def test_a_new_person_whom_somebody_has_registered(looks: Compare) -> None:
    assert looks(
        *ticket(26),
        "u",
        "ctrl+n",
        *"Семенова",
        "tab",
        *"Маша",
        "tab",
        "tab",
        *MARIAS_PHONE,
        "ctrl+s",
    )


def test_leaving_what_was_typed(looks: Compare) -> None:
    assert looks(*ticket(26), "u", "ctrl+n", *"Ёлкин", "escape")


def test_the_form_of_the_workplace(looks: Compare) -> None:
    assert looks(*ticket(25), "w")


def test_the_form_of_the_workplace_with_a_place_chosen(looks: Compare) -> None:
    assert looks(*ticket(26), "w", "down", "enter")


def test_the_form_of_the_workplace_narrowed(looks: Compare) -> None:
    assert looks(*ticket(26), "w", *"тих")


def test_the_form_of_the_workplace_narrowed_to_nothing(looks: Compare) -> None:
    assert looks(*ticket(26), "w", *"щщ")


def test_the_form_of_the_workplace_after_a_colleague_was_quicker(
    looks: Compare, database: Path, clock: FrozenClock
) -> None:
    def meanwhile(_pilot: Pilot[Any]) -> None:
        with another_terminal(database, clock) as other:
            seen = other.tickets.get(26)
            free = [
                place for place in other.tickets.places(seen) if place.free and not place.current
            ]
            other.tickets.change_workplace(seen, free[1].workplace_id)

    assert looks(*ticket(26), "w", "down", "enter", meanwhile, "ctrl+s")


# ── Around ───────────────────────────────────────────────────────────────────────────────────────


@both_sizes
def test_the_help(looks: Compare) -> None:
    assert looks("f1")


def test_the_help_scrolled_to_its_end(looks: Compare) -> None:
    assert looks("f1", "end")


def test_the_command_palette(looks: Compare) -> None:
    assert looks("ctrl+p")


def test_a_database_that_is_lost(looks: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    # The way it is shown is real, its place is not: it must not be that of a temporary folder.
    lost = StoreUnavailable(StoreCode.LOST, "/srv/olvery/olvery.db")

    def gone(desk: Desk) -> None:
        raise lost

    def lose(pilot: Pilot[Any]) -> None:
        assert isinstance(pilot.app, DeskApp)
        pilot.app.errors.set_outage(lost)

    monkeypatch.setattr(Desk, "ping", gone)
    assert looks(lose)


def test_statuses_that_nobody_moves(looks: Compare, settings: Settings, clock: FrozenClock) -> None:
    app = DeskApp(settings_with(settings, embedded_worker=False), clock=clock)
    clock.move_to(clock.now() + timedelta(days=1))
    assert looks(of=app)


def test_the_first_start(looks: Compare, settings: Settings, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'olvery.db'}"
    app = DeskApp(
        settings_with(settings, database_url=url, login=None),
        clock=FrozenClock(_NEW_YEAR),
    )
    assert looks(of=app)


def test_a_refusal_told_in_the_corner(looks: Compare) -> None:
    from olvery_tui.domain.errors import NoSuchTicket

    def refuse(pilot: Pilot[Any]) -> None:
        assert isinstance(pilot.app, DeskApp)
        pilot.app.errors.show(NoSuchTicket(99))

    assert looks(refuse)


# ── Other looks ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def english() -> None:
    i18n.set_language("en")


@both_sizes
def test_the_list_in_english(looks: Compare, english: None) -> None:
    assert looks()


def test_a_ticket_in_english(looks: Compare, english: None) -> None:
    assert looks(*ticket(26))


def test_the_filter_in_english(looks: Compare, english: None) -> None:
    assert looks("f", "tab", *"12.12", "down")


def test_a_new_person_in_english(looks: Compare, english: None) -> None:
    assert looks(*ticket(26), "u", "ctrl+n", "ctrl+s")


@pytest.fixture
def light(settings: Settings, clock: FrozenClock) -> DeskApp:
    return DeskApp(settings_with(settings, theme="olvery-light"), clock=clock)


def test_the_list_in_the_light_theme(looks: Compare, light: DeskApp) -> None:
    assert looks("f", "tab", "down", of=light)


def test_a_ticket_in_the_light_theme(looks: Compare, light: DeskApp) -> None:
    assert looks(*ticket(26), "v", of=light)


def test_a_form_in_the_light_theme(looks: Compare, light: DeskApp) -> None:
    assert looks(*ticket(25), "w", "down", "enter", of=light)


@pytest.fixture
def colourless(settings: Settings, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> DeskApp:
    monkeypatch.setenv("NO_COLOR", "1")
    return DeskApp(settings, clock=clock)


def test_the_list_without_colours(looks: Compare, colourless: DeskApp) -> None:
    assert looks("f", "tab", "down", of=colourless)


def test_a_ticket_without_colours(looks: Compare, colourless: DeskApp) -> None:
    assert looks(*ticket(26), of=colourless)


def test_a_form_without_colours(looks: Compare, colourless: DeskApp) -> None:
    assert looks(*ticket(25), "w", "down", "enter", of=colourless)


# ── Orders ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def time_is_up(clock: FrozenClock) -> None:
    """Every ticket of the demo has ended."""
    clock.move_to(datetime(2023, 2, 1, 9, 0, tzinfo=UTC))


@both_sizes
def test_the_orders(looks: Compare) -> None:
    assert looks("z")


def test_the_orders_whose_time_is_up_marked(looks: Compare, time_is_up: None) -> None:
    assert looks("z", "slash", "tab", "space", "enter", "ctrl+a", "down")


@both_sizes
def test_the_filter_of_the_orders(looks: Compare) -> None:
    assert looks("z", "slash", *"ив", "tab", "tab", "tab", "space", "down", "down", "space")


def test_orders_that_a_filter_does_not_find(looks: Compare) -> None:
    assert looks("z", "slash", *"сем", "tab", "space", "enter")


def test_marked_tickets(looks: Compare) -> None:
    assert looks("space", "down", "space", "space")


def test_an_order(looks: Compare) -> None:
    assert looks("z", "down", "down", "enter")


@both_sizes
def test_an_order_with_several_tickets_and_a_comment(looks: Compare, database: Path) -> None:
    with closing(sqlite3.connect(database)) as outside, outside:
        outside.execute("UPDATE ticket SET order_number = 1215 WHERE number BETWEEN 22 AND 29")
        outside.execute(
            "UPDATE orders SET comment = ? WHERE number = 1215",
            ["Ключ у охраны; пропуска на всех выписаны до конца месяца, второй вход закрыт. " * 3],
        )
    assert looks(*"z1215", "enter")


def test_an_order_whose_time_is_up(looks: Compare, time_is_up: None) -> None:
    assert looks("z", "down", "enter")


def test_an_order_that_is_not_there(looks: Compare) -> None:
    assert looks("z", "enter", *"9999", "enter")


def test_the_history_of_an_order(looks: Compare) -> None:
    assert looks("z", *"1216", "enter", "o", "2", "ctrl+s", "tab", "enter", "h")


def test_what_can_be_done_to_marked_orders(looks: Compare) -> None:
    assert looks("z", "space", "space", "space", "o")


def test_confirming_the_orders_of_marked_tickets(looks: Compare) -> None:
    assert looks("space", "space", "o", "2")


def test_cancelling_marked_orders_for_a_reason(looks: Compare) -> None:
    assert looks("z", "space", "space", "o", "3", "tab", *"ремонт", "enter")


@both_sizes
def test_what_was_not_done_to_marked_orders(looks: Compare) -> None:
    assert looks("z", "space", "space", "space", "space", "o", "1", "enter", "tab", "enter")


@pytest.fixture
def a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """A home folder of one's own, whose name is the same in every picture."""
    monkeypatch.setattr(Path, "home", lambda: Path("/home/anna"))
    home = Place(root=Path("/home/anna"))
    monkeypatch.setattr(olvery_services, "_exports", lambda *_words: home)


@both_sizes
def test_the_export(looks: Compare, a_home: None) -> None:
    assert looks("space", "e")


def test_an_export_from_elsewhere(looks: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    only = Place(root=Path("/srv/olvery/exports"), flat=True)
    monkeypatch.setattr(olvery_services, "_exports", lambda *_words: only)
    assert looks("e", "home", ".", "enter")


def test_an_export_into_a_folder_that_is_not_there(looks: Compare, a_home: None) -> None:
    assert looks("z", "e", *"x", "enter")
