"""What a window does about a database that is away: it says so, and reads again when it is back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from olvery_tui.domain.errors import OlveryError, StoreUnavailable
from olvery_tui.widgets.asking import Asking
from olvery_tui.widgets.chrome.said import Said
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.wording.errors import afterwards, sentence, undone

_T = TypeVar("_T")


class Reading(Asking):
    """Mixed into a window that has a line to say something in."""

    def read(self, group: str, call: Callable[[], _T], then: Callable[[_T], None]) -> None:
        """Ask the desk; while the database is away, say so and ask again when it is back."""

        def answered(result: _T) -> None:
            self.is_read()
            then(result)

        def refused(error: OlveryError) -> None:
            if isinstance(error, StoreUnavailable):
                self._unread[group] = lambda: self.read(group, call, then)
            self.not_read(error)

        self._unread.pop(group, None)  # what was asked before has lost its use
        self.ask(group, call, answered, refused)

    def is_read(self) -> None:
        """Take back that something could not be read, unless the database is away since."""
        if self.app.errors.outage is None:
            self.query_one(Said).outage_over()

    def hush(self) -> None:
        """Say nothing any more, but that the database is away."""
        self.query_one(Said).hush()
        if self.app.errors.outage is not None:
            self.show_outage(self.app.errors.outage)

    def not_read(self, error: OlveryError) -> None:
        """Say why something can't be read; of a database that is away until it is back."""
        if isinstance(error, StoreUnavailable):
            self.query_one(Said).tell_unread(sentence(error))
        else:
            self.query_one(Said).tell(sentence(error, self.app.location.zone))

    def not_done(self, error: OlveryError) -> None:
        """Say why a change was not made; when the database is back, that it was not."""
        text = undone(error, self.app.location.zone)
        if isinstance(error, StoreUnavailable):
            self.query_one(Said).tell_undone(text, afterwards(error))
        else:
            self.query_one(Said).tell(text)

    def show_outage(self, outage: StoreUnavailable | None) -> None:
        """Say that the database is away, before anything is asked of it; None takes it back."""
        if self.is_going or not self.query(Said):
            return
        if outage is None:
            self.query_one(Said).outage_over()
        else:
            self.not_read(outage)

    def on_mount(self) -> None:
        """It may be away already."""
        if self.app.errors.outage is not None:
            self.show_outage(self.app.errors.outage)

    def on_desk_changed(self, message: DeskChanged) -> None:
        """The database answers: what could not be read can be read."""
        for again in list(self._unread.values()):
            again()

    @property
    def _unread(self) -> dict[str, Callable[[], None]]:
        found: dict[str, Callable[[], None]] = self.__dict__.setdefault("_reading_again", {})
        return found
