"""What went wrong, and how it is told: a refusal, a fault, a database that is away."""

from __future__ import annotations

import codecs
import io
import logging
import sys
import traceback
from collections.abc import Hashable
from functools import partial
from typing import Any

from rich.console import Console
from rich.text import Text
from textual import events
from textual._context import active_message_pump
from textual.css.query import NoMatches
from textual.dom import NoScreen
from textual.driver import Driver
from textual.widget import Widget
from textual.worker import WorkerFailed

from olvery_tui import reporting
from olvery_tui.app.textual_fixes import SteadyParser
from olvery_tui.domain.errors import OlveryError, StoreUnavailable
from olvery_tui.i18n import _
from olvery_tui.screens.opening import Window
from olvery_tui.widgets.application import Application
from olvery_tui.widgets.messages import DeskChanged

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
"""How long a database that is away is left alone between two tries."""

_FAULTS_UNASKED_MOST = 50
"""So many faults without a key or click between them would go on for ever."""


_SIGNS_OF_THE_USER = (
    events.Key,
    events.Paste,
    events.MouseDown,
    events.MouseScrollDown,
    events.MouseScrollUp,
)


def _lenient_decoder(encoding: str) -> partial[codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


def _place_of(error: Exception) -> Hashable:
    """What tells one fault from another: its kind, and the line of the code that raised it."""
    frames = list(traceback.walk_tb(error.__traceback__))
    code, line = (frames[-1][0].f_code, frames[-1][1]) if frames else (None, id(error))
    return type(error), code, line


class Troubles(Application):
    """Mixed into the application."""

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self._trouble: StoreUnavailable | None = None
        self._goes_on = False
        self._faults_unasked = 0
        self._faults_told: set[str] = set()
        self._logged_faults: dict[Hashable, str] = {}

    @property
    def trouble(self) -> StoreUnavailable | None:
        """What is wrong with the database now, for the banner."""
        return self._trouble

    def tell(self, error: OlveryError) -> None:
        """Say a refusal in one sentence."""
        from olvery_tui.wording.errors import sentence

        zone = self.location.zone if self.is_open else None
        self.notify(sentence(error, zone), severity="warning", markup=False)

    def tell_fault(self, error: Exception) -> None:
        """Say that something unexpected happened; the log file has it under the code."""
        text = self._fault_sentence(self._logged(error))
        if text not in self._faults_told and all(
            said.message != text for said in self._notifications
        ):
            self._faults_told.add(text)
            self.notify(text, severity="error", markup=False)

    # The database is away

    def database_trouble(self, error: StoreUnavailable | None) -> None:
        """Show or take away the banner; while it is there the database is tried again and again."""
        was, self._trouble = self._trouble, error
        if (was is None) != (error is None) or (was and error and was.code != error.code):
            self._broadcast_trouble()
        if error is not None and was is None:
            self.set_timer(RETRY_SECONDS, self._try_again)

    def _broadcast_trouble(self) -> None:
        for screen in self.screen_stack:
            show = getattr(screen, "show_trouble", None)
            # A screen that is being taken away, while the application ends, has nothing on it.
            if show is not None and screen.children:
                show(self._trouble)

    def _try_again(self) -> None:
        if self._trouble is not None and self.is_open:
            self.run_worker(self._probe, thread=True, exit_on_error=False, name="probe")

    def _probe(self) -> None:
        try:
            self.desk.ping()
        except StoreUnavailable:
            self.call_later(self.set_timer, RETRY_SECONDS, self._try_again)
        else:
            self.post_message(DeskChanged())

    # Something broke

    def get_driver_class(self) -> type[Driver]:
        """As Textual's, but a byte that is no letter (a terminal that speaks KOI8-R, a damaged
        paste) is one unknown letter, not the end of the application.
        """
        found = super().get_driver_class()
        module: Any = sys.modules[found.__module__]
        if hasattr(module, "getincrementaldecoder"):
            module.getincrementaldecoder = _lenient_decoder
            module.XTermParser = SteadyParser
        return found

    async def on_event(self, event: events.Event) -> None:
        """Count faults from one sign of the user to the next, and say each of them once."""
        if isinstance(event, _SIGNS_OF_THE_USER):
            self._faults_unasked = 0
            self._faults_told.clear()
        await super().on_event(event)

    def _handle_exception(self, error: Exception) -> None:
        """Every exception that nobody caught, of a handler, callback, timer, worker or of painting,
        comes here. It is logged and said, and what was going on goes on: open forms stay.

        The application ends where there is no screen yet or any more, and where faults come without
        end: each frame, say, though nobody touches a key. Textual would end with every exception.
        """
        if isinstance(error, WorkerFailed):
            error = error.error if isinstance(error.error, Exception) else error
        if self._is_of_what_goes(error):
            return
        if self.is_headless and self._exception is None:
            self._exception = error  # the pilot of a test raises it
            self._exception_event.set()
        self._faults_unasked += 1
        if not self._goes_on or self._exit or self._faults_unasked > _FAULTS_UNASKED_MOST:
            self._end_with_fault(error)
        else:
            self.tell_fault(error)
            self._close_unopened()

    def _is_of_what_goes(self, error: Exception) -> bool:
        """Whether something only missed its parts because it is being taken away, perhaps with the
        whole application: a terminal that hangs up ends it in the middle of anything.
        """
        if not isinstance(error, NoMatches | NoScreen):
            return False
        at_work = (
            frame.f_locals.get("self") for frame, _line in traceback.walk_tb(error.__traceback__)
        )
        goes = any(
            isinstance(one, Widget) and (one._pruning or one._closing or not one.is_attached)
            for one in at_work
        )
        return self._exit or goes

    def go_on_after_faults(self) -> None:
        """The first frame is shown: from now on a fault is no reason to end."""
        self._goes_on = True

    def _close_unopened(self) -> None:
        """Take away the window that the fault kept from opening: it would hide what is below it."""
        pump = active_message_pump.get(None)
        screen = pump.screen if isinstance(pump, Widget) and pump.is_attached else None
        if isinstance(screen, Window) and not screen.is_painted:
            self.call_later(screen.dismiss)

    def panic(self, *renderables: Any) -> None:
        """Textual would print what it is given: the traceback of the thread that reads the keys."""
        first = renderables[0] if renderables else None
        if not isinstance(first, Exception):
            plain = Console(file=io.StringIO(), width=100)
            plain.print(*renderables)
            first = RuntimeError(plain.file.getvalue())  # type: ignore[attr-defined]
        self._end_with_fault(first)

    def _end_with_fault(self, error: Exception) -> None:
        text = self._fault_sentence(self._logged(error))
        if not self._exit_renderables:
            self._exit_renderables.append(Text(text))
        self._return_code = 1
        self._close_messages_no_wait()

    def _logged(self, error: Exception) -> str:
        """Log a fault; the code it is told by. One that comes again keeps its code, and the log
        has its traceback once: a paint fault in each frame would drive all else out of the log.
        """
        place = _place_of(error)
        if place in self._logged_faults:
            log.error("fault %s again", self._logged_faults[place])
        else:
            self._logged_faults[place] = reporting.fault(error)
        return self._logged_faults[place]

    @staticmethod
    def _fault_sentence(code: str) -> str:
        return _("Something went wrong ({code}). The log file has the details.").format(code=code)
