"""A bad line is told with number, field and reason; what depends on it waits; the rest comes."""

import io
import os
import threading
from itertools import chain
from pathlib import Path

import pytest

import olvery_tui
from olvery_tui import i18n
from olvery_tui.domain.import_lines import LINE_MAX, Kind, Problem
from olvery_tui.store.database.engine import Store
from olvery_tui.store.importing.report import PROBLEMS_KEPT
from olvery_tui.wording.import_errors import problem_text, reason
from tests.store.import_files import (
    FLOOR,
    PLACES,
    QUIET,
    ROOM,
    Importing,
    order,
    person,
    tariff,
    ticket,
    world,
    written,
)

PACKAGE = Path(olvery_tui.__file__).parent
ONE, TWO, THREE = PLACES


@pytest.fixture
def importing(store: Store, tmp_path: Path) -> Importing:
    """A database to import into."""
    return Importing(store, tmp_path)


BAD = [
    (order(7, service="Нет такой"), ("service", "no_such")),
    (order(7, customer="u-9"), ("customer", "no_such")),
    (ticket(7, 99), ("order", "no_such")),
    (ticket(7, 1, visitor="u-9"), ("visitor", "no_such")),
    (ticket(7, 1, room="Нет такого"), ("room", "no_such")),
    (ticket(7, 1, workplace="PM №9"), ("workplace", "no_such")),
    (ticket(7, 1, tariff="Нет такого"), ("tariff", "no_such")),
    (ticket(7, 1, variant="Нет такого"), ("variant", "no_such")),
    (ticket(7, 1, modifiers=["Полка", "Нет такого"]), ("modifiers", "no_such")),
    (ticket(7, 1, tariff="Суточный"), ("tariff", "tariff_days")),
    (ticket(7, 1, "2022-12-07", tariff="Почасовой"), ("tariff", "tariff_hours")),
    (ticket(7, 1, ends_at="2022-12-07T12:00:00+03:00"), ("ends_at", "one_day")),
    (ticket(7, 1, "2022-12-07..2040-12-07"), ("ends_on", "long")),
    (ticket(7, 1, room="Чужое", workplace="PM №1"), ("room", "no_such")),
    (ticket(7, 1, tariff="Чужой"), ("tariff", "no_such")),
    ({"kind": "room", "service": "Нет такой", "name": "Зал"}, ("service", "no_such")),
    (
        {"kind": "workplace", "service": FLOOR, "room": "Нет такого", "label": "PM №1"},
        ("room", "no_such"),
    ),
    (tariff("Новый", "day", variant="Нет такого"), ("variant", "no_such")),
    (order(7, status="active"), ("status", "choice")),
    ({"kind": "visitor"}, ("kind", "choice")),
    ({"number": 7}, ("kind", "missing")),
    ("[1, 2]", (None, "not_object")),
    ("{'kind': 'order'}", (None, "not_json")),
    ('{"kind": "order", "price": NaN}', (None, "not_finite")),
    ('{"kind": "order", "number": 1, "number": 2}', ("number", "duplicate")),
    (b'{"kind": "person", "key": "\xff"}', (None, "not_utf8")),
    ("\ufeff{}", (None, "not_json")),
    ("[" * 100_000, (None, "too_deep")),
    ('{"kind": "person", "key": "' + "x" * LINE_MAX + '"}', (None, "too_long_line")),
]


def test_a_bad_line_is_told_and_everything_else_is_loaded(importing: Importing) -> None:
    foreign = [
        {"kind": "service", "name": "Чужая"},
        {"kind": "room", "service": "Чужая", "name": "Чужое"},
        {"kind": "workplace", "service": "Чужая", "room": "Чужое", "label": "PM №1"},
        tariff("Чужой", "hour", service="Чужая"),
    ]
    importing(*world(), *foreign, order(1))
    good = [order(100 + nth) for nth in range(len(BAD))]
    bad = [line for line, _expected in BAD]
    report = importing(*chain.from_iterable(zip(good, bad, strict=True)), ticket(1, 1))
    assert importing.told() == [
        (2 * nth, *expected) for nth, (_line, expected) in enumerate(BAD, 1)
    ]
    counted = (report.lines, report.created, report.refused)
    assert counted == (2 * len(BAD) + 1, len(BAD) + 1, len(BAD))
    assert report.problems == sorted(importing.problems, key=lambda one: one.line)
    importing.assert_sound()


def test_all_that_is_wrong_with_a_line_is_told_at_once(importing: Importing) -> None:
    importing(*world(), order(1))
    report = importing(ticket(7, 1, room="Нет", tariff="Нет", visitor="u-9", modifiers=["Нет"]))
    assert {field for _line, field, _code in importing.told()} == {
        "room",
        "tariff",
        "visitor",
        "modifiers",
    }
    assert (report.refused, len(report.problems)) == (1, 4)


def test_what_depends_on_a_refused_line_names_that_line(importing: Importing) -> None:
    report = importing(
        {"kind": "service", "name": "Другая", "slot_minutes": 0},
        {"kind": "room", "service": "Другая", "name": "Зал"},
        {"kind": "workplace", "service": "Другая", "room": "Зал", "label": ONE},
        *world(),
        person("u-3", "", "Пётр"),
        order(1, customer="u-3"),
        ticket(1, 1, visitor="u-3"),
        order(2),
        ticket(2, 2),
    )
    bad = len(world()) + 4
    assert importing.told() == [
        (1, "slot_minutes", "out_of_range"),
        (2, "service", "depends"),
        (3, "service", "depends"),
        (bad, "last_name", "empty"),
        (bad + 1, "customer", "depends"),
        (bad + 2, "order", "depends"),
        (bad + 2, "visitor", "depends"),
    ]
    causes = {
        (problem.line, problem.field): problem.params["line"]
        for problem in importing.problems
        if problem.code == "depends"
    }
    assert causes == {
        (2, "service"): 1,
        (3, "service"): 1,
        (bad + 1, "customer"): bad,
        (bad + 2, "order"): bad + 1,
        (bad + 2, "visitor"): bad,
    }
    assert report.refused == 6
    importing.assert_sound()


def test_what_depends_on_a_refused_change_waits_too(importing: Importing) -> None:
    importing(*world(), order(1), ticket(1, 1, "13-15"))
    importing(order(1, "wrong"), ticket(1, 1, "14-16"))
    assert importing.told() == [(1, "status", "choice"), (2, "order", "depends")]
    assert importing.seats(1) == [(ONE, "10:00", "12:00")]


def test_a_later_good_line_makes_up_for_a_bad_one(importing: Importing) -> None:
    importing(*world(), order(1, "wrong"), ticket(1, 1), order(1, "confirmed"))
    assert [code for _line, _field, code in importing.told()] == ["choice"]
    assert importing.desk.tickets.get(1).workplace == ONE


def test_a_seat_conflict_names_the_ticket_in_the_way(importing: Importing) -> None:
    importing(*world(), order(1), ticket(1, 1, "9-12"))
    report = importing(
        order(2),
        ticket(2, 2, "12-14"),  # touches the first and is free
        ticket(3, 2, "11-13"),
        ticket(4, 2, "11-13", room=QUIET),
        ticket(5, 2, "2022-12-06"),
        order(3, "cancelled"),
        ticket(6, 3, "9-12"),  # holds no seat
    )
    assert importing.told() == [(3, "workplace", "seat_taken"), (5, "workplace", "seat_taken")]
    first, second = importing.problems
    assert first.params == {"ticket": 1, "workplace": ONE, "room": ROOM, "wanted": 3}
    assert second.params["ticket"] == 1
    assert (report.created, report.refused) == (5, 2)
    importing.assert_sound()


def test_two_lines_of_one_file_may_not_have_one_seat(importing: Importing) -> None:
    importing(*world(), order(1), *(ticket(number, 1, "9-12") for number in (3, 1, 2)))
    assert [problem.params["ticket"] for problem in importing.problems] == [3, 3]
    assert importing.rows("SELECT number FROM ticket") == [(3,)]


def test_two_tickets_of_one_order_that_want_one_seat_are_told_so(importing: Importing) -> None:
    importing(*world(), order(1, "cancelled"), ticket(1, 1, "13-15"), ticket(2, 1, "14-16"))
    importing(order(1, "confirmed"))
    assert importing.told() == [(1, "status", "seat_own")]
    importing.assert_sound()


def test_a_report_keeps_the_first_problems_and_counts_all(importing: Importing) -> None:
    lines = [
        {"kind": "person", "key": f"u-{number}", "phone": "12"} for number in range(PROBLEMS_KEPT)
    ]
    report = importing(*lines)
    assert len(importing.problems) == 2 * PROBLEMS_KEPT
    assert len(report.problems) == PROBLEMS_KEPT
    assert report.refused == PROBLEMS_KEPT
    assert [problem.line for problem in report.problems] == sorted(
        problem.line for problem in report.problems
    )


def test_an_endless_line_from_a_pipe_is_one_problem(importing: Importing) -> None:
    reading, writing = os.pipe()

    def feed() -> None:
        with os.fdopen(writing, "wb") as out:
            for _ in range(10):
                out.write(b"x" * LINE_MAX)
            out.write(b"\n")
            out.write(written(importing.folder / "w.jsonl", world()).read_bytes())

    feeder = threading.Thread(target=feed)
    feeder.start()
    with os.fdopen(reading, "rb") as pipe:
        report = importing.file(pipe)
    feeder.join()
    assert importing.told() == [(1, None, "too_long_line")]
    assert report.created == len(world())


@pytest.mark.parametrize(
    "content",
    [
        b"\x00" * 5_000,
        bytes(range(256)) * 20,
        b"\xff\xfe" + '{"kind": "person"}\n'.encode("utf-16-le"),
        b"SQLite format 3\x00" + b"\x00" * 4_000,
        b"PK\x03\x04" + b"\n" * 100,
        b'{"kind": "ticket"' * 100,
    ],
)
def test_a_file_of_another_kind_is_told_line_by_line(importing: Importing, content: bytes) -> None:
    before = importing.content()
    report = importing.file(io.BytesIO(content))
    assert report.refused > 0
    assert (report.created, report.updated) == (0, 0)
    assert all(reason(problem) for problem in importing.problems)
    assert importing.content() == before


# ── Sentences ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_sentence_says_where_what_and_how_to_mend_it(
    importing: Importing, language: i18n.Language
) -> None:
    importing(*world(), order(1), ticket(1, 1), order(2, price=5), ticket(2, 2))
    importing.problems.append(
        Problem(9, "service_fixed", "service", {"tickets": 2}, Kind.ORDER, "1")
    )
    importing.problems.append(
        Problem(10, "wrong_status", "visitor", {"status": "done"}, Kind.TICKET, "1")
    )
    i18n.set_language(language)
    line = len(world()) + 3
    assert [problem_text(problem) for problem in importing.problems] == {
        "ru": [
            f"Строка {line}, order 2, price: 5 — не сумма. Напишите её текстом с точкой: «900.00».",
            f"Строка {line + 1}, ticket 2, order: «2» не принято в строке {line}. "
            "Сначала исправьте ту строку.",
            "Строка 9, order 1, service: у заказа 2 билета другой услуги, поэтому услугу сменить "
            "нельзя.",
            "Строка 10, ticket 1, visitor: это уже нельзя изменить: билет в статусе «Выполнен».",
        ],
        "en": [
            f"Line {line}, order 2, price: 5 is not an amount. Write it as a text with a point: "
            "“900.00”.",
            f"Line {line + 1}, ticket 2, order: “2” was refused at line {line}. "
            "Correct that line first.",
            "Line 9, order 1, service: the order has 2 tickets of another service and can't change "
            "to this one.",
            "Line 10, ticket 1, visitor: this can't be changed any more: the ticket is “Done”.",
        ],
    }[language]


def test_what_a_line_holds_can_not_reach_the_terminal_as_it_is(importing: Importing) -> None:
    importing(
        {"kind": "person", "key": "u-1\x1b]52;c;eA==\x07"},
        {"kind": "person", "key": "u-2", "\x1b[2J[bold]": 1},
        {"kind": "\u202eticket", "number": 1},
        {"kind": "order", "number": "\x9b31m" + "x" * 500},
    )
    told = [problem_text(problem) for problem in importing.problems]
    assert len(told) > 4
    assert all(text.isprintable() and len(text) < 400 for text in told)
