"""The rental period of a new order, entered in the tariff's unit.

Hours: a date and from–to. Days: the first and the last. Months: the first day and their number, or
the last day; each is derived from the other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from olvery_tui.domain import pricing
from olvery_tui.domain.catalogue import TariffDetails, TariffUnit
from olvery_tui.domain.clock_times import (
    DAY_MINUTES,
    ClockTime,
    clock_time,
    hours_of_day,
    moved_clock,
    slot_begun,
    whole_days,
)
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.i18n import pgettext
from olvery_tui.widgets.fields.date_field import DateField
from olvery_tui.widgets.fields.field import Field, Unfinished
from olvery_tui.widgets.fields.time_field import TimeField

_T = TypeVar("_T")

_LINES = {
    TariffUnit.HOUR: ("first", "from-time", "to-time"),
    TariffUnit.DAY: ("first", "last"),
    TariffUnit.MONTH: ("first", "months", "last"),
}
"""The lines in which a period of each unit is entered."""

_MONTHS_TYPED_MAX = 12
"""More digits than any number of months; longer input is rejected as a whole."""


class PeriodFields(Vertical):
    """Fields that read as a `Period`; untouched ones follow the tariff and the first day.

    Errors are reported under the name `period`.

    Args:
        now: Returns the current time.
        zone: The location's time zone, known once the form is filled.
        begun: The period that is proposed, in place of one from now on.
        is_end_open: Whether its end follows from the tariff's least.
        unit: The unit of all tariffs that it will fit; None if there may be any.
    """

    class Edited(Message):
        """The period may have changed."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
        begun: Period | None = None,
        is_end_open: bool = True,
        unit: TariffUnit | None = None,
    ) -> None:
        super().__init__(classes=f"-{unit.value}" if unit else None)
        self._now = now
        self._zone = zone
        self._begun = begun
        self._is_end_open = is_end_open
        self._tariff: TariffDetails | None = None
        self._slot_minutes = 30
        self._proposes = True
        self.opening: Callable[[date], int | None] = lambda _day: None
        """Returns when a day opens, in minutes; None where that is not known."""
        self._put: dict[str, str] = {}
        """What the form, not the user, wrote into each line."""
        self._first = DateField("period", "", today=self._today, id="first")
        self._last = DateField("period", "", today=self._today, id="last")
        self._from = TimeField("period", id="from-time", moved=self._later)
        self._to = TimeField("period", id="to-time", moved=self._later)
        self._months = Field(limit=_MONTHS_TYPED_MAX, takes="[1-9]|1[0-2]", id="months")
        lines: dict[str, Input] = {
            "first": self._first.line,
            "from-time": self._from,
            "to-time": self._to,
            "months": self._months,
            "last": self._last.line,
        }
        of_unit = _LINES[unit] if unit else lines
        self._lines = {name: line for name, line in lines.items() if name in of_unit}

    def compose(self) -> ComposeResult:
        yield self._first
        if "from-time" in self._lines:
            with Horizontal(id="hours"):
                yield Static(Content(pgettext("time", "from")), classes="between", markup=False)
                yield self._from
                yield Static(Content(pgettext("time", "to")), classes="between", markup=False)
                yield self._to
        if "months" in self._lines:
            with Horizontal(id="months-line"):
                yield self._months
                yield Static(Content(pgettext("period", "months")), classes="between", markup=False)
        if "last" in self._lines:
            with Horizontal(id="last-line"):
                yield Static(Content(pgettext("period", "to")), classes="between", markup=False)
                yield self._last

    # Public interface

    @property
    def is_touched(self) -> bool:
        """Whether the user typed anything here."""
        return any(line.value != self._put.get(name, "") for name, line in self._lines.items())

    def fit(
        self, tariff: TariffDetails | None, slot_minutes: int, *, proposes: bool = True
    ) -> None:
        """Adapt the fields to the tariff's unit and propose its least period from now on. Without
        `proposes` a period is put instead; another day or start then keeps its hours and length.
        """
        before, self._tariff, self._slot_minutes = self._tariff, tariff, slot_minutes
        self._proposes = proposes
        unit = tariff.unit if tariff else None
        self.update_classes({f"-{each.value}": each is unit for each in TariffUnit})
        for line in (self._from, self._to):
            line.step_minutes = slot_minutes
        if tariff is None or not proposes:
            return
        if before and before.unit is tariff.unit and self.is_touched:
            return
        if not self._first.text or not self._user_wrote("first"):
            begun = self._begun
            self._write_day("first", begun.days(self._zone)[0] if begun else self._today())
        self._propose_end(tariff)

    def read(self, *, finished: bool = True) -> Period | None:
        """Return the period; None while part of it is missing.

        Args:
            finished: False while the user types: unreadable text in the focused line raises
            `Unfinished`.

        Raises:
            InvalidInput: A line can't be read, or the end is not after the start.
            Unfinished: The text can't be judged yet.
        """
        if self._tariff is None:
            return None
        first = self._read_line("first", self._first.read, finished)
        if self._tariff.unit is TariffUnit.HOUR:
            start = self._read_line("from-time", self._from.read, finished)
            end = self._read_line("to-time", self._to.read, finished)
            if first is None or start is None or end is None:
                return None
            return hours_of_day("period", first, start, end, self._zone)
        last = self._read_line("last", self._last.read, finished)
        if first is None or last is None:
            return None
        return whole_days("period", first, last, self._zone)

    def put(self, period: Period, *, keeps_start: bool = False) -> None:
        """Write a period as the proposal; with `keeps_start` only its end can be changed."""
        self._begun, self._is_end_open = period, False
        first, last = period.days(self._zone)
        self._write_day("first", first)
        if "last" in self._lines:
            self._write_day("last", last)
        if "to-time" in self._lines:
            self._put_hours(period)
        if "months" in self._lines and period.kind is PeriodKind.DAILY:
            self._count_months(period)
        self._first.disabled = self._from.disabled = keeps_start

    def follow(self, period: Period, *, keeps_start: bool = False) -> None:
        """Go on from another period than was put before. What the user typed stays, and counts as
        typed where it differs from that.
        """
        typed = {name: line.value for name, line in self._lines.items() if self._user_wrote(name)}
        self.put(period, keeps_start=keeps_start)
        for name, text in typed.items():
            if not (keeps_start and name in ("first", "from-time")):
                self._lines[name].value = text

    def _put_hours(self, period: Period) -> None:
        self._write_time("from-time", clock_time(period.starts_at, self._zone))
        end = period.ends_at - timedelta(microseconds=1)
        is_midnight = (
            end.astimezone(self._zone).date() != period.ends_at.astimezone(self._zone).date()
        )
        until = ClockTime(DAY_MINUTES) if is_midnight else clock_time(period.ends_at, self._zone)
        self._write_time("to-time", until)

    def _count_months(self, period: Period) -> None:
        count = pricing.units(TariffUnit.MONTH, period, self._zone)
        self._write("months", str(int(count)))

    def take_focus_at_end(self) -> None:
        """Focus the line of the end, or of the months, at once."""
        unit = self._tariff.unit if self._tariff else TariffUnit.DAY
        name = {TariffUnit.HOUR: "to-time", TariffUnit.DAY: "last", TariffUnit.MONTH: "months"}[
            unit
        ]
        self.screen.set_focus(self._lines[name])

    def take_focus(self) -> None:
        """Focus the first line at once."""
        self._first.take_focus()

    def _read_line(self, name: str, read: Callable[[], _T], finished: bool) -> _T:
        try:
            return read()
        except InvalidInput:
            if finished or not self._lines[name].has_focus:
                raise
            raise Unfinished from None

    # Proposals

    def _propose_end(self, tariff: TariffDetails) -> None:
        if tariff.unit is TariffUnit.HOUR:
            self._propose_start()
        elif tariff.unit is TariffUnit.DAY:
            self._write_last(timedelta(days=self._least_days(tariff) - 1))
        else:
            self._write("months", str(tariff.min_units))
            self._follow_months()

    def _propose_start(self) -> None:
        """Propose the slot that is running, or the opening of a day that has not opened yet."""
        if self._proposes and not self._user_wrote("from-time"):
            start = clock_time(slot_begun(self._now(), self._slot_minutes, self._zone), self._zone)
            today = self._today()
            day = _or_none(self._first.read) or today
            opens = self.opening(day)
            if (begun := self._begun_hours(day)) is not None:
                start = clock_time(begun.starts_at, self._zone)
            elif opens is not None and (day != today or start.minutes < opens):
                start = ClockTime(opens)
            self._write_time("from-time", start)
        self._follow_start()

    def _follow_start(self) -> None:
        """Keep the end at the least distance from the start until the user types another."""
        start = _or_none(self._from.read)
        if start is not None and self._tariff and not self._user_wrote("to-time"):
            least = max(self._tariff.min_units * 60, self._slot_minutes, self._begun_minutes)
            self._write_time("to-time", self._later(start, least))

    def _begun_hours(self, day: date) -> Period | None:
        """Return the proposed period where it is one of hours on a day."""
        begun = self._begun
        if begun is None or begun.kind is not PeriodKind.HOURLY:
            return None
        return begun if begun.days(self._zone)[0] == day else None

    @property
    def _begun_minutes(self) -> int:
        begun = self._begun
        if begun is None or self._is_end_open or begun.kind is not PeriodKind.HOURLY:
            return 0
        return (begun.ends_at - begun.starts_at) // timedelta(minutes=1)

    def _least_days(self, tariff: TariffDetails) -> int:
        """Return the least days of a tariff, or those of the proposed period."""
        if self._begun is None:
            return tariff.min_units
        first, last = self._begun.days(self._zone)
        return max(tariff.min_units, (last - first).days + 1)

    def _later(self, start: ClockTime, minutes: int) -> ClockTime:
        """Return the clock time so many minutes after the start, on the same day."""
        return moved_clock(_or_none(self._first.read), start, minutes, self._zone)

    def _follow_months(self) -> None:
        first, months = _or_none(self._first.read), self._months_typed
        if first is not None and months:
            try:
                self._write_day("last", pricing.last_day_of_months(first, months))
            except (ValueError, OverflowError):
                self._write("last", "")

    def _follow_last(self) -> None:
        """Set the number of months from the last day, counting a begun month as whole."""
        period = _or_none(self.read)
        if period is not None:
            self._count_months(period)

    def _write_last(self, distance: timedelta) -> None:
        first = _or_none(self._first.read)
        if first is not None and not self._user_wrote("last"):
            try:
                self._write_day("last", first + distance)
            except OverflowError:
                return

    @property
    def _months_typed(self) -> int | None:
        typed = self._months.value.strip()
        return int(typed) if typed.isascii() and typed.isdigit() else None

    # User input

    @on(Input.Changed)
    @on(DateField.Edited)
    def _edited(self, message: Input.Changed | DateField.Edited) -> None:
        message.stop()
        name = message.control.id or ""
        line = self._lines.get(name)
        if line is None or self._tariff is None:
            return
        if self._user_wrote(name):
            self._follow(name, self._tariff)
        self.post_message(self.Edited())

    def _follow(self, name: str, tariff: TariffDetails) -> None:
        if name == "from-time" and tariff.unit is TariffUnit.HOUR:
            self._follow_start()
        elif name == "first" and tariff.unit is TariffUnit.HOUR:
            self._propose_start()
        elif name == "first" and tariff.unit is TariffUnit.DAY:
            self._write_last(timedelta(days=self._least_days(tariff) - 1))
        elif tariff.unit is TariffUnit.MONTH:
            if name == "last":
                self._follow_last()
            elif name == "months" or not self._user_wrote("last"):
                self._follow_months()

    def _user_wrote(self, name: str) -> bool:
        return self._lines[name].value != self._put.get(name, "")

    def _write_day(self, name: str, day: date) -> None:
        (self._first if name == "first" else self._last).set_day(day)
        self._put[name] = self._lines[name].value

    def _write_time(self, name: str, clock: ClockTime) -> None:
        (self._from if name == "from-time" else self._to).set_time(clock)
        self._put[name] = self._lines[name].value

    def _write(self, name: str, text: str) -> None:
        self._put[name] = text
        self._lines[name].value = text

    def _today(self) -> date:
        return self._now().astimezone(self._zone).date()


def _or_none(read: Callable[[], _T]) -> _T | None:
    try:
        return read()
    except InvalidInput:
        return None
