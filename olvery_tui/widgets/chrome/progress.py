"""How far a long piece of work has come: a bar and a count, told from the thread that works."""

from __future__ import annotations

import threading
from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import ProgressBar, Static

from olvery_tui.i18n import _
from olvery_tui.wording.listing import number_text


class Progress(Horizontal):
    """Takes room only while the work goes on. `begin` gives what the thread is handed.

    The thread tells how far it is and asks whether it is to stop; both are safe from any thread.
    """

    class Reached(Message):
        """The thread has come so far; `total` is 0 where nobody knows how much there is."""

        def __init__(self, progress: Progress, done: int, total: int) -> None:
            super().__init__()
            self.progress = progress
            self.done = done
            self.total = total

        @property
        def control(self) -> Progress:
            """The one who is to show it."""
            return self.progress

        def can_replace(self, message: Message) -> bool:
            """Only the last state counts."""
            return isinstance(message, Progress.Reached)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._stop = threading.Event()

    def compose(self) -> ComposeResult:
        yield ProgressBar(show_eta=False, show_percentage=False)
        yield Static(id="reached", markup=False)

    def begin(self, total: int) -> tuple[Callable[[int, int], None], Callable[[], bool]]:
        """Show an empty bar; gives what tells of progress and what says whether to stop."""
        self._stop = stop = threading.Event()
        self.add_class("-working")
        self._show(0, total)

        def reached(done: int, total: int) -> None:
            self.post_message(self.Reached(self, done, total))

        return reached, stop.is_set

    def end(self) -> None:
        """The work is over."""
        self.remove_class("-working")

    def stop(self) -> None:
        """Let the thread stop at the next occasion."""
        self._stop.set()

    @property
    def is_stopping(self) -> bool:
        """Whether the thread was told to stop."""
        return self._stop.is_set()

    def on_progress_reached(self, message: Reached) -> None:
        message.stop()
        self._show(message.done, message.total)

    def on_unmount(self) -> None:
        """Nobody waits any more."""
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
