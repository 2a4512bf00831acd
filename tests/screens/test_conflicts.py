"""A form whose record was changed elsewhere: no way out drops what was to be saved unasked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.desk.cancelling import Cancelling
from olvery_tui.desk.orders import Orders
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.domain.hours import OpenHours, OpeningHours
from olvery_tui.domain.items import ItemKind
from olvery_tui.domain.people import PersonDetails
from olvery_tui.domain.period_changes import PeriodDraft
from olvery_tui.domain.periods import Period
from olvery_tui.screens.access.settings import SettingsForm
from olvery_tui.screens.catalogue.catalogue import CatalogueScreen
from olvery_tui.screens.catalogue.hours import HoursForm
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.form import FormScreen
from olvery_tui.screens.order.order_status import OrderStatusForm
from olvery_tui.screens.order.payment_form import PaymentForm
from olvery_tui.screens.people.merge import MergeForm
from olvery_tui.screens.people.person_forms import BanForm, EditPersonForm
from olvery_tui.screens.shift import ShiftScreen
from olvery_tui.screens.ticket.cancel import CancelForm
from olvery_tui.screens.ticket.period import PeriodForm
from olvery_tui.screens.ticket.visitor import VisitorForm
from olvery_tui.screens.ticket.workplace import WorkplaceForm
from olvery_tui.widgets.chrome.key_button import KeyButton
from tests.screens.conftest import settle
from tests.screens.order_desk import line, unpaid
from tests.screens.ticket_desk import another_terminal, find, is_there, press

HOUR = timedelta(hours=1)


def visitor(desk: Desk) -> PersonDetails:
    return desk.tickets.get(26).visitor


def moved(desk: Desk, number: int, hours: int) -> Period:
    period = desk.tickets.get(number).period
    return Period(period.kind, period.starts_at + hours * HOUR, period.ends_at + hours * HOUR)


def moves_the_booking(desk: Desk) -> None:
    desk.periods.change_period(desk.tickets.get(26), PeriodDraft(moved(desk, 26, 24)))


def stays_longer(desk: Desk) -> None:
    period = desk.tickets.get(27).period
    longer = Period(period.kind, period.starts_at, period.ends_at + HOUR)
    desk.periods.change_period(desk.tickets.get(27), PeriodDraft(longer))


def changes_the_visitor(desk: Desk) -> None:
    (other,) = desk.people.search("столповский")
    desk.tickets.change_visitor(desk.tickets.get(26), other.id)


def changes_the_workplace(desk: Desk) -> None:
    seen = desk.tickets.get(26)
    free = [one for one in desk.tickets.places(seen) if one.free]
    desk.tickets.change_workplace(seen, free[-1].workplace_id)


def takes_money(desk: Desk) -> None:
    desk.orders.pay(desk.orders.get(1215), Decimal(1), PaymentKind.ONLINE)


def bans_the_visitor(desk: Desk) -> None:
    desk.people.ban(visitor(desk), "шумел")


def changes_the_settings(desk: Desk) -> None:
    seen = desk.settings.get()
    desk.settings.change(seen, replace(seen, renewal_days=seen.renewal_days + 1))


def changes_the_hours(desk: Desk) -> None:
    hours = OpeningHours((OpenHours(9 * 60, 13 * 60),) * 7)
    desk.catalogue.change_hours(desk.catalogue.hours(), hours)


def renames_the_services(desk: Desk) -> None:
    for item in desk.catalogue.details().children(ItemKind.SERVICE, None):
        desk.catalogue.change(item, {"name": f"{item.name} +", "slot_minutes": "30"})


def merge_form(desk: Desk) -> MergeForm:
    (other,) = desk.people.search("столповский")
    return MergeForm(visitor(desk), (other,))


class Case(NamedTuple):
    """A form, what is entered in it, and what another terminal does before it is saved."""

    opens: Callable[[Desk], FormScreen[Any]]
    meanwhile: Callable[[Desk], None]
    keys: tuple[str, ...] = ()
    finds: str = ""
    agrees: tuple[str, ...] = ()


CASES = {
    "a visitor": Case(
        lambda desk: VisitorForm(desk.tickets.get(26)),
        changes_the_visitor,
        ("ctrl+u",),
        "корсак",
        ("enter",),
    ),
    "a workplace": Case(
        lambda desk: WorkplaceForm(desk.tickets.get(26)), changes_the_workplace, ("down",)
    ),
    "a later end": Case(lambda desk: PeriodForm(desk.periods.view(27)), stays_longer, ("up",)),
    "a booking moved in the calendar": Case(
        lambda desk: PeriodForm(desk.periods.view(26), PeriodDraft(moved(desk, 26, 48))),
        moves_the_booking,
    ),
    "one who leaves": Case(
        lambda desk: PeriodForm(desk.periods.view(27)), stays_longer, ("ctrl+e",)
    ),
    "a ticket that is cancelled": Case(
        lambda desk: CancelForm(desk.cancelling.view(26)), moves_the_booking
    ),
    "a status": Case(
        lambda desk: OrderStatusForm(desk.orders.get(1215)),
        takes_money,
        ("2",),
        agrees=("right", "enter"),
    ),
    "a payment": Case(lambda desk: PaymentForm(desk.orders.get(1215)), takes_money),
    "a person": Case(lambda desk: EditPersonForm(visitor(desk)), bans_the_visitor, ("end", "а")),
    "a ban": Case(lambda desk: BanForm(visitor(desk)), bans_the_visitor, ("ш", "у", "м")),
    "a merge": Case(merge_form, bans_the_visitor, agrees=("right", "enter")),
    "settings": Case(lambda _desk: SettingsForm(), changes_the_settings, ("end", "а")),
    "opening hours": Case(lambda _desk: HoursForm(), changes_the_hours, ("ctrl+u", "8", "-", "9")),
    "an entry of the catalogue": Case(
        lambda _desk: CatalogueScreen(), renames_the_services, ("down", "down", "enter", "end", "а")
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_no_way_out_drops_what_a_conflict_refused(
    app: DeskApp, database: Path, clock: FrozenClock, case: Case
) -> None:
    unpaid(database, 1215)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        form = case.opens(app.desk)
        app.push_screen(form)
        await press(pilot, *case.keys)
        if case.finds:
            await find(pilot, case.finds)
            await press(pilot, "enter")
        with another_terminal(database, clock) as other:
            case.meanwhile(other)
        await press(pilot, "ctrl+s", *case.agrees)
        assert app.screen is form
        assert form.loses_input()
        for key in ("escape", "ctrl+q"):
            await press(pilot, key)
            assert isinstance(app.screen, ConfirmScreen)
            await press(pilot, "escape")
            assert app.screen is form
        assert app.windows.has_unsaved()  # what the lock asks before another manager takes over


@pytest.mark.parametrize("name", ["a ticket that is cancelled", "a status", "a payment"])
async def test_no_way_out_drops_what_a_full_disk_refused(
    app: DeskApp, database: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def refuse(*_seen: object, **_more: object) -> None:
        raise StoreUnavailable(StoreCode.FULL)

    for commands, method in (
        (Cancelling, "cancel_ticket"),
        (Orders, "set_status"),
        (Orders, "pay"),
    ):
        monkeypatch.setattr(commands, method, refuse)
    unpaid(database, 1215)
    case = CASES[name]
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        form = case.opens(app.desk)
        app.push_screen(form)
        await press(pilot, *case.keys)
        assert not form.loses_input()
        await press(pilot, "ctrl+s", *case.agrees)
        assert app.screen is form
        assert app.windows.has_unsaved()
        await press(pilot, "escape")
        assert isinstance(app.screen, ConfirmScreen)


async def test_a_note_outlives_that_its_shift_is_closed_elsewhere(
    app: DeskApp, database: Path
) -> None:
    """The same manager closes it at another terminal; the note waits for the next shift."""
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.commands.open_shared(ShiftScreen)
        await press(pilot, "ctrl+s", *"Ключ")
        shift = app.desk.shifts.latest()
        assert shift is not None
        app.desk.shifts.close(shift.shift, "")
        await press(pilot, "f5")
        while "Открыть" not in str(app.screen.query_one("#save", KeyButton).label):
            await pilot.pause(0.05)
        assert line(app, "#note-line") == "Ключ"
        assert is_there(app, "#note")
        assert app.windows.has_unsaved()
        await press(pilot, "escape")
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "escape", "ctrl+s", "ctrl+s")
        (left,) = app.desk.shifts.notes()
        assert left.note == "Ключ"
