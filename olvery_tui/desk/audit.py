"""The audit trail as administration reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from olvery_tui.desk.transaction import Part
from olvery_tui.domain.events import EventFilter, EventLine
from olvery_tui.store.audit import events, following, history

_PAGE = 500
"""Events that are read at a time: memory does not grow with the trail."""


class Audit(Part):
    """Nothing here changes anything.

    Every method may raise `StoreUnavailable`, and all but the last `NotAllowed`: `administrator`.
    """

    def events(self, filters: EventFilter, before: int | None, limit: int) -> tuple[EventLine, ...]:
        """Up to `limit` matching events, newest first; those older than event `before`."""
        zone = self._context.location().zone
        with self._context.reading(administration=True) as session:
            return history.matching(session, filters, before, limit, zone=zone)

    def export(self, filters: EventFilter) -> Iterator[EventLine]:
        """Every matching event, newest first, page by page; an export is an event itself."""
        self._context.record_export("events", filters, administration=True)
        return self._pages(filters)

    def _pages(self, filters: EventFilter) -> Iterator[EventLine]:
        before: int | None = None
        while lines := self.events(filters, before, _PAGE):
            yield from lines
            before = lines[-1].id

    def follow(self, filters: EventFilter) -> int:
        """Record an export that goes on; the seal behind which its events come."""
        return self._context.follow("events", filters, administration=True)

    def changed_after(
        self, seal: int, filters: EventFilter
    ) -> tuple[int, tuple[EventLine, ...]] | None:
        """The matching events of the first transaction behind `seal`, and its own seal.

        None while there is no such transaction.
        """
        zone = self._context.location().zone
        with self._context.reading(administration=True) as session:
            found = following.after(session, seal)
            if found is None:
                return None
            return found.seal, history.of_transaction(session, found.batch, filters, zone=zone)

    def newest_at(self) -> datetime | None:
        """When the newest entry of the history was written; a clock before it is behind."""
        with self._context.reading() as session:
            return events.newest_at(session)
