"""«Продлить»: the next order on the same seat, from the day after. Source: ours."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static

from olvery_tui.domain.errors import OlveryError, SeatTaken
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.renewals import Renewal
from olvery_tui.i18n import _
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.pickers.place_list import PlaceList
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.money import money_text
from olvery_tui.wording.period_changes import ticket_text
from olvery_tui.wording.periods import period_text


class RenewalForm(FormScreen[OrderDetails]):
    """Makes the order that follows a ticket. Closes with it.

    Where the seat is taken, the free ones are listed to choose from.

    Args:
        renewal: What would be made, as shown when the form was opened.
    """

    CSS_PATH: ClassVar = [f"../../styles/{name}.tcss" for name in ("modal", "places", "period")]
    AUTO_FOCUS = ""

    def __init__(self, renewal: Renewal) -> None:
        super().__init__()
        self._renewal = renewal

    def compose(self) -> ComposeResult:
        number = self._renewal.ticket.number
        with self.window(_("Renew ticket {number}").format(number=number), "-small"):
            yield Static(id="of-ticket", markup=False)
            yield Static(id="comes-to", markup=False)
            yield PlaceList(id="places")
            yield StatusLine()
            yield self.buttons()
        yield KeyBar()

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        renewal, zone = self._renewal, self.app.location.zone
        ticket = renewal.ticket
        self.query_one("#of-ticket", Static).update(Content(ticket_text(ticket, zone)))
        after = period_text(renewal.draft.period, zone)
        if renewal.price:
            after = f"{after} · {money_text(renewal.price, ticket.currency)}"
        self.query_one("#comes-to", Static).update(
            Content(_("The next order: {what}").format(what=after))
        )
        self.query_one(PlaceList).display = False
        if renewal.obstacle is None:
            self.set_focus(self.query_one("#save"))
        else:
            self._obstructed(renewal.obstacle)

    def _obstructed(self, obstacle: OlveryError) -> None:
        self.tell(sentence(obstacle, self.app.location.zone))
        if isinstance(obstacle, SeatTaken):
            self.load_places()

    @work(exclusive=True, group="places")
    async def load_places(self) -> None:
        """List the places that are free in the period that follows."""
        found = await self.read_desk(self.app.desk.renewals.places, self._renewal)
        listed = self.query_one(PlaceList)
        free = [place for place in found if place.free]
        if free:
            listed.show(free, (), self.app.location.zone)
            listed.highlighted = None  # a second Enter must not order the month twice
            listed.display = True
            self.set_focus(listed)

    @on(OptionList.OptionSelected, "#places")
    def action_save(self) -> None:
        """Make the order, on the same seat or on the one under the cursor."""
        if not self.is_working("save"):
            listed = self.query_one(PlaceList)
            chosen = listed.place_under_cursor if listed.display else None
            self.clear_status()
            self.save_order(None if chosen is None else chosen.workplace_id)

    @work(group="save")
    async def save_order(self, workplace_id: int | None) -> None:
        """Save the order and close."""
        renew, ticket = self.app.desk.renewals.renew, self._renewal.ticket
        try:
            self.dismiss(await self.call_desk(renew, ticket, workplace_id))
        except OlveryError as error:
            self.not_done(error)
            if isinstance(error, SeatTaken):
                self.load_places()
