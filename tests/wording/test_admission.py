"""Who may come in, in words: the turnstile's answer, and a ticket's line for the front desk."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from olvery_tui.domain.people import PersonDetails
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.domain.tickets import Admission, TicketDetails
from olvery_tui.i18n import set_language
from olvery_tui.wording.admission import admission_text, entry_text
from tests.each import each


@each("lang", ["ru", "en"])
def test_every_answer_has_its_own_sentence_with_the_number(lang: str) -> None:
    set_language(lang)  # type: ignore[arg-type]
    told = {admission_text(decision, 26) for decision in Admission}
    assert len(told) == len(Admission)
    assert all("26" in text for text in told)


def test_only_the_admitted_are_let_in() -> None:
    letting_in = [one for one in Admission if "вход разрешён" in admission_text(one, 26)]
    assert letting_in == [Admission.ADMITTED]


MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2022, 12, 6, 7, tzinfo=UTC)
"""10:00 in Moscow."""


def line(
    period: Period, *, order: OrderStatus = OrderStatus.CONFIRMED, checked: bool = True
) -> str:
    """What the front desk reads on a ticket."""
    visitor = PersonDetails(1, "Иванова", "Анастасия")
    ticket = TicketDetails(
        27, 1, TicketStatus.ACTIVE, NOW, 1216, order, period, visitor, 1, "Коворкинг", 2, "PM №2",
        "Коворкинг №1", "Почасовой", None, (), validated_at=NOW if checked else None,
    )  # fmt: skip
    return entry_text(ticket, MOSCOW, NOW)


def test_a_ticket_says_whether_its_visitor_may_come_in_and_why_not() -> None:
    today = Period.hourly(NOW.replace(hour=6), NOW.replace(hour=9))
    tomorrow = Period.hourly(today.starts_at.replace(day=7), today.ends_at.replace(day=7))
    days = Period.daily(date(2022, 12, 6), date(2022, 12, 8), MOSCOW)
    coming = Period.daily(date(2022, 12, 22), date(2022, 12, 24), MOSCOW)

    assert line(today) == "Может войти до 12:00"
    assert line(days) == "Может войти до конца 08.12.2022"
    assert line(today, checked=False) == "Не войдёт: личность не проверена"
    assert line(tomorrow) == "Не войдёт до 07.12.2022 09:00"
    assert line(coming) == "Не войдёт до 22.12.2022"
    assert line(today, order=OrderStatus.NEW) == "Не войдёт: заказ не подтверждён"
    assert line(today, order=OrderStatus.CANCELLED) == "Не войдёт: билет отменён"
    over = Period.hourly(today.starts_at, NOW)
    assert line(over) == "Не войдёт: время истекло"
