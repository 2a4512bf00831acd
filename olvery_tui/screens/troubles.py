"""What went wrong, and how it is told: a refusal, a fault, a database that is away."""

from __future__ import annotations

import codecs
import io
import sys
from functools import partial
from typing import Any

from rich.console import Console
from rich.text import Text
from textual.driver import Driver

from olvery_tui import reporting
from olvery_tui.domain.errors import OlveryError, StoreUnavailable
from olvery_tui.i18n import _
from olvery_tui.screens.application import Part
from olvery_tui.widgets.messages import DeskChanged

RETRY_SECONDS = 1.0
"""How long a database that is away is left alone between two tries."""


def _lenient_decoder(encoding: str) -> partial[codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


class Troubles(Part):
    """Mixed into the application."""

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self._trouble: StoreUnavailable | None = None

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
        self.notify(self._fault_sentence(reporting.fault(error)), severity="error", markup=False)

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
        return found

    def _fatal_error(self) -> None:
        # Textual would print the traceback with local variables, names and phones among them.
        if self._exception is not None:
            self._end_with_fault(self._exception)
        self._close_messages_no_wait()

    def panic(self, *renderables: Any) -> None:
        """Textual would print what it is given: the traceback of the thread that reads the keys."""
        first = renderables[0] if renderables else None
        if not isinstance(first, Exception):
            plain = Console(file=io.StringIO(), width=100)
            plain.print(*renderables)
            first = RuntimeError(plain.file.getvalue())  # type: ignore[attr-defined]
        self._end_with_fault(first)

    def _end_with_fault(self, error: Exception) -> None:
        text = self._fault_sentence(reporting.fault(error))
        self._exit_renderables.append(Text(text))
        self._return_code = 1
        self._close_messages_no_wait()

    @staticmethod
    def _fault_sentence(code: str) -> str:
        return _("Something went wrong ({code}). The log file has the details.").format(code=code)
