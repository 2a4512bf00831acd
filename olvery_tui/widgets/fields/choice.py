"""A one-line choice, `‹ Суточный ›`, stepped through with arrows or chosen from a dropdown."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from olvery_tui.domain.text import shown
from olvery_tui.keys import binding
from olvery_tui.widgets.fields.typed_choice import next_beginning_with
from olvery_tui.widgets.layer import Layer, save_form
from olvery_tui.widgets.messages import WidgetMessage

_ARROWS = 4
"""Cells taken by `‹ ` and ` ›`."""


@dataclass(frozen=True, slots=True)
class Choosable:
    """An option: its value, its name and a note, which may be one that is made when it is shown."""

    value: Hashable
    name: str
    note: str | Callable[[], str] = ""

    @property
    def shown_note(self) -> str:
        """The note with the space before it; empty where there is none."""
        note = self.note if isinstance(self.note, str) else self.note()
        return f"  {shown(note)}" if note else ""


class ChoiceLine(Widget, can_focus=True):
    """The line that shows the chosen option."""

    COMPONENT_CLASSES: ClassVar = {
        "choice-line--arrow",
        "choice-line--note",
        "choice-line--nothing",
    }

    def __init__(self, nothing: str) -> None:
        super().__init__()
        self._nothing = nothing
        self._chosen: Choosable | None = None

    def show(self, chosen: Choosable | None) -> None:
        """Show the chosen option, or that there is none."""
        self._chosen = chosen
        self.refresh()

    def render(self) -> RenderResult:
        room = max(1, self.size.width - _ARROWS)
        text = Content.styled(self._nothing, self.part("nothing"))
        if self._chosen is not None:
            text = Content(shown(self._chosen.name))
            if note := self._chosen.shown_note:
                text = Content.assemble(text, (note, self.part("note")))
        arrow = self.part("arrow")
        shown_text = text.truncate(room, ellipsis=True, pad=True)
        return Content.assemble(("‹ ", arrow), shown_text, (" ›", arrow))

    def part(self, name: str) -> Style:
        """Return the style of a part of the line: arrow, note, nothing."""
        return self.get_visual_style(f"choice-line--{name}", partial=True)


class ChoiceList(OptionList):
    """All options, in a dropdown below the line."""

    BINDINGS: ClassVar = [
        binding("choice.pick", "select"),
        binding("choice.close"),
        binding("choice.save"),
        Binding("space", "select", show=False),
    ]

    def action_close_list(self) -> None:
        """Close the list without choosing."""
        self.query_ancestor(Choice).take_back()

    def action_pick_and_save(self) -> None:
        """Close the list with what is highlighted, and save the form."""
        self.query_ancestor(Choice).close()
        save_form(self)


class Choice(Layer, Vertical):
    """A line to choose one of a few options in; `↓` shows all of them.

    The highlighted option is the chosen one: `Enter` closes the list, `Esc` restores the previous
    choice.

    Args:
        nothing: Text shown while nothing is chosen.
        enter_goes_on: Whether `Enter` posts `Submitted` if something is chosen: for forms in which
        it goes to the next field. Otherwise it only opens and closes the list.
        id: The widget's id.
    """

    BINDINGS: ClassVar = [
        binding("choice.open"),
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("space", "open_list", show=False),
        Binding("enter", "submit", show=False),
    ]

    class Changed(WidgetMessage["Choice"]):
        """The user chose another option."""

    class Submitted(Message):
        """`Enter` was pressed to go to the next field."""

    def __init__(
        self, nothing: str = "", *, enter_goes_on: bool = False, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._enter_goes_on = enter_goes_on
        self._list: ChoiceList | None = None
        """The list while it is open."""
        self._before: int | None = None
        """Index of the option chosen before the list was opened."""
        self._line = ChoiceLine(nothing)
        self._options: tuple[Choosable, ...] = ()
        self._at: int | None = None

    def compose(self) -> ComposeResult:
        yield self._line

    # Public interface

    @property
    def value(self) -> Hashable | None:
        """The chosen value; None if there is none."""
        return None if self._at is None else self._options[self._at].value

    @property
    def is_open(self) -> bool:
        """Whether the list is open."""
        return self._list is not None

    @property
    def covers(self) -> bool:
        return self.is_open

    def offer(self, options: Sequence[Choosable], chosen: Hashable | None = None) -> None:
        """Replace the options; `chosen` is the value of one of them, or None."""
        self._options = tuple(options)
        self._at = self._place_of(chosen)
        self._show()

    def choose(self, value: Hashable | None) -> None:
        """Choose a value without posting a message; None chooses nothing."""
        self._at = self._place_of(value)
        self._show()

    def take_focus(self) -> None:
        """Focus the line at once."""
        self.screen.set_focus(self._line)

    def _place_of(self, value: Hashable | None) -> int | None:
        places = [at for at, option in enumerate(self._options) if option.value == value]
        return places[0] if places else None

    def _show(self) -> None:
        self._line.show(None if self._at is None else self._options[self._at])

    # Keys and mouse

    def action_step(self, step: int) -> None:
        """Choose the next or previous option, wrapping around; move the cursor in the open list."""
        if self._list is not None:
            (self._list.action_cursor_down if step > 0 else self._list.action_cursor_up)()
        elif self._options:
            start = (-1 if step > 0 else 0) if self._at is None else self._at
            self._set((start + step) % len(self._options))

    async def action_submit(self) -> None:
        """Go to the next field, or open the list."""
        if self._enter_goes_on and (self._at is not None or not self._options):
            self.post_message(self.Submitted())
        else:
            await self.action_open_list()

    def on_key(self, event: events.Key) -> None:
        """Choose the next option, in the open list, too, with a word beginning with the letter."""
        if not event.is_printable:
            return
        names = [option.name for option in self._options]
        at = next_beginning_with(event.character or "", names, self._at)
        if at is None:
            return
        event.stop()
        if self._list is not None:
            self._list.highlighted = at
        else:
            self._set(at)

    async def on_click(self, event: events.Click) -> None:
        """Step through the options on the arrows; open the list elsewhere."""
        at = event.get_content_offset(self._line)
        if at is None or event.widget is not self._line:
            return
        event.stop()
        if at.x < 2 or at.x >= self._line.size.width - 2:
            self.action_step(-1 if at.x < 2 else 1)
        elif self.is_open:
            self.close()
        else:
            await self.action_open_list()

    def _set(self, at: int) -> None:
        if at != self._at:
            self._at = at
            self._show()
            self.post_message(self.Changed(self))

    # The list

    async def action_open_list(self) -> None:
        """Open the list with the cursor on the chosen option."""
        if self.is_open or not self._options:
            return
        note = self._line.part("note")
        self._list = options = ChoiceList(
            *(
                Option(Content.assemble(shown(one.name), (one.shown_note, note)))
                for one in self._options
            ),
            markup=False,
            compact=True,
        )
        self._before = self._at
        await self.mount(options)
        options.highlighted = self._at or 0
        self.screen.set_focus(options)

    def close(self) -> None:
        """Close the list."""
        if self._list is not None:
            self.take_focus()
            self._remove_list()

    def _remove_list(self) -> None:
        closed, self._list = self._list, None
        if closed is not None:
            closed.remove()

    def take_back(self) -> None:
        """Close the list and restore the previous choice."""
        before = self._before
        self.close()
        if before != self._at:
            self._at = before
            self._show()
            self.post_message(self.Changed(self))

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, message: OptionList.OptionHighlighted) -> None:
        message.stop()
        if message.option_list is self._list:
            self._set(message.option_index)

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self._set(message.option_index)
        self.close()
        if self._enter_goes_on:
            self.post_message(self.Submitted())

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if isinstance(event.widget, ChoiceList) and self.app.app_focus:
            self._remove_list()
