"""Somebody who watches a database and remembers what he was told."""

from __future__ import annotations

import threading
from collections.abc import Callable

from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.store.database import changes
from olvery_tui.store.database.engine import Store

PATIENCE = 20.0


class Witness:
    """A watch in a thread, and what it has said."""

    def __init__(self, store: Store, *, interval: float = changes.INTERVAL) -> None:
        self._said = threading.Condition()
        self.changes = 0
        self.troubles: list[str | None] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=lambda: changes.watch(
                store, self._change, self._stop, self._trouble, interval=interval
            )
        )
        self._thread.start()

    def _change(self) -> None:
        with self._said:
            self.changes += 1
            self._said.notify_all()

    def _trouble(self, error: StoreUnavailable | None) -> None:
        with self._said:
            self.troubles.append(error.code if error else None)
            self._said.notify_all()

    def waits_for(self, what: Callable[[], bool], seconds: float = PATIENCE) -> bool:
        with self._said:
            return self._said.wait_for(what, seconds)

    def end(self) -> None:
        self._stop.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
