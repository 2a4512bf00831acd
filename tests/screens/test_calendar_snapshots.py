"""How the calendar looks: each scale, an empty day, a full month, a change of clocks, and names
that somebody wrote to break a screen.

`make snapshots` accepts a new look; each picture is to be looked at before it is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.closings import ClosingDraft
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.settings import Settings
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from tests.desk import making
from tests.desk.making import AS_ANNA, MOSCOW, NOW, TABLES, add_tickets
from tests.screens.conftest import both_sizes
from tests.ways_in import by_key

Compare = Callable[..., bool]
Make = Callable[[Store], None]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IN_ROOM = (*["down"] * 14,)
"""The keys to the room with today's bookings in the demonstration."""


@both_sizes
def test_two_weeks(looks: Compare) -> None:
    assert looks("c", *IN_ROOM, "right")


@both_sizes
def test_a_day(looks: Compare) -> None:
    assert looks("c", *IN_ROOM, "+", "+")


def test_a_week(looks: Compare) -> None:
    assert looks("c", *IN_ROOM, "+")


@both_sizes
def test_a_month(looks: Compare) -> None:
    assert looks("c", *IN_ROOM, "-")


def test_an_empty_day(looks: Compare) -> None:
    assert looks("c", "+", "+", "pageup")


def test_what_is_free_now(looks: Compare) -> None:
    assert looks("c", *IN_ROOM, "n")


def test_a_booking_on_its_way_to_a_taken_place(looks: Compare) -> None:
    assert looks("c", *IN_ROOM, "m", "down")


def test_selected_cells(looks: Compare) -> None:
    assert looks("c", *IN_ROOM, "right", "space", "right", "right", "down", "down")


def test_the_filter(looks: Compare) -> None:
    assert looks("c", "f", "down", "space")


def test_without_colours(
    looks: Compare, settings: Settings, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert looks("c", *IN_ROOM, "right", of=DeskApp(settings, clock=clock))


def test_in_the_light_theme(looks: Compare, settings: Settings, clock: FrozenClock) -> None:
    app = DeskApp(settings._replace(theme="olvery-light"), clock=clock)
    assert looks("c", *IN_ROOM, "right", "space", "down", of=app)


# ── A small coworking ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., DeskApp]:
    """Makes the application over a coworking with five places, filled by the test."""

    def make(fill: Make, now: datetime = NOW) -> DeskApp:
        url = f"sqlite:///{tmp_path / 'small.db'}"
        with closing(open_database(url)) as store:
            making.fill(store)
        with closing(open_database(url)) as store:
            by_key(store)
            fill(store)
        settings = Settings(
            url, log_file=tmp_path / "olvery.log", login="anna", embedded_worker=False
        )
        return DeskApp(settings, clock=FrozenClock(now))

    return make


def _ticket(number: int, seat: int, period: Period, **more: Any) -> dict[str, Any]:
    order = OrderStatus.COMPLETED if period.ends_at <= NOW else OrderStatus.CONFIRMED
    return {"number": number, "order": order, "period": period, "seat": seat, **more}


def _full(store: Store) -> None:
    """A month without a gap: days, hours and a closing."""
    first = datetime(2022, 12, 1, tzinfo=MOSCOW)
    tickets = []
    for day in range(31):
        begins = first + day * DAY
        tickets.append(
            _ticket(100 + day, 1, Period.daily(begins.date(), begins.date(), MOSCOW), visitor=2)
        )
        for at, (hour, length) in enumerate(((9, 2), (11, 3), (14, 4), (18, 2))):
            period = Period.hourly(begins + hour * HOUR, begins + (hour + length) * HOUR)
            visitor = 1 + (day + at) % 3
            tickets.append(_ticket(1000 + day * 10 + at, 2, period, visitor=visitor))
    for at in range(4):
        last = (first + (7 * at + 6) * DAY).date()
        week = Period.daily((first + 7 * at * DAY).date(), last, MOSCOW)
        tickets.append(_ticket(200 + at, 3, week, visitor=1 + at % 3))
    add_tickets(store, tickets)
    desk = Desk(store, FrozenClock(NOW), AS_ANNA)
    desk.closings.close(ClosingDraft((4,), NOW + 3 * DAY, NOW + 12 * DAY, "ремонт потолка"))


@both_sizes
def test_a_full_month(looks: Compare, small: Callable[..., DeskApp]) -> None:
    assert looks("c", "-", "down", of=small(_full))


def test_two_full_weeks(looks: Compare, small: Callable[..., DeskApp]) -> None:
    assert looks("c", "down", of=small(_full))


def _in_berlin(store: Store) -> None:
    """The night in which clocks are put back, and a visitor who stays through it."""
    with store.writing() as session:
        run = session.connection().execute
        run(update(TABLES["location"]).values(time_zone="Europe/Berlin"))
    night = Period.hourly(
        datetime(2022, 10, 29, 20, tzinfo=UTC), datetime(2022, 10, 30, 4, tzinfo=UTC)
    )
    hour = Period.hourly(
        datetime(2022, 10, 30, 0, tzinfo=UTC), datetime(2022, 10, 30, 1, tzinfo=UTC)
    )
    add_tickets(
        store, [_ticket(31, 1, night), _ticket(32, 2, hour, visitor=2)], now=night.starts_at
    )


AUTUMN = datetime(2022, 10, 29, 20, 30, tzinfo=UTC)


def test_a_week_with_a_change_of_clocks(looks: Compare, small: Callable[..., DeskApp]) -> None:
    assert looks("c", "+", of=small(_in_berlin, AUTUMN))


def test_a_day_of_25_hours(looks: Compare, small: Callable[..., DeskApp]) -> None:
    assert looks("c", "+", "+", "pagedown", of=small(_in_berlin, AUTUMN))


def _hostile(store: Store) -> None:
    """Bars named by somebody who wants to break the screen."""
    add_tickets(
        store,
        [
            _ticket(
                300 + at,
                1 + at % 4,
                Period.daily(
                    (NOW + 2 * (at // 4) * DAY).date(), (NOW + (2 * (at // 4) + 1) * DAY).date(),
                    MOSCOW,
                ),
                visitor=1 + at % 3,
            )
            for at in range(24)
        ],
    )  # fmt: skip
    with store.writing() as session:
        people = TABLES["person"]
        for person, hostile in zip((1, 2, 3), _TEXTS, strict=True):
            session.connection().execute(
                update(people)
                .where(people.c.id == person)
                .values(last_name=hostile, first_name=hostile)
            )


_TEXTS = ("[/] [@click=app.quit]", "\x1b[31m\u202eназад\u200b", "漢字" + "а\u0301\u0301\u0301" * 9)


def test_hostile_names_in_bars(looks: Compare, small: Callable[..., DeskApp]) -> None:
    assert looks("c", of=small(_hostile))
