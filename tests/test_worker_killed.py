"""A worker that dies in the middle is taken over at once by another one."""

import threading
from contextlib import closing

from olvery_tui.clock import FrozenClock
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store.database.connect import open_database
from tests.databases import Databases
from tests.desk.making import HOUR, NOW, SEATS, add_tickets, hours, kinds, make, ticket_row
from tests.store import outside

TICKETS = range(1, 1 + 2 * len(SEATS))
LATER = NOW + 10 * HOUR
PATIENCE = 60.0

DYING = """
    import sys
    from datetime import datetime
    from olvery_tui import status_worker
    from olvery_tui.clock import FrozenClock
    from olvery_tui.store.database.connect import open_database

    apply = status_worker._apply

    def stop_there(*arguments):
        moved = apply(*arguments)  # written, and not committed
        print("ready", flush=True)
        sys.stdin.readline()
        return moved

    status_worker._apply = stop_there
    clock = FrozenClock(datetime.fromisoformat(sys.argv[2]))
    status_worker.StatusWorker(open_database(sys.argv[1]), clock).run_pass()
"""


def test_a_worker_killed_in_the_middle_leaves_its_moves_to_the_next(databases: Databases) -> None:
    with closing(make(databases)) as store:
        add_tickets(
            store,
            [
                {
                    "number": number,
                    "order": OrderStatus.CONFIRMED,
                    "period": hours(1 + number // len(SEATS), 2 + number // len(SEATS)),
                    "seat": SEATS[number % len(SEATS)],
                }
                for number in TICKETS
            ],
        )
        dying = outside.ready(outside.start(DYING, store.url, LATER.isoformat()))
        moved: list[int] = []
        with closing(open_database(store.url)) as own:
            worker = StatusWorker(own, FrozenClock(LATER))
            other = threading.Thread(target=lambda: moved.append(worker.run_pass()))
            other.start()
            outside.kill(dying)
            other.join(PATIENCE)
        assert moved == [len(TICKETS)]
        for number in TICKETS:
            assert ticket_row(store, number).status == TicketStatus.ACTIVE
            assert kinds(store, number) == ["ticket.moved"]
