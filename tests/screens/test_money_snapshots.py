"""How payments, the shift, its note at the next sign-in and the report look.

`make snapshots` accepts a new look; each picture is to be looked at before it is committed.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from olvery_tui.app.app import DeskApp
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.screens.report import ReportScreen
from olvery_tui.screens.shift import ShiftScreen
from tests.screens.order_desk import unpaid
from tests.screens.test_snapshots import Compare

NOTE = "Ключ от переговорной у охраны, в 18:00 придут за чеком 1215. Кофемашина [не] работает."


def shift(pilot: Pilot[Any]) -> None:
    pilot.app.commands.open_shared(ShiftScreen)  # type: ignore[attr-defined]


def report(pilot: Pilot[Any]) -> None:
    pilot.app.commands.open_shared(ReportScreen)  # type: ignore[attr-defined]


def takes_money(app: DeskApp, database: Path) -> None:
    unpaid(database, 1215)
    app.desk.shifts.open(None)
    for amount, kind in (("850.50", PaymentKind.ONLINE), ("1000", PaymentKind.ON_SITE)):
        app.desk.orders.pay(app.desk.orders.get(1215), Decimal(amount), kind)
    app.desk.orders.refund(app.desk.orders.get(1215), Decimal("100.25"), PaymentKind.ON_SITE)
    app.desk.tickets.validate(app.desk.tickets.get(26))


def test_no_shift_yet(looks: Compare) -> None:
    assert looks(shift)


def test_an_open_shift(looks: Compare, app: DeskApp, database: Path) -> None:
    assert looks(lambda pilot: takes_money(app, database), shift, *"Ключ у охраны")


def test_a_closed_shift_with_its_note(looks: Compare, app: DeskApp, database: Path) -> None:
    def close(pilot: Pilot[Any]) -> None:
        takes_money(app, database)
        summary = app.desk.shifts.latest()
        assert summary is not None
        app.desk.shifts.close(summary.shift, NOTE)

    assert looks(close, shift)


def test_the_notes_of_former_shifts(looks: Compare, app: DeskApp) -> None:
    def leave(pilot: Pilot[Any]) -> None:
        last = app.desk.shifts.close(app.desk.shifts.open(None).shift, NOTE).shift
        app.desk.shifts.close(app.desk.shifts.open(last).shift, "Столик у окна держим для Иванова")
        app.session.sign_in(app.desk.actor)

    assert looks(leave)


def test_the_report_of_a_month(looks: Compare) -> None:
    assert looks(report)


def test_the_report_of_a_day(looks: Compare) -> None:
    assert looks(report, "minus", "minus")


def test_a_payment_for_many_orders(looks: Compare) -> None:
    assert looks("z", "space", "space", "o", "2", *["tab"] * 4, *"A-17")
