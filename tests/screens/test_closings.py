"""«Закрыть место» and «Закрытые места»: closed with few keys, seen everywhere, opened with one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from olvery_tui.app import input
from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.closings import ClosingDraft
from olvery_tui.domain.items import Item, ItemKind
from olvery_tui.domain.periods import Period
from olvery_tui.screens.catalogue.catalogue import CatalogueScreen
from olvery_tui.screens.catalogue.tree import CatalogueTree
from olvery_tui.screens.closings.close_places import ClosePlacesForm
from olvery_tui.screens.closings.closed_places import ClosedPlacesScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.widgets.pickers.move_list import MoveList
from olvery_tui.widgets.pickers.place_ticks import NarrowedPlaces, PlaceTicks
from tests.screens.conftest import both_sizes, settle, type_key
from tests.screens.order_desk import line, over
from tests.screens.ticket_desk import another_terminal, on_screen, press, said

WEEK = timedelta(days=7)


def places(app: DeskApp, room: str) -> tuple[Item, ...]:
    details = app.desk.catalogue.details()
    (found,) = (one for one in details.items if (one.kind, one.name) == (ItemKind.ROOM, room))
    return details.children(ItemKind.WORKPLACE, found.id)


def closed(app: DeskApp) -> list[str]:
    return [one.workplace for one in app.desk.closings.standing()]


async def form_open(pilot: Pilot[Any], *args: Any) -> None:
    """Open the form over the list."""
    await settle(pilot)
    pilot.app.push_screen(ClosePlacesForm(*args))
    await settle(pilot)


async def test_three_places_are_closed_for_a_week_and_their_tickets_moved(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "s")
        tree = pilot.app.screen.query_one(CatalogueTree)
        tree.select(places(app, "Коворкинг №1")[0])  # the way there
        before = {number: app.desk.tickets.get(number).workplace for number in (23, 25)}
        await press(pilot, "space", "space", "space", "и")  # in the other layout
        await press(pilot, *"ремонт", "ctrl+s")
        assert len(app.screen.query_one(MoveList).moves) >= 2
        await press(pilot, "ctrl+ы")
        assert isinstance(app.screen, CatalogueScreen)

        assert closed(app) == ["PM №1", "PM №2", "PM №3"]
        (first, *_others) = app.desk.closings.standing()
        assert (first.reason, first.ends_at) == (
            "ремонт", Period.daily(app.today(), app.today(), app.location.zone).starts_at + WEEK,
        )  # fmt: skip
        after = {number: app.desk.tickets.get(number).workplace for number in (23, 25)}
        assert not set(after.values()) & {"PM №1", "PM №2", "PM №3"}
        assert "ремонт, до 12.12.2022" in "\n".join(on_screen(app))
        await press(pilot, "ctrl+z")
        assert closed(app) == []
        assert {number: app.desk.tickets.get(number).workplace for number in (23, 25)} == before


async def test_places_are_ticked_and_opened_again_from_the_palette(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.commands.open_shared(ClosedPlacesScreen)
        await settle(pilot)
        await press(pilot, "b", "ctrl+s")
        assert said(app) == "Сначала отметьте места пробелом."
        await press(pilot, "down", "space", "down", "space", "enter", "ctrl+s")
        assert app.screen.query_one("#reason", Labelled).complaint
        await press(pilot, *"уборка")
        await over(pilot, "#to-day Field", "")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ClosedPlacesScreen)
        assert "PM №2, Коворкинг на 2 этаже  с 06.12.2022 10:00, без срока  уборка" in "\n".join(
            on_screen(app)
        )
        await press(pilot, "щ")  # o, in the other layout
        assert closed(app) == ["PM №3"]
        assert "Снова открыто: PM №2" in said(app)
        await press(pilot, "ctrl+z", "escape")
        assert closed(app) == ["PM №2", "PM №3"]
        assert isinstance(app.screen, TicketsScreen)


async def test_the_form_takes_a_period_and_follows_other_terminals(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        ticket = app.desk.tickets.get(23)
        await form_open(pilot, (ticket.workplace_id,), ticket.period)
        assert [line(app, f"#{name}-time") for name in ("from", "to")] == ["09:00", "13:00"]
        assert not app.screen.query_one(NarrowedPlaces).display
        await press(pilot, "escape")  # nothing was typed, so nothing is asked
        assert isinstance(app.screen, TicketsScreen)
        await form_open(pilot, (ticket.workplace_id,), ticket.period)
        await press(pilot, *"ремонт", "ctrl+s")
        moves = app.screen.query_one(MoveList)
        assert [one.ticket.ticket for one in moves.moves] == [23]
        with another_terminal(database, clock) as other:
            assert moves.moves[0].to is not None
            other.closings.move({23: moves.moves[0].to})
        while moves.display:
            await pilot.pause(0.05)
        await settle(pilot)
        await over(pilot, "#to-day Field", "05.12.2022")
        await press(pilot, "ctrl+s")
        assert "прошел" in app.screen.query_one("#to", Labelled).complaint


async def test_places_to_tick_are_narrowed_by_what_is_typed_and_stay_ticked(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await form_open(pilot)
        ticks = app.screen.query_one(PlaceTicks)
        _first, second, *_others = places(app, "Тихая комната")
        await press(pilot, *"тих", "down", "space")
        assert f"›■ {second.name}" in "\n".join(on_screen(app))
        assert ticks.chosen == (second.id,)
        await press(pilot, *["backspace"] * 3, *"pm1")
        assert "›□ PM №1" in "\n".join(on_screen(app))
        await press(pilot, *["backspace"] * 3, *"нет такого")
        assert "Нет места с таким названием." in "\n".join(on_screen(app))
        assert ticks.chosen == (second.id,)
        await press(pilot, "enter", *"ремонт", "ctrl+s")
        assert [(one.workplace, one.room) for one in app.desk.closings.standing()] == [
            (second.name, "Тихая комната")
        ]


async def test_a_ticket_without_a_free_place_is_named_and_nothing_is_closed(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        ticket = app.desk.tickets.get(23)
        rooms = ("Коворкинг №1", "Коворкинг №2", "Тихая комната")
        ids = [one.id for room in rooms for one in places(app, room)]
        await form_open(pilot, ids, ticket.period)
        await press(pilot, *"ремонт", "ctrl+s", "ctrl+s")
        assert "Нет места, свободного на весь срок: " in said(app)
        assert "23 Марина Спиридонова" in said(app)
        assert closed(app) == []
        assert app.focused is app.screen.query_one(MoveList)


async def test_a_key_that_is_held_down_opens_one_place_only(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(input, "HELD_SECONDS", 60.0)  # however slow this machine is
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        ids = [one.id for one in places(app, "Тихая комната")]
        begins = app.clock.now() + 40 * timedelta(days=1)
        app.desk.closings.close(ClosingDraft(tuple(ids), begins, None, "ремонт"))
        app.push_screen(ClosedPlacesScreen())
        await settle(pilot)
        left = len(ids)
        for key in ("o", "щ"):
            left -= 1
            for _repeat in range(4):
                type_key(app, key)
                await settle(pilot)
            assert len(closed(app)) == left
        monkeypatch.setattr(input, "HELD_SECONDS", 0.0)
        await press(pilot, "щ")
        assert len(closed(app)) == left - 1


# ── Snapshots ────────────────────────────────────────────────────────────────────────────────────


@both_sizes
def test_tickets_in_the_way_with_where_they_go(looks: Callable[..., bool]) -> None:
    keys = ("s", *["down"] * 6, "right", "down", "space", "space", "space", "b", *"ремонт")
    assert looks(*keys, "ctrl+s")


def test_places_to_tick(looks: Callable[..., bool]) -> None:
    assert looks("ctrl+p", *"закрыть места", "enter", "space", "down")
