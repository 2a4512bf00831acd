"""Watch the database for changes by this program, another one, or a restored file.

SQLite is polled a few times a second for other connections' commits; PostgreSQL notifies.
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
"""Seconds between two polls: well under the second within which a change must show."""

Trouble = Callable[[StoreUnavailable | None], object]


def watch(
    store: Store,
    on_change: Callable[[], None],
    stop: threading.Event,
    on_trouble: Trouble | None = None,
    *,
    interval: float = INTERVAL,
) -> None:
    """Call `on_change` after every commit to the database until `stop` is set. Blocks.

    Commits within one interval are reported once. While the database can't be watched, `on_trouble`
    gets the reason (once for each); it gets None when watching resumes, followed by `on_change`, as
    changes may have been missed.
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
    """Call a callback; log its exception instead of ending the watch."""
    if callback is None:
        return
    try:
        callback(value)
    except Exception:
        log.exception("who was told of a change failed")
