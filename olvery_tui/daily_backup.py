"""Copies a database file once a day, in a thread of its own: whichever terminal comes first."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from olvery_tui.clock import Clock
from olvery_tui.domain.errors import OlveryError
from olvery_tui.store.catalogue import locations
from olvery_tui.store.database.engine import Store
from olvery_tui.store.maintenance import backups

log = logging.getLogger(__name__)

FIRST_SECONDS = 60.0
"""Seconds before the first look: whoever opens the application has other things to wait for."""

INTERVAL_SECONDS = 600.0
"""Seconds between two looks, and so before the next attempt after a failure."""


class DailyBackup:
    """`on_failure` is called in the thread, once for each kind of failure in a row."""

    def __init__(
        self, store: Store, clock: Clock, on_failure: Callable[[OlveryError], object] | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self.on_failure = on_failure

    def run(self, stop: threading.Event) -> None:
        """Look now and then until `stop` is set."""
        reported = ""
        pause = FIRST_SECONDS
        while not stop.wait(pause):
            pause = INTERVAL_SECONDS
            try:
                self.make_if_due()
                reported = ""
            except OlveryError as error:
                log.warning("the daily backup failed: %r", error)
                if self.on_failure is not None and repr(error) != reported:
                    self.on_failure(error)
                reported = repr(error)

    def make_if_due(self) -> bool:
        """Make today's copy unless it is there; return whether one was made.

        Raises:
            InvalidInput, StoreUnavailable: see `backups.make_daily`.
        """
        with self._store.reading() as session:
            settings = locations.settings(session)
            zone = locations.location(session).zone
        today = self._clock.now().astimezone(zone).date()
        return backups.make_daily(self._store, settings, today) is not None
