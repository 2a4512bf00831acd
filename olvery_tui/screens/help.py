"""The help (F1): every key of the application in columns, those that work now first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from olvery_tui.i18n import _
from olvery_tui.keys import KEYS, TWINS, Key, bindings, cap
from olvery_tui.screens.base import Window
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.wording.places import PLACES

_COLUMNS_MOST = 5
_COLUMN_LEAST = 30
"""Cells of the narrowest column, with the gap beside it."""
_KEYS_WIDTH = 10
_TWIN_GAP = 2


class HelpScreen(Window[None]):
    """Shows what every key does, in both layouts.

    Args:
        here: The places where keys work now, as in `Key.where`; they come first.
    """

    PASSES: ClassVar = True
    CSS_PATH: ClassVar = ["../styles/modal.tcss", "../styles/help.tcss"]
    BINDINGS: ClassVar = bindings("modal")

    def __init__(self, here: Collection[str] = ()) -> None:
        super().__init__()
        self._here = {PLACES[where] for where in here if where in PLACES}

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window") as window:
            window.border_title = Content.from_markup(
                "[@click=screen.back]← $title[/]", title=_("Help")
            )
            with VerticalScroll(id="help", classes="grows"), Horizontal(id="columns"):
                for _column in range(_COLUMNS_MOST):
                    yield Static(classes="column", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#help").focus()
        self._fill()

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        """Spread the places over as many columns as fit, one below the other."""
        room = self.app.size.width - 6
        most = max(1, min(_COLUMNS_MOST, room // _COLUMN_LEAST))
        ways = [self._spread(room, count) for count in range(1, most + 1)]
        shares = min(ways, key=lambda way: max(map(len, way)))
        for at, column in enumerate(self.query(".column").results(Static)):
            column.display = at < len(shares)
            if column.display:
                column.update(Content("\n").join(shares[at]))

    def _spread(self, room: int, count: int) -> list[list[Content]]:
        """Return the lines of each of `count` columns, as even as can be. No heading is parted from
        its first key.
        """
        named: set[tuple[str, str]] = set()
        blocks = [
            list(_block(place, room // count - 2, here, named)) for place, here in self._places()
        ]
        height = -(-sum(map(len, blocks)) // count)
        columns: list[list[Content]] = [[]]
        for block in blocks:
            for at, line in enumerate(block):
                full = len(columns[-1]) >= height - (at == 0)
                if full and len(columns) < count:
                    columns.append([])
                columns[-1].append(line)
        return columns

    def _places(self) -> Iterator[tuple[str, bool]]:
        """Yield each heading, and whether its keys work now; those that do come first."""
        headings = list(dict.fromkeys(PLACES.values()))
        for heading in sorted(headings, key=lambda each: each not in self._here):
            yield heading, heading in self._here

    def action_back(self) -> None:
        """Close the help."""
        self.dismiss()


def _block(heading: str, width: int, here: bool, named: set[tuple[str, str]]) -> Iterator[Content]:
    """Yield the heading and the keys of one place; a key with several actions is named once.

    A letter that does the same in several places is told in the first of them only; `named` are
    those that were.
    """
    does: dict[str, list[Key]] = {}
    for key in KEYS:
        if PLACES[key.where] == heading and (key.key, key.label) not in named:
            if len(key.key) == 1:
                named.add((key.key, key.label))
            does.setdefault(key.key, []).append(key)
    if does:
        yield Content(f"▸ {_(heading)}" if here else _(heading)).stylize("bold $primary")
    for name, keys in does.items():
        told = f"{cap(name)}{' ' * _TWIN_GAP}{_twin(name)}".rstrip()
        labels = list(dict.fromkeys(_(key.label) for key in keys))
        lines = [line for label in labels for line in wrap(label, max(12, width - _KEYS_WIDTH))]
        if len(told) >= _KEYS_WIDTH:
            yield Content(told).stylize("bold")
        else:
            yield Content.assemble((told, "bold"), " " * (_KEYS_WIDTH - len(told)), lines.pop(0))
        yield from (Content(" " * _KEYS_WIDTH + line) for line in lines)


def _twin(key: str) -> str:
    """Return the letter that the key types under ЙЦУКЕН; empty where it is the same."""
    if key == "/":
        return "."
    letter = key[-1]
    if letter in TWINS and key == letter:
        return TWINS[letter]
    return ""
