"""One ticket, whole; and the promise to the programs that read it."""

import json

from olvery_tui.export.json_lines import json_text
from tests.cli.conftest import Run

EXAMPLE = """
{"number": 26, "status": "confirmed", "order": 1215, "order_status": "confirmed",
 "period": {"kind": "daily", "starts_at": "2022-12-22T00:00:00+03:00", "ends_at": "2022-12-25T00:00:00+03:00", "text": "22.12.2022 - 24.12.2022"},
 "visitor": {"last_name": "Семенова", "first_name": "Мария", "phone": "+79655776500", "email": "koshatina77@mail.ru",
  "patronymic": "", "note": "", "ban_reason": null},
 "service": "Коворкинг на 3 этаже", "room": "Коворкинг №1", "workplace": "PM №1", "variant": null, "tariff": "Суточный", "modifiers": ["Принтер", "Полка"],
 "created_at": "2022-12-05T19:02:00+03:00", "validated_at": null, "validated_by": null, "overdue": false,
 "cancelled_at": null, "unit_price": "900.00"}
"""  # noqa: E501 - to the letter
"""What the documentation promises."""


def in_order(value: object) -> object:
    """The same value, with objects that also compare the order of their keys."""
    if isinstance(value, dict):
        return [(key, in_order(one)) for key, one in value.items()]
    return [in_order(one) for one in value] if isinstance(value, list) else value


def test_the_json_of_ticket_26_is_the_documentations_to_the_letter(run: Run) -> None:
    done = run("ticket", 26, "--format", "json")
    assert (done.code, done.err) == (0, "")
    assert in_order(json.loads(done.out)) == in_order(json.loads(EXAMPLE))


def test_the_list_holds_the_same_object(run: Run) -> None:
    done = run("tickets", "--number", 26, "--format", "json")
    assert in_order(json.loads(done.out)) == in_order([json.loads(EXAMPLE)])


def test_a_checked_ticket_says_when_and_by_whom(run: Run) -> None:
    found = [
        one
        for one in json.loads(run("tickets", "--format", "json").out)
        if one["validated_at"] is not None
    ]
    for ticket in found:
        assert ticket["validated_by"]
        assert ticket["validated_at"].endswith("+03:00")


def test_for_people_the_facts_stand_under_each_other(run: Run) -> None:
    done = run("ticket", 26)
    facts = dict(line.split("\t") for line in done.out.splitlines())
    assert facts["Билет"] == "26"
    assert facts["Посетитель"] == "Мария Семенова"
    assert facts["Телефон"] == "+7 (965) 577-65-00"
    assert facts["Период аренды"] == "22.12.2022 - 24.12.2022"
    assert facts["Статус"] == "Подтвержден"
    assert facts["Заказ"] == "1215 · Подтвержден"
    assert facts["Модификаторы"] == "Принтер, Полка"


def test_it_is_told_in_english_too(run: Run) -> None:
    assert "Visitor\t" in run("--lang", "en", "ticket", 26).out


def test_there_is_no_ticket_33_and_the_answer_is_no(run: Run) -> None:
    done = run("ticket", 33, "--format", "json")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("Билета 33 нет")


def test_json_never_commands_the_terminal() -> None:
    hostile = "a\x1b[2J\x9b2J\u202eb\u200b\ufeff\u2028\udc80"
    text = json_text({"name": hostile})
    assert text.isprintable()
    assert json.loads(text) == {"name": hostile}
