"""May the visitor come in; what the visitor sees."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import CANCELLED_ORDERS, CONFIRMED_ORDERS, OrderStatus
from olvery_tui.domain.tickets import Admission, VisitorView, admission, visitor_view
from tests.each import each

START = datetime(2022, 12, 6, 6, tzinfo=UTC)
END = START + timedelta(hours=3)
PERIOD = Period.hourly(START, END)
TICK = timedelta(microseconds=1)
MOMENTS = {
    "before": START - TICK,
    "start": START,
    "inside": START + timedelta(hours=1),
    "last": END - TICK,
    "end": END,
    "after": END + timedelta(days=1),
}


@each("order", OrderStatus)
@each("validated", [True, False])
@each("when", MOMENTS)
def test_every_order_moment_and_check_has_its_answer(
    order: OrderStatus, validated: bool, when: str
) -> None:
    if order in CANCELLED_ORDERS:
        expected = Admission.CANCELLED
    elif order not in CONFIRMED_ORDERS:
        expected = Admission.NOT_CONFIRMED
    elif when in ("end", "after"):
        expected = Admission.ENDED
    elif not validated:
        expected = Admission.NOT_VALIDATED
    elif when == "before":
        expected = Admission.NOT_STARTED
    else:
        expected = Admission.ADMITTED
    assert admission(order, PERIOD, validated, MOMENTS[when]) is expected


def test_the_manuals_ticket_26_is_not_validated_weeks_before_it_begins() -> None:
    weeks_before = START - timedelta(days=16)
    found = admission(OrderStatus.CONFIRMED, PERIOD, False, weeks_before)
    assert found is Admission.NOT_VALIDATED


@given(
    st.sampled_from(OrderStatus),
    st.booleans(),
    st.timedeltas(timedelta(days=-2), timedelta(days=2)),
)
def test_who_is_admitted_has_a_checked_confirmed_ticket_of_this_moment(
    order: OrderStatus, validated: bool, away: timedelta
) -> None:
    now = START + away
    admitted = admission(order, PERIOD, validated, now) is Admission.ADMITTED
    assert admitted is (validated and order.is_confirmed and PERIOD.contains(now))


@each("order", OrderStatus)
@each("when", MOMENTS)
def test_who_is_banned_may_never_come_in(order: OrderStatus, when: str) -> None:
    found = admission(order, PERIOD, True, MOMENTS[when], banned=True)
    assert found is Admission.BANNED


def test_the_codes_are_those_of_the_turnstile() -> None:
    assert {answer.value for answer in Admission} == {
        "admitted",
        "no_such_ticket",
        "banned",
        "cancelled",
        "not_confirmed",
        "ended",
        "not_started",
        "not_validated",
    }


def test_the_visitor_sees_the_first_visit_notice_until_the_ticket_is_validated() -> None:
    now = START
    assert visitor_view(OrderStatus.CONFIRMED, PERIOD, False, now) == VisitorView(True, True, now)
    assert visitor_view(OrderStatus.CONFIRMED, PERIOD, True, now) == VisitorView(False, False, now)


HOUR = timedelta(hours=1)


@each("order", OrderStatus)
@each("now", [START - HOUR, START, PERIOD.ends_at - HOUR, PERIOD.ends_at])
def test_the_visitor_is_promised_a_door_only_where_and_when_it_will_open(
    order: OrderStatus, now: datetime
) -> None:
    view = visitor_view(order, PERIOD, False, now)
    if view.door_from is None:
        assert not order.is_confirmed or now >= PERIOD.ends_at
    else:
        assert view.door_from >= now
        assert admission(order, PERIOD, True, view.door_from) is Admission.ADMITTED
    assert view.first_visit_notice is (not order.is_cancelled and now < PERIOD.ends_at)
