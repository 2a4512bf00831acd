"""What a section of the benchmark works with."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bench.databases import Loaded
from bench.report import Report

Given = TypeVar("Given")


def run(
    report: Report,
    sections: Mapping[str, Callable[[Given], None]],
    names: Sequence[str],
    given: Given,
) -> None:
    """Let these sections measure; what fails does not lose what the others have measured."""
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            sections[name](given)
        except Exception as error:
            traceback.print_exc()
            report.failed(name, error)


@dataclass(frozen=True, slots=True)
class Bench:
    """One run: two databases with few and with many tickets, and how often to repeat."""

    report: Report
    small: Loaded
    large: Loaded
    times: int
