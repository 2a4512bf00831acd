"""Places on the command line: closed with their tickets moved, listed, and opened again."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Done, Run

ROOM = ("--room", "Коворкинг №1")
WEEK = ("--from", "2022-12-07", "--to", "13.12.2022", "--reason", "ремонт")
CLOSED = {
    "workplace": "PM №1",
    "room": "Коворкинг №1",
    "service": "Коворкинг на 3 этаже",
    "starts_at": "2022-12-07T00:00:00+03:00",
    "ends_at": "2022-12-14T00:00:00+03:00",
    "reason": "ремонт",
}
MOVED = {"ticket": 23, "from": "PM №1", "to": "PM №3", "room": "Коворкинг №1"}


def closed(run: Run) -> list[dict[str, object]]:
    return json.loads(run("places", "list", "--closed", "--format", "json").out)


def exits(done: Done, code: int, *told: str) -> None:
    assert done.code == code, done
    assert all(text in done.err for text in told), done.err


def test_a_place_is_closed_listed_and_opened(run: Run) -> None:
    refused = run("places", "close", "PM №1", *ROOM, *WEEK)
    exits(refused, 1, "23  PM №1 → PM №3, Коворкинг №1", "--move")
    assert closed(run) == []

    done = run("places", "close", "pm №1", *ROOM, *WEEK, "--move", "--format", "json")
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert told["closed"] == [CLOSED]
    assert [told["moved"][0], told["moved"][1]["ticket"]] == [MOVED, 31]
    (line,) = closed(run)
    assert line == {
        **{key: CLOSED[key] for key in ("workplace", "room", "service")},
        "closed": [{key: CLOSED[key] for key in ("starts_at", "ends_at", "reason")}],
    }
    exits(run("places", "close", "PM №1", *ROOM, *WEEK, "--move"), 1, "закрыто: ремонт")
    assert "07.12.2022 - 13.12.2022 ремонт" in run("places", "list").out

    done = run("places", "open", "PM №1", *ROOM)
    assert (done.code, done.out) == (0, "Снова открыто: PM №1\n")
    exits(run("places", "open", "PM №1", *ROOM), 1, "Не закрыто: PM №1")


def test_without_an_end_and_from_now_on(run: Run) -> None:
    done = run("places", "close", "PM №9", "PM №10", *ROOM, "--reason", "=потоп")
    assert done.code == 0
    assert "PM №9, Коворкинг №1  с 06.12.2022 10:00, без срока  =потоп" in done.out
    rows = list(csv.reader(io.StringIO(run("places", "list", "--format", "csv").out)))
    assert rows[0] == ["workplace", "room", "service", "closed_from", "closed_to", "reason"]
    of_ninth = next(row for row in rows if row[:2] == ["PM №9", "Коворкинг №1"])
    assert of_ninth[3:] == ["2022-12-06T10:00:00+03:00", "", "'=потоп"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("PM №1", *WEEK), "есть в нескольких помещениях"),
        (("PM №99", *WEEK), "Места PM №99 нет"),
        (("PM №1", *ROOM, "--to", "05.12.2022", "--reason", "р"), "--to: Этот срок уже прошел"),
        (("PM №1", *ROOM, "--from", "завтра", "--reason", "р"), "--from: "),
        (("PM №1", *ROOM, "--reason", " "), "--reason: "),
        (("PM №1", *ROOM), "--reason"),
    ],
)
def test_what_can_t_be_used_is_told_with_its_word(
    run: Run, words: tuple[str, ...], told: str
) -> None:
    exits(run("places", "close", *words), 2, told)
    assert closed(run) == []


def test_a_ticket_without_a_free_place_is_named(run: Run) -> None:
    for room, last in (("Коворкинг №2", 8), ("Тихая", 4)):
        names = [f"PM №{n}" for n in range(1, last + 1)]
        words = ("places", "close", *names, "--room", room, "--reason", "р", "--move")
        assert run(*words, "--from", "07.12.2022").code == 0
    all_of_it = [f"PM №{n}" for n in range(1, 11)]
    exits(run("places", "close", *all_of_it, *ROOM, *WEEK, "--move"), 1, "23 Марина Спиридонова")


def test_the_documentation_shows_what_is_printed() -> None:
    text = Path("docs/cli.md").read_text(encoding="utf-8")
    assert json.dumps(MOVED, ensure_ascii=False) in text
