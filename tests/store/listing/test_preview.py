"""The first lines without the store are the store's own, or there are none."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import SYSTEM, SignIn
from olvery_tui.domain.filters import EMPTY
from olvery_tui.domain.pages import Preview, Top
from olvery_tui.store import demo
from olvery_tui.store.listing.pages import COUNT_CAP as THE_LISTS_CAP
from olvery_tui.store.listing.preview import COUNT_CAP, first_lines
from tests.ways_in import by_key, come_in_by

URL = "sqlite:///{}"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "olvery.db"
    with closing(demo.create(URL.format(path))) as store:
        by_key(store)
    return path


def glimpse(
    url: str,
    limit: int,
    now: datetime,
    login: str = demo.DEMO_LOGIN,
    method: SignIn = SignIn.SSH_KEY,
) -> Preview | None:
    """What somebody sees; the demo's manager, unless told otherwise."""
    return first_lines(url, limit, now, login=login, method=method)


@pytest.mark.parametrize("limit", [1, 5, 11, 320])
@pytest.mark.parametrize("later", [timedelta(), timedelta(days=20)])
def test_a_preview_shows_what_the_desk_shows(database: Path, limit: int, later: timedelta) -> None:
    now = demo.DEMO_NOW + later
    found = glimpse(URL.format(database), limit, now)
    store = demo.open_database(URL.format(database))
    desk = Desk(store, FrozenClock(now), SYSTEM)
    try:
        page = desk.tickets.page(EMPTY, Top(), limit)
        assert found == Preview(desk.location(), page, desk.tickets.count(EMPTY), now)
    finally:
        store.close()


def test_a_preview_counts_as_far_as_the_list() -> None:
    assert COUNT_CAP == THE_LISTS_CAP


def test_hostile_names_look_as_in_the_list(database: Path) -> None:
    with closing(sqlite3.connect(database)) as outside, outside:
        outside.execute("UPDATE person SET last_name = '', first_name = '[/] ' || char(27)")
    store = demo.open_database(URL.format(database))
    page = Desk(store, FrozenClock(demo.DEMO_NOW), SYSTEM).tickets.page(EMPTY, Top(), 50)
    store.close()
    found = glimpse(URL.format(database), 50, demo.DEMO_NOW)
    assert found is not None
    assert found.page == page


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://localhost/desk",
        "sqlite:///{folder}/absent.db",
        "sqlite:///{folder}",
        "sqlite:///{folder}/olvery.db?mode=ro",
        "sqlite://",
        "nonsense",
    ],
)
def test_what_is_not_simply_there_gives_no_preview(database: Path, url: str) -> None:
    folder = database.parent
    before = sorted(path.name for path in folder.iterdir())
    assert glimpse(url.format(folder=folder), 10, demo.DEMO_NOW) is None
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE alembic_version SET version_num = '9999'",
        "DELETE FROM alembic_version",
        "DROP TABLE location",
        "UPDATE location SET time_zone = 'Nowhere/Atlantis'",
        "PRAGMA ignore_check_constraints = 1; UPDATE ticket SET status = 'odd' WHERE number = 34",
    ],
)
def test_a_database_out_of_the_ordinary_is_left_to_the_store(database: Path, spoil: str) -> None:
    with closing(sqlite3.connect(database)) as outside:
        outside.executescript(spoil)
    assert glimpse(URL.format(database), 10, demo.DEMO_NOW) is None


def test_a_file_that_is_no_database_gives_no_preview(tmp_path: Path) -> None:
    file = tmp_path / "olvery.db"
    file.write_bytes(b"this is not a database, whatever its name says " * 100)
    assert glimpse(URL.format(file), 10, demo.DEMO_NOW) is None


@pytest.mark.parametrize("asked_for", SignIn)
@pytest.mark.parametrize("method", SignIn)
def test_nothing_is_shown_to_who_has_not_come_in_as_the_settings_ask(
    database: Path, asked_for: SignIn, method: SignIn
) -> None:
    with closing(demo.open_database(URL.format(database))) as store:
        come_in_by(store, asked_for)
    found = glimpse(URL.format(database), 10, demo.DEMO_NOW, method=method)
    # A password is never known before the screen is there: nobody comes with one.
    assert (found is not None) == (method is asked_for and method is not SignIn.PASSWORD)


@pytest.mark.parametrize("change", ["active = 0", "role = 'employee'", "login = 'other'"])
def test_nothing_is_shown_to_who_may_not(database: Path, change: str) -> None:
    with closing(sqlite3.connect(database)) as outside, outside:
        outside.execute(f"UPDATE manager SET {change}")
    assert glimpse(URL.format(database), 10, demo.DEMO_NOW) is None
