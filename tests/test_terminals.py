"""Many terminals at once on one PostgreSQL: no error, and no promise broken."""

from contextlib import closing

import pytest

from bench.postgresql.terminals import work
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from tests.databases import Databases
from tests.desk.making import MARIA, NOW, SEATS, add_tickets, fill, hours

TICKETS = 60


def busy(store: Store) -> None:
    """A small coworking in which managers can't but meet."""
    fill(store)
    with closing(open_database(store.url)) as again:
        add_tickets(
            again,
            [
                {
                    "number": number,
                    "order": OrderStatus.CONFIRMED if number % 3 else OrderStatus.COMPLETED,
                    "period": hours(number // 5 - 3, number // 5 - 2),
                    "seat": SEATS[number % len(SEATS)],
                    "visitor": MARIA,
                }
                for number in range(1, TICKETS + 1)
                if number % 5 != 4
            ],
        )


@pytest.mark.only("postgresql")
def test_eight_terminals_that_never_rest_break_nothing(databases: Databases) -> None:
    url = databases.new(busy)
    counted = work(url, terminals=8, seconds=4, pause=0, now=NOW)
    assert counted.errors == []
    assert counted.done > 100
    assert {"check", "visitor", "workplace", "worker"} <= set(counted.taken)
    with closing(open_database(url)) as store:
        assert check(store, NOW) == ()
