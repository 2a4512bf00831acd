"""Random keys over every window: no fault, no pile of windows, no change that nobody asked for.

`make monkey` runs it for a night's length; `MONKEY_KEYS` and `MONKEY_SEED` say how long and which.
"""

from __future__ import annotations

import asyncio
import gc
import os
from contextlib import closing
from pathlib import Path

import pytest
from textual.screen import Screen

from olvery_tui.clock import FrozenClock
from olvery_tui.settings import Settings
from olvery_tui.store import demo
from olvery_tui.store.engine import Store
from tests.databases import Databases
from tests.monkey import SIZES, Monkey, Step, WatchedApp, answer_late, shortened, steps
from tests.ways_in import by_key

KEYS = int(os.environ.get("MONKEY_KEYS", "250"))
SEED = int(os.environ.get("MONKEY_SEED", "1"))
_RUN = 2_000
"""So many keys are sent before everything is measured."""

_MEGABYTES_MORE = 40
_SCREENS_MOST = 40
_SHORTENING_SECONDS = float(os.environ.get("MONKEY_SHORTENING", "60"))


def filled(store: Store) -> None:
    """The manual's example, whose managers come in by key."""
    demo.fill(store)
    by_key(store)


class Runs:
    """Runs of the monkey, each on a database of its own."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self._databases = databases
        self._folder = folder

    def monkey(self) -> Monkey:
        """A monkey on a new database."""
        url = self._databases.new(filled)
        settings = Settings(
            database_url=url, log_file=self._folder / "olvery.log", login=demo.DEMO_LOGIN
        )
        return Monkey(lambda: WatchedApp(settings, clock=FrozenClock(demo.DEMO_NOW)), url)

    def fails(self, wanted: list[Step], size: tuple[int, int]) -> bool:
        """Whether these steps fail; for shortening."""
        with closing(self.monkey()) as monkey:
            try:
                asyncio.run(monkey.run(wanted, size))
            except Exception:
                return True
            return False


@pytest.fixture
def runs(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return Runs(databases, tmp_path)


def megabytes() -> float:
    """The memory that this process has now."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def test_random_keys(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_late(monkeypatch, SEED)
    first: float | None = None
    with closing(runs.monkey()) as monkey:
        for number, start in enumerate(range(0, KEYS, _RUN)):
            seed, size = SEED + number, SIZES[(SEED + number) % len(SIZES)]
            wanted = list(steps(seed, min(_RUN, KEYS - start)))
            try:
                asyncio.run(monkey.run(wanted, size))
            except Exception:
                shown = shortened(wanted, lambda part: runs.fails(part, size), _SHORTENING_SECONDS)  # noqa: B023
                print(f"seed {seed}, {size}, shortened to {shown}")
                raise
            gc.collect()
            screens = sum(isinstance(one, Screen) for one in gc.get_objects())
            assert screens <= _SCREENS_MOST
            print(f"{start + _RUN} keys: {megabytes():.0f} MB, {screens} screens", monkey.seen)
            if start >= 2 * _RUN:
                first = first if first is not None else megabytes()
                assert megabytes() - first < _MEGABYTES_MORE
        print(monkey.explained)
