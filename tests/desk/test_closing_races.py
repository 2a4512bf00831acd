"""Two processes at once that want one place: closed and booked, moved into or closed once more.

With the database's guard and the looks at what it guards taken away, both get it.
"""

import pytest

from olvery_tui.store.audit import checks
from tests.desk.making import NOW, overlaps

ROUNDS = list(range(1, 6))
RIVALS = {
    "book": ("order look", "closing look"),
    "move": ("look", "closing look"),
    "close": ("closing look",),
    "undo": ("order look",),
}
"""Who else wants the place, and who looks first whether it is free."""


def race(terminals, store, rival, without=()):
    return terminals.race("closed place", store.url, ROUNDS, rival, without=without)


@pytest.mark.parametrize("looks", [True, False], ids=["all", "guard alone"])
@pytest.mark.parametrize("rival", RIVALS)
def test_of_two_who_want_a_place_one_has_it_and_the_other_is_told(terminals, store, rival, looks):
    outcomes = race(terminals, store, rival, () if looks else RIVALS[rival])

    for one, other in zip(*outcomes, strict=True):
        assert [one.done, other.done].count(True) == 1, (one, other)
        told = other if one.done else one
        assert told.refusal in ("SeatTaken", "PlacesHeld")
    assert overlaps(store) == 0
    assert checks.check(store, NOW) == ()


@pytest.mark.parametrize("rival", RIVALS)
def test_without_the_guard_and_the_looks_two_have_one_place(terminals, store, no_trigger, rival):
    one, other = race(terminals, store, rival, RIVALS[rival])

    assert [a.done and b.done for a, b in zip(one, other, strict=True)].count(True) > 0
    assert overlaps(store) > 0
