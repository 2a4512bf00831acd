"""Random scans and keys in every window record nothing that was not asked for."""

from __future__ import annotations

import asyncio
import random
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from olvery_tui.app.codes import Scanner
from olvery_tui.widgets.bursts import Burst
from tests.screens.conftest import settle
from tests.screens.front_desk import WINDOWS, Traces, front_desk, paste, running, scan, traces
from tests.screens.ticket_desk import press

NAMES = st.sampled_from(
    ["INV-", "ШТМ-", "A", "Ф", "v", "м", "o", "щ", "olvery:", "щдмукнЖ", "№ ", ""]
)
"""What stands before the digits of a code: letters that are commands in one layout or the other."""

DIGITS = st.one_of(
    st.sampled_from(["31", "40", "312", "42", "505", "1", "2", "11", "22"]),
    st.integers(0, 10**14).map(str),
)
CODES = st.builds(
    lambda name, zeros, digits: name + "0" * zeros + digits,
    NAMES,
    st.sampled_from([0, 2, 5]),
    DIGITS,
)
ENDS = st.sampled_from(["enter", "ctrl+j", "enter ctrl+j", "tab"])
SCANS = st.tuples(st.just("scan"), CODES, ENDS)
PASTES = st.tuples(st.just("paste"), CODES, st.just(""))
MOVES = st.tuples(
    st.just("press"),
    st.sampled_from(["up", "down", "pagedown", "pageup", "escape", "home", "end", "f1"]),
    st.just(""),
)
"""Keys that ask for no change."""

STEPS = st.lists(st.one_of(SCANS, SCANS, PASTES, MOVES), min_size=2, max_size=6)


async def _trail(
    folder: Path, window: str, steps: list[tuple[str, str, str]]
) -> tuple[Traces, Traces]:
    """What was recorded before and after."""
    app = front_desk(folder, window=window)
    async with running(app, window=window) as pilot:
        before = traces(app)
        for kind, what, end in steps:
            if kind == "scan":
                scan(app, what, end)
            elif kind == "paste":
                paste(app, what)
            else:
                await press(pilot, what)
            await settle(pilot)
        return before, traces(app)


def recorded(window: str, steps: list[tuple[str, str, str]]) -> tuple[Traces, Traces]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_trail(Path(folder), window, steps))


WRONG_PASSWORDS = {"manager.unlock_refused", "manager.sign_in_refused"}
"""What letters and digits as long as a password leave where one is asked for: it could be one, and
a screen that called it a code would show it.
"""
AS_LONG_AS_A_PASSWORD = [("scan", "INV-1000", "enter")] * 6


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(WINDOWS)), STEPS)
@example("lock", AS_LONG_AS_A_PASSWORD)
@example("sign-in", AS_LONG_AS_A_PASSWORD)
@example("first manager", AS_LONG_AS_A_PASSWORD)
def test_random_scans_change_nothing_in_any_window(
    window: str, steps: list[tuple[str, str, str]]
) -> None:
    before, after = recorded(window, steps)
    events = tuple(event for event in after.events if event[1] not in WRONG_PASSWORDS)
    assert replace(after, events=events) == before


def test_a_code_that_could_be_a_password_is_refused_as_a_wrong_one() -> None:
    before, after = recorded("lock", AS_LONG_AS_A_PASSWORD[:1])
    assert [event[1] for event in after.events[len(before.events) :]] == ["manager.unlock_refused"]
    assert (after.orders, after.tickets) == (before.orders, before.tickets)


@pytest.fixture
def no_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every key of a code is a key, as if a hand had typed it."""

    def never(scanner: Scanner, burst: Burst) -> bool:
        return False

    monkeypatch.setattr(Scanner, "take_burst", never)


@pytest.mark.usefixtures("no_guard")
def test_without_the_guard_a_scan_checks_a_visitor() -> None:
    """The negative control: what the test above asserts is not true by itself."""
    before, after = recorded("ticket", [("scan", "INV-00040", "enter")])
    assert after != before
    assert {event[1] for event in after.events} > {event[1] for event in before.events}


@pytest.mark.usefixtures("no_guard")
def test_without_the_guard_random_scans_change_something() -> None:
    rng = random.Random(7)
    codes = [f"{rng.choice('vVмo')}{rng.randrange(10**5):07}" for _ in range(6)]
    before, after = recorded("ticket", [("scan", code, "enter") for code in codes])
    assert after != before
