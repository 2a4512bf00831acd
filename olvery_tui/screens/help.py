"""The help (F1): every key of the application in columns, those that work now first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from olvery_tui.i18n import N_, _
from olvery_tui.keys import BY_ID, KEYS, TWINS, Key, bindings, cap
from olvery_tui.screens.base import Window
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.wording.places import PLACES

_COLUMNS_MOST = 5
_COLUMN_LEAST = 30
"""Cells of the narrowest column, with the gap beside it."""
_KEYS_WIDTH = 7
_TWIN_GAP = 2
_LINES_MOST = 3
"""Actions of a key that have a line each; more of them follow one another."""

_PAIRS = {
    "calendar_table.next": ("calendar_table.previous", N_("Next or previous booking of the place")),
    "occupancy.finer": ("occupancy.coarser", N_("Less time in sight, or more")),
    "occupancy.back": ("occupancy.on", N_("The days before or after")),
    "calendar.month_back": ("calendar.month_on", N_("A month back or on")),
    "calendar.first": ("calendar.last", N_("First or last of the month")),
    "calendar.year_back": ("calendar.year_on", N_("A year back or on")),
    "ticket.older": ("ticket.newer", N_("Next or previous ticket of the list")),
    "order.older": ("order.newer", N_("Next or previous order of the list")),
    "report.before": ("report.after", N_("The period before or after")),
    "report.longer": (
        "report.shorter",
        N_("A longer period, or a shorter one: day, week, month, year"),
    ),
}
"""Keys that share a line, by the id of the first: the second one, and what both do."""

_SECOND = {second for second, _label in _PAIRS.values()}


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
        scroll = VerticalScroll(id="help", classes="grows")
        with self.window(_("Help")), scroll, Horizontal(id="columns"):
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
        while len((columns := _columns(blocks, height, count))[-1]) > height:
            height += 1
        return columns

    def _places(self) -> Iterator[tuple[str, bool]]:
        """Yield each heading, and whether its keys work now; those that do come first."""
        headings = list(dict.fromkeys(PLACES.values()))
        for heading in sorted(headings, key=lambda each: each not in self._here):
            yield heading, heading in self._here


def _columns(blocks: list[list[Content]], height: int, count: int) -> list[list[Content]]:
    """Return blocks in `count` columns of a height; what is left over is in the last."""
    columns: list[list[Content]] = [[]]
    for block in blocks:
        for at, line in enumerate(block):
            full = len(columns[-1]) >= height - (at == 0)
            if full and len(columns) < count:
                columns.append([])
            columns[-1].append(line)
    return columns


def _block(heading: str, width: int, here: bool, named: set[tuple[str, str]]) -> Iterator[Content]:
    """Yield the heading and the keys of one place; a key with several actions is named once.

    A key that does the same in several places is told in the first of them only; `named` are those
    that were.
    """
    does: dict[str, list[str]] = {}
    for key in KEYS:
        told = _told(key)
        if PLACES[key.where] == heading and key.id not in _SECOND and told not in named:
            named.add(told)
            does.setdefault(told[0], []).append(told[1])
    if does:
        yield Content(f"▸ {_(heading)}" if here else _(heading)).stylize("bold $primary")
    for name, labels in does.items():
        yield from _entry(name, list(dict.fromkeys(map(_, labels))), width)


def _told(key: Key) -> tuple[str, str]:
    """Return a key with its twin, or a pair of keys, and the label as a msgid."""
    if key.id in _PAIRS:
        second, label = _PAIRS[key.id]
        return f"{cap(key.key)} {cap(BY_ID[second].key)}", label
    return f"{cap(key.key)}{' ' * _TWIN_GAP}{_twin(key.key)}".rstrip(), key.label


def _entry(name: str, labels: list[str], width: int) -> Iterator[Content]:
    """Yield the lines of a key: its name, and beside it what it does."""
    indent = " " * _KEYS_WIDTH
    beside = name.ljust(_KEYS_WIDTH - 1) + " "
    if len(beside) > width // 2:
        yield Content(name).stylize("bold")
        beside = indent
    if len(labels) > _LINES_MOST:
        labels = [" · ".join(labels)]
    for label in labels:
        first, *others = wrap(label, width, initial_indent=beside, subsequent_indent=indent)
        yield Content(first).stylize("bold", 0, len(beside))
        yield from map(Content, others)
        beside = indent


def _twin(key: str) -> str:
    """Return the letter that the key types under ЙЦУКЕН; empty where it is the same."""
    if key == "/":
        return "."
    letter = key[-1]
    if letter in TWINS and key == letter:
        return TWINS[letter]
    return ""
