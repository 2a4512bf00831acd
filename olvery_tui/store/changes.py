"""Somebody changed something: this program, another one, or a restore that brought another file.

SQLite counts the commits of other connections (`PRAGMA data_version`), which costs some
microseconds to ask, so one connection of its own is asked a few times a second.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable

from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.store import schema
from olvery_tui.store.engine import Store

log = logging.getLogger(__name__)

INTERVAL = 0.25
"""Seconds between two looks: well under the second in which a change has to be seen."""

Trouble = Callable[[StoreUnavailable | None], None]


def watch(
    store: Store,
    on_change: Callable[[], None],
    stop: threading.Event,
    on_trouble: Trouble | None = None,
    *,
    interval: float = INTERVAL,
) -> None:
    """Call `on_change` after every commit to the database, until `stop` is set. Blocks.

    Commits that come in one interval are told once. While the database can't be watched,
    `on_trouble` is told why (once for each reason); None when it is back, and then `on_change`,
    because nobody knows what was missed.
    """
    told: str | None = None
    first = True
    while not stop.is_set():
        try:
            with store.raw() as connection:
                watched = _Watched(store, connection)
                if told is not None:
                    told = None
                    _call(on_trouble, None)
                if not first:
                    _call(lambda _nothing: on_change(), None)
                first = False
                while not stop.wait(interval):
                    if watched.was_replaced():
                        break
                    if watched.has_changed():
                        _call(lambda _nothing: on_change(), None)
        except StoreUnavailable as error:
            first = False
            if error.code != told:
                told = error.code
                _call(on_trouble, error)
            stop.wait(interval)


def _call(callback: Trouble | None, value: StoreUnavailable | None) -> None:
    """Tell somebody; a fault of theirs must not end the watch."""
    if callback is None:
        return
    try:
        callback(value)
    except Exception:
        log.exception("who was told of a change failed")


class _Watched:
    """One file, seen through one connection."""

    def __init__(self, store: Store, connection: sqlite3.Connection) -> None:
        self._store = store
        self._connection = connection
        self._file = store.identity()
        schema.require(store)
        self._schema = self._pragma("schema_version")
        self._data = self._pragma("data_version")

    def was_replaced(self) -> bool:
        """Whether another file stands in its place.

        Raises:
            StoreUnavailable: `lost`: nothing does.
        """
        now = self._store.identity()
        if now is None:
            raise StoreUnavailable("lost", self._store.label)
        return now != self._file

    def has_changed(self) -> bool:
        """Whether anybody has committed since the last look.

        Raises:
            StoreUnavailable: what was committed is a schema that this program does not know.
        """
        data = self._pragma("data_version")
        if data == self._data:
            return False
        self._data = data
        if (version := self._pragma("schema_version")) != self._schema:
            self._schema = version
            schema.require(self._store)
        return True

    def _pragma(self, name: str) -> int:
        value: int = self._connection.execute(f"PRAGMA {name}").fetchone()[0]
        return value
