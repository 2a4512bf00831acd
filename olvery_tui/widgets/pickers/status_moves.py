"""An order's possible next statuses, each with its effect on the tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.keys import binding
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.fields.typed_choice import next_beginning_with

_INDENT = " " * 4


def _is_letter(character: str) -> bool:
    """Whether the character may begin a text; a digit chooses a status."""
    is_digit = character.isascii() and character.isdigit()
    return character.isprintable() and not character.isspace() and not is_digit


class StatusMove(NamedTuple):
    """A possible next status of an order, its label, and its effect."""

    status: OrderStatus
    label: str
    effect: str


class StatusMoves(OptionList):
    """A list with at most one choice: `◉ 1 Подтвержден`, and its effect below.

    Arrows, the number, the label's first letter or a click choose a status; `Enter` confirms it.
    """

    BINDINGS: ClassVar = [binding("order_status.enter", "confirm")]
    COMPONENT_CLASSES: ClassVar = {"status-moves--digit", "status-moves--effect"}

    class Confirmed(Message):
        """`Enter` was pressed, whether or not a status is chosen."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False, compact=True)
        self._moves: tuple[StatusMove, ...] = ()
        self._line: Field | None = None

    @property
    def chosen(self) -> OrderStatus | None:
        """The status under the cursor; None if there is none."""
        at = self.highlighted
        return self._moves[at].status if at is not None and at < len(self._moves) else None

    def offer(self, moves: Sequence[StatusMove], chosen: OrderStatus | None) -> None:
        """List the statuses with their effects; choose `chosen` if it is offered, else none.

        A final status is never preselected.
        """
        self._moves = tuple(moves)
        places = [at for at, move in enumerate(moves) if move.status is chosen]
        self.set_options(Option(self._prompt(number)) for number in range(len(moves)))
        self.highlighted = places[0] if places else None

    def action_confirm(self) -> None:
        """Report the confirmed choice."""
        self.post_message(self.Confirmed())

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Redraw the choice marks before Textual posts the change."""
        if len(self._moves) == self.option_count:
            for number in range(len(self._moves)):
                self.replace_option_prompt_at_index(number, self._prompt(number))
        super().watch_highlighted(highlighted)

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Consume letters typed for the adjacent line: none is a command, not even the lock's."""
        return self._line is not None and bool(character) and _is_letter(str(character))

    def leave_letters_to(self, line: Field | None) -> None:
        """Pass letters to the adjacent line instead of choosing by them; None ends that."""
        if line is not self._line:
            self._line = line
            self.screen.refresh_bindings()

    def on_key(self, event: events.Key) -> None:
        """Choose by the number, or by a letter that begins a word of a label."""
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
        labels = [move.label for move in self._moves]
        at = next_beginning_with(character, labels, self.highlighted)
        if at is not None:
            event.stop()
            self.highlighted = at

    async def on_click(self, event: events.Click) -> None:
        """Only choose: an irreversible change needs another key or button."""
        event.prevent_default()
        clicked = event.style.meta.get("option")
        if clicked is not None:
            event.stop()
            self.highlighted = clicked

    def _prompt(self, number: int) -> Content:
        _status, label, effect = self._moves[number]
        mark = "◉" if number == self.highlighted else "○"
        return Content.assemble(
            f"{mark} ",
            (f"{number + 1} ", self.get_visual_style("status-moves--digit", partial=True)),
            label,
            "\n",
            (f"{_INDENT}{effect}", self.get_visual_style("status-moves--effect", partial=True)),
        )
