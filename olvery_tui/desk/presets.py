"""Presets: the filters that are one key away, and how many tickets or orders each has."""

from __future__ import annotations

from olvery_tui.desk.transaction import DeskContext
from olvery_tui.domain.presets import PresetCounts
from olvery_tui.store.listing import presets


class Presets:
    """The tabs above the lists. Every method may raise `StoreUnavailable`."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def counts(self) -> PresetCounts:
        """How many tickets or orders each preset has now, and until when time changes nothing."""
        zone = self._context.location().zone
        with self._context.reading() as session:
            return presets.counts(session, self._context.now(), zone)
