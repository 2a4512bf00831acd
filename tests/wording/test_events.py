"""The history's sentences: one for each kind of event, whatever stands in its data."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from olvery_tui import i18n
from olvery_tui.domain import conflicts, errors
from olvery_tui.domain.access import ActorKind
from olvery_tui.domain.events import EventKind, EventLine
from olvery_tui.wording import events
from olvery_tui.wording.events import actor_text, event_text, is_refusal
from tests.each import each

MOSCOW = ZoneInfo("Europe/Moscow")
TEN = datetime(2022, 12, 6, 7, tzinfo=UTC)
DATA: dict[EventKind, dict[str, object]] = {
    EventKind.TICKET_CREATED: {
        "order": 1215,
        "visitor": 1,
        "workplace": 1,
        "status": "new",
        "period": ["daily", "2022-12-21T21:00:00+00:00", "2022-12-24T21:00:00+00:00"],
        "created_at": TEN.isoformat(),
    },
    EventKind.TICKET_UPDATED: {"fields": ["period", "tariff"]},
    EventKind.TICKET_MOVED: {"from": "confirmed", "to": "active"},
    EventKind.TICKET_VALIDATED: {"visitor": 1},
    EventKind.VALIDATION_RESET: {"validated_at": TEN.isoformat(), "validated_by": 1},
    EventKind.VISITOR_CHANGED: {"from": 1, "to": 2, "cleared": True},
    EventKind.WORKPLACE_CHANGED: {"from": 1, "to": 2, "since": TEN.isoformat()},
    EventKind.PERIOD_CHANGED: {
        "from": ["hourly", TEN.isoformat(), "2022-12-06T09:00:00+00:00"],
        "to": ["hourly", TEN.isoformat(), "2022-12-06T10:00:00+00:00"],
        "price_before": "600.00",
        "price": "800.00",
        "currency": "RUB",
        "workplace_before": 1,
        "workplace": 2,
    },
    EventKind.VALIDATE_REFUSED: {"reason": "wrong_status", "status": "new"},
    EventKind.RESET_REFUSED: {"reason": "not_validated"},
    EventKind.VISITOR_REFUSED: {"to": 2, "reason": "changed_meanwhile"},
    EventKind.WORKPLACE_REFUSED: {"to": 2, "reason": "seat_taken", "by_ticket": 40},
    EventKind.TICKET_CANCELLED: {
        "price_before": "600.00",
        "price": "400.00",
        "currency": "RUB",
        "reason": "24/7",
    },
    EventKind.TICKET_RESTORED: {"price_before": "400.00", "price": "600.00", "currency": "RUB"},
    EventKind.CANCEL_REFUSED: {"reason": "wrong_status", "status": "done"},
    EventKind.PERIOD_REFUSED: {"reason": "period_not_begun"},
    EventKind.ORDER_CREATED: {
        "status": "payment_in_progress",
        "customer": 1,
        "price": "2850.00",
        "currency": "RUB",
        "payment": "online",
        "tickets": [26, 27, 30],
        "period": ["hourly", TEN.isoformat(), "2022-12-06T09:00:00+00:00"],
    },
    EventKind.ORDER_MOVED: {
        "from": "new",
        "to": "confirmed",
        "paid_at": TEN.isoformat(),
        "payment": "on_site",
        "reason": "24/7",
    },
    EventKind.ORDER_PAID: {
        "lines": [["on_site", "900.00"]],
        "paid": "900.00",
        "currency": "RUB",
    },
    EventKind.ORDER_REFUNDED: {
        "lines": [["online", "-450.50"], ["on_site", "-1.00"]],
        "paid": "0.00",
        "currency": "RUB",
    },
    EventKind.PAYMENT_REFUSED: {"reason": "payment_too_large"},
    EventKind.REFUND_REFUSED: {"reason": "refund_too_large"},
    EventKind.ORDER_MOVE_REFUSED: {
        "to": "completed",
        "reason": "forbidden_transition",
        "status": "new",
    },
    EventKind.ORDER_UPDATED: {"fields": ["price"]},
    EventKind.UNDONE: {"event": 1215, "kind": "ticket.validated", "at": TEN.isoformat()},
    EventKind.UNDO_REFUSED: {"event": 1215, "kind": "order.moved", "reason": "changed_since"},
    EventKind.PERSON_CREATED: {"person": 1},
    EventKind.PERSON_UPDATED: {"person": 1, "fields": ["phone", "email"]},
    EventKind.PLACE_CLOSED: {
        "workplace": 1,
        "closing": 1,
        "from": "2022-12-06T21:00:00+00:00",
        "to": "2022-12-13T21:00:00+00:00",
    },
    EventKind.PLACE_OPENED: {"workplace": 1, "from": TEN.isoformat(), "to": None},
    EventKind.SHIFT_OPENED: {"shift": 1, "manager": 1, "from": TEN.isoformat()},
    EventKind.SHIFT_CLOSED: {"shift": 1, "to": TEN.isoformat(), "note": "ab", "forgotten": False},
    EventKind.SHIFT_NOTE_READ: {"shift": 1},
    EventKind.CATALOGUE_CHANGED: {"what": "tariff", "number": 2, "price": "900.00"},
    EventKind.NOTED: {"login": "anna", "active": True},
    EventKind.IMPORTED: {"lines": 1200, "created": 1000, "updated": 199, "refused": 1},
    EventKind.PERSON_ERASED: {"person": 7},
    EventKind.PERSON_BANNED: {"person": 1},
    EventKind.PERSON_UNBANNED: {"person": 1},
    EventKind.PERSON_MERGED: {"person": 1, "merged": 2, "tickets": 3, "orders": 2},
    EventKind.EXPORTED: {"what": "tickets", "filters": ["visitor_words"]},
    EventKind.SETTINGS_CHANGED: {"sign_in": ["password", "ssh-key"], "lock_minutes": [10, 5]},
    EventKind.MANAGER_ADDED: {"role": "rental_manager"},
    EventKind.MANAGER_DISABLED: {},
    EventKind.MANAGER_ENABLED: {},
    EventKind.ROLE_SET: {"role": "employee"},
    EventKind.ACCOUNT_REFUSED: {"reason": "wrong_password"},
    EventKind.PASSWORD_SET: {},
    EventKind.PASSWORD_RENEWED: {},
    EventKind.SIGNED_IN: {"way": "password", "from": 1},
    EventKind.SIGN_IN_REFUSED: {"way": "password", "reason": "wrong_password"},
    EventKind.UNLOCKED: {},
    EventKind.UNLOCK_REFUSED: {"reason": "too_many_attempts"},
    EventKind.ACCESS_REFUSED: {"reason": "disabled"},
}
NAMES = {
    "closing": "ремонт",
    "visitor": "Мария Семенова",
    "customer": "Мария Семенова",
    "workplace": "PM №1",
    "workplace_room": "Коворкинг №1",
    "validated_by": "Анна Орлова",
    "person": "Мария Семенова",
    "subject": "Анна Орлова",
}
PLACES = {
    "from": "PM №1",
    "from_room": "Коворкинг №1",
    "to": "PM №2",
    "to_room": "Коворкинг №2",
}
PEOPLE = {"from": "Мария Семенова", "to": "Иван Столповский"}
EXPECTED = {
    EventKind.TICKET_CREATED: (
        "Билет создан 06.12.2022 10:00: посетитель Мария Семенова, место PM №1, Коворкинг №1,"
        " 22.12.2022 - 24.12.2022, ○ Новый"
    ),
    EventKind.TICKET_UPDATED: "Билет изменен импортом: период аренды, тариф",
    EventKind.TICKET_MOVED: "Статус: ◇ Подтвержден → ● Активен",
    EventKind.TICKET_VALIDATED: "Личность проверена: Мария Семенова",
    EventKind.VALIDATION_RESET: "Валидация сброшена; была 06.12.2022 10:00, Анна Орлова",
    EventKind.VISITOR_CHANGED: (
        "Посетитель: Мария Семенова → Иван Столповский; валидация сброшена"
    ),
    EventKind.WORKPLACE_CHANGED: (
        "Рабочее место: PM №1, Коворкинг №1 → PM №2, Коворкинг №2, с 06.12.2022 10:00"
    ),
    EventKind.PERIOD_CHANGED: (
        "Период: 6 декабря 2022 г., с 10:00 до 12:00 → 6 декабря 2022 г., с 10:00 до 13:00;"
        " цена 600\N{NO-BREAK SPACE}руб. → 800\N{NO-BREAK SPACE}руб.; затем PM №1, Коворкинг №1"
    ),
    EventKind.TICKET_CANCELLED: (
        "Билет отменён отдельно от заказа; цена 600\N{NO-BREAK SPACE}руб. →"
        " 400\N{NO-BREAK SPACE}руб.; причина: 24/7"
    ),
    EventKind.TICKET_RESTORED: (
        "Билет возвращён в заказ; цена 400\N{NO-BREAK SPACE}руб. → 600\N{NO-BREAK SPACE}руб."
    ),
    EventKind.CANCEL_REFUSED: "Отказано: отменить билет; статус билета ✓ Выполнен",
    EventKind.PERIOD_REFUSED: "Отказано: изменить период; период аренды не начался",
    EventKind.VALIDATE_REFUSED: "Отказано: проверка личности; статус билета ○ Новый",
    EventKind.RESET_REFUSED: "Отказано: сброс валидации; личность не была проверена",
    EventKind.VISITOR_REFUSED: (
        "Отказано: смена посетителя (Иван Столповский); билет успели изменить"
    ),
    EventKind.WORKPLACE_REFUSED: (
        "Отказано: смена рабочего места (PM №2, Коворкинг №2); место занято"
    ),
    EventKind.ORDER_CREATED: (
        "Заказ создан: Мария Семенова, билеты 26-27, 30, 6 декабря 2022 г., с 10:00 до 12:00,"
        " 2\xa0850\xa0руб., Онлайн, Новый. В процессе оплаты"
    ),
    EventKind.ORDER_MOVED: (
        "Статус заказа: Новый → Подтвержден; оплачен 06.12.2022 10:00, На месте; причина: 24/7"
    ),
    EventKind.ORDER_PAID: "Оплата: 900\N{NO-BREAK SPACE}руб., на месте",
    EventKind.ORDER_REFUNDED: (
        "Возврат: 450,50\N{NO-BREAK SPACE}руб., онлайн; 1\N{NO-BREAK SPACE}руб., на месте"
    ),
    EventKind.PAYMENT_REFUSED: "Отказано: принять оплату; больше, чем осталось оплатить",
    EventKind.REFUND_REFUSED: "Отказано: вернуть деньги; больше, чем было оплачено",
    EventKind.ORDER_MOVE_REFUSED: (
        "Отказано: смена статуса заказа на «Выполнен»; статус заказа Новый"
    ),
    EventKind.ORDER_UPDATED: "Заказ изменен импортом: цена",
    EventKind.UNDONE: "Отменено действие: проверка личности, 06.12.2022 10:00 (запись 1215)",
    EventKind.UNDO_REFUSED: "Отказано: отменить действие: смена статуса; с тех пор что-то изменили",
    EventKind.PERSON_CREATED: "Пользователь добавлен: Мария Семенова",
    EventKind.PERSON_UPDATED: "Изменён человек Мария Семенова: телефон, эл. почта",
    EventKind.PERSON_BANNED: "Не пускать: Мария Семенова",
    EventKind.PERSON_UNBANNED: "Снова можно пускать: Мария Семенова",
    EventKind.PERSON_MERGED: (
        "Посетитель № 2 объединён с посетителем № 1 (Мария Семенова): билетов 3, заказов 2"
    ),
    EventKind.SETTINGS_CHANGED: (
        "Настройки: заказы, все билеты которых закончились, становятся выполненными сами"
    ),
    EventKind.PLACE_CLOSED: (
        "Закрыто: PM №1, Коворкинг №1, 07.12.2022 - 13.12.2022; причина: ремонт"
    ),
    EventKind.PLACE_OPENED: (
        "Открыто: PM №1, Коворкинг №1, было закрыто с 06.12.2022 10:00, без срока"
    ),
    EventKind.SHIFT_OPENED: "Смена открыта",
    EventKind.SHIFT_CLOSED: "Смена закрыта, с заметкой",
    EventKind.SHIFT_NOTE_READ: "Заметка следующему менеджеру прочитана",
    EventKind.CATALOGUE_CHANGED: "Каталог: Тариф 2",
    EventKind.NOTED: "Записано при обновлении: Анна Орлова",
    EventKind.IMPORTED: "Импорт: строк 1\xa0200, создано 1\xa0000, изменено 199, отклонено 1",
    EventKind.PERSON_ERASED: "Данные человека 7 удалены",
    EventKind.EXPORTED: "Выгрузка: билеты",
    EventKind.SETTINGS_CHANGED: (
        "Настройки: способ входа Логин и пароль → Ключ SSH, минут до блокировки 10 → 5"
    ),
    EventKind.MANAGER_ADDED: "Добавлен менеджер: Анна Орлова",
    EventKind.MANAGER_DISABLED: "Отключён менеджер: Анна Орлова",
    EventKind.MANAGER_ENABLED: "Снова включён менеджер: Анна Орлова",
    EventKind.ROLE_SET: "Новая роль, Анна Орлова: Сотрудник",
    EventKind.ACCOUNT_REFUSED: "Изменение менеджеров отклонено: неверный логин или пароль",
    EventKind.PASSWORD_SET: "Задан новый пароль: Анна Орлова",
    EventKind.PASSWORD_RENEWED: "Пароль сохранён с новой солью: Анна Орлова",
    EventKind.SIGNED_IN: "Вход: пароль, вместо менеджера Мария Семенова",
    EventKind.SIGN_IN_REFUSED: "Вход отклонён: неверный логин или пароль · Анна Орлова",
    EventKind.UNLOCKED: "Терминал разблокирован: Анна Орлова",
    EventKind.UNLOCK_REFUSED: (
        "Разблокировка отклонена: слишком много ошибок, надо было подождать"
    ),
    EventKind.ACCESS_REFUSED: "Выведен из открытого терминала: менеджер отключён",
}


def line(kind: EventKind, data: dict[str, object], **facts: object) -> EventLine:
    moves_seat = kind in (EventKind.WORKPLACE_CHANGED, EventKind.WORKPLACE_REFUSED)
    moves_seat = moves_seat or kind is EventKind.PERIOD_CHANGED
    names = NAMES | (PLACES if moves_seat else PEOPLE)
    return EventLine(
        **{
            "id": 1,
            "at": TEN,
            "kind": kind,
            "actor": ActorKind.MANAGER,
            "who": "Анна Орлова",
            "data": data,
            "names": names,
            **facts,
        }
    )


@each("kind", EventKind)
def test_every_kind_of_event_is_a_sentence(kind: EventKind) -> None:
    assert event_text(line(kind, DATA[kind]), MOSCOW) == EXPECTED[kind]


@each(
    ("kind", "data", "told"),
    [
        (
            EventKind.TICKET_VALIDATED,
            {"visitor": 1, "validated_at": TEN.isoformat(), "validated_by": 1},
            "Проверка личности возвращена: 06.12.2022 10:00, Анна Орлова",
        ),
        (
            EventKind.VISITOR_CHANGED,
            {"from": 1, "to": 2, "cleared": False, "restored": True},
            "Посетитель: Мария Семенова → Иван Столповский; проверка личности возвращена",
        ),
        (
            EventKind.ORDER_MOVED,
            {"from": "confirmed", "to": "new", "paid_at": None, "payment": "on_site"},
            "Статус заказа: Подтвержден → Новый; отметка об оплате снята",
        ),
    ],
)
def test_what_an_undo_puts_back_is_told(
    kind: EventKind, data: dict[str, object], told: str
) -> None:
    assert event_text(line(kind, data), MOSCOW) == told


@each("kind", EventKind)
def test_no_kind_of_event_is_said_in_russian_in_the_english_language(kind: EventKind) -> None:
    i18n.set_language("en")
    text = event_text(line(kind, DATA[kind], names={}), MOSCOW)
    assert text
    assert not [letter for letter in text if "а" <= letter.lower() <= "я"]


@each("kind", EventKind)
@each(
    "data",
    [
        {},
        {"from": ["new"], "to": None, "fields": "period", "reason": 7, "since": "yesterday"},
        {"period": "daily", "price": "x", "tickets": ["1"], "created_at": 5, "customer": "x"},
        {"period": ["daily", "2022-12-22", "2022-12-21"], "price": None, "tickets": []},
        {"status": {"a": 1}, "validated_at": "2022-12-06", "lines": "many", "reason": "from_mars"},
    ],
)
def test_data_that_another_version_wrote_is_told_and_never_an_error(
    kind: EventKind, data: dict[str, object]
) -> None:
    text = event_text(line(kind, data, names={}), MOSCOW)
    assert text
    assert "{" not in text.replace("{'a': 1}", "")


def test_a_move_by_time_is_told_with_the_time_it_was_due() -> None:
    late = line(EventKind.TICKET_MOVED, DATA[EventKind.TICKET_MOVED], due_at=TEN)
    assert event_text(late, MOSCOW).endswith("● Активен · срок 06.12.2022 10:00")


def test_a_creation_that_a_former_version_wrote_tells_what_it_knows() -> None:
    former = {"order": 1215, "visitor": 1, "workplace": 1, "status": "new"}
    assert event_text(line(EventKind.TICKET_CREATED, former), MOSCOW) == (
        "Билет создан: посетитель Мария Семенова, место PM №1, Коворкинг №1, ○ Новый"
    )
    text = event_text(line(EventKind.ORDER_CREATED, {"status": "new"}, names={}), MOSCOW)
    assert text == "Заказ создан: Новый"


def test_a_person_who_was_erased_is_not_named() -> None:
    text = event_text(line(EventKind.TICKET_VALIDATED, {"visitor": 1}, names={}), MOSCOW)
    assert text == "Личность проверена: —"


def test_a_name_with_escape_sequences_stays_one_harmless_line() -> None:
    names = {"visitor": "Иванов\x1b]52;c;aGk=\x07\n[/bold] Пётр"}
    text = event_text(line(EventKind.TICKET_VALIDATED, {"visitor": 1}, names=names), MOSCOW)
    assert text == "Личность проверена: Иванов]52;c;aGk= [/bold] Пётр"


def test_the_refused_attempts_are_those_with_refused_in_their_code() -> None:
    for kind in EventKind:
        assert is_refusal(kind) == kind.value.endswith("_refused")


def test_every_reason_for_a_refusal_has_words() -> None:
    reasons = {
        error.reason
        for error in (vars(errors) | vars(conflicts)).values()
        if isinstance(error, type) and issubclass(error, errors.Refusal)
    } - {errors.Refusal.reason}
    assert len(reasons) >= 9
    for reason in reasons:
        told = event_text(line(EventKind.VALIDATE_REFUSED, {"reason": reason}), MOSCOW)
        assert reason not in told
        assert not told.endswith("—")


@each(
    ("actor", "who", "told"),
    [
        (ActorKind.MANAGER, "Анна Орлова", "Анна Орлова"),
        (ActorKind.SYSTEM, "", "Система"),
        (ActorKind.CLI, "root", "Командная строка, root"),
        (ActorKind.CLI, "", "Командная строка"),
        (ActorKind.MANAGER, "", "Менеджер"),
    ],
)
def test_who_did_it_is_named(actor: ActorKind, who: str, told: str) -> None:
    assert actor_text(line(EventKind.ORDER_CREATED, {}, actor=actor, who=who)) == told


def test_what_an_import_changes_has_a_name_for_each_field() -> None:
    assert events._FIELDS  # a table that is empty would make the next lines prove nothing
    for field in events._FIELDS:
        text = event_text(line(EventKind.TICKET_UPDATED, {"fields": [field]}), MOSCOW)
        assert field not in text
