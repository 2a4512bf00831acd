"""Every refusal and every bad value becomes a sentence that says what to do next."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from olvery_tui.domain import access, filters, hours, items, people, pricing
from olvery_tui.domain.access import DeskSettings, ManagerDetails
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.conflicts import (
    AlreadyValidated,
    ChangedMeanwhile,
    HoursChangedMeanwhile,
    ItemChangedMeanwhile,
    NotValidated,
    OrderChangedMeanwhile,
    PersonChangedMeanwhile,
    PersonExists,
    PlacesHeld,
    SettingsChangedMeanwhile,
    ShiftChangedMeanwhile,
    VisitorBanned,
)
from olvery_tui.domain.errors import (
    AccessCode,
    ChangedSince,
    ChoiceCode,
    FileCode,
    FileRefused,
    ForbiddenTransition,
    HoursChangedSince,
    ImportCode,
    InputCode,
    InvalidForm,
    InvalidInput,
    LoginTaken,
    NoManager,
    NoPassword,
    NoSuchChoice,
    NoSuchManager,
    NoSuchOrder,
    NoSuchTicket,
    NotAllowed,
    NotFirst,
    NothingToUndo,
    OlveryError,
    OrderNotEnded,
    OwnAccount,
    PaymentMissing,
    PaymentTooLarge,
    PeriodEnded,
    PeriodNotBegun,
    PresetOutdated,
    PriceChanged,
    RefundTooLarge,
    SeatsTaken,
    SeatTaken,
    StillUsed,
    StoreCode,
    StoreUnavailable,
    TooManyAttempts,
    UndoExpired,
    UndoImpossible,
    WrongPassword,
    WrongStatus,
)
from olvery_tui.domain.hours import OpeningHours
from olvery_tui.domain.items import Item, ItemKind
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.payments import check_amount
from olvery_tui.domain.people import PersonDetails
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketChange, TicketStatus
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import set_language
from olvery_tui.wording.access import NOT_ALLOWED_SENTENCES
from olvery_tui.wording.errors import (
    INPUT_SENTENCES,
    STORE_SENTENCES,
    field_name,
    sentence,
)
from olvery_tui.wording.files import FILE_SENTENCES
from olvery_tui.wording.import_errors import SENTENCES as IMPORT_SENTENCES
from olvery_tui.wording.people import contact_text, person_line, phone_text
from tests.each import each

MOSCOW = ZoneInfo("Europe/Moscow")
MARIA = PersonDetails(1, "Семенова", "Мария", "+79655776500", "koshatina77@mail.ru")
HOSTILE = "Иванов [/][@click=app.quit]x[/]\x1b]52;c;AAAA\x07\u202e\n" + "я" * 10_000
TODAY = date(2022, 12, 6)


def ticket(**changes: object) -> TicketDetails:
    facts: dict[str, object] = {
        "number": 26,
        "version": 3,
        "status": TicketStatus.CONFIRMED,
        "created_at": datetime(2022, 12, 5, 16, 2, tzinfo=UTC),
        "order": 1215,
        "order_status": OrderStatus.CONFIRMED,
        "period": Period.daily(date(2022, 12, 22), date(2022, 12, 24), MOSCOW),
        "visitor": MARIA,
        "service_id": 1,
        "service": "Коворкинг на 3 этаже",
        "workplace_id": 1,
        "workplace": "PM №1",
        "room": "Коворкинг №1",
        "tariff": "Суточный",
        "variant": None,
        "modifiers": (),
    }
    return TicketDetails(**{**facts, **changes})  # type: ignore[arg-type]


CHECKED = ticket(
    validated_at=datetime(2022, 12, 6, 7, 2, tzinfo=UTC),
    validated_by=ManagerDetails(1, "anna", "Орлова", "Анна"),
)


def order(**changes: object) -> OrderDetails:
    facts: dict[str, object] = {
        "number": 1215,
        "version": 3,
        "status": OrderStatus.CONFIRMED,
        "created_at": datetime(2022, 12, 5, 16, 2, tzinfo=UTC),
        "customer": MARIA,
        "service_id": 1,
        "service": "Коворкинг на 3 этаже",
        "payment_kind": PaymentKind.ON_SITE,
        "price": Decimal(2850),
        "currency": "RUB",
        "tickets": (),
    }
    return OrderDetails(**{**facts, **changes})  # type: ignore[arg-type]


REFUSALS = (
    NoManager(),
    *(FileRefused(code, "/tmp/olvery.db") for code in FILE_SENTENCES),
    NoSuchOrder(99),
    *(
        ForbiddenTransition(1215, status, to, paid)
        for status in OrderStatus
        for to in OrderStatus
        for paid in (False, True)
    ),
    PaymentMissing(1215),
    *(PaymentTooLarge(1215, Decimal(owed), "RUB") for owed in (0, 900)),
    *(RefundTooLarge(1215, Decimal(paid), "RUB") for paid in (0, 900)),
    OrderNotEnded(1215, datetime(2022, 12, 6, 7, tzinfo=UTC)),
    OrderChangedMeanwhile(order(), "Анна Орлова", datetime(2022, 12, 6, 7, tzinfo=UTC)),
    OrderChangedMeanwhile(order(), None, datetime(2022, 12, 6, 7, tzinfo=UTC)),
    SettingsChangedMeanwhile(DeskSettings(2, auto_complete_orders=True)),
    *(
        ItemChangedMeanwhile(Item(ItemKind.ROOM, 1, 1, HOSTILE), by, at)
        for by, at in (("Анна Орлова", datetime(2022, 12, 6, 7, tzinfo=UTC)), (None, None))
    ),
    HoursChangedMeanwhile(OpeningHours()),
    *(PlacesHeld((), count) for count in (1, 2, 5)),
    StillUsed(),
    PresetOutdated("visitor", "Ли"),
    ShiftChangedMeanwhile(None),
    PriceChanged(Decimal("1250.50"), "RUB"),
    SeatsTaken(1215, (SeatTaken(HOSTILE, HOSTILE, None),)),
    NoSuchChoice(ChoiceCode.ROOM),
    NoSuchChoice(ChoiceCode.SERVICE),
    NoSuchChoice(ChoiceCode.TARIFF),
    NoSuchChoice(ChoiceCode.VARIANT),
    NoSuchChoice(ChoiceCode.MODIFIER),
    NoSuchTicket(99),
    *(WrongStatus(22, action, status) for action in TicketChange for status in TicketStatus),
    AlreadyValidated(CHECKED),
    NotValidated(ticket()),
    ChangedMeanwhile(ticket(), "Анна Орлова", datetime(2022, 12, 6, 7, tzinfo=UTC)),
    ChangedMeanwhile(ticket(), None, datetime(2022, 12, 6, 7, tzinfo=UTC)),
    PeriodEnded(26, datetime(2022, 12, 6, 7, tzinfo=UTC)),
    SeatTaken("PM №1", "Коворкинг №1", 26, "Мария Семенова"),
    SeatTaken("PM №1", "Коворкинг №1", None),
    SeatTaken(
        "PM №1", "Коворкинг №1", 26, "Мария Семенова", since=datetime(2022, 12, 6, 7, tzinfo=UTC)
    ),
    PeriodNotBegun(26, datetime(2022, 12, 6, 7, tzinfo=UTC)),
    *(
        SeatsTaken(1215, tuple(SeatTaken("PM №1", "Коворкинг №1", 26, HOSTILE) for _seat in seats))
        for seats in (range(1), range(12))
    ),
    NothingToUndo(),
    UndoExpired(datetime(2022, 12, 6, 7, tzinfo=UTC)),
    HoursChangedSince(),
    UndoImpossible(InvalidInput("price", InputCode.BELOW_ZERO)),
    *(
        ChangedSince(26, is_order, by, datetime(2022, 12, 6, 7, tzinfo=UTC))
        for is_order in (False, True)
        for by in ("Анна Орлова", None)
    ),
    NoSuchChoice(ChoiceCode.PERSON),
    NoSuchChoice(ChoiceCode.WORKPLACE),
    PersonExists((MARIA,)),
    PersonChangedMeanwhile(MARIA),
    VisitorBanned(ticket(visitor=replace(MARIA, ban_reason=HOSTILE))),
    *(NotAllowed(code) for code in NOT_ALLOWED_SENTENCES),
    WrongPassword(),
    *(TooManyAttempts(seconds) for seconds in (1, 2, 5)),
    NoPassword(),
    NotFirst(),
    OwnAccount(),
    NoSuchManager("mallory"),
    NoSuchManager("mallory", "os-user"),
    NoSuchManager("mallory", "ssh-key"),
    LoginTaken("anna"),
    *(StoreUnavailable(code, "/data/olvery.db", "disk I/O error") for code in STORE_SENTENCES),
    InvalidForm(
        (InvalidInput("last_name", InputCode.REQUIRED), InvalidInput("phone", InputCode.PHONE))
    ),
)


def problem(call, *args) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        call(*args)
    return caught.value


def form_problem(call, *args) -> InvalidInput:
    with pytest.raises(InvalidForm) as caught:
        call(*args)
    return caught.value.problems[0]


BAD_VALUES = (
    lambda: problem(filters.parse_numbers, "две"),
    lambda: problem(filters.parse_numbers, "40-30"),
    lambda: problem(filters.parse_numbers, "99999999999"),
    lambda: problem(filters.parse_numbers, ",".join(["1"] * 51)),
    lambda: problem(filters.parse_day, "from", "завтра", TODAY),
    lambda: problem(filters.parse_day, "to", "31.02", TODAY),
    lambda: problem(filters.check_period, date(2022, 12, 7), TODAY),
    lambda: problem(filters.parse_visitor, "!!!"),
    lambda: problem(people.check_name, "last_name", " "),
    lambda: problem(people.check_name, "last_name", "я" * 101),
    lambda: problem(people.check_phone, "phone", "нет"),
    lambda: problem(people.check_email, "email", "нет"),
    lambda: problem(access.check_password, "short"),
    lambda: problem(access.check_password, "correct horse", "correct house"),
    lambda: problem(partial(access.check_password, login="anna.orlova"), "anna.orlova"),
    *(
        lambda code=code: InvalidInput("period", code, {"minutes": 30, "days": 3_660})
        for code in (
            "end_before_start",
            "hours_only",
            "days_only",
            "hours_of_one_day",
            "slot",
            "long",
        )
    ),
    *(
        lambda unit=unit, least=least: InvalidInput(
            "period", InputCode.UNITS, {"least": least, "most": 3, "unit": unit}
        )
        for unit in ("hour", "day", "month")
        for least in (1, 3)
    ),
    lambda: InvalidInput("workplaces", InputCode.TOO_MANY, {"limit": 100}),
    lambda: InvalidInput("workplaces", InputCode.REPEATED),
    lambda: InvalidInput("variant", InputCode.OF_VARIANT, {"variant": "Резидент +"}),
    lambda: problem(pricing.parse_money, "price", "много"),
    lambda: problem(pricing.parse_money, "price", "99999999999"),
    lambda: problem(items.expand, "A{1..999}"),
    lambda: problem(items.check_free_names, ("PM №1",), {"РМ №1": False}),
    lambda: problem(items.check_free_names, ("PM №1",), {"РМ №1": True}),
    lambda: problem(hours.parse_hours, "day-0", "9"),
    lambda: problem(hours.parse_closed, "closed", "1.1.2023-1.1.2030", TODAY),
    *(
        lambda code=code: InvalidInput("max_units", code, {"most": 9_999})
        for code in ("whole", "units_order", "time_zone", "currency")
    ),
    lambda: InvalidInput("payment", InputCode.NO_PAYMENT_HERE),
    lambda: InvalidInput("paid_at", InputCode.IN_FUTURE),
    *(
        lambda amount=amount: form_problem(check_amount, Decimal(amount), "")
        for amount in ("0", "-1", "0.005", "10000000", "NaN")
    ),
    lambda: form_problem(check_amount, Decimal(1), "9" * 51),
)


def concrete(base: type[OlveryError]) -> set[type[OlveryError]]:
    found = set()
    for child in base.__subclasses__():
        if child.__module__.startswith("olvery_tui.domain"):
            found |= concrete(child) or {child}
    return found


def test_every_kind_of_error_is_tried_here():
    assert {type(error) for error in REFUSALS} | {InvalidInput} == concrete(OlveryError)


@each(
    ("codes", "sentences"),
    [
        (InputCode, {*INPUT_SENTENCES, InputCode.UNITS}),  # its sentence counts in words
        (AccessCode, NOT_ALLOWED_SENTENCES),
        (FileCode, FILE_SENTENCES),
        (StoreCode, STORE_SENTENCES),
        (ImportCode, {*IMPORT_SENTENCES, ImportCode.SERVICE_FIXED}),  # counts in words
    ],
)
def test_every_code_has_its_sentence(codes, sentences):
    assert set(codes) == set(sentences)


@each("language", ["ru", "en"])
@each("error", REFUSALS, ids=lambda error: type(error).__name__)
def test_a_refusal_says_what_happened_and_what_to_do(error, language):
    set_language(language)
    for said in (sentence(error), sentence(error, MOSCOW)):
        ends = (".", "olvery.db", "/olvery", "[postgres]'")
        assert said.endswith(ends) or re.search(r": olvery-tui [a-z -]+$", said), said
        assert not re.search(r"[{}\n]|None|  ", said), said
        assert bool(re.search("[а-я]", re.sub("«.*?»", "", said))) or language == "en"


@each("make", BAD_VALUES)
def test_a_bad_value_is_said_with_an_example_or_a_limit(make):
    said = sentence(make())

    assert said.endswith(".")
    assert len(said) < 90
    assert "{" not in said
    assert re.search("[а-я]", said)


def test_the_sentence_quotes_what_was_typed():
    assert sentence(problem(filters.parse_numbers, "31a")) == (
        "«31a» — не номер. Введите цифры: 31, 30-40 или 31,35."
    )
    assert sentence(problem(filters.parse_day, "from", "31.02.2022", TODAY)) == (
        "Дня 31.02.2022 не бывает. Проверьте день и месяц."
    )


def test_a_refused_status_names_the_status_and_the_allowed_ones():
    assert sentence(WrongStatus(22, TicketChange.VALIDATE, TicketStatus.CANCELLED)) == (
        "Билет 22 в статусе «Отменен»: личность проверяют только в статусе "
        "«Подтвержден» или «Активен»."
    )
    assert sentence(WrongStatus(22, TicketChange.VALIDATE, TicketStatus.NEW)).endswith(
        "Сначала подтвердите заказ."
    )
    assert "«Новый», «Подтвержден» или «Активен»" in sentence(
        WrongStatus(22, TicketChange.WORKPLACE, TicketStatus.DONE)
    )


def test_a_second_check_is_told_who_was_first_and_when():
    assert sentence(AlreadyValidated(CHECKED), MOSCOW) == (
        "Уже проверен: 06.12.2022 10:02, Анна Орлова. Та запись остаётся в силе."
    )


def test_a_forbidden_status_of_an_order_names_both():
    refused = ForbiddenTransition(1215, OrderStatus.NEW, OrderStatus.COMPLETED)

    assert sentence(refused) == "Заказ 1215 в статусе «Новый»: перевести его в «Выполнен» нельзя."


def test_a_paid_order_is_not_cancelled_but_given_back():
    refused = ForbiddenTransition(1215, OrderStatus.CONFIRMED, OrderStatus.CANCELLED, paid=True)

    assert sentence(refused) == (
        "Заказ 1215 оплачен, просто отменить его нельзя. "
        "Выберите «Отменен. Выполняется возврат»: деньги надо вернуть."
    )


def test_of_an_order_that_is_not_paid_nothing_is_given_back():
    refused = ForbiddenTransition(1215, OrderStatus.CONFIRMED, OrderStatus.REFUND_IN_PROGRESS)

    assert sentence(refused) == ("Заказ 1215 не оплачен, возвращать нечего. Выберите «Отменен».")


@each("paid", [False, True])
def test_an_order_that_is_there_already_is_told_so(paid):
    refused = ForbiddenTransition(1215, OrderStatus.CONFIRMED, OrderStatus.CONFIRMED, paid)

    assert sentence(refused) == ("Заказ 1215 уже в статусе «Подтвержден». Делать ничего не нужно.")


def test_the_units_of_a_tariff_are_counted_in_words():
    limits = {"least": 1, "most": 31, "unit": "day"}

    assert sentence(InvalidInput("period", InputCode.UNITS, limits)) == (
        "Наименьший срок этого тарифа — 1 день, наибольший — 31 день. Измените период."
    )


def test_a_taken_seat_is_told_with_the_ticket_in_the_way():
    assert sentence(SeatTaken("PM №1", "Коворкинг №1", 26, "Мария Семенова")) == (
        "Место PM №1 (Коворкинг №1) занято: билет 26, Мария Семенова. Выберите другое."
    )


def test_a_change_meanwhile_is_told_with_who_and_when():
    error = ChangedMeanwhile(ticket(), "Анна Орлова", datetime(2022, 12, 6, 7, tzinfo=UTC))

    assert "06.12.2022 10:00, Анна Орлова" in sentence(error, MOSCOW)
    assert "система" in sentence(ChangedMeanwhile(ticket(), None, error.at))


@each(
    "error",
    [
        InvalidInput("number", InputCode.NUMBER, {"text": HOSTILE}),
        InvalidInput("from", InputCode.DATE, {"text": "{0.__class__}" + HOSTILE}),
        SeatTaken(HOSTILE, HOSTILE, 26, HOSTILE),
        ChangedMeanwhile(ticket(), HOSTILE, datetime(2022, 12, 6, 7, tzinfo=UTC)),
        PersonExists((PersonDetails(1, HOSTILE, HOSTILE, HOSTILE, HOSTILE),)),
        StoreUnavailable(StoreCode.MISSING, HOSTILE),
    ],
    ids=lambda error: type(error).__name__,
)
def test_text_from_outside_stays_short_and_of_one_line(error):
    said = sentence(error, MOSCOW)

    assert len(said) < 900
    assert not set(said) & set("\x1b\x07\u202e\n")


def test_an_unknown_code_still_says_something():
    assert sentence(InvalidInput("x", "of tomorrow")) == "Это значение не подходит. Исправьте его."
    assert field_name("of tomorrow") == "of tomorrow"


def test_an_unknown_error_still_says_something():
    assert sentence(OlveryError()) == "Это не сделано. Обновите экран и повторите."


def test_a_person_is_told_apart_by_phone_and_email():
    assert person_line(MARIA) == "Мария Семенова · +7 (965) 577-65-00 · koshatina77@mail.ru"
    assert contact_text(PersonDetails(2, "Семенова", "Мария", None, "m@mail.ru")) == "m@mail.ru"
    assert person_line(PersonDetails(3, "Семенова", "Мария")) == "Мария Семенова"


def test_a_phone_reads_as_in_the_manual():
    assert phone_text("+79655776500") == "+7 (965) 577-65-00"
    assert phone_text("+33142685300") == "+33142685300"
    assert phone_text(None) == ""


def test_who_has_the_seats_of_a_cancelled_order_is_named():
    taken = (
        SeatTaken("PM №1", "Коворкинг №1", 31, "Мария Семенова"),
        SeatTaken("PM №2", "Коворкинг №1", 40, "Иван Столповский"),
    )

    assert sentence(SeatsTaken(505, taken)) == (
        "Заказу 505 нельзя вернуть места, они заняты: "
        "PM №1 (Коворкинг №1) — билет 31, Мария Семенова; "
        "PM №2 (Коворкинг №1) — билет 40, Иван Столповский. "
        "Пересадите эти билеты или создайте новый заказ."
    )


def test_what_was_changed_since_says_by_whom_and_when():
    since = ChangedSince(26, False, "Анна Орлова", datetime(2022, 12, 6, 7, tzinfo=UTC))

    assert sentence(since, MOSCOW) == (
        "Билет 26 изменён с тех пор: Анна Орлова (06.12.2022 10:00). Ничего не отменено."
    )
