"""What may be asked of the list, as it is typed."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.codes import NUMBER_MAX
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.filters import (
    NumberRange,
    check_period,
    parse_day,
    parse_numbers,
    parse_visitor,
)
from tests.each import each

TODAY = date(2022, 12, 6)


@each(
    ("typed", "ranges"),
    [
        ("", []),
        ("  ", []),
        (" , ;", []),
        ("31", [(31, 31)]),
        (" 31 ", [(31, 31)]),
        ("30-40", [(30, 40)]),
        ("30 - 40", [(30, 40)]),
        ("30–40", [(30, 40)]),
        ("30 — 40", [(30, 40)]),
        ("31,35", [(31, 31), (35, 35)]),
        ("31;35", [(31, 31), (35, 35)]),
        ("31 35", [(31, 31), (35, 35)]),
        ("31, 35-36 ,40", [(31, 31), (35, 36), (40, 40)]),
        ("№31", [(31, 31)]),
        ("№ 31 - № 35", [(31, 35)]),
        ("#31", [(31, 31)]),
        ("0031", [(31, 31)]),
        ("0" * 5_000 + "31", [(31, 31)]),
        ("7-7", [(7, 7)]),
        (str(NUMBER_MAX), [(NUMBER_MAX, NUMBER_MAX)]),
    ],
)
def test_numbers_and_ranges_are_understood(typed: str, ranges: list[tuple[int, int]]) -> None:
    assert parse_numbers(typed) == tuple(NumberRange(*numbers) for numbers in ranges)


@each(
    ("typed", "code"),
    [
        ("abc", "number"),
        ("31a", "number"),
        ("-5", "number"),
        ("30-", "number"),
        ("30--40", "number"),
        ("1-2-3", "number"),
        ("٣١", "number"),
        ("%", "number"),
        ("3.5", "number"),
        ("40-30", "number_order"),
        (str(NUMBER_MAX + 1), "number_large"),
        ("9" * 5_000, "number_large"),
        ("1-99999999999", "number_large"),
        (",".join(map(str, range(51))), "number_many"),
    ],
)
def test_what_is_no_number_is_refused_at_its_field(typed: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_numbers(typed)
    assert (refused.value.field, refused.value.code) == ("number", code)


def test_fifty_ranges_are_read_and_one_more_is_refused() -> None:
    assert len(parse_numbers(" ".join(map(str, range(50))))) == 50
    with pytest.raises(InvalidInput) as refused:
        parse_numbers(" ".join(map(str, range(51))))
    assert (refused.value.code, refused.value.params) == ("number_many", {"limit": 50})


@given(st.lists(st.tuples(st.integers(0, NUMBER_MAX), st.integers(0, 1000)), max_size=50))
def test_every_written_range_is_read_again(pairs: list[tuple[int, int]]) -> None:
    ranges = [(first, min(first + more, NUMBER_MAX)) for first, more in pairs]
    typed = ", ".join(f"{first}-{last}" for first, last in ranges)
    assert parse_numbers(typed) == tuple(NumberRange(*numbers) for numbers in ranges)


@given(st.text(max_size=30))
def test_any_typed_number_is_read_or_refused(typed: str) -> None:
    found: tuple[NumberRange, ...] = ()
    with suppress(InvalidInput):
        found = parse_numbers(typed)
    assert all(0 <= numbers.first <= numbers.last <= NUMBER_MAX for numbers in found)


@each(
    ("typed", "day"),
    [
        ("", None),
        ("  ", None),
        ("06.12.2022", date(2022, 12, 6)),
        (" 6.12.2022 ", date(2022, 12, 6)),
        ("6.12.22", date(2022, 12, 6)),
        ("6/12/2022", date(2022, 12, 6)),
        ("6-12-2022", date(2022, 12, 6)),
        ("6,12,2022", date(2022, 12, 6)),
        ("06122022", date(2022, 12, 6)),
        ("2022-12-06", date(2022, 12, 6)),
        ("2022-1-6", date(2022, 1, 6)),
        ("29.02.2024", date(2024, 2, 29)),
        ("6.12", date(2022, 12, 6)),
        ("6.12.", date(2022, 12, 6)),
        ("20.12", date(2022, 12, 20)),
        ("10.1", date(2023, 1, 10)),  # a month ahead is nearer than eleven behind
        ("10.07", date(2022, 7, 10)),
        ("1.6", date(2023, 6, 1)),
        ("9.6", date(2022, 6, 9)),
        ("29.2", date(2024, 2, 29)),  # no leap year stands beside this one
    ],
)
def test_a_day_is_understood_as_people_write_it(typed: str, day: date | None) -> None:
    assert parse_day("from", typed, TODAY) == day


@each(
    ("typed", "code"),
    [
        ("31.02", "no_such_day"),
        ("31.02.2022", "no_such_day"),
        ("29.02.2023", "no_such_day"),
        ("0.1", "no_such_day"),
        ("1.13.2022", "no_such_day"),
        ("2022-13-01", "no_such_day"),
        ("01.01.0000", "no_such_day"),
        ("06.12.0022", "date"),
        ("06.12.9999", "date"),
        ("06.12.202", "date"),
        ("сегодня", "date"),
        ("6", "date"),
        ("6.12.2022 10:00", "date"),
        ("٦.١٢.٢٠٢٢", "date"),
        ("1" * 5_000, "date"),
    ],
)
def test_what_is_no_day_is_refused_at_its_field(typed: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_day("to", typed, TODAY)
    assert (refused.value.field, refused.value.code) == ("to", code)


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_every_written_day_is_read_again(day: date) -> None:
    assert parse_day("from", f"{day:%d.%m}.{day.year}", TODAY) == day
    assert parse_day("from", day.isoformat(), TODAY) == day
    assert parse_day("from", f"{day:%d%m}{day.year}", TODAY) == day


@given(st.dates(date(1950, 1, 1), date(2950, 1, 1)), st.integers(-182, 182))
def test_a_day_without_a_year_is_the_nearest_one(today: date, away: int) -> None:
    day = today + timedelta(days=away)
    found = parse_day("from", f"{day.day}.{day.month}", today)
    assert found is not None
    assert (found.day, found.month) == (day.day, day.month)
    assert abs(found - today) <= abs(day - today)


@given(st.text(max_size=20))
def test_any_typed_day_is_read_or_refused(typed: str) -> None:
    day = None
    with suppress(InvalidInput):
        day = parse_day("from", typed, TODAY)
    assert day is None or 1900 <= day.year < 3000


def test_a_period_may_be_open_but_not_backwards() -> None:
    earlier, later = date(2022, 12, 1), date(2022, 12, 2)
    for first, last in ((None, None), (earlier, None), (None, later), (later, later)):
        check_period(first, last)
    with pytest.raises(InvalidInput) as refused:
        check_period(later, earlier)
    assert (refused.value.field, refused.value.code) == ("period", "from_after_to")


def test_visitors_words_are_folded() -> None:
    assert parse_visitor(" СЕМ  Мар ") == ("сем", "мар")
    assert parse_visitor("Ёл") == ("ел",)
    assert parse_visitor("") == ()


@each("typed", ["%", "_", "' \"", "[/]", "💡"])
def test_a_visitor_needs_a_letter(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_visitor(typed)
    assert (refused.value.field, refused.value.code) == ("visitor", "no_letters")


def test_only_so_many_words_are_looked_for() -> None:
    assert len(parse_visitor("а б в г д е ж з и к л м")) == 8
