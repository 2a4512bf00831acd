"""Taking times: in turns, so that a busy moment of the machine meets all that is compared."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence


def milliseconds(call: Callable[[], object]) -> float:
    """What one call takes."""
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def in_turns(calls: Mapping[str, Callable[[], object]], times: int) -> dict[str, list[float]]:
    """Milliseconds of each call, one of every kind after the other, after one round to warm up."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(times + 1):
        for name, call in calls.items():
            spent = milliseconds(call)
            if turn:
                taken[name].append(spent)
    return taken


def median(taken: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(taken)


def p95(taken: Sequence[float]) -> float:
    """What 19 of 20 don't exceed."""
    return sorted(taken)[max(0, round(len(taken) * 0.95) - 1)]
