"""The page of a person: details, debts, who looks like them, tickets and orders.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from olvery_tui.domain.erasure import ErasureAct
from olvery_tui.domain.errors import OlveryError
from olvery_tui.domain.filters import OrderFilter, TicketFilter
from olvery_tui.domain.orders import OrderRow
from olvery_tui.domain.pages import TicketRow
from olvery_tui.domain.people import NewPerson, PersonDetails
from olvery_tui.domain.person_record import PersonRecord
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.keys import binding, bindings
from olvery_tui.screens.base import Window
from olvery_tui.screens.confirm import ConfirmScreen, if_agreed
from olvery_tui.widgets.chrome.facts import Fact
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.widgets.option_lists import replace_options
from olvery_tui.wording.labels import order_status_text, status_text
from olvery_tui.wording.listing import count_text
from olvery_tui.wording.money import money_text
from olvery_tui.wording.people import ban_text, full_name, named, note_text, person_line, phone_text
from olvery_tui.wording.periods import period_text


class ThingList(OptionList):
    """What a person has here: who looks like them, tickets and orders."""

    BINDINGS: ClassVar = [binding("person.open", "select")]


class PersonScreen(Window[int | None]):
    """A person and what they have here. Closes with the id of who is shown; None who is gone.

    Args:
        person_id: Whom to show.
    """

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/people.tcss"]
    BINDINGS: ClassVar = [*bindings("person"), *bindings("modal")]

    def __init__(self, person_id: int) -> None:
        super().__init__()
        self._person_id = person_id
        self._record: PersonRecord | None = None

    @property
    def fills_later(self) -> bool:
        """Whether keys are held back until the person is loaded."""
        return self._record is None

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window -large"):
            yield Static(id="ban-text", markup=False)
            yield Static(id="note-text", markup=False)
            yield Fact(_("Phone"), id="phone")
            yield Fact(_("Email"), id="email")
            yield Fact(_("To pay"), id="owed")
            yield ThingList(id="things", classes="grows", markup=False)
            yield StatusLine()
            with Horizontal(classes="buttons"):
                yield KeyButton(_("Edit"), "person.edit", id="edit")
                yield KeyButton(_("Do not let in"), "person.ban", id="ban")
                yield KeyButton(_("Let in again"), "person.unban", id="unban")
                yield KeyButton(_("Merge"), "person.merge", id="merge")
                yield KeyButton(_("Erase"), "person.erase", id="erase")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#things").focus()
        self.load_person()

    def holds_painting(self) -> bool:
        """Delay the first paint until the person is loaded."""
        return self._record is None

    def on_desk_changed(self, message: DeskChanged) -> None:
        self.when_idle("person", self.load_person)

    @work(exclusive=True, group="person")
    async def load_person(self) -> None:
        """Load the person and show them."""
        try:
            record = await self.read_desk(self.app.desk.people.record, self._person_id)
            if record != self._record:
                self._record = record
                self._show(record)
                self.refresh_bindings()
        finally:
            self.app.input.release(self)
            self.begin_painting()

    def _show(self, record: PersonRecord) -> None:
        person = record.person
        self.query_one("#window").border_title = self.window_title(full_name(person))
        for selector, text in (("#ban-text", ban_text(person)), ("#note-text", note_text(person))):
            line = self.query_one(selector, Static)
            line.update(Content(text))
            line.display = bool(text)
        self.query_one("#phone", Fact).put(phone_text(person.phone))
        self.query_one("#email", Fact).put(person.email)
        owed = " · ".join(money_text(amount, currency) for currency, amount in record.owed)
        self.query_one("#owed", Fact).put(owed)
        self.query_one("#owed").set_class(bool(owed), "-owes")
        self.query_one("#ban").display = not person.banned
        self.query_one("#unban").display = person.banned
        options = _options(record, self.app.location.zone)
        replace_options(self.query_one("#things", OptionList), options)

    # Opening what they have

    @on(OptionList.OptionSelected, "#things")
    def _picked(self, message: OptionList.OptionSelected) -> None:
        what, _slash, number = str(message.option_id).partition("/")
        match what:
            case "ticket":
                filters = TicketFilter(visitor_id=self._person_id)
                self.app.windows.open_ticket(int(number), filters, lambda _number: None)
            case "order":
                self.app.windows.open_order(int(number), OrderFilter(customer_id=self._person_id))
            case "alike":
                self._go_to(int(number))

    def _go_to(self, person_id: int) -> None:
        self.clear_status()
        self._person_id, self._record = person_id, None
        self.query_one("#things", OptionList).highlighted = None
        self.load_person()

    # Changing

    @on(Button.Pressed)
    async def _pressed(self, message: Button.Pressed) -> None:
        await self.run_action(message.button.id or "")

    def action_edit(self) -> None:
        """Open the form of the person's fields."""
        from olvery_tui.screens.people.person_forms import EditPersonForm

        if self._record is not None:
            self.app.push_screen(EditPersonForm(self._record.person), self._changed)

    def action_ban(self) -> None:
        """«Не пускать»: open the form of the reason."""
        from olvery_tui.screens.people.person_forms import BanForm

        if self._record is not None:
            self.app.push_screen(BanForm(self._record.person), self._changed)

    def action_unban(self) -> None:
        """Let them in again, after a question."""
        if self._record is not None:
            question = ConfirmScreen(
                _("Let them in again?"),
                ban_text(self._record.person),
                yes=_("Let in again"),
                no=_("Leave it"),
            )
            self.app.push_screen(question, if_agreed(self._unban))

    def _unban(self) -> None:
        if self._record is not None:
            self.save_unban(self._record.person)

    @work(group="save")
    async def save_unban(self, person: PersonDetails) -> None:
        """Take the ban away."""
        try:
            self._changed(await self.call_desk(self.app.desk.people.unban, person))
        except OlveryError as error:
            self.not_done(error)

    def action_merge(self) -> None:
        """Choose the other record of the same person."""
        from olvery_tui.screens.people.merge import MergeForm

        if self._record is not None:
            others = (*self._record.alike, *self._record.namesakes)
            self.app.push_screen(MergeForm(self._record.person, others), self._changed)

    def _changed(self, person: PersonDetails | NewPerson | None) -> None:
        if isinstance(person, PersonDetails):
            self._person_id = person.id
            self.tell(_("Saved."), "done")
            self.load_person()

    def action_erase(self) -> None:
        """Erase the person's data, and show the act."""
        from olvery_tui.screens.people.person_forms import EraseForm

        if self._record is not None:
            self.app.push_screen(EraseForm(self._record.person), self._erased)

    def _erased(self, act: ErasureAct | None) -> None:
        if act is not None:
            from olvery_tui.screens.people.act import ActScreen

            self.app.push_screen(ActScreen(act), lambda _result: self.dismiss(None))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable everything until the person is loaded, and what they are already."""
        record = self._record
        match action:
            case "edit" | "merge" | "erase":
                return record is not None
            case "ban" | "unban":
                return record is not None and record.person.banned is (action == "unban")
        return True

    def action_back(self) -> None:
        """Return to where the page was opened."""
        self.dismiss(self._person_id)


def _options(record: PersonRecord, zone: tzinfo) -> Iterator[Option]:
    known = {person.id for person in record.alike}
    weaker = [person for person in record.namesakes if person.id not in known]
    for heading, people in (
        (_("Perhaps the same person"), record.alike),
        (_("The same name, one without a patronymic"), weaker),
    ):
        if people:
            yield _heading(heading, str(len(people)))
        for person in people:
            yield Option(Content(f"  {person_line(person)}"), id=f"alike/{person.id}")
    yield _heading(_("Tickets"), count_text(record.ticket_count))
    for ticket in record.tickets:
        yield Option(Content(_ticket_line(ticket, zone)), id=f"ticket/{ticket.number}")
    yield _heading(_("Orders"), count_text(record.order_count))
    for order in record.orders:
        yield Option(Content(_order_line(order)), id=f"order/{order.number}")


def _heading(text: str, count: str) -> Option:
    heading = Content.from_markup("[b $primary]$text[/] $count", text=text, count=count)
    return Option(heading, disabled=True)


def _ticket_line(ticket: TicketRow, zone: tzinfo) -> str:
    period, status = period_text(ticket.period, zone, short=True), status_text(ticket.status)
    return f"  {ticket.number:>7}  {period:<24} {status:<14} {shown(ticket.workplace)}"


def _order_line(order: OrderRow) -> str:
    status = order_status_text(order.status, short=True)
    price = money_text(order.price, order.currency)
    owed = f" · {_('owed')}" if order.owed else ""
    return f"  {order.number:>7}  {named(order.service):<24} {status:<14} {price}{owed}"
