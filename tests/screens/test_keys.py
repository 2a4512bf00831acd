"""Every binding with a letter works in both layouts, Textual's own included."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events
from textual.app import App
from textual.binding import BindingsMap
from textual.command import CommandPalette
from textual.dom import DOMNode
from textual.widgets import Input, TextArea

import olvery_tui
from olvery_tui.app.app import DeskApp
from olvery_tui.keys import KEYS, TWINS, latin, twins
from olvery_tui.widgets.fields.field import Field
from tests.screens.conftest import settle
from tests.screens.ticket_desk import on_screen, press

MODIFIERS = ("ctrl+", "alt+", "super+", "ctrl+shift+")


def in_use() -> Iterator[type[DOMNode]]:
    """The application, its screens and widgets, with all of Textual's that they are made of."""
    package = Path(olvery_tui.__file__).parent
    for name in ("screens", "widgets"):
        for module in pkgutil.iter_modules([str(package / name)], f"olvery_tui.{name}."):
            importlib.import_module(module.name)
    waiting: list[type] = [DOMNode]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("olvery_tui"):
            yield from (base for base in kind.__mro__ if issubclass(base, DOMNode))
    yield from (App, CommandPalette, Input, TextArea)


def bound() -> list[str]:
    """The keys of all of their bindings."""
    found = {
        key
        for kind in in_use()
        for key in BindingsMap(kind.__dict__.get("BINDINGS", ())).key_to_bindings
    }
    return sorted(found)


def cyrillic(key: str) -> str:
    """What a terminal with the kitty protocol reports for the key under ЙЦУКЕН."""
    modifiers, plus, letter = key.rpartition("+")
    return modifiers + plus + TWINS.get(letter, letter)


def test_textual_s_own_bindings_are_among_those_that_are_walked() -> None:
    assert {"ctrl+c", "super+c", "ctrl+x", "ctrl+shift+a", "ctrl+k", "ctrl+q"} <= set(bound())


@pytest.mark.parametrize("key", [key for key in bound() if key.startswith(MODIFIERS)])
def test_a_key_with_a_modifier_is_the_same_in_the_russian_layout(key: str) -> None:
    assert latin(cyrillic(key)) == latin(key)


def test_a_letter_alone_is_bound_by_the_application_only_and_with_its_twin() -> None:
    alone = {key for key in bound() if len(key) == 1 and key.isalpha()}
    ours = {name for key in KEYS for name in twins(key.key)}
    assert alone <= ours


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("ctrl+с", "ctrl+c"),
        ("ctrl+С", "ctrl+c"),
        ("ctrl+shift+ф", "ctrl+shift+a"),
        ("super+м", "super+v"),
        ("ctrl+х", "ctrl+left_square_bracket"),
        ("ctrl+ж", "ctrl+semicolon"),
        ("с", "с"),
        ("shift+с", "shift+с"),
        ("ctrl+left", "ctrl+left"),
        ("+", "+"),
        ("ctrl+plus", "ctrl+plus"),
    ],
)
def test_a_key_is_told_by_what_stands_on_it_in_the_latin_layout(key: str, told: str) -> None:
    assert latin(key) == told


async def test_a_key_of_the_other_layout_keeps_the_moment_at_which_it_was_pressed(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test() as pilot:
        await settle(pilot)
        taken: list[events.Key] = []
        monkeypatch.setattr(app.input._bursts, "feed", lambda key: taken.append(key) or [])
        pressed = events.Key("ctrl+я", None)
        pressed.time = 1.0
        app.post_message(pressed)
        await settle(pilot)
        assert [(key.key, key.time) for key in taken] == [("ctrl+z", 1.0)]


@pytest.mark.parametrize("copy", ["ctrl+c", "ctrl+с", "super+с"])
async def test_a_selection_is_copied_in_both_layouts(app: DeskApp, copy: str) -> None:
    async with app.run_test() as pilot:
        await settle(pilot)
        await pilot.press("slash", *"иванова", "home", *["shift+right"] * 4, copy)
        await settle(pilot)
        assert app.clipboard == "иван"


async def test_a_line_is_cut_and_pasted_in_the_russian_layout(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        await settle(pilot)
        await pilot.press("slash", *"ива", "ctrl+shift+ф", "ctrl+ч")
        line = app.focused
        assert isinstance(line, Field)
        assert line.value == ""
        await pilot.press("ctrl+м")
        assert line.value == "ива"
        await pilot.press("ctrl+г")  # as Ctrl+U: everything before the cursor
        assert line.value == ""
        await settle(pilot)


@pytest.mark.parametrize("marks", [(), ("space", "space")], ids=["none", "marks"])
async def test_on_a_small_terminal_the_keys_that_matter_are_on_the_screen(
    app: DeskApp, marks: tuple[str, ...]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down", *marks)
        above, bar = on_screen(app)[1], on_screen(app)[-1]
        always = ("Enter Открыть", "o Статус", "F1 Справка", "Ctrl+P Команды")
        assert all(each in bar for each in always), bar
        assert "+ Добавить заказ a" in above
        if marks:
            assert "Отмечено: 2" in above
            assert "Esc Снять" in bar
        else:
            assert "Календарь c" in above
            assert "Заказы z" in above
            assert "/ Посетитель" in bar
