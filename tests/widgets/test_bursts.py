"""Single keys, bursts and texts are told apart by their times, and nothing of them is lost."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.keys import _character_to_key

from olvery_tui.widgets.bursts import GAP_SECONDS, TEXT_LENGTH, Burst, Bursts, Item, Text
from tests.each import each

FAST, SLOW = GAP_SECONDS / 4, GAP_SECONDS * 3
_NAMED = {
    "\r": "enter",
    "\n": "ctrl+j",
    "\t": "tab",
    "\x1b": "escape",
    "\x12": "f2",
    "\x19": "down",
}


def key(character: str, time: float) -> events.Key:
    name = _NAMED.get(character) or _character_to_key(character)
    made = events.Key(name, None if name in ("f2", "down") else character)
    made.time = time
    return made


def feed(text: str, *, every: float = FAST, prefix: str = "") -> list[str]:
    """What comes of keys in even steps, told in words."""
    bursts = Bursts(prefix)
    items: list[Item] = []
    for place, character in enumerate(text):
        items += bursts.feed(key(character, 100 + place * every))
    items += bursts.release()
    assert bursts.due is None
    return [_told(item) for item in items]


def _told(item: Item) -> str:
    match item:
        case Burst():
            return f"{'!' if item.certain else ''}<{item.text}{'>' if item.ended else ''}"
        case Text(text):
            return f"text of {len(text)}"
    return item.character or item.key


@each(
    ("typed", "items"),
    [
        ("312\r", ["<312>"]),
        ("312\n", ["<312>"]),
        ("312\r\n", ["<312>"]),
        ("312\t", ["<312>"]),
        ("312\r40\r", ["<312>", "<40>"]),
        ("312\r\n40\r\n", ["<312>", "<40>"]),
        ("INV-00312\r", ["<INV-00312>"]),
        ("/ива\r", ["</ива>"]),
        ("312", ["3", "1", "2"]),
        ("0000312", ["<0000312"]),
        ("vorhoa", list("vorhoa")),
        ("\r", ["\r"]),
        (" 5\r", [" ", "<5>"]),
        ("w\x19\x19", ["w", "down", "down"]),
        ("31\x1b", ["3", "1", "\x1b"]),
        ("x" * (TEXT_LENGTH + 5) + "\ry", [f"text of {TEXT_LENGTH + 7}"]),
    ],
)
def test_what_comes_in_one_go_is_one_thing(typed: str, items: list[str]) -> None:
    assert feed(typed) == items


def test_the_end_of_what_no_hand_types_may_come_later() -> None:
    bursts = Bursts()
    for place, character in enumerate("0000312"):
        assert bursts.feed(key(character, 100 + place * FAST)) == []
    (burst,) = bursts.feed(key("\r", 100.2))
    assert isinstance(burst, Burst)
    assert (burst.text, burst.ended) == ("0000312", True)


def test_what_a_hand_types_is_single_keys() -> None:
    assert feed("312\r", every=SLOW) == list("312\r")


def test_a_letter_that_is_held_down_is_let_go() -> None:
    bursts = Bursts()
    seen = [item for n in range(20) for item in bursts.feed(key("a", 100 + n * 0.033))]
    assert len(seen) >= 16


@each(
    ("typed", "items"),
    [
        ("\x12vor\r", ["!<vor>"]),
        ("\x12vor\r\nx", ["!<vor>", "x"]),
        ("\x12312", ["!<312"]),
        ("a\x12312\r", ["a", "!<312>"]),
        ("\x12\r", []),
        ("312\r", ["<312>"]),
    ],
)
def test_behind_the_prefix_everything_is_a_code(typed: str, items: list[str]) -> None:
    assert feed(typed, prefix="f2") == items


def test_a_code_behind_the_prefix_may_come_slowly() -> None:
    assert feed("\x12312\r", every=SLOW, prefix="f2") == ["!<312>"]


@given(
    st.lists(
        st.tuples(st.sampled_from("av0312 /№\r\n\t\x1b\x19"), st.sampled_from([FAST, SLOW])),
        max_size=60,
    )
)
def test_every_key_is_handed_on_once_and_in_order(typed: list[tuple[str, float]]) -> None:
    times = itertools.accumulate((pause for _character, pause in typed), initial=100.0)
    keys = [key(character, time) for (character, _pause), time in zip(typed, times, strict=False)]
    bursts = Bursts()
    items = [item for each in keys for item in bursts.feed(each)] + bursts.release()
    seen = [each for item in items for each in (item.keys if isinstance(item, Burst) else (item,))]
    # Only the line feed behind a carriage return is swallowed.
    rest = iter(keys)
    for item in seen:
        skipped = list(itertools.takewhile(lambda other, item=item: other is not item, rest))
        assert all(other.key == "ctrl+j" for other in skipped)
    assert all(other.key == "ctrl+j" for other in rest)
    for item in items:
        if isinstance(item, Burst):
            typed = [each for each in item.keys if each.is_printable]
            pauses = [b.time - a.time for a, b in itertools.pairwise(typed)]
            assert max(pauses, default=0) <= GAP_SECONDS
