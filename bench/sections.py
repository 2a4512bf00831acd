"""The sections of docs/performance.md, in their order: a new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bench import (
    calendar,
    filtering,
    importing,
    millions,
    opening,
    ordering,
    peers,
    people,
    queries,
    reporting,
    standing,
    tables,
    windows,
    wired,
    working,
)
from bench.running import Bench

SECTIONS: Mapping[str, Callable[[Bench], None]] = {
    "opening": opening.write,
    "standing": standing.write,
    "wire": wired.write,
    "filtering": filtering.write,
    "queries": queries.write,
    "millions": millions.write,
    "ordering": ordering.write,
    "people": people.write,
    "windows": windows.write,
    "calendar": calendar.write,
    "report": reporting.write,
    "worker": working.write,
    "import": importing.write,
    "tables": tables.write,
    "peers": peers.write,
}
"""Each measures, and writes its part of the report."""

APART = frozenset({"millions"})
"""Measured only where named: the database takes minutes to make, and eight gigabytes."""
