"""Base classes of screens: desk calls in workers, one first paint, outages, closing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar

from textual import events, messages, on
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.content import Content
from textual.css.styles import RulesMap
from textual.renderables.blank import Blank
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.worker import Worker

from olvery_tui.domain.errors import OlveryError, StoreUnavailable
from olvery_tui.keys import TWINS, twins
from olvery_tui.widgets.chrome import layouts
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine, Tone

if TYPE_CHECKING:
    from olvery_tui.widgets.application import Application

_P = ParamSpec("_P")
_T = TypeVar("_T")
_R = TypeVar("_R")

layouts.register()

PATIENCE_SECONDS = 0.15
"""How long loading may take before an empty window is shown, as during an outage."""

HELD_DOWN_SECONDS = 0.3
"""How long after its first paint a window ignores the key that opened it."""


class DeskScreen(Screen[_R]):
    """A screen of the application.

    Its `load_…` and `save_…` methods are workers that await `call_desk` or `read_desk`. A newer
    load cancels an older one of its group, and closing the screen cancels them all, so a late
    result is never shown. A refusal that a worker does not catch is shown as a notification.
    """

    app: Application

    desk_is_asked: ClassVar[bool] = True
    """Whether a refusal for missing rights ends the session; False for sign-in screens."""

    painted_at: float | None = None
    """When the screen was first painted, on the clock of key events; None before that."""

    def __init__(self) -> None:
        super().__init__()
        self._when_idle: dict[str, Callable[[], object]] = {}
        self._styled_for: tuple[str, int] | None = None

    # Calls of the desk

    async def call_desk(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run a call of the desk in a thread. Called in workers of this screen.

        Announces an outage to all screens, and signs out a manager who may no longer work.

        Raises:
            OlveryError: The desk refused.
            CancelledError: The screen is being removed, or the manager was signed out.
        """
        return await self.answer_of(asyncio.to_thread(call, *args, **kwargs))

    async def answer_of(self, asked: Awaitable[_T]) -> _T:
        """Wait for a call of the desk that has begun already; as `call_desk` in all else."""
        try:
            result = await asked
        except OlveryError as error:
            if not self.is_going:
                if isinstance(error, StoreUnavailable):
                    self.app.errors.set_outage(error)
                if not (self.desk_is_asked and self.app.session.sign_out_after(error)):
                    raise
        else:
            if not self.is_going:
                return result
        raise asyncio.CancelledError

    def is_working(self, group: str) -> bool:
        """Whether a worker of this group is running."""
        return any(
            each.node is self and each.group == group and not each.is_finished
            for each in self.workers
        )

    def when_idle(self, group: str, load: Callable[[], object]) -> None:
        """Load now, or once the running worker of the group has finished.

        Several calls while it runs are merged into one. Starting anew with every change would never
        show a result if changes arrive faster than results.
        """
        if self.is_working(group):
            self._when_idle[group] = load
        else:
            load()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Make the load that waits for this worker's group."""
        group = event.worker.group
        if not self.is_working(group) and group in self._when_idle:
            self._when_idle.pop(group)()

    @property
    def is_going(self) -> bool:
        """Whether the screen is being removed, so that nothing can be shown."""
        return not self.display or not self.is_attached

    # Keys

    def ignores_key(self, key: events.Key, *, hurried: bool = False) -> bool:
        """Whether to ignore a key that is not meant for what is shown.

        `hurried` is whether it came together with others, faster than a person types.
        """
        return False

    def expect(self, action: str, *parameters: Any) -> None:
        """Prepare what an action opens. Its key is held back for a moment, and may yet turn out to
        be the beginning of a scanned code.
        """

    # An outage of the database

    def on_mount(self) -> None:
        """Show an outage that began before the screen was opened; don't wait for it to paint."""
        self._styled_for = self._looks
        for toasts in self.query("#textual-toastrack"):
            # Textual hides it after the first paint, and would lay out and paint once more.
            toasts.display = False
        if self.paints_filled:
            self.set_timer(PATIENCE_SECONDS, self.begin_painting)
        if self.app.errors.outage is not None:
            self.show_outage(self.app.errors.outage)

    def show_outage(self, outage: StoreUnavailable | None) -> None:
        """Show in the status line that the database can't be reached; None clears that."""
        from olvery_tui.wording.errors import sentence

        for line in self.query(StatusLine):  # there is none before `compose`
            if outage is None:
                line.outage_over()
            else:
                line.show_unread(sentence(outage))

    # Painting

    _painting = False

    @property
    def is_painted(self) -> bool:
        """Whether the screen has been painted at least once."""
        return self._painting

    paints_filled: ClassVar[bool] = False
    """Whether the first paint waits for what the screen loads, for `PATIENCE_SECONDS` at most."""

    def holds_painting(self) -> bool:
        """Whether to delay the first paint for data that is about to arrive.

        The screen calls `begin_painting` itself then.
        """
        return self.paints_filled

    @property
    def _looks(self) -> tuple[str, int]:
        """What all styles depend on: the theme, and how many style sheets are read."""
        return self.app.theme, len(self.app.stylesheet.source)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Keep the styles that widgets got when they were mounted, unless others hold by now.

        The screen itself existed before its style sheet was read.
        """
        if self._looks == self._styled_for:
            event.refresh_styles = False
            if not self._painting:
                self.app.stylesheet.update_nodes([self])
        self._styled_for = self._looks
        if self.outer_size:  # it was laid out ahead
            self.call_later(self.on_resize)

    def on_resize(self) -> None:
        """Paint once the layout is known, after the widgets have handled the resize."""
        if self.stack_updates and not self._painting and not self.holds_painting():
            self.call_later(self.begin_painting)

    def on_layout(self, message: messages.Layout | messages.Update) -> None:
        """Ignore what a widget asked for before the first paint, which has done it."""
        if self.painted_at is not None and message.time < self.painted_at:
            message.prevent_default()

    on_update = on_layout

    def begin_painting(self) -> None:
        """Paint the whole screen once. Until then, `app/rendering.py` sends nothing of it.

        Textual styles, lays out and sends a screen three times while it resumes, takes the focus
        and learns its size. Each pass delays the user, and each is sent over a possibly slow
        connection.
        """
        if not self._painting:
            self._painting = True
            self.painted_at = monotonic()
            for key_bar in self.query(KeyBar):
                key_bar.show_keys()
            self.app.rendering.paint(self)


class ScreenBelow(Visual):
    """What a modal screen renders: the list below it, tinted, looked up on every paint.

    Of other windows nothing is seen: a window over a window replaces it. The lines of the list are
    tinted by `app/rendering.py`.

    Textual takes the screens below from one list while it paints them. A screen that has cached
    its background takes none, so the next one takes the wrong screen: two screens could become
    each other's background and recurse endlessly.
    """

    def __init__(self, screen: DeskScreen[Any]) -> None:
        self._screen = screen

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        app, color = self._screen.app, self._screen.styles.background
        stack = app.screen_stack
        place = stack.index(self._screen) if self._screen in stack else 0
        below = [each for each in stack[:place] if not isinstance(each, ModalScreen)]
        if below and color.a < 1:
            strips = app.rendering.tinted(below[-1], color, style.rich_style)
            return [strip.crop(0, width) for strip in strips[:height]]
        return Blank(color).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return 1


class Window(DeskScreen[_R], ModalScreen[_R]):
    """A modal window. What it says of a failed query or change stands in its `StatusLine`."""

    PASSES: ClassVar = False
    """Whether the window closes when another one is opened over it."""

    opened_by = ""
    """The key that opened the window; empty if it was opened by other means."""

    _closes_with: tuple[_R | None] | None = None

    def render(self) -> Any:
        """Render the screen below, which stays visible around the window."""
        return ScreenBelow(self)

    def ignores_key(self, key: events.Key, *, hurried: bool = False) -> bool:
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

    def dismiss(self, result: _R | None = None) -> AwaitComplete:
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

    @staticmethod
    def window_title(text: str) -> Content:
        """Return the window's title, with a clickable arrow that goes back."""
        return Content.from_markup("[@click=screen.back]← $title[/]", title=text)

    def window(self, title: str, classes: str = "") -> Vertical:
        """Return the container of all but the key bar, with its title in the border."""
        window = Vertical(id="window", classes=f"window {classes}")
        window.border_title = self.window_title(title)
        return window

    def action_back(self) -> None:
        """Close without a result."""
        self.dismiss()

    # What a query or a change came to

    async def read_desk(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """As `call_desk`, for queries: show why one failed, and repeat it after an outage."""
        while True:
            try:
                result = await self.call_desk(call, *args, **kwargs)
            except StoreUnavailable as error:
                self.not_read(error)
                await self.app.errors.outage_over()
            except OlveryError as error:
                self.not_read(error)
                raise asyncio.CancelledError from error
            else:
                self.is_read()
                return result

    def is_read(self) -> None:
        """Clear the message about a failed query, unless an outage is going on."""
        if self.app.errors.outage is None:
            self.query_one(StatusLine).outage_over()

    def tell(self, text: str, tone: Tone = "refused") -> None:
        """Show a sentence in the status line."""
        self.query_one(StatusLine).show(text, tone)

    def clear_status(self) -> None:
        """Clear the status line, except for an outage."""
        self.query_one(StatusLine).clear()
        if self.app.errors.outage is not None:
            self.show_outage(self.app.errors.outage)

    def not_read(self, error: OlveryError) -> None:
        """Show why a query failed; an outage is shown until it is over."""
        from olvery_tui.wording.errors import sentence

        if isinstance(error, StoreUnavailable):
            self.show_outage(error)
        else:
            self.tell(sentence(error, self.app.location.zone))

    def not_done(self, error: OlveryError) -> None:
        """Show why a change failed; after an outage, show that it was not made."""
        from olvery_tui.wording.errors import afterwards, undone

        text = undone(error, self.app.location.zone)
        if isinstance(error, StoreUnavailable):
            self.query_one(StatusLine).show_undone(text, afterwards(error))
        else:
            self.tell(text)


def _same_keys(key: str) -> tuple[str, ...]:
    """Return the names of one key under both layouts."""
    return next((names for each in TWINS if key in (names := twins(each))), (key,))
