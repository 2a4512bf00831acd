"""«Отменить билет»: one ticket of an order goes, with its share of the price. Source: ours."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from olvery_tui.domain.cancelling import CancelView
from olvery_tui.domain.conflicts import ChangedMeanwhile
from olvery_tui.domain.errors import InvalidForm, InvalidInput, OlveryError
from olvery_tui.domain.orders import REASON_MAX
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import _
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.widgets.fields.price_field import PriceField
from olvery_tui.wording.errors import field_name, sentence
from olvery_tui.wording.orders import sums_text
from olvery_tui.wording.period_changes import ticket_text


class CancelForm(FormScreen[TicketDetails]):
    """Cancels one ticket. Closes with the cancelled ticket.

    Args:
        view: The ticket, its order and its share of the price, as shown when it was opened.
    """

    CSS_PATH: ClassVar = [
        f"../../styles/{name}.tcss" for name in ("modal", "choice", "order_fields", "period")
    ]
    AUTO_FOCUS = ""  # the sum is filled in first

    def __init__(self, view: CancelView) -> None:
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        number = self._view.ticket.number
        with self.window(_("Cancel ticket {number}").format(number=number), "-small"):
            yield Static(id="of-ticket", markup=False)
            yield Static(id="comes-to", classes="-past", markup=False)
            yield Labelled("price", _("Off the price"), PriceField())
            yield Labelled(
                "reason", field_name("reason"), Field(limit=REASON_MAX, id="reason-line")
            )
            yield StatusLine()
            yield self.buttons(save=_("Cancel ticket"), cancel=_("Keep it"))
        yield KeyBar()

    def on_mount(self) -> None:
        self._show()
        price = self.query_one("#price-line", Field)
        self.set_focus(self.query_one("#reason-line") if self._view.is_last else price)

    def _show(self) -> None:
        view, zone = self._view, self.app.location.zone
        told = f"{ticket_text(view.ticket, zone)}\n{sums_text(view.order)}"
        self.query_one("#of-ticket", Static).update(Content(told))
        text = _("The place becomes free.")
        if view.is_last:
            text = _("It is the order's last ticket: the order {number} is cancelled.").format(
                number=view.order.number
            )
        self.query_one("#comes-to", Static).update(Content(text))
        self.query_one("#price").display = not view.is_last
        self.query_one(PriceField).propose(view.share, view.order.currency, "")

    def has_unsaved(self) -> bool:
        """Whether another sum or a reason was typed."""
        reason = self.query_one("#reason-line", Field).value
        return self.query_one(PriceField).is_touched or bool(reason.strip())

    @on(Input.Submitted)
    def action_save(self) -> None:
        """Cancel the ticket."""
        if self.is_working("save"):
            return
        self.clear_status()
        try:
            self.query_one(PriceField).read()
        except InvalidInput as problem:
            self._complain((problem,))
        else:
            self.save_cancelled()

    @work(group="save")
    async def save_cancelled(self) -> None:
        """Save it and close."""
        cancel, seen = self.app.desk.cancelling.cancel_ticket, self._view.ticket
        share, reason = self.query_one(PriceField).read(), self.query_one("#reason-line", Field)
        try:
            self.dismiss(await self.call_desk(cancel, seen, share, reason.value))
        except InvalidForm as form:
            self._complain(form.problems)
        except ChangedMeanwhile as error:
            self.not_done(error)
            self.load_view()
        except OlveryError as error:
            self.not_done(error)

    @work(exclusive=True, group="view")
    async def load_view(self) -> None:
        """Go on with the ticket as it is by now; what was typed stays."""
        view = self.app.desk.cancelling.view
        self._view = await self.read_desk(view, self._view.ticket.number)
        self._show()

    def _complain(self, found: tuple[InvalidInput, ...]) -> None:
        texts = {problem.field: sentence(problem) for problem in found}
        for field in ("price", "reason"):
            self.query_one(f"#{field}", Labelled).complain(texts.get(field, ""))
