"""The help (F1): every key of the application, grouped by where it works."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from olvery_tui.i18n import N_, _
from olvery_tui.keys import KEYS, TWINS, Key, bindings, cap
from olvery_tui.screens.base import Window
from olvery_tui.widgets.chrome.key_bar import KeyBar

_PLACES = {
    "list": N_("In the list"),
    "tickets": N_("In the list of tickets"),
    "orders": N_("In the list of orders"),
    "occupancy": N_("In the calendar of places"),
    "calendar_table": N_("On a cell of the calendar of places"),
    "calendar_filter": N_("In the filter of the calendar"),
    "number": N_("While a number is typed"),
    "filter": N_("In the filter"),
    "calendar": N_("In a calendar"),
    "ticket": N_("In a ticket"),
    "order": N_("In an order"),
    "visitor": N_("In the visitor's form"),
    "new_order": N_("In the form of a new order"),
    "seats": N_("In the workplaces of a new order"),
    "choice": N_("In a line with a choice"),
    "catalogue": N_("In the tree of services and places"),
    "hours": N_("In the closed days"),
    "closing": N_("In the form that closes places"),
    "closed": N_("In the list of closed places"),
    "held": N_("In the tickets that need a place"),
    "held_all": N_("In the tickets in the way of archiving"),
    "order_status": N_("In the form of an order's status"),
    "export": N_("In the form of an export"),
    "managers": N_("In the list of managers"),
    "import_file": N_("In the import"),
    "form": N_("In a form"),
    "confirm": N_("In a question"),
    "modal": N_("In any window"),
    "sign_in": N_("In the sign-in"),
    "lock": N_("On the locked terminal"),
    "app": N_("Anywhere"),
}

_KEYS_WIDTH = 26
_TWIN_GAP = 3


class HelpScreen(Window[None]):
    """Shows what every key does, in both layouts."""

    PASSES: ClassVar = True
    CSS_PATH: ClassVar = ["../styles/modal.tcss", "../styles/help.tcss"]
    BINDINGS: ClassVar = bindings("modal")

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window") as window:
            window.border_title = Content.from_markup(
                "[@click=screen.back]← $title[/]", title=_("Help")
            )
            with VerticalScroll(id="help"):
                for where, title in _PLACES.items():
                    yield Static(_(title), classes="title-text", markup=False)
                    yield Static(Content("\n").join(_lines(where)), classes="keys", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#help").focus()

    def action_back(self) -> None:
        """Close the help."""
        self.dismiss()


def _lines(where: str) -> Iterator[Content]:
    """Yield the keys of one place; a key with several actions is named only before the first."""
    does: dict[str, list[Key]] = {}
    for key in KEYS:
        if key.where == where:
            does.setdefault(key.key, []).append(key)
    for first, *others in does.values():
        yield _line(first)
        yield from (Content(" " * _KEYS_WIDTH + _(key.label)) for key in others)


def _line(key: Key) -> Content:
    name, twin = cap(key.key), _twin(key)
    rest = _KEYS_WIDTH - len(name) - _TWIN_GAP
    return Content.assemble((name, "bold"), " " * _TWIN_GAP, twin.ljust(rest), _(key.label))


def _twin(key: Key) -> str:
    """Return the letter that the key types under ЙЦУКЕН; empty where it is the same."""
    if key.key == "/":
        return "."
    letter = key.key[-1]
    if letter in TWINS and key.key in (letter, f"ctrl+{letter}"):
        return cap(key.key[:-1] + TWINS[letter])
    return ""
