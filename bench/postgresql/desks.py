"""What the sections work with."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.report import Report
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import SYSTEM
from olvery_tui.store.database.engine import Store
from tests.cluster import Cluster

MOMENT = datetime(2022, 12, 6, 7, tzinfo=UTC)
"""10:00 in Moscow, as in the other benchmarks."""


@dataclass(frozen=True, slots=True)
class Desks:
    """The page to write, a database and the file with the same tickets, a server for more, what
    was asked for, and how many rows were copied to the server in how many seconds.
    """

    report: Report
    url: str
    file: Path
    server: Cluster
    asked: argparse.Namespace
    copied: tuple[int, float] | None


def desk(store: Store) -> Desk:
    """One that nobody has to sign in at."""
    return Desk(store, FrozenClock(MOMENT), SYSTEM)


def say(text: str) -> None:
    """What goes on, beside the page."""
    print(text, file=sys.stderr, flush=True)
