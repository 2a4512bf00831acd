"""«Изменить период»: extend, shorten, move or leave now; what is in the way, and what it costs.

Source: ours.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, OptionList, Static

from olvery_tui.domain.catalogue import TariffDetails
from olvery_tui.domain.conflicts import ChangedMeanwhile
from olvery_tui.domain.errors import InputCode, InvalidForm, InvalidInput, OlveryError, SeatTaken
from olvery_tui.domain.period_changes import (
    PeriodDraft,
    PeriodView,
    added_units,
    leaving,
    problems,
    surcharge,
)
from olvery_tui.domain.periods import Period
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.choice import Choice, Choosable
from olvery_tui.widgets.fields.field import Unfinished
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.widgets.fields.period_fields import PeriodFields
from olvery_tui.widgets.fields.price_field import PriceField
from olvery_tui.widgets.pickers.place_list import PlaceList
from olvery_tui.wording.errors import field_name, sentence
from olvery_tui.wording.orders import tickets_text
from olvery_tui.wording.period_changes import change_text, price_text, ticket_text


class PeriodForm(FormScreen[TicketDetails]):
    """Changes the period of a ticket. Closes with the changed ticket.

    The end is filled in and has the focus. Where somebody has the place in the new period, the free
    ones are listed below, to go on there.

    Args:
        view: The ticket and what its period may become, as shown when the form was opened.
        proposed: The period and workplace to begin with; the ticket's own without it.
        place: What that workplace is called.
    """

    CSS_PATH: ClassVar = [
        f"../../styles/{name}.tcss"
        for name in ("modal", "places", "choice", "order_fields", "period")
    ]
    BINDINGS: ClassVar = [*bindings("period"), *FormScreen.BINDINGS]
    AUTO_FOCUS = ""  # a focus before the end's would style the fields twice more

    def __init__(
        self, view: PeriodView, proposed: PeriodDraft | None = None, place: str = ""
    ) -> None:
        super().__init__()
        self._view = view
        self._proposed = proposed
        self._place = place
        self._leaving = False
        self._conflict: SeatTaken | None = None
        self._offered_for: tuple[Period | None, bool] | None = None
        """The period for which other places are listed, and whether for the whole order."""
        self._then: dict[int, int] = {}
        """Where tickets go on whose places are taken, by number, as chosen so far."""

    def compose(self) -> ComposeResult:
        ticket, now = self._view.ticket, self.app.clock.now
        zone = self.app.location.zone
        with Vertical(id="window", classes="window") as window:
            window.border_title = self.window_title(
                _("Period of ticket {number}").format(number=ticket.number)
            )
            yield Static(id="of-ticket", markup=False)
            fields = PeriodFields(now=now, zone=zone, unit=self._view.terms.unit)
            yield Labelled("period", field_name("period"), fields)
            yield Static(id="comes-to", markup=False)
            if len(self._view.alike) > 1:
                which = Choice(enter_goes_on=True, id="tickets")
                yield Labelled("which", field_name("which"), which)
            yield Labelled("price", _("Surcharge"), PriceField(signed=True))
            yield StatusLine()
            buttons = self.buttons()
            yield buttons
            if self._view.can_leave(now()):
                leave = KeyButton(_("Leaves now"), "period.leave", id="leave")
                buttons.compose_add_child(leave)
        yield KeyBar()

    def on_mount(self) -> None:
        view, now = self._view, self.app.clock.now()
        fields = self.query_one(PeriodFields)
        with self.prevent(Input.Changed):
            fields.fit(self._tariff, view.terms.slot_minutes, proposes=False)
            fields.put(self._beginning, keeps_start=view.has_begun(now))
        fields.take_focus_at_end()
        for choice in self.query(Choice):
            whole = _("all of the order, {tickets}").format(tickets=tickets_text(len(view.alike)))
            choice.offer(
                [Choosable(False, _("only this ticket")), Choosable(True, whole)], chosen=False
            )
        self._show_ticket()
        self._reconsider()

    def _show_ticket(self) -> None:
        text = ticket_text(self._view.ticket, self.app.location.zone)
        if self._place:
            text = f"{text}\n→ {self._place}"
        self.query_one("#of-ticket", Static).update(Content(text))

    @property
    def _beginning(self) -> Period:
        """The period that stands in the fields until another is typed."""
        return self._view.ticket.period if self._proposed is None else self._proposed.period

    @property
    def _tariff(self) -> TariffDetails:
        """The tariff as it was when the ticket was booked, with any number of units."""
        ticket, terms = self._view.ticket, self._view.terms
        return TariffDetails(
            id=0,
            name=ticket.tariff,
            unit=terms.unit,
            price=terms.unit_price,
            currency=ticket.currency,
            min_units=1,
            max_units=terms.max_units,
        )

    @property
    def _price(self) -> PriceField:
        return self.query_one(PriceField)

    @property
    def _whole_order(self) -> bool:
        return any(choice.value is True for choice in self.query(Choice))

    def has_unsaved(self) -> bool:
        """Whether anything was changed."""
        fields = self.query_one(PeriodFields)
        return self._leaving or fields.is_touched or self._price.is_touched

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only who may be here can leave."""
        return action != "leave" or self._view.can_leave(self.app.clock.now())

    # What it comes to

    @on(PeriodFields.Edited)
    def _edited(self, message: PeriodFields.Edited) -> None:
        message.stop()
        if self.query_one(PeriodFields).is_touched:
            self._leaving = False
        self._reconsider()

    @on(Choice.Changed, "#tickets")
    @on(PriceField.Edited)
    def _recount(self, message: Message) -> None:
        message.stop()
        self._reconsider()

    def _reconsider(self) -> Period | None:
        """Show what the period comes to; return it, or None while it is none."""
        row = self.query_one("#period", Labelled)
        try:
            period = self._read(finished=False)
        except Unfinished:
            return None
        except InvalidInput as problem:
            row.complain(sentence(problem))
            self.query_one("#comes-to", Static).update(Content(""))
            return None
        row.complain("")
        if (period, self._whole_order) != self._offered_for:
            self._hide_places()
        self._show_price(period)
        return period

    def _read(self, *, finished: bool) -> Period | None:
        """Return the new period.

        Raises:
            InvalidInput: It is none, or the ticket can't have it.
            Unfinished: It is still being typed; never raised with `finished`.
        """
        view, zone = self._view, self.app.location.zone
        before = view.ticket.period
        fields = self.query_one(PeriodFields)
        period = fields.read(finished=finished) if fields.is_touched else self._beginning
        if period is None:
            return None
        now = self.app.clock.now()
        if view.has_begun(now):
            period = Period(period.kind, before.starts_at, period.ends_at)
        for problem in problems(PeriodDraft(period), before, view.terms, now, zone):
            if period != before:
                raise problem
        return period

    def _show_price(self, period: Period | None) -> None:
        view, zone = self._view, self.app.location.zone
        before, terms, ticket = view.ticket.period, view.terms, view.ticket
        note = self.query_one("#comes-to", Static)
        if self._leaving or period is None:
            note.update(Content(_("The place is free from now on.") if self._leaving else ""))
            self._price.propose(Decimal(0), ticket.currency, "")
            return
        text, warns = change_text(view, period, self.app.clock.now(), zone)
        note.update(Content(text))
        note.set_class(warns, "-past")
        added = added_units(terms.unit, before, period, zone)
        self._price.propose(
            surcharge(terms, before, period, zone),
            ticket.currency,
            price_text(terms, added, ticket.currency, each=self._whole_order),
        )

    def action_leave(self) -> None:
        """Fill in that the visitor leaves now."""
        if self._view.can_leave(self.app.clock.now()):
            self.clear_status()
            self._leaving = True
            left = leaving(self._view.ticket.period, self.app.clock.now())
            self.query_one(PeriodFields).put(left, keeps_start=True)
            self._hide_places()
            self.query_one("#period", Labelled).complain("")
            self._show_price(None)
            self.set_focus(self.query_one("#save"))

    @on(Button.Pressed, "#leave")
    def _leave_pressed(self, message: Button.Pressed) -> None:
        message.stop()
        self.action_leave()

    # Saving

    @on(Input.Submitted)
    @on(OptionList.OptionSelected, "#places")
    def _submitted(self, message: Message) -> None:
        message.stop()
        self.action_save()

    @on(Choice.Submitted)
    def _chosen(self, message: Choice.Submitted) -> None:
        message.stop()
        self.screen.focus_next()

    def action_save(self) -> None:
        """Save the period, and where the ticket goes on."""
        if self.is_working("save"):
            return
        if self._leaving:
            self.clear_status()
            self.save_period(None)
            return
        try:
            period = self._read(finished=True)
            price = self._price.read() if self._price.is_touched else None
        except InvalidInput as problem:
            self._complain((problem,))
            return
        if period is None:
            self._complain((InvalidInput("period", InputCode.REQUIRED),))
            return
        if self._conflict is not None and self._conflict.ticket is not None:
            chosen = self.query_one(PlaceList).place_under_cursor
            if chosen is None:
                self.query_one(StatusLine).show(_("Choose a workplace first."), "told")
                return
            self._then[self._conflict.ticket] = chosen.workplace_id
        elif period == self._view.ticket.period and price is None:
            self.query_one(StatusLine).show(_("Nothing is changed: type another end."), "told")
            return
        self.clear_status()
        whole_order = self._whole_order
        # All of an order stay where they are: one place is for one ticket.
        place = None if self._proposed is None or whole_order else self._proposed.workplace_id
        self.save_period(PeriodDraft(period, price, place, dict(self._then), whole_order))

    @work(group="save")
    async def save_period(self, draft: PeriodDraft | None) -> None:
        """Save another period, or that the visitor leaves, and close."""
        periods, seen = self.app.desk.periods, self._view.ticket
        try:
            if draft is None:
                whole = self._whole_order
                changed = await self.call_desk(lambda: periods.leave_early(seen, whole_order=whole))
            else:
                changed = await self.call_desk(periods.change_period, seen, draft)
        except InvalidForm as form:
            self._complain(form.problems)
        except SeatTaken as error:
            self.not_done(error)
            if draft is not None and error.ticket is not None and error.since is not None:
                self.load_places(error, draft.period)
        except ChangedMeanwhile as error:
            self.not_done(error)
            self.load_view()
        except OlveryError as error:
            self.not_done(error)
        else:
            self.dismiss(changed)

    @work(exclusive=True, group="view")
    async def load_view(self) -> None:
        """Go on with the ticket as it is by now; of what was typed stays what is not so by now."""
        number = self._view.ticket.number
        self._view = view = await self.read_desk(self.app.desk.periods.view, number)
        fields, now = self.query_one(PeriodFields), self.app.clock.now()
        self._leaving = self._leaving and view.can_leave(now)
        if self._proposed is None and not self._leaving:
            fields.follow(view.ticket.period, keeps_start=view.has_begun(now))
        self._show_ticket()
        self._reconsider()

    @work(exclusive=True, group="places")
    async def load_places(self, error: SeatTaken, period: Period) -> None:
        """List the places that are free from when the ticket's own is taken."""
        assert error.ticket is not None
        assert error.since is not None
        since = max(error.since, self.app.clock.now(), period.starts_at)
        find = self.app.desk.periods.places
        found = await self.read_desk(find, error.ticket, since, period.ends_at)
        free = [place for place in found if place.free]
        if free:
            self._conflict = error
            self._offered_for = period, self._whole_order
            if not self.query(PlaceList):
                await self.mount(PlaceList(id="places"), before=self.query_one(StatusLine))
            listed = self.query_one(PlaceList)
            listed.show(free, (), self.app.location.zone)
            listed.highlighted = None  # a second Enter must not take a place that nobody chose
            listed.display = True
            self.set_focus(listed)

    def _hide_places(self) -> None:
        """Forget where the ticket was to go on: the period is another one."""
        self._conflict = None
        self._then = {}
        self.query(PlaceList).set(display=False)

    def _complain(self, found: tuple[InvalidInput, ...]) -> None:
        """Show each problem at its field."""
        texts = {problem.field: sentence(problem) for problem in found}
        for field in ("period", "price"):
            self.query_one(f"#{field}", Labelled).complain(texts.get(field, ""))
        if "period" in texts:
            self.query_one(PeriodFields).take_focus_at_end()
        elif "price" in texts:
            self.set_focus(self.query_one("#price-line"))
