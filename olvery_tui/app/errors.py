"""Errors on the screen: refusals, faults, and the outage of the database."""

from __future__ import annotations

import asyncio
import io
import logging
import traceback
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text
from textual.css.query import NoMatches
from textual.dom import NoScreen
from textual.widget import Widget
from textual.worker import WorkerFailed

from olvery_tui import reporting
from olvery_tui.domain.errors import OlveryError, StoreUnavailable
from olvery_tui.i18n import _
from olvery_tui.screens.base import Window
from olvery_tui.widgets.messages import DeskChanged

if TYPE_CHECKING:
    from olvery_tui.app.rendering import Rendering
    from olvery_tui.widgets.application import Application

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
"""Pause between two attempts to reach a database that is away."""

_MOST_IN_A_ROW = 50
"""More faults than this without a key or click between them would go on for ever."""


class Errors:
    """Shows refusals and the outage of the database; logs faults and survives them."""

    def __init__(self, app: Application, rendering: Rendering) -> None:
        self._app = app
        self._rendering = rendering
        self._outage: StoreUnavailable | None = None
        self._is_over = asyncio.Event()
        self._survives_faults = False
        self._faults_in_a_row = 0
        self._shown_faults: set[str] = set()
        self._codes: dict[Hashable, str] = {}
        self._has_ended = False

    def show(self, error: OlveryError) -> None:
        """Notify of a refusal in one sentence."""
        from olvery_tui.wording.errors import sentence

        zone = self._app.location.zone if self._app.is_open else None
        self._app.notify(sentence(error, zone), severity="warning", markup=False)

    def report(self, error: Exception) -> None:
        """Log a fault and notify of it by its code, once until the next key or click."""
        text = self._log(error)
        if text not in self._shown_faults and not self._rendering.is_notified(text):
            self._shown_faults.add(text)
            self._app.notify(text, severity="error", markup=False)

    # The database is away

    @property
    def outage(self) -> StoreUnavailable | None:
        """Why the database can't be used now; None while it can."""
        return self._outage

    async def outage_over(self) -> None:
        """Wait until the database can be used again."""
        await self._is_over.wait()

    def set_outage(self, error: StoreUnavailable | None) -> None:
        """Show or clear the outage on every screen. An open database is pinged until it answers."""
        former, self._outage = self._outage, error
        (self._is_over.set if error is None else self._is_over.clear)()
        if (former and former.code) != (error and error.code):
            for screen in self._app.screen_stack:
                show = getattr(screen, "show_outage", None)
                # A screen that is being removed, while the application ends, has no children.
                if show is not None and screen.children:
                    show(error)
        if error is not None and former is None and self._app.is_open:
            self._app.set_timer(RETRY_SECONDS, self._probe)

    def _probe(self) -> None:
        if self._outage is not None:
            app = self._app
            app.run_worker(self._ping, thread=True, exit_on_error=False, name="probe")

    def _ping(self) -> None:
        try:
            self._app.desk.ping()
        except StoreUnavailable:
            self._app.call_later(self._app.set_timer, RETRY_SECONDS, self._probe)
        else:
            self._app.post_message(DeskChanged())

    # Faults

    def survive_faults(self) -> None:
        """Keep the application going after a fault: its first frame is shown."""
        self._survives_faults = True

    def reset_fault_count(self) -> None:
        """Start a new row of faults, each shown again: the user has pressed a key or clicked."""
        self._faults_in_a_row = 0
        self._shown_faults.clear()

    def handle(self, error: Exception) -> None:
        """Handle an exception that nobody caught, of whatever Textual was doing.

        A refusal that a worker met is shown; of an outage the screens tell themselves.
        """
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
            if isinstance(error, OlveryError):
                if not isinstance(error, StoreUnavailable):
                    self.show(error)
                return
        if not self._is_caused_by_removal(error):
            self.handle_fault(error)

    def handle_fault(self, error: Exception) -> None:
        """Log and show a fault, and keep the application and its open forms going.

        It ends only before its first frame, while it ends anyway, and when faults follow each other
        without a key or click between them. Textual would end with every exception.
        """
        self._faults_in_a_row += 1
        is_ending = self._app.return_code is not None
        if not self._survives_faults or is_ending or self._faults_in_a_row > _MOST_IN_A_ROW:
            self.end(error)
        else:
            self.report(error)
            self._close_unpainted(error)

    def _is_caused_by_removal(self, error: Exception) -> bool:
        """Whether a widget only missed its parts because it is being removed, perhaps with the
        whole application: a terminal that hangs up ends it in the middle of anything.
        """
        if not isinstance(error, NoMatches | NoScreen):
            return False
        if self._app.return_code is not None:
            return True
        return any(self._rendering.is_removed(widget) for widget in _widgets_at_work(error))

    def _close_unpainted(self, error: Exception) -> None:
        """Close the window that the fault kept from opening: it would hide what is below it."""
        for widget in _widgets_at_work(error):
            if widget.is_attached:
                screen = widget.screen
                if isinstance(screen, Window) and not screen.is_painted:
                    self._app.call_later(screen.dismiss)
                return

    def end(self, error: Exception) -> None:
        """End the application with the sentence about a fault."""
        text = self._log(error)
        if not self._has_ended:
            self._has_ended = True
            self._app.exit(self._app.return_value, return_code=1, message=Text(text))

    def panic(self, *renderables: Any) -> None:
        """End without printing what Textual would: the traceback of the thread that reads keys."""
        error = renderables[0] if renderables else None
        if not isinstance(error, Exception):
            plain = Console(file=io.StringIO(), width=100)
            plain.print(*renderables)
            error = RuntimeError(plain.file.getvalue())  # type: ignore[attr-defined]
        self.end(error)

    def _log(self, error: Exception) -> str:
        """Log a fault. One that comes again keeps its code, and its traceback is logged once: a
        fault in each frame would drive all else out of the log.

        Returns:
            The sentence with its code.
        """
        place = _place_of(error)
        if place in self._codes:
            log.error("fault %s again", self._codes[place])
        else:
            self._codes[place] = reporting.fault(error)
        text = _("Something went wrong ({code}). The log file has the details.")
        return text.format(code=self._codes[place])


def _place_of(error: Exception) -> Hashable:
    """What tells one fault from another: its class, and the line of code that raised it."""
    frames = list(traceback.walk_tb(error.__traceback__))
    code, line = (frames[-1][0].f_code, frames[-1][1]) if frames else (None, id(error))
    return type(error), code, line


def _widgets_at_work(error: Exception) -> Iterator[Widget]:
    """The widgets whose methods the exception went through, the outermost first."""
    for frame, _line in traceback.walk_tb(error.__traceback__):
        if isinstance(widget := frame.f_locals.get("self"), Widget):
            yield widget
