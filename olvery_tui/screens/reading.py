"""Outage handling of windows: show that the database is unreachable, and reload afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from olvery_tui.domain.errors import OlveryError, StoreUnavailable
from olvery_tui.widgets.asking import Asking
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.wording.errors import afterwards, sentence, undone

_T = TypeVar("_T")


class Reading(Asking):
    """Mixin for a window that has a status line."""

    def read(self, group: str, call: Callable[[], _T], then: Callable[[_T], None]) -> None:
        """Query the desk; during an outage, say so and repeat the query when it is over."""

        def answered(result: _T) -> None:
            self.is_read()
            then(result)

        def refused(error: OlveryError) -> None:
            if isinstance(error, StoreUnavailable):
                self._unread[group] = lambda: self.read(group, call, then)
            self.not_read(error)

        self._unread.pop(group, None)  # superseded by this query
        self.ask(group, call, answered, refused)

    def is_read(self) -> None:
        """Clear the message about a failed query, unless an outage is going on."""
        if self.app.errors.outage is None:
            self.query_one(StatusLine).outage_over()

    def clear_status(self) -> None:
        """Clear the status line, except for an outage."""
        self.query_one(StatusLine).clear()
        if self.app.errors.outage is not None:
            self.show_outage(self.app.errors.outage)

    def not_read(self, error: OlveryError) -> None:
        """Show why a query failed; an outage is shown until it is over."""
        if isinstance(error, StoreUnavailable):
            self.query_one(StatusLine).show_unread(sentence(error))
        else:
            self.query_one(StatusLine).show(sentence(error, self.app.location.zone))

    def not_done(self, error: OlveryError) -> None:
        """Show why a change failed; after an outage, show that it was not made."""
        text = undone(error, self.app.location.zone)
        if isinstance(error, StoreUnavailable):
            self.query_one(StatusLine).show_undone(text, afterwards(error))
        else:
            self.query_one(StatusLine).show(text)

    def show_outage(self, outage: StoreUnavailable | None) -> None:
        """Show an outage before any query fails; None clears it."""
        if self.is_going or not self.query(StatusLine):
            return
        if outage is None:
            self.query_one(StatusLine).outage_over()
        else:
            self.not_read(outage)

    def on_mount(self) -> None:
        """Show an outage that began before the window was opened."""
        if self.app.errors.outage is not None:
            self.show_outage(self.app.errors.outage)

    def on_desk_changed(self, message: DeskChanged) -> None:
        """Repeat the failed queries: the database answers again."""
        for again in list(self._unread.values()):
            again()

    @property
    def _unread(self) -> dict[str, Callable[[], None]]:
        found: dict[str, Callable[[], None]] = self.__dict__.setdefault("_reading_again", {})
        return found
