"""Fields for an order's payment: when and how. The initial moment is now."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.clock_times import ClockTime, at_clock, clock_time, moved_clock
from olvery_tui.domain.errors import InputCode, InvalidInput
from olvery_tui.domain.orders import Payment
from olvery_tui.domain.payments import RECEIPT_MAX
from olvery_tui.widgets.fields.choice import Choice, Choosable
from olvery_tui.widgets.fields.date_field import DateField
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.widgets.fields.time_field import TimeField
from olvery_tui.wording.errors import field_name
from olvery_tui.wording.orders import payment_kind
from olvery_tui.wording.shifts import backdated_text


class PaymentFields(Vertical):
    """A date, a time and a kind of payment, and the receipt's number if there is one.

    Args:
        now: The initial moment.
        zone: The time zone of date and time.
        kind: The initial kind of payment.
    """

    _day = getters.query_one("#paid-day", DateField)
    _time = getters.query_one("#paid-time", TimeField)

    def __init__(self, now: datetime, zone: tzinfo, kind: PaymentKind) -> None:
        super().__init__(id="paying")
        self._now = now.astimezone(zone)
        self._zone = zone
        self._kind = kind
        self._put = ""
        """The moment as filled in by the form, to detect the user's changes."""

    def compose(self) -> ComposeResult:
        yield Labelled(
            "paid_at",
            field_name("paid_at"),
            DateField("paid_at", "", today=self._now.date, id="paid-day"),
            TimeField("paid_at", id="paid-time", moved=self._moved),
        )
        yield Static(backdated_text(), id="backdated")
        yield Labelled("payment", field_name("payment"), Choice(id="payments"))
        yield Labelled(
            "receipt", field_name("receipt"), Field(limit=RECEIPT_MAX, id="receipt-line")
        )

    def on_mount(self) -> None:
        self.query_one("#backdated").display = False
        kinds = [Choosable(kind, payment_kind(kind)) for kind in PaymentKind]
        self.query_one("#payments", Choice).offer(kinds, self._kind)
        self._day.set_day(self._now.date())
        self._time.set_time(clock_time(self._now, self._zone))
        self._put = self._typed

    @on(DateField.Edited)
    @on(Input.Changed, "#paid-time")
    def _edited(self) -> None:
        """Say what an earlier moment changes."""
        try:
            payment = self.read()
        except InvalidInput:
            payment = None
        is_earlier = payment is not None and payment.is_backdated(self._now)
        self.query_one("#backdated").display = is_earlier

    @on(Input.Submitted)
    def _go_on(self, message: Input.Submitted) -> None:
        """Go to the next field on `Enter`, never further: a payment is confirmed elsewhere."""
        message.stop()
        if message.input.id == "receipt-line":
            self.screen.focus_next()
        elif self._time.has_focus:
            self.query_one("#payments", Choice).take_focus()
        else:
            self.screen.set_focus(self._time)

    def _moved(self, time: ClockTime, minutes: int) -> ClockTime:
        try:
            day = self._day.read()
        except InvalidInput:
            day = None
        return moved_clock(day, time, minutes, self._zone)

    @property
    def _typed(self) -> str:
        return f"{self._day.text} {self._time.value}"

    @property
    def is_changed(self) -> bool:
        """Whether the user typed another moment, or a receipt's number."""
        return self._typed != self._put or bool(self._receipt)

    @property
    def _receipt(self) -> str:
        return self.query_one("#receipt-line", Field).value

    def propose(self, *, needed: bool) -> None:
        """Fill in now if a payment is needed, else nothing; keep what the user typed."""
        if self.is_changed:
            return
        self._day.set_day(self._now.date() if needed else None)
        if needed:
            self._time.set_time(clock_time(self._now, self._zone))
        else:
            self._time.value = ""
        self._put = self._typed

    def read(self) -> Payment | None:
        """Return the payment; None if date or time is missing.

        The minute that is shown as now means now, not its first second: a shift may have been
        opened in between.

        Raises:
            InvalidInput: For the field `paid_at`.
        """
        day, time = self._day.read(), self._time.read()
        if day is None or time is None:
            return None
        kind = PaymentKind(str(self.query_one("#payments", Choice).value))
        at = at_clock(day, time, self._zone, field="paid_at")
        if at == self._now.replace(second=0, microsecond=0):
            at = at.replace(second=self._now.second, microsecond=self._now.microsecond)
        return Payment(at, kind, self._receipt)

    def need(self) -> Payment:
        """Return the payment.

        Raises:
            InvalidInput: For the field `paid_at`; `required` if date or time is missing.
        """
        payment = self.read()
        if payment is None:
            raise InvalidInput("paid_at", InputCode.REQUIRED)
        return payment

    def take_focus(self) -> None:
        """Focus the date."""
        self._day.take_focus()
