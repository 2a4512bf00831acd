"""The calendar on the command line: who has which place, what is free, and a move."""

import csv
import io
import json

from tests.cli.conftest import Run

THIRD_FLOOR = ("--service", "коворкинг на 3 этаже", "--room", "Коворкинг №1")


def taken(run: Run, *words: object) -> list[tuple[str, str, int]]:
    done = run("calendar", *words, "--format", "json")
    assert (done.code, done.err) == (0, "")
    return [(one["room"], one["workplace"], one["ticket"]) for one in json.loads(done.out)]


def test_today_is_shown_place_by_place(run: Run) -> None:
    assert taken(run) == [
        ("Коворкинг №1", "PM №1", 25),
        ("Коворкинг №1", "PM №2", 27),
        ("Коворкинг №1", "PM №3", 29),
    ]


def test_days_and_rooms_are_chosen(run: Run) -> None:
    found = taken(run, "--from", "2022-12-22", "--to", "25.12.2022", *THIRD_FLOOR)
    assert ("Коворкинг №1", "PM №1", 26) in found
    assert {room for room, _place, _ticket in found} == {"Коворкинг №1"}


def test_a_booking_as_json_is_what_the_documents_promise(run: Run) -> None:
    booking, *_others = json.loads(run("calendar", "--format", "json").out)
    assert booking == {
        "service": "Коворкинг на 3 этаже",
        "room": "Коворкинг №1",
        "workplace": "PM №1",
        "workplace_id": booking["workplace_id"],
        "kind": "ticket",
        "starts_at": "2022-12-06T09:00:00+03:00",
        "ends_at": "2022-12-06T12:00:00+03:00",
        "ticket": 25,
        "status": "active",
        "overdue": False,
        "visitor": "Мария Семенова",
        "validated_at": booking["validated_at"],
        "reason": None,
    }


def test_csv_has_the_same_columns(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("calendar", "--format", "csv").out)))
    (first,) = rows[:1]
    assert list(first) == list(json.loads(run("calendar", "--format", "json").out)[0])
    assert (first["ticket"], first["overdue"], first["reason"]) == ("25", "false", "")


def test_people_read_a_table(run: Run) -> None:
    line = run("calendar").out.splitlines()[1].split("\t")
    assert line == [
        "PM №1", "Коворкинг №1", "Коворкинг на 3 этаже", "06.12.2022 09:00–12:00", "25",
        "Активен", "Мария Семенова",
    ]  # fmt: skip


def free(run: Run, *words: object) -> dict[str, str | None]:
    done = run("free", *words, *THIRD_FLOOR, "--format", "json")
    assert (done.code, done.err) == (0, "")
    return {one["workplace"]: one["until"] for one in json.loads(done.out)}


def test_what_is_free_is_told_with_its_end(run: Run) -> None:
    now = free(run, "--at", "now")
    assert "PM №1" not in now
    assert now["PM №4"] is None
    noon = free(run, "--at", "2022-12-06 12:00")
    assert noon["PM №2"] == "2022-12-07T00:00:00+03:00"
    assert "PM №2" not in free(run, "--at", "06.12.2022 12:00", "--until", "2022-12-07 09:00")


def test_a_ticket_moves_and_is_refused_where_the_place_is_taken(run: Run) -> None:
    done = run("ticket", 25, "move", "pm №4", "--room", "Коворкинг №1", "--format", "json")
    assert done.code == 0
    assert json.loads(done.out)["workplace"] == "PM №4"
    periods = [line.split("\t")[3] for line in run("calendar").out.splitlines() if "\t25\t" in line]
    assert periods == ["06.12.2022 09:00 - 06.12.2022 10:00", "06.12.2022 10:00 - 06.12.2022 12:00"]

    refused = run("ticket", 25, "move", "PM №3", "--room", "Коворкинг №1")
    assert refused.code == 1
    assert "29" in refused.err


def test_words_that_name_nothing_are_refused(run: Run) -> None:
    for words, told in (
        (("calendar", "--room", "Чердак"), "Чердак"),
        (("calendar", "--from", "31.02.2022"), "--from"),
        (("free", "--at", "полдень"), "--at"),
        (("free", "--at", "06.12.2022 18:00", "--until", "06.12.2022 11:00"), "--until"),
        (("ticket", 25, "move"), "МЕСТО"),
        (("ticket", 25, "move", "PM №77"), "PM №77"),
        (("ticket", 25, "move", "PM №1"), "--room"),
        (("ticket", 25, "--room", "Зал"), "--room"),
    ):
        done = run(*words)
        assert done.code == 2, words
        assert told in done.err, words


def test_a_listed_calendar_is_an_export_and_a_list_of_free_places_is_not(run: Run) -> None:
    run("free")
    run("calendar")
    events = json.loads(run("events", "--kind", "export.started", "--format", "json").out)
    assert [one["data"]["what"] for one in events].count("calendar") == 1
