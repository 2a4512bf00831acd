"""What a new order costs, and what is wrong with it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.catalogue import (
    ModifierDetails,
    ServiceDetails,
    TariffDetails,
    TariffUnit,
    VariantDetails,
)
from olvery_tui.domain.errors import NoSuchChoice
from olvery_tui.domain.ordering import period_problems, price, problems
from olvery_tui.domain.orders import COMMENT_MAX, WORKPLACES_MAX, OrderDraft
from olvery_tui.domain.periods import Period
from olvery_tui.domain.pricing import PRICE_MAX, last_day_of_months, price_of, units
from tests.each import each

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2022, 12, 6)
MONEY = st.decimals(Decimal(0), Decimal(100_000), places=2)


def tariff(unit: TariffUnit, least: int = 1, most: int = 9, **more: object) -> TariffDetails:
    facts: dict[str, object] = {"id": 1, "name": "Тариф", "price": Decimal(250), "currency": "RUB"}
    return TariffDetails(unit=unit, min_units=least, max_units=most, **{**facts, **more})  # type: ignore[arg-type]


HOURLY, DAILY, MONTHLY = (tariff(unit) for unit in TariffUnit)
SERVICE = ServiceDetails(
    id=1,
    name="Коворкинг",
    slot_minutes=30,
    variants=(VariantDetails(1, "Резидент +"),),
    tariffs=(
        replace(HOURLY, id=1),
        replace(DAILY, id=2, price=Decimal(900)),
        replace(MONTHLY, id=3, price=Decimal(7_000), variant_id=1),
    ),
    modifiers=(
        ModifierDetails(1, "Шкафчик", Decimal("300.50")),
        ModifierDetails(2, "Полка", Decimal(50)),
    ),
)


def hours(start: str, end: str, day: date = DAY, zone: ZoneInfo = MOSCOW) -> Period:
    def at(clock: str) -> datetime:
        if clock == "24:00":
            return datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
        return datetime.combine(day, time.fromisoformat(clock), zone)

    return Period.hourly(at(start), at(end))


def draft(**more: object) -> OrderDraft:
    facts: dict[str, object] = {
        "customer": 1,
        "service_id": 1,
        "tariff_id": 1,
        "period": hours("10:00", "12:00"),
        "workplace_ids": (1,),
    }
    return OrderDraft(**{**facts, **more})  # type: ignore[arg-type]


def found(**more: object) -> list[tuple[str, str]]:
    return [(one.field, one.code) for one in problems(draft(**more), SERVICE, MOSCOW)]


# ── Units and prices ─────────────────────────────────────────────────────────────────────────────


@each(
    ("first", "last", "months"),
    [
        ("2022-12-01", "2022-12-31", 1),
        ("2022-12-01", "2023-01-01", 2),
        ("2022-12-15", "2023-01-14", 1),
        ("2022-12-15", "2023-01-15", 2),
        ("2022-12-22", "2023-01-25", 2),
        ("2022-12-06", "2022-12-06", 1),
        ("2023-01-31", "2023-02-28", 1),
        ("2023-01-31", "2023-03-01", 2),
        ("2024-01-31", "2024-02-29", 1),
        ("2023-01-30", "2023-02-28", 1),
        ("2022-12-01", "2023-11-30", 12),
    ],
)
def test_a_begun_month_counts_whole(first: str, last: str, months: int) -> None:
    period = Period.daily(date.fromisoformat(first), date.fromisoformat(last), MOSCOW)

    assert units(TariffUnit.MONTH, period, MOSCOW) == months


@given(first=st.dates(date(2000, 1, 1), date(2100, 1, 1)), months=st.integers(1, 40))
def test_so_many_months_are_so_many_and_a_day_more_is_one_more(first: date, months: int) -> None:
    last = last_day_of_months(first, months)
    whole = Period.daily(first, last, MOSCOW)
    longer = Period.daily(first, last + timedelta(days=1), MOSCOW)

    assert units(TariffUnit.MONTH, whole, MOSCOW) == months
    assert units(TariffUnit.MONTH, longer, MOSCOW) == months + 1


@each(("day", "hours_there"), [(date(2022, 3, 27), 23), (date(2022, 10, 30), 25), (DAY, 24)])
def test_hours_are_counted_as_they_pass_and_days_as_the_calendar_has_them(
    day: date, hours_there: int
) -> None:
    period = hours("00:00", "24:00", day, BERLIN)

    assert units(TariffUnit.HOUR, period, BERLIN) == hours_there
    assert units(TariffUnit.DAY, Period.daily(day, day, BERLIN), BERLIN) == 1


@given(
    count=st.integers(1, 200).map(lambda halves: Decimal(halves) / 2),
    cost=MONEY,
    extras=st.lists(MONEY, max_size=4).map(tuple),
    tickets=st.integers(1, 100),
)
def test_money_adds_up(
    count: Decimal, cost: Decimal, extras: tuple[Decimal, ...], tickets: int
) -> None:
    found_price = price_of(count, cost, extras, tickets)
    exact = (count * cost + sum(extras)) * tickets
    assert -Decimal("0.005") < found_price - exact <= Decimal("0.005")

    assert isinstance(found_price, Decimal)
    assert found_price == found_price.quantize(Decimal("0.01"))
    whole = (count * cost + sum(extras, Decimal(0))) * tickets
    assert abs(found_price - whole) <= Decimal("0.005")
    if count == int(count):
        assert found_price == sum([price_of(count, cost, extras, 1)] * tickets, Decimal(0))


def test_a_price_is_units_times_the_tariff_and_each_modifier_once_a_ticket() -> None:
    asked = draft(workplace_ids=(1, 2, 3), modifier_ids=(1, 2))

    assert price(asked, SERVICE, MOSCOW) == 3 * (2 * Decimal(250) + Decimal("350.50"))


def test_the_managers_price_is_the_price() -> None:
    assert price(draft(price=Decimal("0.00")), SERVICE, MOSCOW) == 0


# ── What is wrong ────────────────────────────────────────────────────────────────────────────────


def test_a_walk_in_for_today_is_fine_also_after_the_slot_has_begun() -> None:
    assert found() == []
    assert found(period=hours("00:00", "00:30", date(2000, 1, 1)), tariff_id=1) == [
        ("period", "units")
    ]


@each(
    ("tariff_card", "period", "code"),
    [
        (HOURLY, hours("10:00", "11:30"), None),
        (HOURLY, hours("10:15", "11:30"), "slot"),
        (HOURLY, hours("10:00", "11:40"), "slot"),
        (HOURLY, hours("23:00", "24:00"), None),
        (HOURLY, hours("10:00", "10:30"), "units"),
        (HOURLY, hours("00:00", "09:30"), "units"),
        (HOURLY, Period.daily(DAY, DAY, MOSCOW), "hours_only"),
        (DAILY, hours("10:00", "12:00"), "days_only"),
        (DAILY, Period.daily(DAY, DAY + timedelta(days=8), MOSCOW), None),
        (DAILY, Period.daily(DAY, DAY + timedelta(days=9), MOSCOW), "units"),
        (MONTHLY, Period.daily(DAY, last_day_of_months(DAY, 9), MOSCOW), None),
        (MONTHLY, Period.daily(DAY, last_day_of_months(DAY, 10), MOSCOW), "units"),
        (tariff(TariffUnit.DAY, most=9_999), Period.daily(DAY, date(2099, 1, 1), MOSCOW), "long"),
        (
            HOURLY,
            Period.hourly(
                datetime(2022, 12, 6, 20, tzinfo=UTC), datetime(2022, 12, 6, 22, tzinfo=UTC)
            ),
            "hours_of_one_day",
        ),
    ],
)
def test_a_tariff_is_had_for_its_units_of_time_only(
    tariff_card: TariffDetails, period: Period, code: str | None
) -> None:
    told = period_problems(period, tariff_card, 30, MOSCOW)

    assert [one.code for one in told] == ([] if code is None else [code])
    assert all(one.field == "period" for one in told)


@given(slot=st.sampled_from([5, 15, 30, 45, 60]), start=st.integers(0, 1_439))
def test_hours_begin_where_a_slot_begins(slot: int, start: int) -> None:
    midnight = datetime.combine(DAY, datetime.min.time(), MOSCOW)
    period = Period.hourly(midnight + timedelta(minutes=start), midnight + timedelta(days=1))
    codes = [
        one.code for one in period_problems(period, tariff(TariffUnit.HOUR, most=24), slot, MOSCOW)
    ]

    assert ("slot" in codes) is bool(start % slot)


@each(
    ("more", "told"),
    [
        ({"workplace_ids": ()}, ("workplaces", "required")),
        ({"workplace_ids": (1, 1)}, ("workplaces", "repeated")),
        ({"workplace_ids": tuple(range(WORKPLACES_MAX + 1))}, ("workplaces", "too_many")),
        ({"price": Decimal("-1")}, ("price", "money")),
        ({"price": Decimal("0.001")}, ("price", "money")),
        ({"price": Decimal("NaN")}, ("price", "money")),
        ({"price": PRICE_MAX + 1}, ("price", "money_large")),
        ({"comment": "я" * (COMMENT_MAX + 1)}, ("comment", "too_long")),
    ],
)
def test_each_field_says_what_is_wrong_with_it(
    more: dict[str, object], told: tuple[str, str]
) -> None:
    assert found(**more) == [told]


def test_a_tariff_of_a_variant_asks_for_it() -> None:
    month = Period.daily(DAY, last_day_of_months(DAY, 1), MOSCOW)

    assert found(tariff_id=3, period=month) == [("variant", "of_variant")]
    assert found(tariff_id=3, period=month, variant_id=1) == []


def test_everything_is_told_at_once_in_the_order_of_the_form() -> None:
    wrong = found(tariff_id=3, workplace_ids=(), price=Decimal(-1), comment="я" * (COMMENT_MAX + 1))

    assert [field for field, _code in wrong] == [
        "variant",
        "period",
        "workplaces",
        "price",
        "comment",
    ]


@each(
    ("more", "what"),
    [
        ({"tariff_id": 9}, "tariff"),
        ({"variant_id": 9}, "variant"),
        ({"modifier_ids": (1, 9)}, "modifier"),
    ],
)
def test_a_choice_of_another_service_is_none(more: dict[str, object], what: str) -> None:
    with pytest.raises(NoSuchChoice) as refused:
        problems(draft(**more), SERVICE, MOSCOW)
    assert refused.value.what == what
