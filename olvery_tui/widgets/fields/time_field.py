"""A time of the day: typed (`10`, `9:30`), or stepped with the arrows."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding

from olvery_tui.domain.clock_times import ClockTime, parse_clock_time
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.widgets.fields.field import Field

_TYPED_MAX = len("02:00+10:30")

_BARE = r"([01]?[0-9]|2[0-4])|([01][0-9]|2[0-4])[0-5][0-9]"
"""9, 0930."""


class TimeField(Field):
    """A line for a time; a short form is written out when the line loses the focus.

    Args:
        field: The name under which errors are reported.
        id: The widget's id.
        moved: Returns the clock time so many minutes after another one (before it, if negative) on
        the field's day.
    """

    BINDINGS: ClassVar = [
        Binding("up", "step(1)", show=False),
        Binding("down", "step(-1)", show=False),
        Binding("pageup", "step(1, 60)", show=False),
        Binding("pagedown", "step(-1, 60)", show=False),
    ]

    def __init__(
        self, field: str, *, id: str, moved: Callable[[ClockTime, int], ClockTime]
    ) -> None:
        super().__init__(placeholder="00:00", limit=_TYPED_MAX, takes=_BARE, id=id)
        self._field = field
        self._moved = moved
        self.step_minutes = 30

    def read(self) -> ClockTime | None:
        """Return the time; None for an empty line.

        Raises:
            InvalidInput: `time`.
        """
        return parse_clock_time(self._field, self.value) if self.value.strip() else None

    def set_time(self, clock: ClockTime) -> None:
        """Write a time into the line."""
        text = str(clock)
        if text != self.value:
            self.value = text
            self.cursor_position = len(text)

    def action_step(self, direction: int, minutes: int = 0) -> None:
        """Move to the next full step of the service, or by so many minutes; `direction` is ±1."""
        try:
            read = self.read()
        except InvalidInput:
            return
        if read is None:
            return
        step = minutes or self.step_minutes
        over = 0 if minutes else read.minutes % step
        distance = step - over if direction > 0 else over or step
        self.set_time(self._moved(read, direction * distance))

    def watch_value(self, value: str) -> None:
        """Widen the line for a UTC offset."""
        self.set_class(len(value) > len("00:00"), "-with-offset")

    def on_blur(self) -> None:
        """Write `9` out as `09:00`."""
        try:
            read = self.read()
        except InvalidInput:
            return
        if read is not None:
            self.set_time(read)
