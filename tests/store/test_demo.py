"""The demo is the manual's example to the letter."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import Actor, ActorKind
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.domain.filters import EMPTY, NO_ORDER_FILTER
from olvery_tui.domain.orders import needs_payment
from olvery_tui.domain.pages import Top
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store import demo
from olvery_tui.store import importing as importer
from olvery_tui.store.access import managers
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database.engine import Store
from olvery_tui.wording.labels import order_status, ticket_status
from olvery_tui.wording.periods import instant_text, period_text

LIST = """\
31	13.12.2022 - 14.12.2022	Марина Спиридонова	Подтвержден	PM №1
30	23.12.2022 - 23.12.2022	Иван Столповский	Новый	PM №2
29	6 декабря 2022 г., с 09:00 до 11:00	Иван Столповский	Новый	PM №3
28	07.12.2022 - 07.12.2022	Анастасия Иванова	Новый	PM №2
27	6 декабря 2022 г., с 09:00 до 12:00	Анастасия Иванова	Активен	PM №2
26	22.12.2022 - 24.12.2022	Мария Семенова	Подтвержден	PM №1
25	6 декабря 2022 г., с 09:00 до 12:00	Мария Семенова	Активен	PM №1
24	20.12.2022 - 23.12.2022	Марина Спиридонова	Новый	PM №1
23	7 декабря 2022 г., с 09:00 до 13:00	Марина Спиридонова	Подтвержден	PM №1
22	5 декабря 2022 г., с 15:00 до 17:00	Марина Спиридонова	Отменен	PM №1
"""
"""The table of the manual, «Просмотр списка билетов»."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The demo's database, which these tests only read."""
    store = demo.create(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}")
    yield store
    store.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    """The demo's desk at the demo's hour."""
    return Desk(store, FrozenClock(demo.DEMO_NOW), Actor(ActorKind.CLI))


def test_the_list_is_the_manuals_with_ticket_34_on_top(desk: Desk) -> None:
    zone = desk.location().zone
    rows = desk.tickets.page(EMPTY, Top(), 100).rows
    table = "".join(
        "\t".join(
            (
                str(row.number),
                period_text(row.period, zone),
                row.visitor,
                ticket_status(row.status),
                row.workplace,
            )
        )
        + "\n"
        for row in rows
    )
    newest = "34\t22.12.2022 - 25.01.2023\tМария Семенова\tНовый\tPM №1\n"
    assert table == newest + LIST


def test_ticket_34_is_the_manuals(desk: Desk) -> None:
    card = desk.tickets.get(34)
    assert instant_text(card.created_at, desk.location().zone) == "06.12.2022 09:34"
    assert (card.order, order_status(card.order_status)) == (1223, "Новый")
    assert (card.service, card.room, card.workplace) == (
        "Коворкинг на 2 этаже",
        "Коворкинг на 2 этаже",
        "PM №1",
    )
    assert (card.variant, card.tariff) == ("Резидент +", "1-3 мес (7000 руб в месяц)")
    assert card.modifiers == ("Шкафчик", "Юридическое сопровождение")
    assert (card.visitor.name, card.visitor.phone, card.visitor.email) == (
        "Мария Семенова",
        "+79655776500",
        "koshatina77@mail.ru",
    )
    assert not card.validated


def test_ticket_26_is_the_manuals(desk: Desk) -> None:
    card = desk.tickets.get(26)
    assert instant_text(card.created_at, desk.location().zone) == "05.12.2022 19:02"
    assert (card.order, order_status(card.order_status)) == (1215, "Подтвержден")
    assert (card.service, card.room, card.workplace) == (
        "Коворкинг на 3 этаже",
        "Коворкинг №1",
        "PM №1",
    )
    assert (card.variant, card.tariff) == (None, "Суточный")
    assert set(card.modifiers) == {"Принтер", "Полка"}
    assert card.visitor.phone == "+79655776500"
    assert not card.validated


def test_tickets_that_name_one_seat_in_overlapping_periods_are_in_different_rooms(
    desk: Desk,
) -> None:
    cards = [desk.tickets.get(number) for number in (24, 26, 34)]
    assert {card.workplace for card in cards} == {"PM №1"}
    assert len({card.workplace_id for card in cards}) == 3
    assert len({card.room for card in cards}) == 3


def test_there_are_free_and_busy_seats_to_choose_from(desk: Desk) -> None:
    places = desk.tickets.places(desk.tickets.get(26))
    assert {place.taken_by for place in places if not place.free} == {24, 30}
    assert sum(place.free for place in places) >= 10
    assert len({place.room for place in places}) >= 2


def test_there_are_namesakes_and_people_without_tickets(desk: Desk) -> None:
    found = desk.people.search("иванова анна")
    assert [person.name for person in found] == ["Анна Иванова", "Анна Иванова"]
    assert len({(person.phone, person.email) for person in found}) == 2


def test_the_hour_is_the_manuals_and_the_manager_is_known(store: Store) -> None:
    assert datetime.fromisoformat("2022-12-06T10:00:00+03:00") == demo.DEMO_NOW
    with store.reading() as session:
        manager = managers.by_name(session, demo.DEMO_MANAGER)
    assert manager is not None
    assert (manager.login, manager.name) == ("anna", "Анна Орлова")


def test_the_demos_orders_obey_the_rules_of_their_statuses(desk: Desk) -> None:
    """A confirmed order is paid; how an order is paid fits its status."""
    kinds = {
        OrderStatus.PAYMENT_IN_PROGRESS: PaymentKind.ONLINE,
        OrderStatus.AWAITING_INVOICE: PaymentKind.INVOICE,
        OrderStatus.INVOICE_ISSUED: PaymentKind.INVOICE,
    }
    orders = [
        desk.orders.get(row.number) for row in desk.orders.page(NO_ORDER_FILTER, Top(), 100).rows
    ]
    assert len(orders) == 11
    for card in orders:
        assert not needs_payment(OrderStatus.NEW, card.status, card.price, card.paid), card
        assert card.payment_kind is kinds.get(card.status, card.payment_kind)
        assert card.paid_at is None or card.created_at < card.paid_at < demo.DEMO_NOW


def test_the_demo_is_sound(store: Store) -> None:
    assert check(store, demo.DEMO_NOW) == ()


def test_the_demos_lines_say_what_is_there_already(store: Store, desk: Desk) -> None:
    report = importer.run(
        store,
        Path(demo.__file__).with_name("demo.jsonl"),
        clock=FrozenClock(demo.DEMO_NOW),
        actor=Actor(ActorKind.CLI),
        dry_run=True,
    )
    assert (report.created, report.updated, report.refused) == (0, 0, 0)
    assert report.unchanged == report.lines > 50


def test_another_database_is_not_made_a_demo(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, and longer than nothing " * 50)
    with pytest.raises(StoreUnavailable) as refused:
        demo.create(f"sqlite:///{path}")
    assert refused.value.code == "not_a_database"
    assert path.read_text().startswith("not a database")
