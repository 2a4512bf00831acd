"""Whatever a terminal sends is parsed as far as it can be, and the next key is a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.color import Color
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from olvery_tui.app import input as key_input
from olvery_tui.app import rendering
from olvery_tui.app.input import SteadyParser
from olvery_tui.app.rendering import Sheets

BEYOND_PARSING = [
    "\x1b[1114112;1u",  # a code beyond Unicode
    "\x1b[99999999999999999999;1u",
    "\x1b[97;5;1114112u",
    "\x1b[1:2;3u",  # a kind of code that nobody asked for
    "\x1b[97;1:3u",
    "\x1b[48;0;0;0;0t\x1b[<0;1;1M",  # a size without pixels, and the mouse on it
    "\x1b[?2048;9$y",
]


@pytest.mark.parametrize("sequence", BEYOND_PARSING)
def test_the_key_behind_a_sequence_that_can_not_be_parsed_is_a_key(sequence: str) -> None:
    parser = SteadyParser()
    parsed = [*parser.feed(sequence), *parser.feed("x")]
    assert isinstance(parsed[-1], events.Key)
    assert parsed[-1].key == "x"


PIECES = st.sampled_from(
    [*"\x1b[<?;:u~MmtRIOP]\\\x07\x00\r01ж\ufffd", "$y", "48", "200~", "2048", "1114112"]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=30))
def test_no_input_ends_the_parser(pieces: list[str]) -> None:
    parser = SteadyParser()
    for piece in pieces:
        list(parser.feed(piece or "x"))
        list(parser.tick())
    quiet = "\x1b[201~" + "x" * 40  # the end of a paste, or of a sequence that never ended
    assert [one for one in parser.feed(quiet) if isinstance(one, events.Key)][-1].key == "x"


# A page in a list that was never laid out


class Host(App[None]):
    """A list that is shown when it is wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[object] = []
        self.input = self

    def compose(self) -> ComposeResult:
        options = OptionList(*map(str, range(100)))
        options.display = False
        yield options

    def hold(self, opening: object) -> None:
        self.held.append(opening)

    def release(self, opening: object) -> None:
        self.held.remove(opening)


async def test_a_page_waits_for_the_first_layout_and_the_keys_for_the_page() -> None:
    key_input.correct_textual()
    app = Host()
    async with app.run_test() as pilot:
        options = app.query_one(OptionList)
        options.highlighted = 0
        options.display = True
        options.action_page_down()
        assert app.held == [options]
        await pilot.pause()
        assert app.held == []
        assert options.highlighted is not None
        assert options.highlighted > 10


# A widget that was removed since the last layout


class Removing(App[None]):
    """A text and a list that can be removed, and a window over them."""

    def compose(self) -> ComposeResult:
        yield Static("A text that can be selected")
        yield OptionList("one", "two")


async def removed(app: App[None], kind: type[Static | OptionList]) -> tuple[int, int]:
    """Remove a widget. It is gone, and the layout is not made anew yet; where it was."""
    widget = app.screen_stack[0].query_one(kind)
    x, y = widget.region.offset
    widget.remove()
    assert widget._task is not None
    await widget._task
    return x, y


@pytest.fixture
def fixes() -> None:
    rendering.correct_textual()


@pytest.mark.usefixtures("fixes")
@pytest.mark.parametrize("kind", [Static, OptionList])
@pytest.mark.parametrize(
    "happens", [events.MouseDown, events.MouseUp, events.MouseMove, events.MouseScrollDown]
)
async def test_the_mouse_on_what_was_just_removed_is_survived(
    kind: type[Static | OptionList], happens: type[events.MouseEvent]
) -> None:
    app = Removing()
    async with app.run_test():
        x, y = await removed(app, kind)
        app.screen._forward_event(
            happens(None, x + 1, y, 0, 0, 1, False, False, False, screen_x=x + 1, screen_y=y)
        )


@pytest.mark.usefixtures("fixes")
async def test_what_was_just_removed_is_not_painted_under_a_window() -> None:
    app = Removing()
    async with app.run_test() as pilot:
        await app.push_screen(ModalScreen())
        await pilot.pause()
        await removed(app, OptionList)
        below = app.screen_stack[0]._compositor
        assert not [one for one in below.visible_widgets if not one.is_attached]
        assert {strip.cell_length for strip in below.render_strips()} == {80}


# Component styles that are found when they are asked for


class Marked(Static):
    """A text with two styles of its own; one is another while the text has a class."""

    COMPONENT_CLASSES = {"marked--asked", "marked--never"}


class Marking(App[None]):
    """Styled by the application's kind of style sheets."""

    CSS = """
    .marked--asked, .marked--never { color: red; }
    Marked.-other > .marked--asked { color: blue; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.stylesheet = Sheets(variables=self.get_css_variables())

    def compose(self) -> ComposeResult:
        yield Marked("A text")


async def test_a_component_style_is_found_when_it_is_asked_for_and_follows_its_widget(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = Marking()
    async with app.run_test() as pilot:
        marked = app.query_one(Marked)
        assert marked.get_component_styles("marked--asked").color == Color.parse("red")
        assert list(marked._component_styles) == ["marked--asked"]
        refreshed = []
        monkeypatch.setattr(marked, "refresh", lambda *args, **kwargs: refreshed.append(marked))
        marked.add_class("-other")
        await pilot.pause()
        assert refreshed
        assert marked.get_component_styles("marked--asked").color == Color.parse("blue")
        with pytest.raises(KeyError):
            marked.get_component_styles("marked--unknown")


async def test_what_is_painted_with_a_component_style_follows_its_widget() -> None:
    app = Marking()
    async with app.run_test() as pilot:
        marked = app.query_one(Marked)
        for classes, colour in (("", "red"), ("-other", "blue"), ("", "red")):
            marked.set_classes(classes)
            await pilot.pause()
            style = marked.get_visual_style("marked--asked")
            assert style.foreground == Color.parse(colour)
            assert marked.get_component_rich_style("marked--asked").color == style.rich_style.color
