"""The command palette finds a command by its words, in either language and layout."""

from __future__ import annotations

from textual.widgets import OptionList

from olvery_tui.app.app import DeskApp
from olvery_tui.i18n import LANGUAGES, _, set_language
from olvery_tui.keys import KEYS
from olvery_tui.screens.access.settings import SettingsForm
from olvery_tui.screens.command import Command
from olvery_tui.screens.palette import Palette, found
from tests.each import each
from tests.screens.conftest import settle
from tests.screens.ticket_desk import find, press

COMMANDS = [
    Command(label, "", lambda: None, key)
    for label, key in (("Settings", ""), ("Add order", "a"), ("Order status", "o"), ("Help", "F1"))
]


@each(
    "typed, label",
    [
        ("настр", "Settings"),
        ("yfcnhjqrb", "Settings"),  # «настройки» under the Latin layout
        ("sett", "Settings"),
        ("ыуе", "Settings"),  # «set» under the Russian layout
        ("заказ доб", "Add order"),
        ("a", "Add order"),
        ("СТАТУС", "Order status"),
        ("f1", "Help"),
    ],
)
def test_a_command_is_found_by_words_of_both_languages_in_both_layouts(
    typed: str, label: str
) -> None:
    assert found(COMMANDS, typed)[0].label == label


def test_a_command_is_found_by_russian_words_on_an_english_screen() -> None:
    set_language("en")
    assert found(COMMANDS, "настройки")[0].label == "Settings"


def test_what_no_command_is_called_finds_none() -> None:
    assert found(COMMANDS, "щщщ") == []


@each("language", LANGUAGES)
def test_footer_and_help_use_one_word_for_one_thing(language: str) -> None:
    set_language(language)  # type: ignore[arg-type]
    for key in KEYS:
        if key.short:
            words = [word.casefold()[:4] for word in _(key.short).split()]
            assert any(word in _(key.label).casefold() for word in words), key.id


async def test_the_palette_is_grouped_and_offers_first_what_was_used_last(app: DeskApp) -> None:
    def listed() -> list[str]:
        options = app.screen.query_one(OptionList).options
        return [" ".join(str(option.prompt).split()) for option in options]

    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p")
        assert isinstance(app.screen, Palette)
        assert listed()[:2] == ["В списке", "Открыть Enter"]
        assert listed().count("В списке") == 1
        await find(pilot, "yfcnhjqrb")
        await press(pilot, "enter")
        assert isinstance(app.screen, SettingsForm)
        await press(pilot, "escape", "ctrl+p")
        assert listed()[:3] == ["Недавние", "Настройки", "В списке"]
