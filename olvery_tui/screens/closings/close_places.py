"""«Закрыть место»: which places, from when to when, and why. Source: ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from olvery_tui.domain.clock_times import DAY_MINUTES, ClockTime, clock_time, moved_clock
from olvery_tui.domain.closings import (
    Closing,
    ClosingDraft,
    ProposedMove,
    first_moment,
    last_moment,
    moves_of,
    without_place,
)
from olvery_tui.domain.conflicts import PlacesHeld
from olvery_tui.domain.errors import InvalidForm, InvalidInput, OlveryError
from olvery_tui.domain.items import CatalogueDetails, ItemKind
from olvery_tui.domain.periods import DAY, Period, PeriodKind, day_start
from olvery_tui.domain.text import NAME_MAX
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.date_field import DateField
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.widgets.fields.time_field import TimeField
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.widgets.pickers.move_list import MoveList
from olvery_tui.widgets.pickers.place_ticks import NarrowedPlaces, PlaceTicks
from olvery_tui.widgets.pickers.tick_list import TickList
from olvery_tui.wording.closings import closed_outcome, in_the_way_text, stuck_text
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.seats import seats_text

_WEEK = timedelta(days=6)
"""What is proposed: a week, its first and last day included."""

_FIELDS = ("places", "reason", "from", "to")


class ClosePlacesForm(FormScreen[tuple[Closing, ...]]):
    """Closes places. Tickets in the way are listed with where they can go, and moved with it.

    Closes with the closings that were made.

    Args:
        workplace_ids: The places; without any the user ticks them here.
        period: When; without one a week from today is proposed.
    """

    CSS_PATH: ClassVar = [f"../../styles/{name}.tcss" for name in ("modal", "choice", "closings")]
    BINDINGS: ClassVar = bindings("closing")

    def __init__(self, workplace_ids: Sequence[int] = (), period: Period | None = None) -> None:
        super().__init__()
        self._given = tuple(workplace_ids)
        self._period = period
        self._zone = self.app.location.zone
        self._draft: ClosingDraft | None = None
        """What the tickets that are shown stand in the way of."""
        self._put = ""

    def compose(self) -> ComposeResult:
        with self.window(_("Close places")):
            yield NarrowedPlaces(zone=self._zone, id="ticks")
            yield Labelled("places", _("Places"), Static(id="which", markup=False))
            yield Labelled("reason", _("Reason"), Field(limit=NAME_MAX, id="why"))
            for name, label in (("from", _("From")), ("to", _("To"))):
                yield Labelled(
                    name,
                    label,
                    DateField(name, "", today=self.app.today, id=f"{name}-day"),
                    TimeField(name, id=f"{name}-time", moved=self._moved),
                    Static(id=f"{name}-note", classes="note", markup=False),
                )
            yield Static(id="in-the-way", classes="title-text", markup=False)
            yield MoveList(id="moves")
            yield StatusLine()
            yield self.buttons("closing.save")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#why", Field).placeholder = _("repair, cleaning, an event")
        for name in ("from", "to"):
            self._time(name).placeholder = "--:--"
        self.query_one("#from-note", Static).update(Content(_("without a time: the whole day")))
        self.query_one("#to-note", Static).update(Content(_("empty: until it is opened again")))
        self.query_one("#ticks").display = not self._given
        self.query_one("#places").display = bool(self._given)
        self._show_moves(())
        self._propose()
        self._put = self._typed
        if self._given:
            self.query_one("#why").focus()
        else:
            self.query_one(NarrowedPlaces).take_focus()
        self.load_places()

    # What is filled in

    def _propose(self) -> None:
        period, today = self._period, self.app.today()
        if period is None:
            self._day("from").set_day(today)
            self._day("to").set_day(today + _WEEK)
            return
        first, last = period.days(self._zone)
        self._day("from").set_day(first)
        self._day("to").set_day(last)
        if period.kind is PeriodKind.HOURLY:
            self._time("from").set_time(clock_time(period.starts_at, self._zone))
            self._time("to").set_time(_end_clock(period.ends_at, last, self._zone))

    @work(exclusive=True, group="places")
    async def load_places(self) -> None:
        """Load the places and what is closed already."""
        desk = self.app.desk
        details, closed = await self.read_desk(
            lambda: (desk.catalogue.details(), desk.closings.standing())
        )
        places = _places(details)
        self.query_one(PlaceTicks).offer(places, closed)
        given = [places[one] for one in self._given if one in places]
        self.query_one("#which", Static).update(Content(seats_text(given)))

    def _day(self, name: str) -> DateField:
        return self.query_one(f"#{name}-day", DateField)

    def _time(self, name: str) -> TimeField:
        return self.query_one(f"#{name}-time", TimeField)

    def _moved(self, clock: ClockTime, minutes: int) -> ClockTime:
        return moved_clock(None, clock, minutes, self._zone)

    @property
    def _typed(self) -> str:
        lines = [one.value for one in self.query(Input).exclude("#narrow")]
        return "\n".join([*lines, *map(str, self.query_one(PlaceTicks).chosen)])

    def has_unsaved(self) -> bool:
        """Whether a reason, another time or a place was entered."""
        return self._typed != self._put

    @on(TickList.Changed)
    @on(Input.Changed)
    @on(DateField.Edited)
    def _edited(self) -> None:
        """Drop the tickets that were in the way of something else."""
        if self._draft is not None and self._draft != self._read_or_none():
            self._show_moves(())
        self.clear_status()

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        """Go to the next line on `Enter`, from the last one to «Закрыть»."""
        lines = list(self.query(Input))
        at = lines.index(message.input)
        self.set_focus(lines[at + 1] if at + 1 < len(lines) else self.query_one("#save"))

    # Reading

    def _read(self) -> ClosingDraft:
        """Return what is filled in.

        Raises:
            InvalidForm: `from` or `to`; a day or time can't be read.
        """
        problems: list[InvalidInput] = []
        moments: dict[str, datetime | None] = {}
        for name, moment in (("from", first_moment), ("to", last_moment)):
            try:
                day, clock = self._day(name).read(), self._time(name).read()
                moments[name] = moment(name, day, clock, self._zone)
            except InvalidInput as problem:
                problems.append(problem)
        starts_at = moments.get("from")
        if problems or starts_at is None:
            raise InvalidForm(tuple(problems))
        places = self._given or self.query_one(PlaceTicks).chosen
        why = self.query_one("#why", Field).value
        return ClosingDraft(places, starts_at, moments["to"], why)

    def _read_or_none(self) -> ClosingDraft | None:
        try:
            return self._read()
        except InvalidForm:
            return None

    def _complain(self, error: InvalidForm) -> None:
        """Show each problem at its line; the end of the period is what can be over."""
        for problem in error.problems:
            field = "to" if problem.field == "period" else problem.field
            if field == "places" and not self._given:
                self.tell(_("Tick the places with Space first."))
            else:
                self.query_one(f"#{field}", Labelled).complain(sentence(problem))
        first = error.problems[0].field
        if first in ("from", "to", "period"):
            self._day("to" if first == "period" else first).take_focus()
        elif first == "places" and not self._given:
            self.query_one(NarrowedPlaces).take_focus()
        else:
            self.query_one("#why").focus()

    # The tickets in the way

    def _show_moves(self, moves: Sequence[ProposedMove]) -> None:
        for one in ("#in-the-way", "#moves"):
            self.query_one(one).display = bool(moves)
        self.query_one(MoveList).show(moves, self._zone)
        self.query_one("#in-the-way", Static).update(Content(in_the_way_text(len(moves))))
        if not moves:
            self._draft = None

    @work(exclusive=True, group="moves")
    async def load_moves(self, draft: ClosingDraft) -> None:
        """List the tickets in the way, and where each can go."""
        proposed = self.app.desk.closings.proposed
        moves = await self.read_desk(proposed, draft.workplace_ids, draft.starts_at, draft.ends_at)
        if self._read_or_none() != draft:
            return
        self._draft = draft
        self._show_moves(moves)
        if moves:
            self.query_one(MoveList).focus()
        else:
            self.query_one("#save").focus()

    def on_desk_changed(self, message: DeskChanged) -> None:
        """Follow what other terminals do with the tickets in the way."""
        draft = self._draft
        if draft is not None and not self.is_working("save"):
            self.when_idle("moves", lambda: self.load_moves(draft))

    @on(OptionList.OptionSelected, "#moves")
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        from olvery_tui.screens.ticket.workplace import open_workplace

        number = self.query_one(MoveList).ticket_at(message.option_index)
        open_workplace(self, number, self._ticket_moved)

    def _ticket_moved(self, _ticket: TicketDetails | None) -> None:
        if self._draft is not None:
            self.load_moves(self._draft)

    # Saving

    def action_save(self) -> None:
        """Close the places; with tickets in the way, move those that are shown first."""
        if self.is_working("save"):
            return
        self.clear_status()
        for name in _FIELDS:
            self.query_one(f"#{name}", Labelled).complain("")
        try:
            draft = self._read()
        except InvalidForm as error:
            self._complain(error)
            return
        moves = self.query_one(MoveList).moves if draft == self._draft else ()
        if stuck := tuple(without_place(moves)):
            self.tell(stuck_text(stuck))
            self.query_one(MoveList).focus()
        else:
            self.save_closing(draft, moves)

    @work(group="save")
    async def save_closing(self, draft: ClosingDraft, moves: Sequence[ProposedMove]) -> None:
        """Close the places and the form."""
        try:
            close = self.app.desk.closings.close
            closed = await self.call_desk(close, draft, moves_of(moves))
        except InvalidForm as error:
            self._complain(error)
        except OlveryError as error:
            if not isinstance(error, PlacesHeld):
                self.not_done(error)
            self.load_moves(draft)
        else:
            text = closed_outcome(len(closed), len(moves))
            self.app.notify(self.app.undo.offer(text), markup=False)
            self.dismiss(closed)


def _places(details: CatalogueDetails) -> dict[int, tuple[str, str]]:
    """Return the workplaces that are not archived, by id: each one's label, and where it is."""
    found = {}
    for service in details.children(ItemKind.SERVICE):
        for room in details.children(ItemKind.ROOM, service.id):
            for place in details.children(ItemKind.WORKPLACE, room.id):
                if not (service.archived or room.archived or place.archived):
                    found[place.id] = (place.name, room.name)
    return found


def _end_clock(ends_at: datetime, last: date, zone: tzinfo) -> ClockTime:
    if ends_at == day_start(last + DAY, zone):
        return ClockTime(DAY_MINUTES)
    return clock_time(ends_at, zone)
