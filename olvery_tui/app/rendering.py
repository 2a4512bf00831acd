"""How the application paints: in the terminal's size and colours, and only what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import RenderableType
from textual import events
from textual.css.stylesheet import Stylesheet
from textual.geometry import Size
from textual.screen import Screen

from olvery_tui.app.frame import Frame
from olvery_tui.widgets.application import Application

STYLES = Path(__file__).resolve().parents[1] / "styles"
"""Where the style sheets are."""


LARGEST = Size(800, 250)
"""What is drawn of a terminal at most. One may say that it is larger than any screen can be, and
memory is taken for each cell."""


def _drawn(size: Size) -> Size:
    width, height = size
    return Size(max(1, min(width, LARGEST.width)), max(1, min(height, LARGEST.height)))


class Sheets(Stylesheet):
    """The application's style sheets. One more is read without parsing the others again."""

    def reparse(self) -> None:
        """As Textual's, which forgets what is parsed; only other colours need that."""
        self._parse_cache.maxsize = max(64, 2 * len(self.source))
        self.parse()


class Painting(Application):
    """Mixed into the application, before `App`."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self._frame = Frame()
        self.stylesheet = Sheets()
        self._css_variables: dict[str, str] = {}

    def take_colours(self) -> None:
        """The theme is known: style sheets are parsed with its colours, once."""
        self._css_variables = self.get_css_variables()
        self.stylesheet.set_variables(self._css_variables)

    def refresh_css(self, animate: bool = True) -> None:
        """Parse the style sheets anew where a theme changed something.

        Textual asks for it at the start too, when they were parsed with the same theme a moment
        ago: that would double the time to the first frame and send it twice.
        """
        variables = self.get_css_variables()
        if variables != self._css_variables:
            self._css_variables = variables
            super().refresh_css(animate)

    def push_screen(self, screen: Any, *words: Any, **options: Any) -> Any:
        """As Textual's; what comes knows the terminal's size already."""
        if isinstance(screen, Screen):
            self.sized(screen)
        return super().push_screen(screen, *words, **options)

    def sized(self, screen: Screen[Any]) -> Screen[Any]:
        """A screen that knows the terminal's size already; told by its first `Resize`, all that is
        on it would be styled twice before the first frame.
        """
        for extent, breakpoints in zip(
            self.size, (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), strict=True
        ):
            _least, fitting = max(one for one in breakpoints if one[0] <= extent)
            screen.add_class(fitting, update=False)
        return screen

    async def on_event(self, event: events.Event) -> None:
        """Take the size that the terminal says, as far as it is drawn."""
        if isinstance(event, events.Resize):
            drawn = _drawn(event.size)
            event = events.Resize(drawn, drawn, pixel_size=event.pixel_size)
        await super().on_event(event)

    @property
    def size(self) -> Size:
        """How much of the terminal is drawn."""
        return _drawn(super().size)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, self._frame.changes(renderable))

    def redraw(self) -> None:
        """Send the whole screen anew: something else may have written to the terminal."""
        self._frame.forget()
        self.screen.refresh()

    def on_resize(self) -> None:
        """The terminal has arranged anew, or lost, what it showed."""
        self._frame.forget()
