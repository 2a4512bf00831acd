"""The command palette (Ctrl+P): finds a command by its words, in either language and layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from olvery_tui.domain.codes import readings
from olvery_tui.domain.people import fold
from olvery_tui.i18n import N_, _, in_all_languages
from olvery_tui.keys import bindings
from olvery_tui.screens.base import Window
from olvery_tui.screens.command import Command
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.fields.field import Field

_WIDTH, _FRAME = 80, 9
"""Columns of the window, and those around a command's text."""

_LAST_USED = N_("Last used")


class CommandList(OptionList, can_focus=False):
    """The commands under their headings. The line above has the focus and moves the cursor."""

    def validate_highlighted(self, highlighted: int | None) -> int | None:
        """Stay on the first command where a page up leads to its heading."""
        place = super().validate_highlighted(highlighted)
        if place is None:
            enabled = (at for at, option in enumerate(self.options) if not option.disabled)
            place = next(enabled, None)
        return place


class Palette(Window[Command | None]):
    """Closes with the chosen command.

    Args:
        commands: The commands that work now.
        recent: The labels of those chosen last, the latest first.
        end_preview: Takes back what the preview of a command has shown.
    """

    PASSES = True
    CSS_PATH: ClassVar = ["../styles/modal.tcss", "../styles/palette.tcss"]
    BINDINGS: ClassVar = [
        *bindings("modal"),
        Binding("up", "move('cursor_up')", show=False),
        Binding("down", "move('cursor_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("enter", "run", show=False, id="palette.run"),
    ]

    def __init__(
        self,
        commands: Sequence[Command],
        recent: Sequence[str],
        end_preview: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._end_preview = end_preview
        self._previews = False
        last = [each for label in recent for each in commands if each.label == label]
        groups = list(dict.fromkeys(each.group for each in commands))
        others = sorted(
            (each for each in commands if each not in last),
            key=lambda each: groups.index(each.group),
        )
        self._commands = [*(each._replace(group=_LAST_USED) for each in last), *others]
        self._shown: list[Command] = []

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window") as window:
            window.border_title = _("Commands")
            yield Field(placeholder=_("Find a command…"), id="find")
            yield CommandList(id="commands", classes="grows", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        self._show(self._commands)

    # Finding

    @on(Field.Changed)
    def _typed(self, message: Field.Changed) -> None:
        if message.value.strip():
            self._show(found(self._commands, message.value), grouped=False)
        else:
            self._show(self._commands)

    def _show(self, commands: list[Command], *, grouped: bool = True) -> None:
        self._shown = commands
        options = []
        for at, command in enumerate(commands):
            if grouped and (not at or command.group != commands[at - 1].group):
                options.append(Option(_(command.group), disabled=True))
            options.append(Option(self._line(command), id=str(at)))
        if not options:
            options = [Option(_("There is no such command."), disabled=True)]
        the_list = self.query_one(OptionList)
        the_list.clear_options().add_options(options)
        the_list.action_first()

    def _line(self, command: Command) -> Content:
        label = f"  {_(command.label)}"
        width = min(_WIDTH, self.app.size.width) - _FRAME
        gap = " " * max(2, width - cell_len(label) - cell_len(command.key))
        return Content.assemble(label, gap, (command.key, "$accent"))

    # Choosing

    def action_move(self, action: str) -> None:
        """Move the list's cursor, as its own key would."""
        getattr(self.query_one(OptionList), f"action_{action}")()

    @on(Field.Submitted)
    def action_run(self) -> None:
        """Run the command under the cursor."""
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, message: OptionList.OptionHighlighted) -> None:
        at = message.option_id
        preview = self._shown[int(at)].preview if at is not None else None
        if preview is not None:
            preview()
        elif self._previews:
            self._end_preview()
        self._previews = preview is not None

    def on_unmount(self) -> None:
        """Take back the preview, unless its command was chosen, which then shows it again."""
        if self._previews:
            self._end_preview()

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        """Close once: a second click or `Enter` in one burst would close the screen below."""
        if self.is_active and message.option_id is not None:
            self.dismiss(self._shown[int(message.option_id)])

    def action_back(self) -> None:
        """Close without a command."""
        if self.is_active:
            self.dismiss(None)


def found(commands: Sequence[Command], typed: str) -> list[Command]:
    """Return the commands that have every typed word, those that begin with them first.

    The words may be of either language, and typed under either keyboard layout.
    """
    wanted = {tuple(fold(reading).split()) for reading in readings(typed)}

    def rank(command: Command) -> int | None:
        told = [fold(label) for label in in_all_languages(command.label)]
        return min(_ranks(told, wanted, fold(command.key)), default=None)

    ranked = [(rank(each), each) for each in commands]
    hits = [(place, each) for place, each in ranked if place is not None]
    return [each for _place, each in sorted(hits, key=lambda hit: hit[0])]


def _ranks(told: list[str], wanted: set[tuple[str, ...]], key: str) -> Iterator[int]:
    for words in wanted:
        typed = " ".join(words)
        for text in told:
            if text.startswith(typed):
                yield 0
            elif all(f" {word}" in f" {text}" for word in words):
                yield 1
            elif all(word in text for word in words):
                yield 2
        if typed == key:
            yield 0
