"""Base classes of screens: paint once when opened, and close only the window itself."""

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
"""How long after its first paint a window ignores the key that opened it."""

if TYPE_CHECKING:
    from olvery_tui.widgets.application import Application

    _Base = Screen[Any]
else:
    _Base = object


class OpensAtOnce(_Base):
    """Mixin for a screen that sends nothing to the terminal until its first layout is settled.

    Textual styles, lays out and sends a screen three times while it resumes, takes the focus and
    learns its size. Each pass delays the user, and each is sent over a possibly slow connection.
    """

    app: Application

    _painting = False

    painted_at: float | None = None
    """When the screen was first painted, on the clock of key events; None before that."""

    @property
    def is_painted(self) -> bool:
        """Whether the screen has been painted at least once."""
        return self._painting

    def holds_painting(self) -> bool:
        """Whether to delay the first paint for data that is about to arrive.

        The screen calls `begin_painting` itself then.
        """
        return False

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Style only the screen itself, which existed before its style sheet was read.

        Its widgets were styled when they were mounted.
        """
        if not self._painting:
            event.refresh_styles = False
            self.app.stylesheet.update_nodes([self])

    def on_resize(self) -> None:
        """Paint once the layout is known, after the widgets have handled the resize."""
        if not self._painting and not self.holds_painting():
            self.call_later(self.begin_painting)

    def begin_painting(self) -> None:
        """Paint the whole screen once. Until then, `app/rendering.py` sends nothing of it."""
        if not self._painting:
            self._painting = True
            self.painted_at = monotonic()
            self.app.rendering.paint(self)


class Overlay(_Base):
    """Mixin for a screen shown over another one, which stays visible, tinted, around it."""

    PASSES: ClassVar = False
    """Whether the screen closes when a window is opened over it."""

    def render(self) -> Any:
        """Render the screen below.

        Textual takes the screens below from one list while it paints them. A screen that has cached
        its background takes none, so the next one takes the wrong screen: two screens could become
        each other's background and recurse endlessly.
        """
        return _ScreenBelow(self)


class _ScreenBelow(Visual):
    """The screen below another one, looked up on every paint."""

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
    """A modal window."""

    opened_by = ""
    """The key that opened the window; empty if it was opened by other means."""

    _closes_with: tuple[_T | None] | None = None

    def ignores_key(self, key: events.Key) -> bool:
        """Whether to ignore a key: the one that opened the window, pressed again or held down.

        A letter is ignored until another key is pressed, unless the focused input takes it or the
        window itself binds it; `Enter` and other keys are ignored for `HELD_DOWN_SECONDS`.
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
        """Close with a result, now or as soon as no other screen covers the window.

        Textual pops the top screen whichever screen asks: a late result would close the lock
        screen.
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
        """Release the keys that were typed while the window was opening."""
        self.app.input.release(("mounting", self))

    @on(events.ScreenResume)
    def _close_uncovered(self) -> None:
        if self._closes_with is not None and self.is_active:
            self.dismiss(*self._closes_with)


def _same_keys(key: str) -> tuple[str, ...]:
    """Return the names of one key under both layouts."""
    return next((names for each in TWINS if key in (names := twins(each))), (key,))
