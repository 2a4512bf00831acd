"""What reaches the terminal: in its size and colours, and only what changed.

Corrections of Textual's painting are made once for the process, by `correct_textual`. They and
whatever else here is private to Textual depend on its version, which is pinned exactly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Hashable, Iterable
from contextlib import suppress
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual._compositor import Compositor
from textual.app import App
from textual.color import Color
from textual.css.model import RuleSet
from textual.css.styles import RenderStyles, RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode, NoScreen
from textual.geometry import Region, Size
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import AwaitMount, Widget

from olvery_tui import terminal
from olvery_tui.app.frame import Frame
from olvery_tui.screens.base import DeskScreen

if TYPE_CHECKING:
    import threading
    from types import FrameType

    from rich.console import RenderableType

    from olvery_tui.widgets.application import Application

STYLES = Path(__file__).resolve().parents[1] / "styles"
"""Where the style sheets are."""

FIELD_STYLES = ("field", "number_line", "filter_form", "date_field", "person_search")
"""Style sheets of form fields, of which there are none in the first frame of the list."""

HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]
"""Classes of a screen from so many columns or rows on."""

_MOST_FOUND = 5_000
"""Nodes whose styles are kept."""

LARGEST = Size(800, 250)
"""What is drawn of a terminal at most. One may say that it is larger than any screen can be, and
memory is taken for each cell."""


def clamped(size: Size) -> Size:
    """A size as far as it is drawn."""
    width, height = size
    return Size(max(1, min(width, LARGEST.width)), max(1, min(height, LARGEST.height)))


class ComponentStyles(dict[str, RenderStyles]):
    """The styles of a widget's component classes, each found when it is asked for.

    Textual finds all of them whenever a widget is styled: for a form a quarter of its opening,
    though few are ever painted.
    """

    def __init__(self, sheets: Sheets, node: DOMNode) -> None:
        super().__init__()
        self._sheets, self._node = sheets, node

    def __contains__(self, name: object) -> bool:
        return name in self._node._get_component_classes()

    def __missing__(self, name: str) -> RenderStyles:
        component = DOMNode(classes=name)
        component._attach(self._node)
        self._sheets.apply(component)
        self[name] = component.styles
        return component.styles


class Found(NamedTuple):
    """The rules that a node got, and what Textual notes of them."""

    rules: RulesMap
    flags: tuple[bool, bool]


_NUMBERS = count(1)


class Numbers(dict[Hashable, int]):
    """Gives each key a number that no other has, or has had."""

    def __missing__(self, key: Hashable) -> int:
        number = self[key] = next(_NUMBERS)
        return number


class Sheets(Stylesheet):
    """The application's style sheets. One more is read without parsing the others again, component
    styles are found when they are asked for, and rules once for all nodes that none can tell apart.
    """

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._found: dict[int, Found] = {}
        self._paths = Numbers()

    def parse(self) -> None:
        """As Textual's; what was found in the sheets of before is forgotten."""
        self._forget()
        super().parse()

    def _forget(self) -> None:
        self._found.clear()
        self._paths.clear()

    def apply(self, node: DOMNode, *, animate: bool = False, cache: Any = None) -> None:
        """Style a node. Each time a form opens, its fields stand where they stood before: what
        Textual compares hundreds of rules for is known then.
        """
        if self._require_parse:
            self.parse()
        key = self._path_of(node, {} if cache is None else cache)
        base, found = node.styles.base, self._found.get(key)
        if found is not None:
            node._has_hover_style, node._has_focus_within = found.flags
            if animate or base.get_rules():
                self.replace_rules(node, found.rules, animate)
            else:  # nothing was painted of it: no rule has to ask for that
                base.merge_rules(found.rules)
                node.notify_style_update()
            self._process_component_classes(node)
            return
        super().apply(node, animate=animate)
        rules = base.get_rules()
        # Neither where the place among others counts, nor where a value is only on its way.
        if not (node._has_order_style or node._has_odd_or_even or "transitions" in rules):
            if len(self._found) > _MOST_FOUND:
                self._forget()
            self._found[key] = Found(rules, (node._has_hover_style, node._has_focus_within))

    def reparse(self) -> None:
        """As Textual's, which forgets what is parsed; only other colours need that."""
        self._parse_cache.maxsize = max(64, 2 * len(self.source))
        self.parse()

    @classmethod
    def replace_rules(cls, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:
        """As Textual's, which sets each rule, also where all are as before."""
        if node.styles.base.get_rules() != rules:
            super().replace_rules(node, rules, animate)
        elif not animate:
            node.notify_style_update()

    def _process_component_classes(self, node: DOMNode) -> None:
        """Forget a widget's component styles; paint it anew if one that it has used is another."""
        if node._get_component_classes():
            used = node._component_styles
            styles = node._component_styles = ComponentStyles(self, node)
            if any(styles[name] != before for name, before in used.items()):
                node.notify_style_update()  # Textual does not where the widget's own stay the same
                node.refresh()

    def _path_of(self, node: DOMNode, known: dict[Any, Any]) -> int:
        """A number for what a selector may ask of a node and of all around it; but for its place
        among others. A tuple of tuples would be hashed down to the root each time.
        """
        number: int | None = known.get(node)
        if number is None:
            above = 0 if node.parent is None else self._path_of(node.parent, known)
            path = (above, type(node), node.id, node.classes, *_states_of(node))
            number = known[node] = self._paths[path]
        return number


def _states_of(node: DOMNode) -> tuple[object, ...]:
    if isinstance(node, Widget):
        focus = node.has_focus, node.can_focus, node.has_focus_within
        return *focus, node.mouse_hover, node.disabled
    return (frozenset(node.get_pseudo_classes()),)


class Rendering:
    """Paints for the terminal of an application."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._colours: dict[str, str] = {}
        self.frame = Frame()
        self.sheets = Sheets()
        self._below: tuple[tuple[Screen[Any], Size], list[Strip]] | None = None

    def take_colours(self) -> bool:
        """Parse style sheets with the colours of the theme from now on.

        Returns:
            Whether they are others. Textual asks for a new parse at the start too, when the sheets
            were parsed with the same theme a moment ago: that would double the time to the first
            frame and send it twice.
        """
        colours = self._app.get_css_variables()
        if colours == self._colours:
            return False
        self._colours = colours
        self.sheets.set_variables(colours)
        return True

    def read_fields(self) -> None:
        """Read the style sheets of form fields, before the first of these is mounted."""
        self.read_sheets(FIELD_STYLES)

    def read_sheets(self, names: Iterable[str]) -> None:
        """Read style sheets, except those that have been read."""
        for name in names:
            sheet = STYLES / f"{name}.tcss"
            if not self.sheets.has_source(str(sheet)):
                self.sheets.read(sheet)

    def add_sheet(self, path: str, css: str) -> None:
        """Parse one more style sheet; keys are answered between two."""
        if not self.sheets.has_source(path):
            self.sheets.add_source(css, read_from=(path, ""))
            self.sheets.reparse()

    def fit(self, screen: Screen[Any]) -> Screen[Any]:
        """Give a screen the classes of the terminal's size. Told by its first `Resize`, all that is
        on it would be styled twice before the first frame.
        """
        breakpoints = (HORIZONTAL_BREAKPOINTS, VERTICAL_BREAKPOINTS)
        for extent, classes in zip(self._app.size, breakpoints, strict=True):
            _least, fitting = max(each for each in classes if each[0] <= extent)
            screen.add_class(fitting, update=False)
        return screen

    def mount_ahead(self, screen: Screen[Any]) -> None:
        """Mount, style and lay out a screen that will probably be pushed in a moment."""

        def lay_out() -> None:
            if not screen.is_current:
                screen._refresh_layout(self._app.size)

        if not screen.is_running:
            self.read_fields()
            self._app._load_screen_css(self.fit(screen))
            self._app._get_screen(screen)
            screen.call_later(lay_out)

    def clamp(self, event: events.Event) -> events.Event:
        """The event with a size that is drawn, where it tells one."""
        if isinstance(event, events.Resize):
            drawn = clamped(event.size)
            return events.Resize(drawn, drawn, pixel_size=event.pixel_size)
        return event

    def display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send what changed of what a screen has painted."""
        App._display(self._app, screen, self.frame.changes(renderable))

    def paint(self, screen: Screen[Any]) -> None:
        """Lay a screen out and paint it now. A `refresh` would wait for the next tick of the
        screen's clock, and paint it twice where a new layout is asked for too.
        """
        self.settle(screen)
        screen._layout_required = screen._repaint_required = False
        if screen.is_active:
            for below in self._app.screen_stack:  # seen around it, and painted with it
                below._repaint_required = False
        screen._refresh_layout()

    def settle(self, root: Widget) -> None:
        """Forget what a part of a screen has asked for: it is not seen, or about to be painted."""
        for widget in root.walk_children(Widget):
            if widget._layout_required:
                for ancestor in widget.ancestors:
                    if isinstance(ancestor, Widget):
                        ancestor._clear_arrangement_cache()
                        ancestor._layout_updates += 1
            widget._layout_required = widget._repaint_required = False

    def tinted(self, screen: Screen[Any], color: Color, style: Style) -> list[Strip]:
        """What a screen shows, as it is seen behind a window: tinted, and without links."""
        return [
            Strip(
                [Segment(text, style + _tinted(own, color)) for text, own, _control in strip],
                strip.cell_length,
            )
            for strip in self.shown_by(screen)
        ]

    def render_below(self) -> None:
        """Render what will be seen behind a window that is about to open."""
        lists = [each for each in self._app.screen_stack if not isinstance(each, ModalScreen)]
        self.shown_by(lists[-1])

    def shown_by(self, screen: Screen[Any]) -> list[Strip]:
        """The lines of a screen, rendered once until it changes."""
        wanted = screen, self._app.size
        if self._below is None or self._below[0] != wanted:
            self._below = wanted, screen._compositor.render_strips()
        return self._below[1]

    def forget_below(self, screen: Screen[Any]) -> None:
        """Something of a screen has changed, which may be seen behind a window."""
        if self._below is not None and self._below[0][0] is screen:
            self._below = None

    def redraw(self) -> None:
        """Send the whole screen anew: something else may have written to the terminal."""
        self.frame.forget()
        self._app.screen.refresh()

    # Private state of Textual

    def is_notified(self, text: str) -> bool:
        """Whether a notification with this text is shown."""
        return any(each.message == text for each in self._app._notifications)

    @staticmethod
    def is_removed(widget: Widget) -> bool:
        """Whether a widget is being removed, or was."""
        return widget._pruning or widget._closing or not widget.is_attached

    # The terminal itself

    def can_write(self) -> bool:
        """Whether Textual's output thread is alive. The loop would wait for a dead one for ever."""
        writer: threading.Thread | None = self._writer
        return writer is None or writer.ident is None or writer.is_alive()

    def has_lost_output(self) -> bool:
        """Whether the output thread ended with writes in its queue: it died before its stop."""
        writer = self._writer
        return writer is not None and not (writer.is_alive() or writer._queue.empty())

    @property
    def _writer(self) -> Any:
        return getattr(self._app._driver, "_writer_thread", None)

    def restore_terminal(self) -> None:
        """Restore the terminal without Textual's output thread."""
        terminal.give_back(getattr(self._app._driver, "attrs_before", None))

    def resume(self, number: int, frame: FrameType | None) -> None:
        """Resume after a stop (SIGCONT). Unless Textual suspended itself, its threads are alive,
        and its own handler would start them a second time.
        """
        driver: Any = self._app._driver
        if getattr(driver, "_must_signal_resume", True):
            driver._sigcont_application(number, frame)
        else:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                asyncio.get_running_loop().call_soon_threadsafe(self.redraw)


@lru_cache(maxsize=4096)
def _tinted(style: Style | None, color: Color) -> Style | None:
    """A style as Textual tints it, which works that out for every piece of every line."""
    (piece,) = BackgroundScreen.process_segments([Segment("", style)], color)
    return piece.style


_compositor_refresh = Screen._compositor_refresh
_screen_resized = Screen._screen_resized
_size_updated = Widget._size_updated
_visible_widgets: Any = Compositor.visible_widgets


def correct_textual() -> None:
    """Put the corrections in place. A second call changes nothing."""
    screen: Any = Screen
    screen._compositor_refresh = _refresh_when_painted
    screen._screen_resized = _resize_if_other
    widget: Any = Widget
    widget._size_updated = _take_size
    mounting: Any = AwaitMount
    mounting.__await__ = _await_mounted
    compositor: Any = Compositor
    compositor.visible_widgets = property(_widgets_in_place)
    # Textual's returns the id too, in Python: a widget with many styles asks for it 20,000 times.
    RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]


def _refresh_when_painted(screen: Screen[Any]) -> None:
    """Send nothing of a screen before its first layout is settled."""
    if not isinstance(screen, DeskScreen):
        _compositor_refresh(screen)
    elif screen.is_painted:
        screen.app.rendering.forget_below(screen)
        _compositor_refresh(screen)


def _resize_if_other(screen: Screen[Any], size: Size) -> None:
    """Lay a screen out anew where its size has changed. Textual does so with every screen of the
    stack when one more is pushed.
    """
    if not isinstance(screen, DeskScreen) or size != screen._size:
        _screen_resized(screen, size)
    elif screen.is_active:
        screen.refresh()


def _take_size(
    widget: Widget, size: Size, virtual_size: Size, container_size: Size, layout: bool = True
) -> bool:
    """Tell a widget its size. Textual has every widget ask for one more layout, which would find
    the same; only where a scrollbar may appear can another size of the content change it.
    """
    styles = widget.styles
    scrolls = not styles.overflow_x == styles.overflow_y == "hidden"
    return _size_updated(widget, size, virtual_size, container_size, layout and scrolls)


def _await_mounted(mounting: AwaitMount) -> Generator[None, None, None]:
    """Wait until widgets are mounted, and lay out once. Textual does so again by itself after what
    was composed was waited for, after a screen was mounted, which is laid out anyway, and where
    nothing is seen of it.
    """

    async def wait() -> None:
        for widget in mounting._widgets:
            await widget._mounted_event.wait()
        parent, widgets, mounting._widgets = mounting._parent, mounting._widgets, ()
        is_seen = all(node.display for node in parent.ancestors_with_self)
        if widgets and parent not in widgets and is_seen:
            parent.refresh(layout=True)
            with suppress(NoScreen):
                parent.app._update_mouse_over(parent.screen)

    return wait().__await__()


def _widgets_in_place(compositor: Compositor) -> dict[Widget, tuple[Region, Region]]:
    """The widgets that are seen, without those that were removed since the last layout.

    A removed widget has no parent, region or component styles. Textual leaves it in place until the
    next layout: a click on it, or painting it under a window, would fail.
    """
    visible: dict[Widget, tuple[Region, Region]] = _visible_widgets.fget(compositor)
    removed = [widget for widget in visible if widget.parent is None]
    for widget in removed:
        del visible[widget]
    if removed:
        compositor._layers_visible = None
    return visible
