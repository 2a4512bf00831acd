"""A preview of the ticket as the visitor sees it on the phone.

Source: the manual, section «Валидация билета»: after the check the notice about the first visit
and the button «Отправить билет» disappear.
"""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.tickets import TicketDetails, visitor_view
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.base import Window
from olvery_tui.widgets.chrome.facts import Line
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.messages import DeskChanged, MinutePassed
from olvery_tui.wording.admission import first_visit_text
from olvery_tui.wording.labels import overdue, status_class, status_text
from olvery_tui.wording.people import person_name
from olvery_tui.wording.periods import period_text


class VisitorViewScreen(Window[None]):
    """A read-only preview: «Отправить билет» works only in the visitor's own application."""

    offers_undo = True
    CSS_PATH: ClassVar = [
        f"../../styles/{name}.tcss" for name in ("modal", "ticket", "visitor_view")
    ]
    BINDINGS: ClassVar = bindings("modal")

    def __init__(self, ticket: TicketDetails) -> None:
        super().__init__()
        self._ticket = ticket

    def compose(self) -> ComposeResult:
        with self.window(_("What the visitor sees")):
            with VerticalScroll(id="phone"):
                yield Line(id="service")
                yield Line(id="ticket")
                yield Line(id="status")
                yield Line(id="visitor")
                yield Line(id="period")
                yield Line(id="place")
                yield Static(id="first-visit", markup=False)
                yield Static(_("Send the ticket"), id="send", markup=False)
            yield StatusLine()
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#phone").focus()
        self._show(self._ticket)

    def on_desk_changed(self, message: DeskChanged) -> None:
        self.when_idle("ticket", self.load_ticket)

    def on_minute_passed(self, message: MinutePassed) -> None:
        self.when_idle("ticket", self.load_ticket)

    @work(exclusive=True, group="ticket")
    async def load_ticket(self) -> None:
        """Load the ticket again and show it."""
        self._show(await self.read_desk(self.app.desk.tickets.get, self._ticket.number))

    def _show(self, ticket: TicketDetails) -> None:
        self._ticket = ticket
        zone = self.app.location.zone
        self._put("#service", ticket.service)
        self._put("#ticket", _("Ticket {number}").format(number=ticket.number))
        self._put("#visitor", person_name(ticket.visitor))
        self._put("#period", period_text(ticket.period, zone))
        self._put("#place", f"{ticket.workplace} · {ticket.room}")
        text = status_text(ticket.status)
        self._put("#status", f"{text} · {overdue()}" if ticket.overdue else text)
        for each in TicketStatus:
            self.query_one("#status").set_class(each is ticket.status, status_class(each))
        now = self.app.desk.now()
        view = visitor_view(ticket.governed_by, ticket.period, ticket.validated, now)
        notice = self.query_one("#first-visit", Static)
        notice.display = view.first_visit_notice
        notice.update(Content(first_visit_text(view, zone, now)))
        self.query_one("#send").display = view.can_send

    def _put(self, selector: str, text: str) -> None:
        self.query_one(selector, Line).put(text)
