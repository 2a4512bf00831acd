"""A desk in a small coworking, at ten in the morning."""

from collections.abc import Iterator

import pytest

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.store.engine import Store
from tests.databases import Databases
from tests.desk import making


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
