"""«Часы работы»: the opening hours of each weekday, and closed days. Source: ours."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from olvery_tui.domain.conflicts import HoursChangedMeanwhile
from olvery_tui.domain.errors import InvalidForm, InvalidInput, OlveryError
from olvery_tui.domain.hours import ClosedDay, OpenHours, OpeningHours, parse_closed, parse_hours
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.months import weekday_names

_HOURS_TYPED_MAX = 20


class HoursForm(FormScreen[OpeningHours]):
    """The form of the opening hours. Closes with the changed ones.

    While no hours are set, what is typed for a day is proposed for the days below it.
    """

    CSS_PATH: ClassVar = [f"../../styles/{name}.tcss" for name in ("modal", "choice", "hours")]
    BINDINGS: ClassVar = bindings("hours")

    paints_filled = True

    _closed_line = getters.query_one("#closed-line", Field)

    def __init__(self) -> None:
        super().__init__()
        self._seen: OpeningHours | None = None
        self._closed_days: list[ClosedDay] = []
        self._proposed: dict[int, str] = {}
        """What the form, not the user, wrote into a day."""

    def compose(self) -> ComposeResult:
        with self.window(_("Opening hours")):
            yield Static(
                _("Type 9-21 or 9:30-18; an empty day is closed. A booking outside is only noted."),
                id="explained",
                markup=False,
            )
            with VerticalScroll(id="days", can_focus=False):
                for weekday, name in enumerate(weekday_names()):
                    line = Field(limit=_HOURS_TYPED_MAX, id=f"hours-{weekday}")
                    line.add_class("hours-line")
                    yield Labelled(f"day-{weekday}", name, line)
                yield Labelled("closed", _("Closed on"), Field(id="closed-line"))
                yield OptionList(id="closed-days", markup=False)
            yield StatusLine()
            yield self.buttons()
        yield KeyBar()

    def on_mount(self) -> None:
        self._closed_line.placeholder = _("1.01.2027 New Year, or 1.01-8.01 — Enter adds it")
        self.set_focus(self._line(0))
        self.load_hours()

    def _line(self, weekday: int) -> Field:
        return self.query_one(f"#hours-{weekday}", Field)

    @work(exclusive=True, group="hours")
    async def load_hours(self) -> None:
        """Load the hours and show them."""
        self._seen = hours = await self.read_desk(self.app.desk.catalogue.hours)
        for weekday, one in enumerate(hours.week):
            if not hours.is_set:
                self._proposed[weekday] = ""
            self._line(weekday).value = _line_text(one)
        self._closed_days = list(hours.closed)
        self._list_closed()
        self.begin_painting()

    def _list_closed(self) -> None:
        options = self.query_one(OptionList)
        options.display = bool(self._closed_days)
        at = options.highlighted or 0
        options.set_options(
            Option(Content(f"{one.day:%d.%m.%Y}  {shown(one.reason)}")) for one in self._closed_days
        )
        if self._closed_days:
            options.highlighted = min(at, len(self._closed_days) - 1)

    def has_unsaved(self) -> bool:
        if self._seen is None:
            return False
        try:
            return self._typed() != self._seen or bool(self._closed_line.value.strip())
        except InvalidForm:
            return True

    def _typed(self) -> OpeningHours:
        """Return the hours as typed.

        Raises:
            InvalidForm: with one problem a day.
        """
        problems: list[InvalidInput] = []
        week: list[OpenHours | None] = []
        for weekday in range(7):
            try:
                week.append(parse_hours(f"day-{weekday}", self._line(weekday).value))
            except InvalidInput as problem:
                problems.append(problem)
        if problems:
            raise InvalidForm(tuple(problems))
        return OpeningHours(tuple(week), tuple(sorted(self._closed_days, key=lambda one: one.day)))

    # Typing

    @on(Input.Changed)
    def _edited(self, message: Input.Changed) -> None:
        row = message.input.query_ancestor(Labelled)
        row.complain("")
        name = row.id or ""
        if not self._proposed or not name.startswith("day-"):
            return
        typed, text = int(name.removeprefix("day-")), message.input.value
        if text == self._proposed.get(typed):
            return
        self._proposed.pop(typed, None)
        for weekday in range(typed + 1, 7):
            if weekday not in self._proposed:
                break
            self._proposed[weekday] = self._line(weekday).value = text

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        if message.input is self._closed_line:
            self._add_closed()
            return
        weekday = int((message.input.id or "0").removeprefix("hours-"))
        self.set_focus(self._line(weekday + 1) if weekday < 6 else self._closed_line)

    def _add_closed(self) -> bool:
        """Add the typed closed days to the list; an empty line leads to «Сохранить»."""
        row, text = self.query_one("#closed", Labelled), self._closed_line.value
        if not text.strip():
            self.query_one("#save").focus()
            return True
        try:
            days = parse_closed("closed", text, self.app.today())
        except InvalidInput as problem:
            row.complain(sentence(problem))
            self.set_focus(self._closed_line)
            return False
        known = {one.day: one for one in (*self._closed_days, *days)}
        self._closed_days = [known[day] for day in sorted(known)]
        self._closed_line.value = ""
        self._list_closed()
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Delete only in the list of closed days."""
        if action == "remove_day":
            return self.is_mounted and self.query_one(OptionList).has_focus
        return True

    def action_remove_day(self) -> None:
        """Take the closed day under the cursor from the list."""
        at = self.query_one(OptionList).highlighted
        if at is not None and self._closed_days:
            del self._closed_days[at]
            self._list_closed()
            if not self._closed_days:
                self.set_focus(self._closed_line)

    # Saving

    def action_save(self) -> None:
        """Save the hours for all terminals."""
        seen = self._seen
        if seen is None or self.is_working("save"):
            return
        if self._closed_line.value.strip() and not self._add_closed():
            return
        self.clear_status()
        try:
            hours = self._typed()
        except InvalidForm as error:
            self._refused(error)
            return
        self.save_hours(seen, hours)

    @work(group="save")
    async def save_hours(self, seen: OpeningHours, hours: OpeningHours) -> None:
        """Save the hours and close."""
        try:
            saved = await self.call_desk(self.app.desk.catalogue.change_hours, seen, hours)
        except OlveryError as error:
            self._refused(error)
        else:
            text = _("The opening hours are saved.")
            if saved != seen:
                text = self.app.undo.offer(text)
            self.app.notify(text, markup=False)
            self.dismiss(saved)

    def _refused(self, error: OlveryError) -> None:
        if isinstance(error, InvalidForm):
            for problem in error.problems:
                self.query_one(f"#{problem.field}", Labelled).complain(sentence(problem))
            self.query_one(f"#{error.problems[0].field}").query_one(Field).focus()
            return
        if isinstance(error, HoursChangedMeanwhile):
            self._follow(error.hours)
        self.not_done(error)

    def _follow(self, hours: OpeningHours) -> None:
        """Show the hours that others have set meanwhile; days that were typed here stay."""
        seen = self._seen or OpeningHours()
        self._seen = hours
        self._proposed.clear()
        for weekday, (before, now) in enumerate(zip(seen.week, hours.week, strict=True)):
            if self._line(weekday).value == _line_text(before):
                self._line(weekday).value = _line_text(now)
        if tuple(self._closed_days) == seen.closed:
            self._closed_days = list(hours.closed)
            self._list_closed()


def _line_text(hours: OpenHours | None) -> str:
    return str(hours) if hours else ""
