"""A date field: typed (`06.12.2022`, `6.12`, `today`), or chosen from a dropdown calendar."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Static

from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.filters import parse_day
from olvery_tui.i18n import _
from olvery_tui.keys import binding
from olvery_tui.widgets.fields.field import BackGlyph, Field, Glyph, Unfinished, complain
from olvery_tui.widgets.fields.month_calendar import MonthCalendar
from olvery_tui.widgets.layer import Layer
from olvery_tui.widgets.messages import WidgetMessage
from olvery_tui.wording.periods import day_text, day_words

_TYPED_MAX = 20

_PACKED = r"(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])(19|20)[0-9]{2}"
"""06122022."""

_MAY_GO_ON = re.compile(
    r"[0-9]{1,7}"  # 06122022
    r"|[0-9]{1,2}[./,\-]0?"  # 06.1
    r"|[0-9]{1,2}[./,\-][0-9]{1,2}[./,\-]([0-9]|[0-9]{3})?"  # 06.12.202
    r"|[0-9]{4}-[0-9]{0,2}(-0?)?"  # 2022-12-0
)
"""Text that is not a date but may become one by typing on."""

_HALF_A_DATE = re.compile(
    r"[0-9]{1,2}[./,\-](1|[0-9]{1,2}[./,\-]20)"  # 06.1, 06.12.20
    r"|[0-9]{4}-([0-9]|[0-9]{2}-[0-3])"  # 2022-12-1
)
"""A date that is more likely the beginning of another one."""


class DateField(Layer, Vertical):
    """A line for a date, `▾` that opens the calendar, `←` that clears it, and an error below.

    The owner calls `read()` for the date; `Edited` reports that it may have changed.

    Args:
        field: The name under which errors are reported: `from`, `to`.
        label: Text before the line; may be empty. Labels of fields below each other are padded to
        one width.
        today: Called when the calendar opens and when a year is left out.
        back_by_key: Whether `Tab` stops at the `←`.
        id: The widget's id.
    """

    BINDINGS: ClassVar = [
        binding("filter.calendar"),
        Binding("alt+down", "open_calendar", show=False),
    ]

    class Edited(WidgetMessage["DateField"]):
        """The text was edited."""

    class Picked(Edited):
        """A date was chosen from the calendar and written into the line."""

        day: date

    def __init__(
        self,
        field: str,
        label: str,
        *,
        today: Callable[[], date],
        back_by_key: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._field = field
        self._label = label
        self._today = today
        self._back_by_key = back_by_key
        self.line = Field(placeholder=_("dd.mm.yyyy"), limit=_TYPED_MAX, takes=_PACKED)
        """The line in which the date is typed."""

    def compose(self) -> ComposeResult:
        if self._label:
            yield Static(Content(self._label), classes="date-label", markup=False)
        yield self.line
        yield Glyph("▾", _("Choose from a calendar"), classes="drop", by_key=False)
        if self._back_by_key:
            yield BackGlyph()
        else:
            yield Glyph("←", _("Back"), classes="clear", by_key=False)

    # Public interface

    @property
    def text(self) -> str:
        """The typed text."""
        return self.line.value

    @text.setter
    def text(self, text: str) -> None:
        self.line.value = text

    def read(self, *, finished: bool = True) -> date | None:
        """Return the date, or None for an empty line.

        Args:
            finished: False while the user types: text that may still become a date raises
            `Unfinished`.

        Raises:
            InvalidInput: `date` or `no_such_day`.
            Unfinished: The text can't be judged yet.
        """
        typed = self.text.strip()
        if not finished and _HALF_A_DATE.fullmatch(typed):
            raise Unfinished
        words = day_words()
        try:
            return parse_day(self._field, typed, self._today(), words)
        except InvalidInput:
            begins = any(word.startswith(typed.casefold()) for word in words)
            if not finished and (begins or _MAY_GO_ON.fullmatch(typed)):
                raise Unfinished from None
            raise

    def say(self, text: str) -> None:
        """Show an error under the line; an empty text removes it."""
        complain(self, text)

    def set_day(self, day: date | None) -> None:
        """Write a date into the line as 06.12.2022; None empties it."""
        text = day_text(day) if day else ""
        if text != self.text:
            self.line.value = text
            self.line.cursor_position = len(text)
            self._offer_clearing()

    def _offer_clearing(self) -> None:
        self.query_one(".clear").set_class(bool(self.text), "-usable")

    def take_focus(self) -> None:
        """Focus the line at once."""
        self.screen.set_focus(self.line)

    # Typing

    @on(Field.Changed)
    def _typed(self, message: Field.Changed) -> None:
        message.stop()
        self._offer_clearing()
        self.post_message(self.Edited(self))

    @on(Button.Pressed, ".clear")
    def _clear(self, message: Button.Pressed) -> None:
        message.stop()
        self.set_day(None)
        self.take_focus()

    def on_key(self, event: events.Key) -> None:
        """Pass digits typed in the calendar to the line."""
        character = event.character or ""
        if self.is_open and character.isascii() and character.isdigit():
            event.stop()
            self.line.start_with(character)

    # The calendar

    @property
    def is_open(self) -> bool:
        """Whether the calendar is open."""
        return bool(self.query(MonthCalendar))

    @property
    def covers(self) -> bool:
        return self.is_open

    async def action_open_calendar(self) -> None:
        """Open the calendar at the typed date, or at today."""
        if self.is_open:
            return
        try:
            day = self.read()
        except InvalidInput:
            day = None
        calendar = MonthCalendar(self._today(), day)
        await self.mount(calendar)
        self.screen.set_focus(calendar)

    @on(Button.Pressed, ".drop")
    async def _toggle(self, message: Button.Pressed) -> None:
        message.stop()
        if self.is_open:
            await self._close()
        else:
            await self.action_open_calendar()

    @on(MonthCalendar.Picked)
    async def _day_picked(self, message: MonthCalendar.Picked) -> None:
        message.stop()
        await self._close()
        self.set_day(message.day)
        self.post_message(self.Picked(self, message.day))

    @on(MonthCalendar.Closed)
    async def _calendar_closed(self, message: MonthCalendar.Closed) -> None:
        message.stop()
        await self._close()

    async def _close(self) -> None:
        self.take_focus()
        await self.query(MonthCalendar).remove()

    async def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if isinstance(event.widget, MonthCalendar) and self.app.app_focus:
            await self.query(MonthCalendar).remove()
