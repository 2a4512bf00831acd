"""One line of an import file: what it must hold, and how a mistake is told."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.catalogue import PaymentKind, TariffUnit
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.import_lines import (
    LINE_MAX,
    Kind,
    OrderLine,
    PersonLine,
    ServiceLine,
    TariffLine,
    TicketLine,
    checked,
    kind_of,
    parse,
)
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus
from tests.each import each

MOSCOW = ZoneInfo("Europe/Moscow")

TICKET = {
    "kind": "ticket",
    "number": 26,
    "order": 1215,
    "visitor": "u-17",
    "room": "Коворкинг №1",
    "workplace": "PM №1",
    "tariff": "Суточный",
    "variant": None,
    "modifiers": ["Принтер"],
    "starts_on": "2022-12-22",
    "ends_on": "2022-12-24",
    "created_at": "2022-12-05T19:02:00+03:00",
}
HOURS = {
    **{name: value for name, value in TICKET.items() if name not in {"starts_on", "ends_on"}},
    "starts_at": "2022-12-06T09:00:00+03:00",
    "ends_at": "2022-12-06T12:00:00+03:00",
}
ORDER = {
    "kind": "order",
    "number": 1215,
    "service": "Коворкинг на 3 этаже",
    "customer": "u-17",
    "status": "confirmed",
    "payment_kind": "on_site",
    "price": "2700.00",
    "created_at": "2022-12-05T19:02:00+03:00",
}
PERSON = {
    "kind": "person",
    "key": "u-17",
    "last_name": "Семенова",
    "first_name": "Мария",
    "phone": "+79655776500",
    "email": "koshatina77@mail.ru",
}
TARIFF = {
    "kind": "tariff",
    "service": "Коворкинг на 3 этаже",
    "name": "Суточный",
    "unit": "day",
    "price": "900.00",
    "currency": "RUB",
    "min_units": 1,
    "max_units": 31,
    "variant": None,
}


def without(line: dict[str, object], *names: str) -> dict[str, object]:
    """The line with some fields left out."""
    return {name: value for name, value in line.items() if name not in names}


def record(line: dict[str, object]) -> object:
    """What a good line comes to."""
    found = checked(Kind(str(line["kind"])), parse(json.dumps(line).encode()))
    assert found.problems == ()
    return found.record


def problems(line: dict[str, object]) -> set[tuple[str, str]]:
    """Field and code of everything that is wrong with a line."""
    found = checked(Kind(str(line["kind"])), parse(json.dumps(line).encode()))
    assert found.record is None
    return {(one.field, one.code) for one in found.problems}


def test_a_ticket_by_days_holds_what_its_line_says() -> None:
    assert record(TICKET) == TicketLine.model_construct(
        number=26,
        order=1215,
        visitor="u-17",
        room="Коворкинг №1",
        workplace="PM №1",
        tariff="Суточный",
        created_at=datetime(2022, 12, 5, 16, 2, tzinfo=UTC),
        modifiers=("Принтер",),
        starts_on=date(2022, 12, 22),
        ends_on=date(2022, 12, 24),
    )


def test_the_days_of_a_period_are_those_of_the_locations_calendar() -> None:
    line = record(TICKET)
    assert isinstance(line, TicketLine)
    assert line.period(MOSCOW) == Period.daily(date(2022, 12, 22), date(2022, 12, 24), MOSCOW)


def test_hours_may_reach_to_midnight_but_not_into_the_next_day() -> None:
    until = {"starts_at": "2022-12-06T20:00:00+03:00", "ends_at": "2022-12-07T00:00:00+03:00"}
    line = record({**HOURS, **until})
    assert isinstance(line, TicketLine)
    assert line.period(MOSCOW).ends_at == datetime(2022, 12, 6, 21, tzinfo=UTC)

    line = record({**HOURS, **until, "ends_at": "2022-12-07T00:30:00+03:00"})
    assert isinstance(line, TicketLine)
    with pytest.raises(InvalidInput) as refused:
        line.period(MOSCOW)
    assert (refused.value.field, refused.value.code) == ("ends_at", "one_day")


def test_a_period_of_many_years_is_refused() -> None:
    line = record({**TICKET, "ends_on": "2122-12-24"})
    assert isinstance(line, TicketLine)
    with pytest.raises(InvalidInput) as refused:
        line.period(MOSCOW)
    assert (refused.value.field, refused.value.code) == ("ends_on", "long")


def test_an_order_a_person_a_tariff_and_a_service_hold_what_their_lines_say() -> None:
    assert record(ORDER) == OrderLine.model_construct(
        number=1215,
        service="Коворкинг на 3 этаже",
        customer="u-17",
        status=OrderStatus.CONFIRMED,
        payment_kind=PaymentKind.ON_SITE,
        price=Decimal("2700.00"),
        created_at=datetime(2022, 12, 5, 16, 2, tzinfo=UTC),
    )
    assert record(PERSON) == PersonLine.model_construct(
        key="u-17",
        last_name="Семенова",
        first_name="Мария",
        phone="+79655776500",
        email="koshatina77@mail.ru",
    )
    assert record(TARIFF) == TariffLine.model_construct(
        service="Коворкинг на 3 этаже",
        name="Суточный",
        unit=TariffUnit.DAY,
        price=Decimal(900),
        currency="RUB",
        min_units=1,
        max_units=31,
    )
    assert record({"kind": "service", "name": "Коворкинг"}) == ServiceLine.model_construct(
        name="Коворкинг"
    )


def test_names_are_cleaned_and_phones_brought_to_one_form() -> None:
    line = {**PERSON, "last_name": " Семе\u0308нова\u202e\t", "phone": "8 (965) 577-65-00"}
    assert record(line) == PersonLine.model_construct(
        key="u-17",
        last_name="Семёнова",
        first_name="Мария",
        phone="+79655776500",
        email="koshatina77@mail.ru",
    )


@each("empty", ["phone", "email"])
def test_what_may_be_empty_may_be_left_out(empty: str) -> None:
    assert record(without(PERSON, empty)) == record({**PERSON, empty: None})


@each(
    ("line", "expected"),
    [
        (without(TICKET, "order"), {("order", "missing")}),
        ({**TICKET, "order": None}, {("order", "empty")}),
        ({**TICKET, "room": "  "}, {("room", "empty")}),
        ({**TICKET, "room": "\u200b"}, {("room", "empty")}),
        ({**TICKET, "room": 7}, {("room", "not_text")}),
        ({**TICKET, "room": "к" * 201}, {("room", "too_long")}),
        ({**TICKET, "room": "к" * 100_000}, {("room", "too_long")}),
        ({**TICKET, "status": "active"}, {("status", "unknown_field")}),
        ({**TICKET, "Visitor": "u-1"}, {("Visitor", "unknown_field")}),
        ({**TICKET, "number": "26"}, {("number", "not_whole")}),
        ({**TICKET, "number": 26.0}, {("number", "not_whole")}),
        ({**TICKET, "number": True}, {("number", "not_whole")}),
        ({**TICKET, "number": 0}, {("number", "out_of_range")}),
        ({**TICKET, "number": 2**31 - 1}, {("number", "out_of_range")}),  # would end booking
        ({**TICKET, "number": 2_000_000_001}, {("number", "out_of_range")}),
        ({**TICKET, "number": 10**400}, {("number", "out_of_range")}),
        ({**TICKET, "visitor": "u\n17"}, {("visitor", "unprintable")}),
        ({**TICKET, "visitor": "\ud800"}, {("visitor", "unprintable")}),
        ({**TICKET, "visitor": " "}, {("visitor", "empty")}),
        ({**TICKET, "modifiers": "Принтер"}, {("modifiers", "not_list")}),
        ({**TICKET, "modifiers": [["Принтер"]]}, {("modifiers", "not_text")}),
        ({**TICKET, "modifiers": ["Полка", " Полка"]}, {("modifiers", "repeated")}),
        ({**TICKET, "modifiers": [str(n) for n in range(101)]}, {("modifiers", "too_many")}),
        ({**TICKET, "starts_on": "22.12.2022"}, {("starts_on", "day")}),
        ({**TICKET, "starts_on": "2022-02-30"}, {("starts_on", "day")}),
        ({**TICKET, "starts_on": "9999-12-31"}, {("starts_on", "year")}),
        ({**TICKET, "ends_on": "2022-12-21"}, {("ends_on", "days_order")}),
        (without(TICKET, "ends_on"), {("ends_on", "missing")}),
        (without(TICKET, "starts_on", "ends_on"), {("starts_on", "no_period")}),
        ({**TICKET, **HOURS}, {("starts_at", "two_periods")}),
        ({**HOURS, "ends_at": HOURS["starts_at"]}, {("ends_at", "moments_order")}),
        ({**HOURS, "starts_at": "2022-12-06T09:00:00"}, {("starts_at", "naive")}),
        ({**HOURS, "starts_at": "2022-12-06"}, {("starts_at", "naive")}),
        ({**HOURS, "starts_at": "завтра"}, {("starts_at", "instant")}),
        ({**HOURS, "starts_at": 1670310000}, {("starts_at", "instant")}),
        ({**HOURS, "starts_at": "0001-01-01T00:00:00+14:00"}, {("starts_at", "year")}),
        (
            {**TICKET, "validated_at": "2022-12-06T09:00:00+03:00"},
            {("validated_by", "validated_alone")},
        ),
        ({**TICKET, "validated_by": "anna"}, {("validated_at", "validated_alone")}),
        ({**ORDER, "status": "Новый"}, {("status", "choice")}),
        ({**ORDER, "status": ["new"]}, {("status", "choice")}),
        ({**ORDER, "payment_kind": "cash"}, {("payment_kind", "choice")}),
        ({**ORDER, "price": 2700.0}, {("price", "amount")}),
        ({**ORDER, "price": "2700.001"}, {("price", "amount")}),
        ({**ORDER, "price": "-1.00"}, {("price", "amount")}),
        ({**ORDER, "price": "1e3"}, {("price", "amount")}),
        ({**ORDER, "price": "٣.00"}, {("price", "amount")}),
        ({**PERSON, "last_name": "—"}, {("last_name", "empty")}),
        ({**PERSON, "last_name": "я" * 101}, {("last_name", "too_long")}),
        ({**PERSON, "phone": "12"}, {("phone", "phone")}),
        ({**PERSON, "email": "a@b"}, {("email", "email")}),
        ({**TARIFF, "currency": "руб"}, {("currency", "currency")}),
        ({**TARIFF, "max_units": 0}, {("max_units", "out_of_range")}),
        ({**TARIFF, "min_units": 5, "max_units": 4}, {("max_units", "units_order")}),
        (
            {**ORDER, "number": 0, "price": "", "colour": 1},
            {("number", "out_of_range"), ("price", "amount"), ("colour", "unknown_field")},
        ),
    ],
)
def test_everything_that_is_wrong_is_told_at_its_field(
    line: dict[str, object], expected: set[tuple[str, str]]
) -> None:
    assert problems(line) == expected


def test_a_refused_line_still_names_its_record() -> None:
    assert checked(Kind.TICKET, {**TICKET, "order": 0}).key == "26"
    assert checked(Kind.TICKET, {**TICKET, "number": 0}).key is None
    assert checked(Kind.TARIFF, {**TARIFF, "price": 1}).key == "Коворкинг на 3 этаже / Суточный"


@each(
    ("raw", "field", "code"),
    [
        (b'{"kind": "service", "name": "\xff"}', "", "not_utf8"),
        ("{}".encode("utf-16"), "", "not_utf8"),
        (b"{", "", "not_json"),
        (b'{"name": 1} {"name": 2}', "", "not_json"),
        (b"{'kind': 'service'}", "", "not_json"),
        (b"\x00", "", "not_json"),
        (b'{"number": ' + b"9" * 5_000 + b"}", "", "not_json"),
        (b'{"price": NaN}', "", "not_finite"),
        (b'{"price": -Infinity}', "", "not_finite"),
        (b"[" * 200_000, "", "too_deep"),
        (b'{"a":' * 100_000, "", "too_deep"),
        (b"[]", "", "not_object"),
        (b'"ticket"', "", "not_object"),
        (b"null", "", "not_object"),
        (b'{"name": "a", "name": "b"}', "name", "duplicate"),
        (b'{"a": 1, "' + b"b" * LINE_MAX + b'": 1}', "", "too_long_line"),
    ],
)
def test_a_line_that_is_no_object_of_json_is_told_so(raw: bytes, field: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(raw)
    assert (refused.value.field, refused.value.code) == (field, code)


@each(
    "raw",
    [
        b'{"kind": "person", "key": "u-1"}',
        b' { "kind":"person","key":"u-1"}\r\n',
        b'{"key": "u-1", "kind": "person"}',
        b'{"\\u006bind": "pers\\u006fn"}',
    ],
)
def test_the_kind_is_found_wherever_it_stands(raw: bytes) -> None:
    assert kind_of(raw) is Kind.PERSON


def test_a_blank_line_has_no_kind_and_an_unknown_one_is_told() -> None:
    assert kind_of(b" \t\r\n") is None
    for raw, code in (
        (b"{}", "missing"),
        (b'{"kind": "visitor"}', "choice"),
        (b'{"kind": ["ticket"]}', "choice"),
        (b'{"kind": null}', "missing"),
    ):
        with pytest.raises(InvalidInput) as refused:
            kind_of(raw)
        assert (refused.value.field, refused.value.code) == ("kind", code)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([TICKET, HOURS, ORDER, PERSON, TARIFF]), st.data())
def test_whatever_stands_in_a_field_the_answer_is_a_record_or_problems(
    line: dict[str, object], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(set(line) - {"kind"})))
    value = data.draw(JSON)
    try:
        found = checked(Kind(str(line["kind"])), parse(json.dumps({**line, name: value}).encode()))
    except InvalidInput:
        return
    assert (found.record is None) == bool(found.problems)
    if isinstance(found.record, TicketLine) and found.record.starts_on:
        assert found.record.period(MOSCOW).ends_at - found.record.period(
            MOSCOW
        ).starts_at >= timedelta(hours=23)


@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_a_problem(raw: bytes) -> None:
    try:
        found: object = parse(raw)
    except InvalidInput as problem:
        found = problem
    assert isinstance(found, dict | InvalidInput)
