"""What is sent in changes shows the same as what would be sent whole, on a terminal of our own."""

from __future__ import annotations

from typing import Any

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from olvery_tui.app.frame import Frame

WIDTH, HEIGHT = 24, 5
CONSOLE = Console(color_system="256", force_terminal=True, legacy_windows=False)

styles = st.builds(
    Style,
    color=st.sampled_from([None, "red", "#1c6ea4", "default"]),
    bgcolor=st.sampled_from([None, "blue", "#131921", "default"]),
    bold=st.sampled_from([None, True, False]),
    italic=st.sampled_from([None, True]),
    underline=st.sampled_from([None, True]),
    reverse=st.sampled_from([None, True]),
    meta=st.sampled_from([None, {"@click": "back"}, {"offset": (1, 2)}]),
)
texts = st.text(st.sampled_from("  аЯёz0│─◇"), min_size=1, max_size=WIDTH)
wide = st.sampled_from(["漢字", "e\u0301", "к漢", "ＡＢ", "й\u0306и"])
"""Not those of which our terminal makes nothing: joined families, flags."""


@st.composite
def lines(draw: st.DrawFn, letters: st.SearchStrategy[str] = texts, width: int = WIDTH) -> Strip:
    """A line of exactly the terminal's width, in some segments."""
    segments = [
        Segment(draw(letters), draw(st.none() | styles)) for _part in range(draw(st.integers(0, 4)))
    ]
    return Strip(segments).adjust_cell_length(width, draw(styles))


@st.composite
def frames(draw: st.DrawFn, letters: st.SearchStrategy[str] = texts) -> list[Strip]:
    return [draw(lines(letters)) for _row in range(HEIGHT)]


@st.composite
def paintings(
    draw: st.DrawFn, letters: st.SearchStrategy[str] = texts
) -> list[tuple[list[Strip], set[int] | None]]:
    """Screens one after the other; with each, which lines of it are painted (None: all, as one)."""
    screens = draw(st.lists(frames(letters), min_size=2, max_size=5))
    some = st.none() | st.sets(st.integers(0, HEIGHT - 1), min_size=1)
    return [(screens[0], None), *((screen, draw(some)) for screen in screens[1:])]


def whole(strips: list[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[strip] for strip in strips], Region(0, 0, WIDTH, HEIGHT))


def parts(strips: list[Strip], rows: set[int], cut: int, *, right: bool = True) -> ChopsUpdate:
    """The given rows, cut in two as by the edge of a widget; or of them only what is left of it."""
    chops: list[dict[int, Strip | None]] = []
    for y, strip in enumerate(strips):
        left, behind = strip.divide([cut, WIDTH])
        there = {0: left, cut: behind if right else None}
        chops.append(there if y in rows else {0: None, cut: None})
    spans = [(y, 0, WIDTH) for y in sorted(rows)]
    return ChopsUpdate(chops, spans, [[cut, WIDTH]] * HEIGHT)


class Shown:
    """A terminal."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.screen.reset_mode(pyte.modes.DECAWM)  # as Textual's driver does
        self._stream = pyte.Stream(self.screen)
        self.size = 0

    def show(self, update: CompositorUpdate) -> None:
        sent = update.render_segments(CONSOLE)
        self.size = len(sent.encode())
        self._stream.feed(sent)

    def cells(self) -> list[list[tuple[Any, ...]]]:
        """What is seen: of a blank only its background, unless more is drawn there."""
        return [[_seen(self.screen.buffer[y][x]) for x in range(WIDTH)] for y in range(HEIGHT)]


def _seen(cell: Any) -> tuple[Any, ...]:
    drawn = (cell.underscore, cell.reverse, cell.strikethrough)
    if cell.data == " " and not any(drawn):
        return (" ", cell.bg)
    return (cell.data, cell.fg, cell.bg, cell.bold, cell.italics, *drawn)


def changes(frame: Frame, update: CompositorUpdate) -> CompositorUpdate:
    changed = frame.changes(update)  # type: ignore[arg-type]
    assert isinstance(changed, CompositorUpdate)
    return changed


@given(paintings(), st.integers(1, WIDTH - 1))
def test_changes_show_what_whole_screens_show(
    screens: list[tuple[list[Strip], set[int] | None]], cut: int
) -> None:
    frame, ours, plain = Frame(), Shown(), Shown()
    for strips, rows in screens:
        update = whole(strips) if rows is None else parts(strips, rows, cut)
        plain.show(update)
        ours.show(changes(frame, update))
        assert ours.cells() == plain.cells()


@given(paintings(st.one_of(texts, wide)))
def test_letters_of_other_widths_are_sent_with_their_whole_line(
    screens: list[tuple[list[Strip], set[int] | None]],
) -> None:
    frame, ours, plain = Frame(), Shown(), Shown()
    for strips, _rows in screens:
        plain.show(whole(strips))
        ours.show(changes(frame, whole(strips)))
        assert ours.screen.display == plain.screen.display


@given(paintings(st.one_of(texts, wide)), st.integers(1, WIDTH - 1))
def test_half_a_wide_letter_does_not_shift_what_stands_behind_it(
    screens: list[tuple[list[Strip], set[int] | None]], cut: int
) -> None:
    frame, ours, fresh = Frame(), Shown(), Shown()
    for strips, rows in screens:
        halves = whole(strips) if rows is None else parts(strips, rows, cut, right=False)
        ours.show(changes(frame, halves))
    last = screens[-1][0]
    ours.show(changes(frame, whole(last)))
    fresh.show(changes(Frame(), whole(last)))
    assert ours.screen.display == fresh.screen.display


@given(frames(), st.integers(1, WIDTH - 1))
def test_what_is_there_already_is_not_sent(strips: list[Strip], cut: int) -> None:
    frame, ours = Frame(), Shown()
    ours.show(changes(frame, whole(strips)))
    ours.show(changes(frame, whole(strips)))
    assert ours.size == 0
    ours.show(changes(frame, parts(strips, set(range(HEIGHT)), cut)))
    assert ours.size == 0


@given(frames(), frames())
def test_what_was_forgotten_is_sent_whole(strips: list[Strip], others: list[Strip]) -> None:
    frame, ours = Frame(), Shown()
    ours.show(changes(frame, whole(strips)))
    ours.show(whole(others))  # by somebody else
    frame.forget()
    ours.show(changes(frame, whole(strips)))
    fresh = Shown()
    fresh.show(changes(Frame(), whole(strips)))
    assert ours.cells() == fresh.cells()


def test_a_part_that_comes_before_any_whole_screen_is_left_to_the_whole_one() -> None:
    frame, ours = Frame(), Shown()
    strips = [Strip([Segment("x" * WIDTH)])] * HEIGHT
    ours.show(changes(frame, parts(strips, {0}, 3)))
    assert ours.size == 0
    ours.show(changes(frame, whole(strips)))
    assert ours.screen.display == ["x" * WIDTH] * HEIGHT


def test_another_size_is_another_screen() -> None:
    frame = Frame()
    small = LayoutUpdate([[Strip([Segment("ab")])]], Region(0, 0, 2, 1))
    assert "ab" in changes(frame, small).render_segments(CONSOLE)
    wider = LayoutUpdate([[Strip([Segment("abc")])]], Region(0, 0, 3, 1))
    assert "abc" in changes(frame, wider).render_segments(CONSOLE)


@pytest.mark.parametrize(
    ("before", "after", "most"),
    [
        ("пятнадцать букв и", "пятнадцать букв И", len("\x1b[1;17H\x1b[0mИ\x1b[0m".encode())),
        ("a" + " " * 20 + "b", "c" + " " * 20 + "d", len("\x1b[1;1H\x1b[0mc\x1b[20Cd\x1b[0m")),
    ],
)
def test_a_letter_costs_a_letter(before: str, after: str, most: int) -> None:
    frame = Frame()
    sizes = []
    for text in (before, after):
        strip = Strip([Segment(text)]).adjust_cell_length(WIDTH)
        sent = changes(frame, whole([strip, *[Strip.blank(WIDTH)] * (HEIGHT - 1)]))
        sizes.append(len(sent.render_segments(CONSOLE).encode()))
    assert sizes[1] <= most


def test_colours_are_those_the_terminal_has() -> None:
    style = Style(color="#1c6ea4", bgcolor="#131921", bold=True)
    line = whole([Strip([Segment("x" * WIDTH, style)])] * HEIGHT)
    for system, codes in ((ColorSystem.EIGHT_BIT, "38;5;"), (ColorSystem.TRUECOLOR, "38;2;28;")):
        assert f"\x1b[0;1;{codes}" in Frame().take(line, system)


def test_what_is_no_painting_passes() -> None:
    assert Frame().changes(None) is None
    assert Frame().changes("text") == "text"
