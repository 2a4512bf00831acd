"""The statuses that an order may have next, each with what becomes of its tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from olvery_tui.domain.people import words
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.keys import binding
from olvery_tui.widgets.field import Field
from olvery_tui.wording.labels import order_status

_INDENT = " " * 4


def _is_letter(character: str) -> bool:
    """Whether it may begin a text; a digit chooses a status."""
    is_digit = character.isascii() and character.isdigit()
    return character.isprintable() and not character.isspace() and not is_digit


class StatusMoves(OptionList):
    """One of them is always chosen: `◉ 1 Подтвержден`, and below it what that does.

    Arrows, the digit before it, its first letter or a click choose one; `Enter` confirms it.
    """

    BINDINGS: ClassVar = [binding("order_status.enter", "select")]
    COMPONENT_CLASSES: ClassVar = {"status-moves--digit", "status-moves--effect"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False, compact=True)
        self._moves: tuple[tuple[OrderStatus, str], ...] = ()
        self._line: Field | None = None

    @property
    def chosen(self) -> OrderStatus | None:
        """The status under the cursor; None where the order can't go anywhere."""
        at = self.highlighted
        return self._moves[at][0] if at is not None and at < len(self._moves) else None

    def offer(self, moves: Sequence[tuple[OrderStatus, str]], chosen: OrderStatus | None) -> None:
        """List the statuses with their effects; `chosen` keeps the cursor where it is offered."""
        self._moves = tuple(moves)
        places = [at for at, (status, _effect) in enumerate(moves) if status is chosen]
        at = places[0] if places else 0
        self.set_options(self._option(number) for number in range(len(moves)))
        self.highlighted = at if moves else None

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Draw the mark of the chosen one anew, before Textual tells of it."""
        if len(self._moves) == self.option_count:
            for number in range(len(self._moves)):
                self.replace_option_prompt_at_index(number, self._prompt(number))
        super().watch_highlighted(highlighted)

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """What is typed for the line beside the list is no command, not that of the lock either."""
        return self._line is not None and bool(character) and _is_letter(str(character))

    def leave_letters_to(self, line: Field | None) -> None:
        """Letters choose nothing while there is a line beside the list: they are typed into it."""
        if line is not self._line:
            self._line = line
            self.screen.refresh_bindings()

    def on_key(self, event: events.Key) -> None:
        """A digit or the first letter of a label chooses."""
        character = event.character or ""
        if character.isascii() and character.isdigit():
            if 0 < int(character) <= len(self._moves):
                event.stop()
                self.highlighted = int(character) - 1
            return
        if self._line is not None:
            if self.check_consume_key(event.key, event.character):
                event.stop()
                self._line.start_with(self._line.value + character)
            return
        letter = words(character)
        start = -1 if self.highlighted is None else self.highlighted
        for step in range(1, len(self._moves) + 1):
            at = (start + step) % len(self._moves)
            label = words(order_status(self._moves[at][0]))
            if letter and label and label[0].startswith(letter[0]):
                event.stop()
                self.highlighted = at
                return

    async def _on_click(self, event: events.Click) -> None:
        """A click only chooses: what can't be taken back needs another key or button."""
        event.prevent_default()
        clicked = event.style.meta.get("option")
        if clicked is not None:
            event.stop()
            self.highlighted = clicked

    def _option(self, number: int) -> Option:
        return Option(self._prompt(number))

    def _prompt(self, number: int) -> Content:
        status, effect = self._moves[number]
        mark = "◉" if number == self.highlighted else "○"
        return Content.assemble(
            f"{mark} ",
            (f"{number + 1} ", self.get_visual_style("status-moves--digit", partial=True)),
            order_status(status),
            "\n",
            (f"{_INDENT}{effect}", self.get_visual_style("status-moves--effect", partial=True)),
        )
