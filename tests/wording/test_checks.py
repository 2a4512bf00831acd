"""When an identity was checked, and who has a workplace."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from olvery_tui.domain.access import ManagerDetails
from olvery_tui.domain.people import PersonDetails
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.domain.tickets import PlaceDetails, TicketDetails
from olvery_tui.wording.checks import already_checked, moment_text
from olvery_tui.wording.seats import holder_text, seat_text
from tests.each import each

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2022, 12, 6, 7, 2, tzinfo=UTC)
CARD = TicketDetails(
    number=26,
    version=2,
    status=TicketStatus.CONFIRMED,
    created_at=NOW,
    order=1215,
    order_status=OrderStatus.CONFIRMED,
    period=Period.daily(date(2022, 12, 22), date(2022, 12, 24), MOSCOW),
    visitor=PersonDetails(1, "Семенова", "Мария"),
    service_id=1,
    service="Коворкинг на 3 этаже",
    workplace_id=1,
    workplace="PM №1",
    room="Коворкинг №1",
    tariff="Суточный",
    variant=None,
    modifiers=(),
    validated_at=NOW,
    validated_by=ManagerDetails(1, "anna", "Орлова", "Анна"),
)


def test_a_check_of_today_is_told_by_its_time_alone() -> None:
    assert (
        already_checked(CARD, MOSCOW, NOW + timedelta(hours=3)) == "Уже проверен 10:02, Анна Орлова"
    )


@each("later", [timedelta(hours=14), timedelta(days=365)])
def test_a_check_of_another_day_is_told_with_the_day(later: timedelta) -> None:
    told = already_checked(CARD, MOSCOW, NOW + later)
    assert told == "Уже проверен 06.12.2022 10:02, Анна Орлова"


def test_today_is_the_locations_day_and_not_the_one_in_utc() -> None:
    late_evening_in_utc = datetime(2022, 12, 5, 22, 30, tzinfo=UTC)
    assert moment_text(late_evening_in_utc, MOSCOW, NOW) == "01:30"


def test_a_managers_name_can_not_break_the_line() -> None:
    hostile = replace(CARD, validated_by=ManagerDetails(1, None, "Орлова\x1b[2J\n", "Анна"))
    assert already_checked(hostile, MOSCOW, NOW) == "Уже проверен 10:02, Анна Орлова[2J"


def place(taken: Period | None, visitor: str | None = "Мария Семенова") -> PlaceDetails:
    return PlaceDetails(1, "PM №1", "Коворкинг №1", taken_by=25, visitor=visitor, taken=taken)


def test_an_hourly_holder_is_told_until_the_hour() -> None:
    taken = Period.hourly(NOW, datetime(2022, 12, 6, 9, tzinfo=UTC))
    told = holder_text(place(taken), MOSCOW)
    assert told == "билет 25, Мария Семенова, до 06.12.2022 12:00"


def test_a_daily_holder_is_told_until_the_last_day_which_is_included() -> None:
    taken = Period.daily(date(2022, 12, 22), date(2022, 12, 24), MOSCOW)
    assert holder_text(place(taken), MOSCOW) == "билет 25, Мария Семенова, до 24.12.2022"


def test_a_holder_whose_name_is_not_known_is_told_by_the_ticket() -> None:
    assert holder_text(place(None, None), MOSCOW) == "билет 25"


def test_a_workplace_is_told_with_its_room() -> None:
    assert seat_text("PM №1", "Коворкинг №1") == "PM №1, Коворкинг №1"
