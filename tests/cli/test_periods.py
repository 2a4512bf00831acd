"""Periods on the command line: changed, left early, cancelled, renewed."""

from __future__ import annotations

import json

from tests.cli.conftest import Run


def ticket(run: Run, *words: object) -> dict[str, object]:
    done = run("ticket", *words, "--format", "json")
    assert (done.code, done.err) == (0, "")
    found: dict[str, object] = json.loads(done.out)
    return found


def test_a_period_is_changed_by_hours_and_by_days(run: Run) -> None:
    later = ticket(run, 27, "period", "--end", "06.12.2022 13:30")
    assert later["period"]["ends_at"] == "2022-12-06T13:30:00+03:00"  # type: ignore[index]
    order = json.loads(run("order", 1216, "--format", "json").out)
    assert order["owed"] == "500.00"  # a begun hour counts whole
    days = ticket(run, 31, "period", "--end", "2022-12-16", "--price", "0")
    assert days["period"]["text"] == "13.12.2022 - 16.12.2022"  # type: ignore[index]


def test_who_leaves_is_told_by_now_and_who_has_the_place_by_a_refusal(run: Run) -> None:
    left = ticket(run, 25, "period", "--end", "now")
    assert left["period"]["ends_at"].startswith("2022-12-06T10:00")  # type: ignore[index]
    taken = run("ticket", 31, "period", "--end", "2022-12-25")
    assert taken.code == 1
    assert "билет 26" in taken.err
    assert "с 22.12.2022 00:00" in taken.err


def test_the_only_ticket_of_an_order_is_cancelled_with_it(run: Run) -> None:
    gone = ticket(run, 28, "cancel", "--reason", "заболела")
    assert (gone["status"], gone["order_status"]) == ("cancelled", "cancelled")


def test_what_belongs_to_something_else_is_wrong_usage(run: Run) -> None:
    for words in (
        ("period",),
        ("period", "PM №1", "--end", "now"),
        ("cancel", "--end", "now"),
        ("--price", "1"),
        ("move", "PM №1", "--reason", "x"),
        ("period", "--end", "завтра в обед"),
        ("period", "--start", "2022-12-06 13:00", "--end", "2022-12-06 12:00"),
    ):
        assert run("ticket", 27, *words).code == 2, words


def test_renewals_are_told_with_what_stands_in_the_way(run: Run) -> None:
    assert json.loads(run("renewals", "--format", "json").out) == []
    run("settings", "--renewal-days", 60)
    (one,) = json.loads(run("renewals", "--format", "json").out)
    assert (one["ticket"], one["next"]["text"]) == (34, "26.01.2023 - 25.03.2023")
    assert (one["price"], one["obstacle"]) == ("15800.00", None)
    headings, line = run("renewals").out.splitlines()
    assert headings.split("\t") == ["Билет", "Посетитель", "Номер места", "Период", "Цена"]
    assert line.startswith("34\tМария Семенова\tPM №1\t26.01.2023 - 25.03.2023")
