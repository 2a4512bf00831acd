"""Pasted texts are taken whole out of what a terminal sends; everything else stays as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.widgets.pasting import CLOSE, OPEN, PASTED_MAX, Part, Pasted, Pastes
from tests.each import each

LONG = "слово " * 50


def parts(*pieces: str, pause: float = 0.01) -> list[Part]:
    pastes = Pastes()
    return [part for n, piece in enumerate(pieces) for part in pastes.feed(piece, 100 + n * pause)]


@each(
    ("pieces", "expected"),
    [
        (["abc"], ["abc"]),
        ([f"a{OPEN}text{CLOSE}b"], ["a", Pasted("text"), "b"]),
        ([f"{OPEN}te", f"xt{CLOSE}"], [Pasted("text")]),
        (["a\x1b[20", f"0~text{CLOSE}"], ["a", Pasted("text")]),
        (["\x1b"], ["\x1b"]),
        ([f"{OPEN}text\x1b[2", "01~b"], [Pasted("text"), "b"]),
        ([f"{OPEN}\x1bOP{CLOSE}"], [Pasted("\x1bOP")]),
        ([f"{OPEN}{CLOSE}"], [Pasted("")]),
        ([LONG], [Pasted(LONG, bracketed=False)]),
        (["/" + LONG + "\x1bOP"], [Pasted("/" + LONG, bracketed=False), "\x1bOP"]),
        ([f"{OPEN}{LONG}{CLOSE}"], [Pasted(LONG)]),
    ],
)
def test_a_paste_is_one_text(pieces: list[str], expected: list[Part]) -> None:
    assert parts(*pieces) == expected


def test_a_key_behind_a_paste_without_an_end_is_a_key() -> None:
    assert parts(f"{OPEN}text", "\x1bOP", pause=0.5) == [Pasted("text"), "\x1bOP"]


@each("key", ["", "\x1bOP", "\x1b", "\x1b[15~"])
def test_a_paste_without_an_end_is_over_after_a_while(key: str) -> None:
    pastes = Pastes()
    assert pastes.feed(f"{OPEN}text{key}", 100.0) == []
    assert pastes.tick(100.5) == []
    assert pastes.tick(101.5) == [Pasted("text"), *([key] if key else [])]
    assert pastes.feed("x", 102.0) == ["x"]


def test_a_text_without_end_does_not_take_memory_without_end() -> None:
    pastes = Pastes()
    pastes.feed(OPEN, 100.0)
    for _ in range(30):
        pastes.feed("x" * (PASTED_MAX // 10), 100.0)
    (pasted,) = pastes.feed(CLOSE, 100.0)
    assert isinstance(pasted, Pasted)
    assert len(pasted.text) <= PASTED_MAX


@given(st.lists(st.text("ab\x1b[201~\r", max_size=12), max_size=8), st.text("xyz", max_size=9))
def test_nothing_is_lost_however_it_is_cut(pieces: list[str], text: str) -> None:
    whole = "".join(pieces).replace(OPEN, "")
    pasted = text.replace(CLOSE, "")
    sent = f"{whole}\r{OPEN}{pasted}{CLOSE}q"
    for cut in range(0, len(sent), 3):
        found = parts(sent[:cut], sent[cut:])
        told = "".join(
            f"{OPEN}{part.text}{CLOSE}" if isinstance(part, Pasted) else str(part)
            for part in found
            if isinstance(part, str) or part.bracketed
        )
        assert told == sent
