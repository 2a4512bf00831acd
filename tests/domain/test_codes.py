"""Which bursts of keys are codes, and which ticket a code names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.codes import COMMANDS, NUMBER_MAX, Codes, Place
from tests.each import each

LINE = Place(types=True)
PHONE = Place(types=True, takes=r"[1-9][0-9]{9,11}")
PASSWORD = Place(types=True, least=8)
ACTS = Place(types=True, takes=r".*[./~].*", acts=True)


@each(
    ("code", "number"),
    [
        ("31", 31),
        ("0000031", 31),
        (" 31\r\n", 31),
        ("№ 31", 31),
        ("№31", 31),
        ("#31", 31),
        ("Билет 31", 31),
        ("билет № 31", 31),
        ("Ticket 31", 31),
        ("No. 31", 31),
        (",bktn 31", 31),  # «билет» under the Latin layout
        ("olvery:31", 31),
        ("OLVERY:0031", 31),
        ("щдмукнЖ31", 31),
        (str(NUMBER_MAX), NUMBER_MAX),
        (str(NUMBER_MAX + 1), None),
        ("4600000000312", None),
        ("0", None),
        ("", None),
        ("-31", None),
        ("31-35", None),
        ("31 40", None),
        ("٣١", None),
        ("INV-00312", None),
        ("A00040", None),
        ("Место 31", None),
        ("Заказ 505", None),
        ("olvery:", None),
    ],
)
def test_a_code_names_one_ticket_or_none(code: str, number: int | None) -> None:
    assert Codes().number(code) == number


def test_the_pattern_is_the_settings() -> None:
    codes = Codes(r"INV-(\d+)")
    assert codes.number("INV-00312") == codes.number("ШТМ-00312") == 312
    assert codes.number("olvery:312") is None
    assert Codes("").number("31") == 31


@each(
    ("burst", "place", "is_code"),
    [
        ("0000312", COMMANDS, True),
        ("3", COMMANDS, True),
        ("INV-00312", COMMANDS, True),
        ("olvery:312", COMMANDS, True),
        ("A00040", COMMANDS, True),
        ("*00312*", COMMANDS, True),
        ("https://example.com/312", COMMANDS, True),
        ("Билет 31", COMMANDS, True),
        ("ива", COMMANDS, False),
        ("o", COMMANDS, False),
        ("/ива", COMMANDS, False),
        ("/9655", COMMANDS, False),
        (".9655", COMMANDS, False),
        ("0000312", LINE, True),
        ("4600000000312", LINE, True),
        ("INV-00312", LINE, True),
        ("ШТМ-00312", LINE, True),
        ("A00040", LINE, True),
        ("olvery:312", LINE, True),
        ("щдмукнЖ312", LINE, True),
        ("Семенова", LINE, False),
        ("Билет 31", LINE, False),
        ("irina77@example.com", LINE, False),
        ("tickets2026", LINE, False),
        ("12.03.2026", LINE, False),
        ("30-40", LINE, False),
        ("79655776500", LINE, True),
        ("79655776500", PHONE, False),
        ("4600000000312", PHONE, True),
        ("0000312", PHONE, True),
        ("312", PASSWORD, True),
        ("A1234", PASSWORD, True),
        ("0000312", PASSWORD, True),
        ("INV-00312", PASSWORD, True),
        ("horse7battery", PASSWORD, False),
        ("ivan0506", PASSWORD, False),
        ("INV-312", ACTS, True),
        ("AB12345", ACTS, True),
        ("tickets-2026-03-10.csv", ACTS, False),
        ("list", ACTS, False),
    ],
)
def test_what_a_burst_is_depends_on_what_it_contains_and_where_it_arrives(
    burst: str, place: Place, is_code: bool
) -> None:
    assert Codes().is_code(burst, place) is is_code


@given(
    st.integers(1, NUMBER_MAX), st.integers(0, 30), st.sampled_from(["", "№ ", "Билет ", "olvery:"])
)
def test_zeros_and_what_stands_before_a_number_do_not_matter(
    number: int, zeros: int, before: str
) -> None:
    assert Codes().number(f"{before}{'0' * zeros}{number}") == number


@given(st.integers(NUMBER_MAX + 1, 10**40))
def test_a_number_that_no_ticket_can_have_is_never_cut_to_one(number: int) -> None:
    assert Codes().number(str(number)) is None


@given(st.text(min_size=1), st.sampled_from([COMMANDS, LINE, PHONE, PASSWORD, ACTS]))
def test_any_text_is_a_code_or_not_and_names_a_possible_ticket_or_none(
    text: str, place: Place
) -> None:
    codes = Codes()
    codes.is_code(text, place)
    number = codes.number(text)
    assert number is None or 1 <= number <= NUMBER_MAX


@given(st.text(st.characters(whitelist_categories=["L"]), min_size=1))
def test_letters_alone_are_always_typed(text: str) -> None:
    assert not Codes().is_code(text, COMMANDS)


def test_a_ticket_s_number_with_its_word_is_no_password() -> None:
    assert Codes().is_code("Билет 312", PASSWORD)
    assert not Codes().is_code("Билетов312", PASSWORD)
