"""What time it is."""

from datetime import UTC, datetime, timedelta, timezone

from olvery_tui.clock import FrozenClock, ShiftedClock, SystemClock

TEN_IN_MOSCOW = datetime(2022, 12, 6, 10, tzinfo=timezone(timedelta(hours=3)))


def test_the_systems_clock_is_real_and_aware() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC
    assert SystemClock().is_real


def test_a_shifted_clock_starts_where_it_is_told_and_runs_on() -> None:
    clock = ShiftedClock(TEN_IN_MOSCOW)
    first, second = clock.now(), clock.now()
    assert timedelta() <= first - TEN_IN_MOSCOW < timedelta(minutes=1)
    assert second > first
    assert first.tzinfo is UTC
    assert not clock.is_real


def test_a_frozen_clock_stands_still_until_it_is_moved() -> None:
    clock = FrozenClock(TEN_IN_MOSCOW)
    assert clock.now() == clock.now() == TEN_IN_MOSCOW
    assert clock.now().tzinfo is UTC
    clock.move_to(TEN_IN_MOSCOW + timedelta(hours=2))
    assert clock.now() == datetime(2022, 12, 6, 9, tzinfo=UTC)
    assert not clock.is_real
