"""Names folded for search, and the checks of a new person's fields."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.errors import InvalidForm, InvalidInput
from olvery_tui.domain.people import (
    NOTE_MAX,
    PersonFields,
    begun,
    check_email,
    check_name,
    check_person,
    check_phone,
    fold,
    folded_name,
    name_words,
    shown_phone,
    words,
)
from olvery_tui.domain.text import NAME_MAX, clean
from tests.desk.making import as_typed
from tests.each import each


@each(
    ("one", "other"),
    [
        ("СЕМЕНОВА", "семенова"),
        ("Семёнова", "Семенова"),
        ("СЕМЁНОВА", "семенова"),
        ("Семе\u0308нова", "Семенова"),  # ё typed as two characters
        ("PM №1", "РМ №1"),  # the second in Cyrillic letters
        ("CEMEHOBA", "СЕМЕНОВА"),  # the first in Latin letters
        ("О'Нил", "О’Нил"),
        ("О'Нил", "ОНил"),
        ("José", "Jose"),
        ("Мари\u0301я", "Мария"),  # a stress mark
        ("Straße", "STRASSE"),
        ("İpek", "ipek"),
        ("  Анна   Мария ", "анна мария"),
        ("Ив\u200bан", "Иван"),
    ],
)
def test_search_takes_these_for_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@each(("one", "other"), [("й", "и"), ("щ", "ш"), ("ъ", "ь"), ("%", "_"), ("1", "l"), ("з", "s")])
def test_search_tells_these_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюяabcdefghijklmnopqrstuvwxyz -'", max_size=20))
def test_case_never_matters(text: str) -> None:
    assert fold(text.upper()) == fold(text) == fold(text.title())


@each(
    ("text", "found"),
    [
        ("Семенова Мария", ("семенова", "мария")),
        ("мамин-сибиряк", ("мамин", "сибиряк")),
        ("Анна, Мария!", ("анна", "мария")),
        ("сем_мар", ("сем", "мар")),
        ("100% скидка", ("100", "скидка")),
        ("о'нил", ("онил",)),
        ("«Ромашка»", ("ромашка",)),
        ("% _ ' \"", ()),
        ("", ()),
    ],
)
def test_a_text_is_split_into_words(text: str, found: tuple[str, ...]) -> None:
    assert words(text) == found


def test_a_person_is_found_by_every_part_of_both_names() -> None:
    assert set(name_words("Мамин-Сибиряк", "Дмитрий")) == {"мамин", "сибиряк", "дмитрий"}
    assert name_words("Иванов", "Иванов") == ("иванов",)


def test_an_apostrophe_joins_and_parts() -> None:
    assert set(name_words("д’Артаньян", "Шарль")) == {"дартаньян", "д", "артаньян", "шарль"}


@given(st.text(max_size=30), st.text(max_size=30))
def test_every_typed_part_of_a_name_finds_it(last_name: str, first_name: str) -> None:
    found = name_words(last_name, first_name)
    assert len(set(found)) == len(found)
    for word in words(f"{last_name} {first_name}"):
        assert any(name.startswith(word) for name in found)


@each(
    ("typed", "fields"),
    [
        ("Иванов Пётр Сергеевич", ("Иванов", "Пётр", "", "", "Сергеевич")),
        ("Пётр Сергеевич Иванов", ("Иванов", "Пётр", "", "", "Сергеевич")),
        ("Абрамович Роман Аркадьевич", ("Абрамович", "Роман", "", "", "Аркадьевич")),
        ("Алиев Мамед Ахмед оглы", ("Алиев", "Мамед", "", "", "Ахмед оглы")),
        ("Ли Анна Мария", ("Ли", "Анна Мария", "", "")),
        ("Иванов", ("Иванов", "", "", "")),
        ("8 965 577-65-00", ("", "", "8 965 577-65-00", "")),
        ("+7 (965)", ("", "", "+7 (965)", "")),
        ("89655", ("", "", "89655", "")),
        ("(965) 577", ("", "", "(965) 577", "")),
        ("Иванов +7 965 577 65 00 Пётр", ("Иванов", "Пётр", "+7 965 577 65 00", "")),
        ("ivanov@mail.ru", ("", "", "", "ivanov@mail.ru")),
        ("Иванов Пётр ivanov@mail.ru", ("Иванов", "Пётр", "", "ivanov@mail.ru")),
        ("Гость 7", ("Гость", "7", "", "")),
        ("+", ("", "", "", "")),
        ("", ("", "", "", "")),
    ],
)
def test_a_new_person_begins_with_what_was_typed_each_in_its_field(
    typed: str, fields: tuple[str, ...]
) -> None:
    empty = dict.fromkeys(("phone", "email", "patronymic"), "")
    assert begun(typed) == empty | as_typed(*fields)


@given(st.text("0123456789+() -.–", max_size=25))
def test_what_has_no_letter_never_becomes_a_name(typed: str) -> None:
    found = begun(typed)
    assert found["last_name"] == found["first_name"] == ""
    assert bool(found["phone"]) == any(map(str.isdigit, typed))


def test_who_has_no_first_name_is_a_person_too() -> None:
    assert check_person(**as_typed("Сукарно", "")) == PersonFields("Сукарно", "")
    assert check_person(**as_typed("Сукарно", " — ")) == PersonFields("Сукарно", "")


@each("typed", ["89655776500", "+7 (965) 577-65-00", "5 77 65-00"])
def test_a_phone_is_no_last_name(typed: str) -> None:
    with pytest.raises(InvalidForm) as caught:
        check_person(**as_typed(typed, "Пётр"))
    assert [(one.field, one.code) for one in caught.value.problems] == [
        ("last_name", "phone_as_name")
    ]


def test_the_partial_search_looks_at_the_last_name_first() -> None:
    assert folded_name("Семёнова", "Мария") == "семенова мария"
    assert folded_name("", "Мария") == "мария"


@each(
    ("typed", "stored"),
    [
        ("+7 (965) 577-65-00", "+79655776500"),
        ("8 965 577-65-00", "+79655776500"),
        ("89655776500", "+79655776500"),
        ("9655776500", "+79655776500"),
        ("  +7\u00a0965 577 65 00 ", "+79655776500"),
        ("+375 29 123-45-67", "+375291234567"),
        ("+49 30 901820", "+4930901820"),
        ("", None),
        ("   ", None),
    ],
)
def test_a_phone_is_kept_in_e164(typed: str, stored: str | None) -> None:
    assert check_phone("phone", typed) == stored


@given(
    st.sampled_from(["+7", "8"]),
    st.text("3456789", min_size=1, max_size=1),
    st.lists(
        st.tuples(
            st.sampled_from(["", "", " ", "-", "(", ") ", "--"]), st.sampled_from("0123456789")
        ),
        min_size=9,
        max_size=9,
    ),
)
def test_a_russian_phone_is_what_the_library_makes_of_it(
    country: str, first: str, rest: list[tuple[str, str]]
) -> None:
    typed = clean(country + first + "".join(map("".join, rest)))
    number = phonenumbers.parse(typed, "RU")
    assert check_phone("phone", typed) == phonenumbers.format_number(
        number, phonenumbers.PhoneNumberFormat.E164
    )


@each(
    "typed",
    ["12", "abc", "+7 965", "8 800 FLOWERS", "+7 965 577-65-00 доб. 12", "1" * 500, "+0 000 000"],
)
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_phone("phone", typed)
    assert (refused.value.field, refused.value.code) == ("phone", "phone")


@each(
    ("stored", "read"),
    [
        ("+79655776500", "+7 (965) 577-65-00"),
        ("+375291234567", "+375291234567"),
        ("+7965", "+7965"),
        ("\x1b[31m+7", "[31m+7"),
    ],
)
def test_a_phone_is_shown_as_people_read_it(stored: str, read: str) -> None:
    assert shown_phone(stored) == read


@each(
    ("typed", "stored"),
    [
        ("koshatina77@mail.ru", "koshatina77@mail.ru"),
        (" Anna@MAIL.RU ", "Anna@mail.ru"),
        ("почта@пример.рф", "почта@пример.рф"),
        ("", None),
    ],
)
def test_an_email_is_kept_as_it_is_written_with_its_domain_in_small_letters(
    typed: str, stored: str | None
) -> None:
    assert check_email("email", typed) == stored


@each("typed", ["anna", "anna@", "@mail.ru", "a b@mail.ru", "a@b", "a" * 500])
def test_what_is_no_email_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_email("email", typed)
    assert (refused.value.field, refused.value.code) == ("email", "email")


@each("typed", ["", "   ", "-", "%_'", "💡", "\u200b", "\u3164", "\x1b"])
def test_a_name_needs_a_letter(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_name("last_name", typed)
    assert (refused.value.field, refused.value.code) == ("last_name", "required")


def test_a_name_is_kept_clean() -> None:
    assert check_name("first_name", " Анна\n\x1b[1m ") == "Анна [1m"
    assert check_name("first_name", "я" * NAME_MAX) == "я" * NAME_MAX


def test_a_name_of_ten_thousand_letters_is_refused_with_the_limit() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_name("last_name", "я" * 10_000)
    assert refused.value.code == "too_long"
    assert refused.value.params == {"limit": NAME_MAX}


def test_every_bad_field_of_a_new_person_is_told_at_once() -> None:
    with pytest.raises(InvalidForm) as refused:
        check_person(**as_typed("", "я" * 101, "12", "anna@"))
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        ("last_name", "required"),
        ("first_name", "too_long"),
        ("phone", "phone"),
        ("email", "email"),
    ]


def test_a_new_persons_fields_come_back_clean() -> None:
    fields = check_person(
        **as_typed(" Семенова ", "Мария", "8 (965) 577-65-00", "Koshatina77@Mail.ru")
    )
    assert fields == PersonFields("Семенова", "Мария", "+79655776500", "Koshatina77@mail.ru")


def test_a_patronymic_and_a_note_are_fields_of_their_own_and_may_be_left_out() -> None:
    fields = check_person(last_name="Иванов", patronymic=" Сергеевич ", note=" просит\nтишины ")
    assert fields == PersonFields("Иванов", patronymic="Сергеевич", note="просит тишины")
    with pytest.raises(InvalidForm) as refused:
        check_person(last_name="Иванов", note="я" * (NOTE_MAX + 1))
    assert [(one.field, one.code) for one in refused.value.problems] == [("note", "too_long")]


def test_phone_and_email_may_be_left_out() -> None:
    assert check_person(**as_typed("Ли", "Мэй")) == PersonFields("Ли", "Мэй", None, None)
