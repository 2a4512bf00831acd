"""Base of what fills the terminal: the lists of tickets and orders, and the calendar."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Self

from textual import work
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import Reactive
from textual.widget import Widget
from textual.widgets import Static

from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.screens.base import DeskScreen
from olvery_tui.widgets.chrome.top_line import TopLine
from olvery_tui.wording.listing import stuck_text

if TYPE_CHECKING:
    from olvery_tui.widgets.application import Application


class Covered(Vertical):
    """A container whose children cover all of it, so that its own lines are not rendered."""

    BLANK = True


class MainScreen(DeskScreen[None]):
    """A mode of the application. The tickets are always there, another mode lies over them.

    It has a `TopLine`, and a `#banner` below it for an outage or statuses that are not moved.
    """

    BLANK = True  # as `Covered`
    offers_undo = True
    # A change of focus repaints the two widgets concerned, not the whole screen.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    NAME: ClassVar = ""
    """The mode's name in the tabs; an installed screen's name, too."""

    # From mode to mode

    @classmethod
    def installed_in(cls, app: Application) -> Self:
        """Return the application's only screen of this mode; create it on first use."""
        if not app.is_screen_installed(cls.NAME):
            app.install_screen(cls(), cls.NAME)
        return app.get_screen(cls.NAME, cls)

    @classmethod
    def come_up_in(cls, app: Application) -> None:
        """Put the screen of this mode over the tickets.

        It keeps its state while another mode takes its place.
        """
        screen = cls.installed_in(app)
        if screen in app.screen_stack:
            return
        if app.is_screen_installed(app.screen):  # another mode; the tickets are not installed
            app.pop_screen()
        was_there = screen.is_mounted
        app.push_screen(screen)
        if was_there:
            screen.came_up()

    def go_to_tickets(self) -> None:
        """Uncover the tickets; this mode keeps its state."""
        if not self.is_active:
            return
        self.app.pop_screen()
        below = self.app.screen
        if isinstance(below, MainScreen):
            below.came_up()

    def action_switch_list(self) -> None:
        """Back to the tickets."""
        self.go_to_tickets()

    @property
    def is_seen(self) -> bool:
        """Whether this is the mode in front; windows may cover it."""
        modes = [screen for screen in self.app.screen_stack if isinstance(screen, MainScreen)]
        return bool(modes) and modes[-1] is self and not self.is_going

    # A scanned number

    def drop_number(self) -> None:
        """Close the line for a number, with the message about the previous one."""

    @abstractmethod
    def open_details(self, details: Any) -> None:
        """Open a ticket or an order over this mode, whatever it shows."""

    # The database is opened, changed or unreachable

    def desk_opened(self) -> None:
        """Show what the database holds, now that it is open and somebody is signed in."""
        self.name_the_desk()
        self.refresh_bindings()  # the palette and the lock work from now on

    def location_changed(self) -> None:
        """Show the location's present name and time zone."""
        self.name_the_desk()

    def came_up(self) -> None:
        """Show what has changed while another mode was in front."""
        self.show_outage(self.app.errors.outage)
        if self.app.is_ready:
            self.query_one(TopLine).now = self.app.clock.now()

    def name_the_desk(self) -> None:
        """Show the location, the manager and the time in the top line."""
        app, manager = self.app, self.app.session.manager
        top = self.query_one(TopLine)
        name = manager.name if manager is not None else None
        top.set_desk(app.location, name, real_clock=app.clock.is_real)
        top.now = app.clock.now()

    def show_outage(self, outage: StoreUnavailable | None) -> None:
        """Show the banner about an unreachable database; None hides it."""
        from olvery_tui.wording.errors import sentence

        self._show_banner(None if outage is None else sentence(outage))

    @work(exclusive=True, group="stuck")
    async def load_stuck(self) -> None:
        """Show since when statuses are not moved, unless the banner shows an outage."""
        if self.app.errors.outage is None:
            since = await self.call_desk(self.app.desk.tickets.stuck_since)
            if self.app.errors.outage is None:
                self._show_banner(stuck_text(since, self.app.location.zone) if since else None)

    def _show_banner(self, text: str | None) -> None:
        # A change may be reported while the screens are being removed, without a banner.
        for banner in self.query("#banner").results(Static):
            if text:
                banner.update(Content(text))
            banner.set_class(bool(text), "-shown")
