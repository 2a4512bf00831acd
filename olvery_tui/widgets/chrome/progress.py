"""A progress bar and a count, updated from a worker thread."""

from __future__ import annotations

import threading
from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import ProgressBar, Static

from olvery_tui.i18n import _
from olvery_tui.widgets.messages import LatestMessage, WidgetMessage
from olvery_tui.wording.listing import number_text


class Progress(Horizontal):
    """Visible only while work is in progress; `begin` returns the callbacks for the thread.

    The thread reports progress and checks for cancellation through them; both are thread-safe.
    """

    class Reached(WidgetMessage["Progress"], LatestMessage):
        """Progress was reported; `total` is 0 if it is unknown."""

        done: int
        total: int

    def __init__(self) -> None:
        super().__init__()
        self._stop = threading.Event()

    def compose(self) -> ComposeResult:
        yield ProgressBar(show_eta=False, show_percentage=False)
        yield Static(id="reached", markup=False)

    def begin(self, total: int) -> tuple[Callable[[int, int], None], Callable[[], bool]]:
        """Show an empty bar; return callbacks that report progress and check for cancellation."""
        self._stop = stop = threading.Event()
        self.add_class("-working")
        self._show(0, total)

        def reached(done: int, total: int) -> None:
            self.post_message(self.Reached(self, done, total))

        return reached, stop.is_set

    def end(self) -> None:
        """Hide the bar: the work is done."""
        self.remove_class("-working")

    def stop(self) -> None:
        """Ask the thread to stop at its next check."""
        self._stop.set()

    def on_progress_reached(self, message: Reached) -> None:
        message.stop()
        self._show(message.done, message.total)

    def on_unmount(self) -> None:
        """Cancel the work: its result is no longer needed."""
        self.stop()

    def _show(self, done: int, total: int) -> None:
        bar = self.query_one(ProgressBar)
        bar.display = total > 0
        if total:
            bar.update(total=total, progress=min(done, total))
            text = _("{done} of {total}").format(done=number_text(done), total=number_text(total))
        else:
            text = number_text(done)
        self.query_one("#reached", Static).update(Content(text))
