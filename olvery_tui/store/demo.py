"""The manual's example as a database: its eleven tickets, at the hour its pictures were taken.

It is loaded by the importer, so what the demo shows is what an import gives.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from olvery_tui.clock import FrozenClock
from olvery_tui.domain.access import SYSTEM
from olvery_tui.domain.events import EventKind
from olvery_tui.store import importing as importer
from olvery_tui.store.access import managers
from olvery_tui.store.audit import events, noting
from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store

DEMO_NOW = datetime(2022, 12, 6, 7, 0, tzinfo=UTC)
"""6 December 2022, 10:00 in Moscow: tickets 25 and 27 have begun, 29 was never confirmed."""

_LINES = Path(__file__).with_name("demo.jsonl")
_DESK: dict[str, str] = json.loads(
    Path(__file__).with_name("demo_desk.json").read_text(encoding="utf-8")
)

DEMO_MANAGER = _DESK["manager"]
"""The display name of who acts in the demo."""

DEMO_LOGIN, DEMO_PASSWORD = _DESK["login"], _DESK["password"]
"""What opens the demo's locked terminal; the lock says so there."""


def create(url: str) -> Store:
    """Make the example in the (absent or empty) database at `url`; open, for its caller to close.

    Raises:
        StoreUnavailable: the database can't be made.
    """
    store = open_database(url)
    try:
        fill(store)
    except BaseException:
        store.close()
        raise
    return store


def fill(store: Store) -> None:
    """Make the example in an empty database that is open. Raises `StoreUnavailable`."""
    schema.create(
        store,
        name=_DESK["location"],
        time_zone=_DESK["time_zone"],
        currency=_DESK["currency"],
    )
    with store.writing() as session:
        manager = managers.ensure(session, DEMO_MANAGER, DEMO_LOGIN)
        managers.change(session, manager.id, password_hash=_DESK["password_hash"])
        events.record(
            session,
            at=DEMO_NOW,
            kind=EventKind.MANAGER_ADDED,
            actor=SYSTEM,
            data={"password": noting.password(_DESK["password_hash"]), **managers.told(manager)},
            subject=manager.id,
        )
    report = importer.run(store, _LINES, clock=FrozenClock(DEMO_NOW), actor=SYSTEM)
    if report.refused:
        raise RuntimeError(f"{report.refused} lines of the demo were refused")
