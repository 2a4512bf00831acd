"""Somebody changed something: this program, another one, or a restore that brought another file.

SQLite is asked a few times a second whether others have committed; PostgreSQL tells it by itself.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.store.database import schema
from olvery_tui.store.database.engine import Seen, Store

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
            with store.watching(schema.require) as watched:
                if told is not None:
                    told = None
                    _call(on_trouble, None)
                if not first:
                    _call(lambda _nothing: on_change(), None)
                first = False
                while not stop.is_set():
                    seen = watched.wait(stop, interval)
                    if seen is Seen.ANOTHER:
                        break
                    if seen is Seen.CHANGE:
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
