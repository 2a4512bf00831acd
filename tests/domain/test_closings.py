"""Where tickets can go that have to leave their places, and when a closing begins and ends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.clock_times import ClockTime
from olvery_tui.domain.closings import (
    FOREVER,
    ClosingDraft,
    Need,
    Place,
    Taken,
    assign,
    check_draft,
    first_moment,
    last_moment,
)
from olvery_tui.domain.errors import InputCode, InvalidInput

NOON = datetime(2022, 12, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACES = [Place(n, f"PM №{n}", "А" if n < 3 else "Б", 1) for n in range(1, 5)]


def need(ticket: int, start: float, end: float, room: str = "А") -> Need:
    return Need(ticket, room, 1, NOON + start * HOUR, NOON + end * HOUR)


def where(needs: list[Need], *taken: Taken) -> dict[int, int]:
    return {ticket: place.id for ticket, place in assign(needs, PLACES, taken).items()}


def test_a_ticket_stays_in_its_room_where_that_is_possible() -> None:
    assert where([need(1, 0, 1), need(2, 0, 1, "Б")]) == {1: 1, 2: 3}
    assert where([need(1, 0, 1), need(2, 0, 1), need(3, 0, 1)]) == {1: 1, 2: 2, 3: 3}


def test_tickets_share_a_place_one_after_the_other() -> None:
    taken = [Taken(n, NOON - HOUR, NOON + 9 * HOUR) for n in (2, 3, 4)]
    assert where([need(1, 0, 2), need(2, 2, 3), need(3, 1, 3)], *taken) == {1: 1, 2: 1}


def test_an_earlier_one_makes_room_where_another_has_only_that_place() -> None:
    """The first would take place 1, which alone is free for the second."""
    later = [Taken(n, NOON + 5 * HOUR, NOON + 6 * HOUR) for n in (2, 3, 4)]
    assert where([need(1, 0, 1), need(2, 0, 9)], *later) == {1: 2, 2: 1}


def test_places_of_another_service_are_none() -> None:
    other = [Place(9, "PM №9", "А", 2)]
    assert assign([need(1, 0, 1)], other, ()) == {}


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(1, 4)).map(lambda one: (one[0], sum(one))),
        max_size=8,
    ),
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 8), st.integers(1, 3)), max_size=6),
)
def test_nobody_gets_what_another_has(
    periods: list[tuple[int, int]], held: list[tuple[int, int, int]]
) -> None:
    needs = [need(n, *period) for n, period in enumerate(periods)]
    taken = [Taken(n, NOON + start * HOUR, NOON + (start + for_) * HOUR) for n, start, for_ in held]
    found = assign(needs, PLACES, taken)
    pieces = [
        *taken,
        *(Taken(found[one.ticket].id, *one[3:]) for one in needs if one.ticket in found),
    ]
    ours = pieces[len(taken) :]
    for at, one in enumerate(ours):
        for other in (*taken, *ours[:at]):
            assert (
                one.workplace_id != other.workplace_id
                or one.ends_at <= other.starts_at
                or other.ends_at <= one.starts_at
            )
    for one in needs:  # who has none could not have one beside the others as they are
        if one.ticket not in found:
            for place in PLACES:
                assert any(
                    other.workplace_id == place.id
                    and one.starts_at < other.ends_at
                    and other.starts_at < one.ends_at
                    for other in pieces
                )


SANTIAGO = ZoneInfo("America/Santiago")  # its clocks are put forward at midnight


def test_whole_days_of_the_location_without_a_time() -> None:
    day = date(2022, 9, 11)  # it begins at one o'clock
    assert first_moment("from", day, None, SANTIAGO) == datetime(2022, 9, 11, 4, tzinfo=UTC)
    assert last_moment("to", day, None, SANTIAGO) == datetime(2022, 9, 12, 3, tzinfo=UTC)
    assert last_moment("to", day, ClockTime(9 * 60), SANTIAGO) == datetime(
        2022, 9, 11, 12, tzinfo=UTC
    )
    assert last_moment("to", None, None, SANTIAGO) is None


def test_a_time_wants_a_day_and_a_day_lies_in_the_calendar() -> None:
    with pytest.raises(InvalidInput) as refused:
        last_moment("to", None, ClockTime(0), UTC)
    assert refused.value.code is InputCode.REQUIRED
    with pytest.raises(InvalidInput) as refused:
        last_moment("to", date.max, None, UTC)
    assert refused.value.code is InputCode.NO_SUCH_DAY


def test_a_closing_begins_now_at_the_earliest_and_each_place_once() -> None:
    draft = check_draft(ClosingDraft((2, 1, 2), NOON - HOUR, None, " a\tb "), NOON)
    assert draft == ClosingDraft((2, 1), NOON, None, "a b")
    assert draft.until == FOREVER
