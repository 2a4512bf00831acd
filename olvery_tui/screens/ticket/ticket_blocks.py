"""The blocks of the ticket's form, as in the manual. The screen handles actions."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.statuses import TicketChange, TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.domain.tickets import Admission, TicketDetails
from olvery_tui.i18n import _
from olvery_tui.widgets.chrome.facts import NOTHING, Fact, Head, Line, Title
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.wording.admission import entry_text
from olvery_tui.wording.labels import order_status, overdue, status_class, status_text
from olvery_tui.wording.orders import owed_text
from olvery_tui.wording.people import ban_text, full_name, note_text, phone_text
from olvery_tui.wording.periods import instant_text, period_text
from olvery_tui.wording.seats import place_text

_MODIFIER_LIMIT = 40


class TicketBlocks(VerticalScroll, inherit_bindings=False):
    """All blocks of one ticket. Arrows scroll; page keys go to the neighbouring tickets."""

    BINDINGS: ClassVar = [
        Binding("up", "scroll_up", show=False),
        Binding("down", "scroll_down", show=False),
        Binding("home", "scroll_home", show=False),
        Binding("end", "scroll_end", show=False),
    ]

    def compose(self) -> ComposeResult:
        yield Static(id="waiting", markup=False)
        with Vertical(id="blocks", classes="card"):
            with Vertical(classes="block"):
                with Horizontal(id="head"):
                    yield Head(id="made")
                    yield Line(id="overdue")
                    yield Line(id="status")
                yield Line(id="service")
                yield Line(id="order")
            yield Line(id="entry")
            yield Static(id="ban", markup=False)
            yield Static(id="note", markup=False)
            with Horizontal(id="check"):
                yield Static(_("Check the visitor's identity"), id="check-text", markup=False)
                yield KeyButton(_("Validate"), "ticket.validate", id="validate", primary=True)
            with Vertical(classes="block"):
                yield Title(_("Visitor"), _change("ticket.visitor", "change_visitor"))
                yield Line(id="visitor-name", classes="detail")
                yield Line(id="visitor-phone", classes="detail")
                yield Line(id="visitor-email", classes="detail")
            with Vertical(classes="block"):
                yield Title(_("Ticket details"))
                yield Fact(
                    _("Rental period"), _change("ticket.period", "change_period"), id="period"
                )
                yield Fact(_("Service variant"), id="variant")
                yield Fact(_("Tariff"), id="tariff")
                yield Fact(
                    _("Workplace"), _change("ticket.workplace", "change_workplace"), id="workplace"
                )
                yield Fact(_("Room"), id="room")
            with Vertical(classes="block"):
                yield Title(_("Modifiers"))
                yield Static(id="modifiers", classes="detail", markup=False)
            with Vertical(classes="block"):
                yield Title(
                    _("Visitor identification"),
                    KeyButton(_("Reset"), "ticket.reset", id="reset_validation"),
                )
                yield Fact(_("Checked on"), id="checked-at")
                yield Fact(_("Responsible"), id="checked-by")

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Restyle only the container: the focus changes nothing inside the blocks."""
        self.app.stylesheet.update_nodes([self])

    def show(
        self, ticket: TicketDetails, zone: tzinfo, now: datetime, allowed: frozenset[TicketChange]
    ) -> None:
        """Show a ticket as of `now`, with a button for each of the `allowed` changes."""
        self._show_head(ticket, zone)
        self._put("#entry", entry_text(ticket, zone, now))
        admitted = ticket.admission(now) is Admission.ADMITTED
        self.query_one("#entry").set_class(admitted, "-admitted")
        visitor = ticket.visitor
        for selector, text in (("#ban", ban_text(visitor)), ("#note", note_text(visitor))):
            line = self.query_one(selector, Static)
            line.update(Content(text))
            line.display = bool(text)
        self._put("#visitor-name", full_name(visitor))
        self._put("#visitor-phone", phone_text(visitor.phone))
        self._put("#visitor-email", visitor.email)
        self._fact("#period", period_text(ticket.period, zone))
        self._fact("#variant", ticket.variant)
        self.query_one("#variant").display = ticket.variant is not None
        self._fact("#tariff", ticket.tariff)
        self._fact("#workplace", place_text(ticket, zone))
        self._fact("#room", ticket.room)
        modifiers = "   ".join(f"• {shown(name, _MODIFIER_LIMIT)}" for name in ticket.modifiers)
        self.query_one("#modifiers", Static).update(Content(modifiers or NOTHING))
        when, who = ticket.validated_at, ticket.validated_by
        self._fact("#checked-at", instant_text(when, zone) if when else None)
        self._fact("#checked-by", who.name if who else None)
        self._show_actions(allowed)

    def _show_head(self, ticket: TicketDetails, zone: tzinfo) -> None:
        made = instant_text(ticket.created_at, zone)
        self.query_one("#made", Head).put_number(ticket.number, made)
        status = self.query_one("#status", Line)
        status.put(status_text(ticket.status))
        for each in TicketStatus:
            status.set_class(each is ticket.status, status_class(each))
        self._put("#overdue", overdue())
        self.query_one("#overdue").display = ticket.overdue
        self._put("#service", ticket.service)
        order = _("Order {number} · {status}").format(
            number=ticket.order, status=order_status(ticket.order_status)
        )
        if ticket.owed:
            order = f"{order} · {owed_text(ticket.owed, ticket.currency)}"
        self._put("#order", order)

    def _show_actions(self, allowed: frozenset[TicketChange]) -> None:
        actions = {f"ticket('{change}')" for change in allowed}
        for button in self.query(KeyButton):
            button.display = button.key_action in actions
        self.query_one("#check").display = TicketChange.VALIDATE in allowed

    def _put(self, selector: str, text: str | None) -> None:
        self.query_one(selector, Line).put(text)

    def _fact(self, selector: str, text: str | None) -> None:
        self.query_one(selector, Fact).put(text)


def _change(key_id: str, id: str) -> KeyButton:
    return KeyButton(_("Change"), key_id, id=id)
