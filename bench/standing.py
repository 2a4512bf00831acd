"""What the open application costs while nobody does anything."""

from __future__ import annotations

from bench.databases import environment, newest
from bench.opening import APP
from bench.running import Bench
from bench.wire import Wire

_SECONDS = 40.0
_SETTLING = 3.0


def write(bench: Bench) -> None:
    """Measure, and write the section."""
    # From a few seconds after the full minute on, so that the clock does not tick meanwhile.
    running = {"OLVERY_FREEZE": "0", "OLVERY_NOW": "2022-12-06T10:00:05+03:00"}
    with Wire(APP, environment=environment(bench.large.path, **running)) as wire:
        wire.reach(f"{newest(bench.large.path)}")
        wire.listen(_SETTLING)
        before = wire.cpu_seconds()
        size = wire.listen_for(_SECONDS)
        percent = 100 * (wire.cpu_seconds() - before) / _SECONDS
    bench.report.section(
        "standing",
        "Standing still",
        f"For {_SECONDS:.0f} s within a minute, with the clock running and the status worker on.",
    )
    bench.report.goals(
        bench.report.goal("a core's time", percent, 1.0, "%"),
        bench.report.goal("sent", size, 0, "bytes"),
    )
