"""Transactions that are committed while the next lines are read.

A commit waits for the disk and needs no Python, so a thread of its own sees to it: an eighth of an
import's time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import TypeVar

from sqlmodel import Session

from olvery_tui.store.database.engine import Store

Found = TypeVar("Found")

STRETCH, BREATH = 4.0, 0.11
"""Seconds of work, and of rest after it. Whoever waits for SQLite's lock looks for it every 0.1
seconds at the rarest, so in such a rest everybody gets it once, however unlucky before, and before
they give up (`BUSY_SECONDS`).
"""


class Committer:
    """One transaction after the other; the last one may still be on its way to the disk."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="import-commit")
        self._pending: Future[None] | None = None
        self._rested = time.monotonic()

    def write(self, work: Callable[[Session], Found]) -> Found:
        """Do `work` in a transaction whose end is not waited for: nothing of it counts before
        `wait` has returned.

        Raises:
            StoreUnavailable: the database can't be written; also by the transaction before.
        """
        self.wait()
        with ExitStack() as stack:
            session = stack.enter_context(self._store.writing())
            found = work(session)
            self._pending = self._thread.submit(self._commit, stack.pop_all())
        return found

    def wait(self) -> None:
        """Until the transaction is committed, and others have had their turn.

        Raises:
            StoreUnavailable: it could not be; nothing of it is kept.
        """
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()

    def close(self) -> None:
        """Let the thread end; what is on its way is committed first."""
        self._thread.shutdown()

    def _commit(self, transaction: ExitStack) -> None:
        transaction.close()
        if time.monotonic() - self._rested >= STRETCH:
            time.sleep(BREATH)
            self._rested = time.monotonic()
