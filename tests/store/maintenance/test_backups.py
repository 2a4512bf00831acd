"""Daily copies: one a day over all terminals, sound ones only, and the oldest go only then."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from olvery_tui.daily_backup import DailyBackup
from olvery_tui.domain.access import DeskSettings
from olvery_tui.domain.errors import InvalidInput, OlveryError, StoreUnavailable
from olvery_tui.store.database.engine import Store
from olvery_tui.store.maintenance import backups, maintenance
from tests.each import each
from tests.store.outside import NOW

pytestmark = pytest.mark.only("sqlite")

DAY = date(2022, 12, 6)
SETTINGS = DeskSettings(version=1, backups_kept=3)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def folder(database: Path) -> Path:
    """Where they go unless somebody says otherwise."""
    return database.parent / "backups"


def test_one_is_made_a_day_whole_and_for_the_owner_alone(store: Store, folder: Path) -> None:
    made = backups.make_daily(store, SETTINGS, DAY)
    assert made is not None
    assert made.parent == folder
    assert (stat.S_IMODE(made.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (
        0o600,
        0o700,
    )
    with closing(sqlite3.connect(made)) as copy:
        assert copy.execute("SELECT count(*) FROM location").fetchone() == (1,)
    assert backups.make_daily(store, SETTINGS, DAY) is None
    assert names(folder) == [made.name]
    assert backups.newest_day(store, SETTINGS) == DAY


def test_the_oldest_daily_ones_go_and_nothing_else(
    store: Store, folder: Path, database: Path
) -> None:
    now = datetime(2022, 11, 1, 9, 30)
    kept = [backups.make(store, SETTINGS, now).name]
    for foreign in ("notes.txt", "other-2022-01-01.db", f"{database.stem}-2022-13-01.db"):
        (folder / foreign).write_text("mine")
        kept.append(foreign)
    days = [DAY + timedelta(days=number) for number in range(5)]
    for day in days:
        backups.make_daily(store, SETTINGS, day)
    kept += [f"{database.stem}-{day}.db" for day in days[-3:]]
    assert names(folder) == sorted(kept)


def test_a_copy_that_is_not_sound_is_none_and_the_former_ones_stay(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(SETTINGS, backups_kept=1)
    backups.make_daily(store, settings, DAY)
    real = maintenance._copy

    def damaging(store: maintenance.SqliteStore, copy: Path, target: Path) -> None:
        real(store, copy, target)
        with copy.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * 8192)

    monkeypatch.setattr(maintenance, "_copy", damaging)
    with pytest.raises(StoreUnavailable) as refused:
        backups.make_daily(store, settings, DAY + timedelta(days=1))
    assert refused.value.code == "differs"
    assert len(names(folder)) == 1
    assert backups.newest_day(store, settings) == DAY


def test_a_copy_of_a_clock_that_was_ahead_does_not_push_out_todays(
    store: Store, folder: Path
) -> None:
    settings = replace(SETTINGS, backups_kept=1)
    ahead = backups.make_daily(store, settings, DAY + timedelta(days=400))
    made = backups.make_daily(store, settings, DAY)
    assert ahead is not None
    assert made is not None
    assert names(folder) == [made.name, ahead.name]


def test_what_a_killed_process_left_goes_with_the_next_copy(store: Store, folder: Path) -> None:
    folder.mkdir()
    for left in (".olvery-0123456789abcdef.part", ".olvery-0123456789abcdef.part-journal"):
        (folder / left).write_bytes(b"half")
    made = backups.make_daily(store, SETTINGS, DAY)
    assert made is not None
    assert names(folder) == [made.name]


def test_terminals_at_once_make_one(store: Store, folder: Path) -> None:
    made: list[Path | None] = []
    begin = threading.Barrier(4)

    def terminal() -> None:
        begin.wait()
        made.append(backups.make_daily(store, SETTINGS, DAY))

    threads = [threading.Thread(target=terminal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([path for path in made if path]) == 1
    assert len(names(folder)) == 1


def test_where_none_are_kept_none_are_made(store: Store, folder: Path) -> None:
    assert backups.make_daily(store, replace(SETTINGS, backups_kept=0), DAY) is None
    assert not folder.exists()
    assert backups.newest_day(store, SETTINGS) is None


def test_another_folder_has_to_be_there(store: Store, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    made = backups.make_daily(store, replace(SETTINGS, backup_folder=str(tmp_path / "disk")), DAY)
    assert made is not None
    assert made.parent == tmp_path / "disk"
    for name in (str(tmp_path / "none"), "relative", str(made)):
        with pytest.raises(InvalidInput):
            backups.make_daily(store, replace(SETTINGS, backup_folder=name), DAY)


@each("failing", [True, False])
def test_the_thread_looks_now_and_then_and_tells_a_failure_once(
    store: Store, folder: Path, failing: bool
) -> None:
    told: list[OlveryError] = []
    if failing:
        folder.write_text("no folder")
    else:
        folder.unlink()
    daily = DailyBackup(store, FixedClock(), told.append)
    looks = _Looks(3)
    daily.run(looks)
    assert (len(told), folder.is_dir()) == ((1, False) if failing else (0, True))


class FixedClock:
    def now(self) -> datetime:
        return NOW


class _Looks(threading.Event):
    """Ends after so many looks."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._left = count

    def wait(self, timeout: float | None = None) -> bool:
        self._left -= 1
        return self._left < 0
