"""Choosing by a letter: exactly that letter, and round at the end."""

from __future__ import annotations

from olvery_tui.widgets.fields.typed_choice import next_beginning_with
from tests.each import each

LABELS = ["Подтвержден", "Новый. В процессе оплаты", "Отменен", "Ёлка", "Йога"]


@each(
    ("letter", "start", "found"),
    [
        ("п", None, 0),
        ("П", 0, 1),
        ("о", None, 1),
        ("о", 1, 2),
        ("о", 2, 1),
        ("е", None, 3),
        ("й", None, 4),
        ("и", None, None),
        ("o", None, None),
        ("B", None, None),
        (".", None, None),
        ("", None, None),
        (" ", None, None),
    ],
)
def test_a_letter_finds_the_next_word_that_begins_with_it_and_not_one_that_looks_alike(
    letter: str, start: int | None, found: int | None
) -> None:
    assert next_beginning_with(letter, LABELS, start) == found


def test_among_nothing_nothing_is_found() -> None:
    assert next_beginning_with("п", [], None) is None
