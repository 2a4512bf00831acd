"""Random keys over every window: no fault, no pile of windows, no change that nobody asked for.

`make monkey` runs it for a night's length; `MONKEY_KEYS` and `MONKEY_SEED` say how long and which.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from textual.app import App

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.settings import Settings
from olvery_tui.store import demo
from olvery_tui.store.database.engine import Store
from tests.databases import Databases
from tests.monkey import (
    SIZES,
    Clock,
    Monkey,
    Step,
    WatchedApp,
    answer_late,
    jump,
    prefix_of,
    screens,
    shortened,
    steps,
)
from tests.ways_in import by_key

KEYS = int(os.environ.get("MONKEY_KEYS", "150"))
SEED = int(os.environ.get("MONKEY_SEED", "1"))
_RUN = 2_000
"""So many keys are sent before everything is measured."""

_WARM = 20_000
"""After so many keys the memory stays as it is."""

_MEGABYTES_MORE = 10
_SCREENS_MOST = 30
"""How many screens that nobody sees any more may be in memory: what was last done names them."""

_SHORTENING_SECONDS = float(os.environ.get("MONKEY_SHORTENING", "60"))


def filled(store: Store) -> None:
    """The manual's example, whose managers come in by key."""
    demo.fill(store)
    by_key(store)


class Runs:
    """Runs of the monkey, each on a database of its own."""

    def __init__(self, databases: Databases, folder: Path, clock: Clock) -> None:
        self._databases = databases
        self._folder = folder
        self._clock = clock

    def monkey(self, prefix: str = "") -> Monkey:
        """A monkey on a new database, with a scanner that sends `prefix`."""
        url = self._databases.new(filled)
        settings = Settings(
            database_url=url,
            log_file=self._folder / "olvery.log",
            login=demo.DEMO_LOGIN,
            scanner_prefix=prefix,
        )

        def make() -> WatchedApp:
            clock = FrozenClock(demo.DEMO_NOW)
            return WatchedApp(settings, clock=clock, clock_of_keys=self._clock)

        return Monkey(make, url, self._clock)

    def fails(self, wanted: list[Step], size: tuple[int, int], prefix: str = "") -> bool:
        """Whether these steps fail; for shortening."""
        with closing(self.monkey(prefix)) as monkey:
            try:
                monkey.run(wanted, size)
            except Exception:
                return True
            return False


@pytest.fixture
def runs(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(DeskApp, "NOTIFICATION_TIMEOUT", App.NOTIFICATION_TIMEOUT)
    return Runs(databases, tmp_path, jump(monkeypatch))


def megabytes() -> float:
    """The memory that this process has now."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def test_random_keys(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_late(monkeypatch, SEED)
    warm: float | None = None
    before = len(screens())
    seen: Counter[str] = Counter()
    explained: Counter[str] = Counter()
    began = time.monotonic()
    for number, start in enumerate(range(0, KEYS, _RUN)):
        seed, size = SEED + number, SIZES[(SEED + number) % len(SIZES)]
        count = min(_RUN, KEYS - start)
        wanted = list(steps(seed, count))
        with closing(runs.monkey(prefix_of(seed))) as monkey:
            try:
                monkey.run(wanted, size)
            except Exception:
                shown = shortened(
                    wanted,
                    lambda part: runs.fails(part, size, prefix_of(seed)),  # noqa: B023
                    _SHORTENING_SECONDS,
                )
                print(f"seed {seed}, {size}, {prefix_of(seed)!r}, shortened to {shown}")
                raise
        seen += monkey.seen
        explained += monkey.explained
        outlived = len(screens()) - before
        speed = (start + count) / (time.monotonic() - began)
        print(
            f"{start + count} keys: {megabytes():.0f} MB, {monkey.screens_left} screens left,"
            f" {speed:.0f} keys/s",
            flush=True,
        )
        assert monkey.screens_left <= _SCREENS_MOST
        assert outlived <= 0, "screens outlived their application"
        if start + count == _WARM:
            warm = megabytes()
        assert warm is None or megabytes() - warm < _MEGABYTES_MORE
    print(seen, explained, sep="\n")
