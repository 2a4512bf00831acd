"""A shift on the command line: opened, paid in, closed with a note, forgotten."""

import json

from tests.cli.conftest import Run


def test_a_shift_is_opened_paid_in_and_closed(run: Run) -> None:
    assert run("shift", "close").code == run("shift", "show").code == 1
    assert run("shift", "open").out == "Смена открыта с 06.12.2022 10:00.\n"
    assert run("order", 1215, "refund", "100,50", "--kind", "on_site").code == 0
    assert run("order", 1215, "pay", "100", "--kind", "online").code == 0

    told = json.loads(run("shift", "close", "--note", "Ключ у охраны", "--format", "json").out)
    assert [
        (one["kind"], one["currency"], one["paid"], one["refunded"], one["sum"])
        for one in told["takings"]
    ] == [
        ("on_site", "RUB", "0.00", "100.50", "-100.50"),
        ("online", "RUB", "100.00", "0.00", "100.00"),
    ]
    assert told["owed"][0]["amount"] == "0.50"
    assert (told["manager"], told["forgotten"], told["note"]) == (None, False, "Ключ у охраны")
    assert run("shift", "close").code == 1

    shown = run("shift", "show").out
    assert "На месте" in shown
    assert "возвращено 100,50" in shown
    assert run("shift", "open").code == 0
    assert "никто не закрыл" in run("shift", "open").out
    assert run("shift", "close", "--note", "д" * 501).code == 2
