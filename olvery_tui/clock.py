"""Clocks: the system's, a shifted one for the demonstration, and a frozen one."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The source of the current time for the whole application."""

    @property
    def is_real(self) -> bool:
        """False for a shifted or frozen clock, which the screen points out."""
        ...

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...


class SystemClock:
    """The system's clock."""

    is_real = True

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(UTC)


class ShiftedClock:
    """A clock that starts at a given time and runs on."""

    is_real = False

    def __init__(self, start: datetime) -> None:
        self._start = start.astimezone(UTC)
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Return the start plus the time elapsed since then."""
        return self._start + timedelta(seconds=time.monotonic() - self._began)


class FrozenClock:
    """A clock that stands still until it is moved, for tests and screenshots."""

    is_real = False

    def __init__(self, moment: datetime) -> None:
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        """Return the time at which the clock stands."""
        return self._moment

    def move_to(self, moment: datetime) -> None:
        """Set the clock to another time."""
        self._moment = moment.astimezone(UTC)
