"""A desk in a small coworking, at ten in the morning."""

from collections.abc import Iterator
from typing import Any

import pytest

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.store.database.engine import Store
from tests.databases import Databases
from tests.desk import making
from tests.desk.racing import Terminals


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    """The test's own database, without tickets."""
    store = making.make(databases)
    yield store
    store.close()


@pytest.fixture
def clock() -> FrozenClock:
    """Stands at `making.NOW` until it is moved."""
    return FrozenClock(making.NOW)


@pytest.fixture
def desk(store: Store, clock: FrozenClock) -> Desk:
    """Anna's terminal."""
    return Desk(store, clock, making.AS_ANNA)


@pytest.fixture
def other(store: Store, clock: FrozenClock) -> Desk:
    """Boris's terminal."""
    return Desk(store, clock, making.AS_BORIS)


@pytest.fixture(scope="session")
def terminals() -> Iterator[Terminals]:
    """Two processes that do the same thing at the same moment."""
    pair = Terminals()
    yield pair
    pair.close()


@pytest.fixture
def no_trigger(store: Any) -> None:
    """A database whose guards against double seats somebody has dropped."""
    with store.raw() as connection:
        if store.dialect == "postgresql":
            connection.execute("ALTER TABLE seat_assignment DROP CONSTRAINT seat_overlap")
            return
        for moment in ("insert", "update"):
            connection.execute(f"DROP TRIGGER seat_assignment_no_overlap_{moment}")
