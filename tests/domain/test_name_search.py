"""What is typed to find a person, and the words that answer it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.name_search import (
    index_words,
    name_parts,
    patronymic,
    terms,
    without_particles,
)
from olvery_tui.domain.people import PersonFields
from tests.each import each


@each(
    ("typed", "found"),
    [
        ("Семёнова Мария", ("семенова", "мария")),
        ("Иванов П.С.", ("иванов", "п", "с")),
        ("9655776500", ("9655776500",)),
        ("8 965 577", ("8965577",)),
        ("+7 (965)", ("+7965",)),
        ("+ 7(965) 577-65-00", ("+79655776500",)),
        ("577–65", ("57765",)),
        ("Иванов 577-65", ("иванов", "57765")),
        ("577-65 Иванов", ("57765", "иванов")),
        ("Гость 7", ("гость", "7")),
        ("2а кв12", ("2а", "кв12")),
        ("12 3а", ("12", "3а")),
        ("+", ()),
        ("() -", ()),
    ],
)
def test_digits_that_are_typed_as_a_phone_are_one_term(typed: str, found: tuple[str, ...]) -> None:
    assert terms(typed) == found


@given(st.text("0123456789", min_size=3, max_size=11), st.data())
def test_every_run_of_a_phones_digits_begins_a_word_of_the_index(
    digits: str, data: st.DataObject
) -> None:
    begin = data.draw(st.integers(0, len(digits) - 3))
    end = data.draw(st.integers(begin + 3, len(digits)))
    found = index_words(PersonFields("Иванов", "Пётр", f"+{digits}"))
    assert any(word.startswith(digits[begin:end]) for word in found)
    assert f"+{digits}" in found


def test_a_russian_phone_is_found_by_its_8_too() -> None:
    assert "89655776500" in index_words(PersonFields("", "", "+79655776500"))
    assert "8930901820" not in index_words(PersonFields("", "", "+4930901820"))


def test_who_has_no_phone_and_no_name_is_found_by_nothing() -> None:
    assert index_words(PersonFields("", "", None)) == ()


@each(
    ("typed", "spared"),
    [
        ("Иванов Пётр Сергеевич", "сергеевич"),
        ("Пётр Сергеевич Иванов", "сергеевич"),
        ("Иванов П.С.", "с"),
        ("П. С. Иванов", "с"),
        ("Иванов Пётр С.", "с"),
        ("Пётр С. Иванов", "с"),
        ("Иванов П. Сергеевич", "сергеевич"),
        ("Иванов Пётр Серг", "серг"),  # on the way
        ("Абрамович Роман Аркадьевич", "аркадьевич"),
        ("Роман Аркадьевич Абрамович", "аркадьевич"),
        ("Иванова Анна Ильинична", "ильинична"),
        ("Иваненко Олексій Миколайович", "миколайович"),
        ("Быкаў Васіль Уладзіміравіч", "уладзимиравич"),
        ("Ахметов Қайрат Ғабитұлы", "габитулы"),
        ("Алиев Мамед Ахмед оглы", "ахмед"),
        ("Алиева Лейла Ахмед кызы", "ахмед"),
        ("Иванов Пётр Сергеевич 9655776", "сергеевич"),
        ("Алиев Мамед оглы", None),
        ("Иванов Пётр", None),
        ("Абрамович Роман", None),
        ("Иванов П.", None),
        ("Иванов 965 577", None),
        ("Пётр Сергеевич", None),
        ("", None),
    ],
)
def test_one_term_of_three_may_be_a_patronymic(typed: str, spared: str | None) -> None:
    asked = without_particles(terms(typed))
    index = patronymic(asked)
    assert (None if index is None else asked[index].replace("ў", "у")) == (
        spared if spared is None else terms(spared)[0]
    )


@each(
    ("typed", "parts", "runs"),
    [
        ("Иванов П.С.", ["иванов", "п", "с"], []),
        ("П.С.Иванов", ["п.с.иванов"], []),
        ("мин-сиб", ["мин-сиб"], []),
        ("0%_с", ["0%_с"], []),
        ("577-65", [], ["577-65"]),
        ("Иванов 8 (965)", ["иванов"], ["8 (965)"]),
        ("(965) 577", [], ["(965) 577"]),
        ("77", ["77"], []),
        ("семенова, мария;", ["семенова", "мария"], []),
    ],
)
def test_a_partial_search_looks_for_parts_of_names_and_runs_of_digits(
    typed: str, parts: list[str], runs: list[str]
) -> None:
    assert name_parts(typed) == (parts, runs)
