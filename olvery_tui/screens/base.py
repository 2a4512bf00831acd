"""What every window shares: it opens in one step, and closes itself only."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events, on
from textual.await_complete import AwaitComplete
from textual.css.styles import RulesMap
from textual.renderables.background_screen import BackgroundScreen
from textual.renderables.blank import Blank
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, RichVisual, Visual

from olvery_tui.keys import TWINS, twins

_T = TypeVar("_T")

HELD_DOWN_SECONDS = 0.3
"""For so long the key that opened a window is not yet one for the window."""

if TYPE_CHECKING:
    from olvery_tui.widgets.application import Application

    _Base = Screen[Any]
else:
    _Base = object


class OpensAtOnce(_Base):
    """Mixed into a screen: nothing of it is sent before its first layout is settled.

    Textual styles, lays out and sends a screen three times over while it resumes, takes the focus
    and learns its size: a manager waits for each, and a slow line carries each.
    """

    app: Application

    _painting = False

    painted_at: float | None = None
    """When it was first painted, on the clock of keys."""

    @property
    def is_painted(self) -> bool:
        """Whether it was painted once."""
        return self._painting

    def holds_painting(self) -> bool:
        """Whether what it shows is a moment away; `begin_painting` is called then."""
        return False

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Style the screen, which was there before its own style sheet was read; what is on it was
        styled when it was mounted.
        """
        if not self._painting:
            event.refresh_styles = False
            self.app.stylesheet.update_nodes([self])

    def on_resize(self) -> None:
        """There is a layout; what its widgets do about it comes first."""
        if not self._painting and not self.holds_painting():
            self.call_later(self.begin_painting)

    def begin_painting(self) -> None:
        """Paint all of it, once and now. Until then, `app/rendering.py` sends nothing of it."""
        if not self._painting:
            self._painting = True
            self.painted_at = monotonic()
            self.app.rendering.paint(self)


class Overlay(_Base):
    """Mixed into a screen that is shown over another one, which is seen, tinted, around it."""

    PASSES: ClassVar = False
    """Whether it makes room for a window that is opened over it."""

    def render(self) -> Any:
        """The screen below.

        Textual takes the screens below from one list while it paints them. A screen that has kept
        its background takes none, and the next one takes a wrong one: two screens could become each
        other's background, without end.
        """
        return _ScreenBelow(self)


class _ScreenBelow(Visual):
    """The screen below another one, looked up whenever it is painted."""

    def __init__(self, screen: Screen[Any]) -> None:
        self._screen = screen

    def _now(self) -> Visual:
        stack, color = self._screen.app.screen_stack, self._screen.styles.background
        place = stack.index(self._screen) if self._screen in stack else 0
        if place and color.a < 1:
            return RichVisual(self._screen, BackgroundScreen(stack[place - 1], color))
        return Blank(color)

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        return self._now().render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return 1


class Window(Overlay, OpensAtOnce, ModalScreen[_T]):
    """A window over a list."""

    opened_by = ""
    """The key that opened the window; empty if it was opened otherwise."""

    _closes_with: tuple[_T | None] | None = None

    def ignores_key(self, key: events.Key) -> bool:
        """Whether a key is meant for the screen below: the one that opened the window, pressed
        again or held down.

        A letter is ignored until another key is pressed, unless it is typed into a line or bound by
        the window itself; `Enter` and other keys are ignored for a moment.
        """
        if not self.opened_by:
            return False
        if self.opened_by not in _same_keys(key.key):
            self.opened_by = ""
            return False
        if not key.is_printable:
            return self.painted_at is None or key.time < self.painted_at + HELD_DOWN_SECONDS
        types = self.focused is not None and self.focused.check_consume_key(key.key, key.character)
        active = self.active_bindings.get(key.key)
        return not types and (active is None or active.node is not self)

    def dismiss(self, result: _T | None = None) -> AwaitComplete:
        """Close with a result: now, or when no other screen covers the window any more.

        Textual pops the screen on top, whichever asks: a late answer would close the lock of the
        terminal.
        """
        if self.is_active:
            self._closes_with = None
            return super().dismiss(result)
        self._closes_with = (result,)
        return AwaitComplete()

    def forget_result(self) -> None:
        """Drop the pending result so that its callback never runs."""
        self._closes_with = None

    @on(events.Mount)
    def _mounted(self) -> None:
        """Release the keys that were typed behind the one that opened the window."""
        self.app.input.release(("mounting", self))

    @on(events.ScreenResume)
    def _close_uncovered(self) -> None:
        if self._closes_with is not None and self.is_active:
            self.dismiss(*self._closes_with)


def _same_keys(key: str) -> tuple[str, ...]:
    """The names of one key under both layouts."""
    return next((names for each in TWINS if key in (names := twins(each))), (key,))
