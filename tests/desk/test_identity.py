"""«Выполнить» and «Сбросить»: who checked the visitor's passport, and when."""

from datetime import UTC, datetime

import pytest

from olvery_tui.desk import Desk
from olvery_tui.domain.conflicts import AlreadyValidated, ChangedMeanwhile, NotValidated
from olvery_tui.domain.errors import (
    NoManager,
    NoSuchTicket,
    StoreCode,
    StoreUnavailable,
    WrongStatus,
)
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from tests.desk.making import (
    ANNA,
    BORIS,
    CONSOLE,
    HOUR,
    IVAN,
    MARIA,
    NOBODY,
    NOW,
    add_seat,
    add_ticket,
    hours,
    kinds,
    set_order,
    ticket_row,
    trail,
)
from tests.each import each

ALLOWED = {OrderStatus.CONFIRMED, OrderStatus.COMPLETED}


def test_a_check_keeps_when_it_was_made_and_who_is_responsible(store, desk):
    add_ticket(store, 26)

    card = desk.tickets.validate(desk.tickets.get(26))

    assert (card.validated_at, card.validated_by) == (NOW, ANNA)
    assert desk.tickets.get(26) == card
    assert card.version == 2
    assert kinds(store, 26) == ["ticket.validated"]
    line = trail(store, 26)[-1]
    assert (line["manager_id"], line["actor"], line["at"]) == (ANNA.id, "manager", NOW)
    assert line["data"] == {"visitor": MARIA}


def test_a_second_check_leaves_the_first_managers_record(store, desk, other, clock):
    add_ticket(store, 26)
    seen = other.tickets.get(26)
    desk.tickets.validate(seen)
    clock.move_to(NOW + HOUR)

    with pytest.raises(AlreadyValidated) as refused:
        other.tickets.validate(seen)

    assert refused.value.current.validated_by == ANNA
    assert refused.value.current.validated_at == NOW
    assert other.tickets.get(26) == refused.value.current
    assert kinds(store, 26) == ["ticket.validated", "ticket.validate_refused"]
    line = trail(store, 26)[-1]
    assert (line["manager_id"], line["at"]) == (BORIS.id, NOW + HOUR)
    assert line["data"] == {"reason": "already_validated"}


def test_a_second_press_by_the_same_manager_changes_nothing(store, desk):
    add_ticket(store, 26)
    seen = desk.tickets.get(26)
    first = desk.tickets.validate(seen)

    with pytest.raises(AlreadyValidated):
        desk.tickets.validate(seen)

    assert desk.tickets.get(26) == first


def test_a_check_is_for_confirmed_and_active_tickets(store, desk):
    each("nth, order", enumerate(OrderStatus))(_is_checked_or_refused)(store, desk)


def _is_checked_or_refused(store, desk, nth, order):
    for number, period in ((2 * nth + 1, hours(-1, 2)), (2 * nth + 2, hours(1, 2))):
        add_seat(store, 100 + number)
        add_ticket(store, number, order=order, period=period, seat=100 + number)
        if order in ALLOWED:
            assert desk.tickets.validate(desk.tickets.get(number)).validated
        else:
            with pytest.raises(WrongStatus) as refused:
                desk.tickets.validate(desk.tickets.get(number))
            assert (refused.value.number, refused.value.action) == (number, "validate")
            assert not desk.tickets.get(number).validated
            assert trail(store, number)[-1]["data"] == {
                "reason": "wrong_status",
                "status": refused.value.status.value,
            }


def test_the_clock_decides_and_not_a_status_that_lags_behind(store, desk):
    over = hours(-3, -1)
    add_ticket(store, 26, order=OrderStatus.COMPLETED, period=over, status=TicketStatus.ACTIVE)

    with pytest.raises(WrongStatus) as refused:
        desk.tickets.validate(desk.tickets.get(26))

    assert refused.value.status is TicketStatus.DONE
    assert ticket_row(store, 26).status == "active"


def test_a_ticket_of_an_uncompleted_order_can_be_checked_after_its_end(store, desk):
    add_ticket(store, 26, period=hours(-3, -1))

    assert desk.tickets.validate(desk.tickets.get(26)).validated


def test_a_passport_of_somebody_else_is_no_check(store, desk, other):
    add_ticket(store, 26, period=hours(1, 2))
    seen = desk.tickets.get(26)
    other.tickets.change_visitor(seen, IVAN)

    with pytest.raises(ChangedMeanwhile) as refused:
        desk.tickets.validate(seen)

    assert (refused.value.by, refused.value.at) == (BORIS.name, NOW)
    assert refused.value.current.visitor.id == IVAN
    assert not desk.tickets.get(26).validated
    assert kinds(store, 26) == ["ticket.visitor_changed", "ticket.validate_refused"]


def test_other_changes_meanwhile_do_not_stop_a_check(store, desk, other):
    add_ticket(store, 26)
    seen = desk.tickets.get(26)
    other.tickets.change_workplace(seen, 2)

    card = desk.tickets.validate(seen)

    assert card.validated
    assert card.workplace_id == 2


def test_a_reset_clears_the_check_and_keeps_what_it_was_in_the_history(store, desk, other):
    add_ticket(store, 26)
    checked = desk.tickets.validate(desk.tickets.get(26))

    card = other.tickets.reset_validation(checked)

    assert (card.validated_at, card.validated_by, card.version) == (None, None, 3)
    assert other.tickets.get(26) == card
    line = trail(store, 26)[-1]
    assert (line["kind"], line["manager_id"]) == ("ticket.validation_reset", BORIS.id)
    assert line["data"] == {"validated_at": NOW.isoformat(), "validated_by": ANNA.id}


def test_after_a_reset_the_visitor_can_be_checked_again(store, desk, other, clock):
    add_ticket(store, 26)
    desk.tickets.reset_validation(desk.tickets.validate(desk.tickets.get(26)))
    clock.move_to(NOW + HOUR)

    assert other.tickets.validate(other.tickets.get(26)).validated_by == BORIS
    assert kinds(store, 26) == [
        "ticket.validated",
        "ticket.validation_reset",
        "ticket.validated",
    ]


def test_there_is_nothing_to_reset_where_nobody_checked(store, desk):
    add_ticket(store, 26)
    seen = desk.tickets.get(26)

    with pytest.raises(NotValidated) as refused:
        desk.tickets.reset_validation(seen)

    assert refused.value.current == seen
    assert trail(store, 26)[-1]["data"] == {"reason": "not_validated"}


def test_who_comes_second_to_a_reset_is_told_who_came_first(store, desk, other):
    add_ticket(store, 26)
    checked = desk.tickets.validate(desk.tickets.get(26))
    other.tickets.reset_validation(checked)

    with pytest.raises(ChangedMeanwhile) as refused:
        desk.tickets.reset_validation(checked)

    assert (refused.value.by, refused.value.at) == (BORIS.name, NOW)
    assert not refused.value.current.validated


def test_a_check_made_anew_is_not_reset_by_who_saw_the_former_one(store, desk, other, clock):
    add_ticket(store, 26)
    former = desk.tickets.validate(desk.tickets.get(26))
    other.tickets.reset_validation(former)
    clock.move_to(NOW + HOUR)
    anew = other.tickets.validate(other.tickets.get(26))

    with pytest.raises(ChangedMeanwhile) as refused:
        desk.tickets.reset_validation(former)

    assert refused.value.current == anew
    assert desk.tickets.get(26) == anew


@pytest.mark.parametrize(
    ("order", "status"),
    [
        (OrderStatus.REFUND_IN_PROGRESS, TicketStatus.CANCELLED),
        (OrderStatus.COMPLETED, TicketStatus.DONE),
    ],
)
def test_the_check_of_a_finished_ticket_stays(store, desk, clock, order, status):
    add_ticket(store, 26)
    desk.tickets.validate(desk.tickets.get(26))
    clock.move_to(NOW + 5 * HOUR)
    set_order(store, 26, order, clock.now())

    with pytest.raises(WrongStatus) as refused:
        desk.tickets.reset_validation(desk.tickets.get(26))

    assert (refused.value.action, refused.value.status) == ("reset", status)
    assert desk.tickets.get(26).validated_by == ANNA


@pytest.mark.parametrize("command", ["validate", "reset_validation"])
@pytest.mark.parametrize("actor", [NOBODY, CONSOLE], ids=["nobody", "console"])
def test_nobody_but_a_manager_is_responsible_for_a_check(store, clock, desk, command, actor):
    add_ticket(store, 26)
    seen = desk.tickets.get(26)

    with pytest.raises(NoManager):
        getattr(Desk(store, clock, actor).tickets, command)(seen)

    assert desk.tickets.get(26) == seen
    line = trail(store, 26)[-1]
    kind = "cli" if actor is CONSOLE else "nobody"
    assert (line["actor"], line["account"]) == (kind, actor.account)
    assert line["data"] == {"reason": "no_manager"}


@pytest.mark.parametrize("command", ["validate", "reset_validation"])
def test_a_ticket_that_is_not_there_is_refused_without_a_trace(store, desk, command, monkeypatch):
    add_ticket(store, 26)
    seen = desk.tickets.get(26)
    object.__setattr__(seen, "number", 404)

    with pytest.raises(NoSuchTicket) as refused:
        getattr(desk.tickets, command)(seen)

    assert refused.value.number == 404
    assert trail(store, 404) == []


def test_a_refusal_that_can_not_be_written_down_is_still_a_refusal(store, desk, monkeypatch):
    add_ticket(store, 26)
    seen = desk.tickets.get(26)
    desk.tickets.validate(seen)
    writing = store.writing
    opened = []

    def once():
        opened.append(1)
        if len(opened) > 1:
            raise StoreUnavailable(StoreCode.FULL)
        return writing()

    monkeypatch.setattr(store, "writing", once)

    with pytest.raises(AlreadyValidated):
        desk.tickets.validate(seen)

    assert len(opened) == 2
    assert kinds(store, 26) == ["ticket.validated"]


def test_times_are_kept_in_utc_to_the_microsecond(store, desk, clock):
    add_ticket(store, 26)
    moment = datetime(2022, 12, 6, 7, 30, 15, 123457, tzinfo=UTC)
    clock.move_to(moment)

    assert desk.tickets.validate(desk.tickets.get(26)).validated_at == moment
