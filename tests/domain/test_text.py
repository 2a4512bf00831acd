"""What comes from outside is one line of visible letters, whatever it was."""

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from olvery_tui.domain.text import clean, shown, spreadsheet_safe
from tests.each import each

ANYTHING = st.text(st.characters(codec=None), max_size=60) | st.text(
    st.sampled_from("aйЁ \t\n\u0301\u0306\u200d\u202e\x1b[]/\u3164\u2028"), max_size=30
)


@each(
    ("given_text", "cleaned"),
    [
        ("Иванов", "Иванов"),
        ("  Анна   Мария ", "Анна Мария"),
        ("Анна\nМария\tПетровна\r\n", "Анна Мария Петровна"),
        ("one\u2028two\u2029three\x85four", "one two three four"),
        ("нет\u00a0разрыва", "нет разрыва"),
        ("\x1b[31mкрасный\x1b[0m", "[31mкрасный[0m"),
        ("\x1b]52;c;ZWNobw==\x07имя", "]52;c;ZWNobw==имя"),
        ("\x9b31mC1", "31mC1"),
        ("a\x00b", "ab"),
        ("Иванов [/]", "Иванов [/]"),
        ("[@click=app.quit]имя", "[@click=app.quit]имя"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("ноль\u200bширины\u200d\ufeff", "нольширины"),
        ("мяг\u00adкий", "мягкий"),
        ("и\u0306", "й"),
        ("и\u200d\u0306", "й"),
        ("z\u0301\u0302\u0303\u0304algo", "ź\u0302\u0303algo"),
        ("\u0301начало", "начало"),
        ("a \u0301b", "a b"),
        ("\u3164\u2800\u115f", ""),
        ("лампа 💡", "лампа 💡"),
        ("\ue000\udc80", ""),
        ("", ""),
        ("100% _ ' \" \\", "100% _ ' \" \\"),
    ],
)
def test_text_becomes_one_visible_line(given_text: str, cleaned: str) -> None:
    assert clean(given_text) == cleaned


@given(ANYTHING)
@example("e\u0301\u0301\u0301\u0301")
@example("и\u200b\u0306")
@example("\u1100\u200b\u1161")
def test_nothing_dangerous_is_left(text: str) -> None:
    line = clean(text)
    categories = {unicodedata.category(char) for char in line}
    assert not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert line == line.strip()
    assert "  " not in line
    assert unicodedata.is_normalized("NFC", line)


@given(ANYTHING)
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANYTHING)
def test_a_letter_never_carries_more_than_two_marks(text: str) -> None:
    run = 0
    for char in clean(text):
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        assert run <= 2


@given(ANYTHING, st.integers(1, 40))
def test_what_is_shown_fits_and_says_when_it_was_cut(text: str, limit: int) -> None:
    line = shown(text, limit)
    assert len(line) <= limit
    if len(clean(text)) <= limit and len(text) <= limit:
        assert line == clean(text)


def test_a_long_name_is_cut_with_an_ellipsis() -> None:
    assert shown("я" * 10_000, 10) == "я" * 9 + "…"
    assert shown("я" * 10, 10) == "я" * 10


@each("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_can_not_become_a_formula(start: str) -> None:
    assert spreadsheet_safe(f'{start}HYPERLINK("x")') == f'\'{start}HYPERLINK("x")'


@each("text", ["", "Иванов", "'=1", "a=b", " -"])
def test_other_cells_are_left_alone(text: str) -> None:
    assert spreadsheet_safe(text) == text
