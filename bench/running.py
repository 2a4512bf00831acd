"""What a section of the benchmark works with."""

from __future__ import annotations

from dataclasses import dataclass

from bench.databases import Loaded
from bench.report import Report


@dataclass(frozen=True, slots=True)
class Bench:
    """One run: two databases with few and with many tickets, and how often to repeat."""

    report: Report
    small: Loaded
    large: Loaded
    times: int
