"""What time it is: the system's clock, one shifted for a demo, or one that stands still."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where every part of the application gets the time from."""

    @property
    def is_real(self) -> bool:
        """False while the clock is shifted or frozen; the screen says so."""
        ...

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    is_real = True

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class ShiftedClock:
    """A clock that starts at a given instant and runs on."""

    is_real = False

    def __init__(self, start: datetime) -> None:
        self._start = start.astimezone(UTC)
        self._began = time.monotonic()

    def now(self) -> datetime:
        """The start plus the time that has passed since."""
        return self._start + timedelta(seconds=time.monotonic() - self._began)


class FrozenClock:
    """A clock that stands still until it is moved; for tests and pictures."""

    is_real = False

    def __init__(self, moment: datetime) -> None:
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        """The instant at which it stands."""
        return self._moment

    def move_to(self, moment: datetime) -> None:
        """Put the clock to another instant."""
        self._moment = moment.astimezone(UTC)
