"""Two processes at once at the door, at the settings, and at the next number."""

from itertools import chain

import pytest

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.store.audit import checks
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from tests.databases import Databases
from tests.desk.making import ANNA, BORIS, CONSOLE, NOW, TABLES
from tests.desk.racing import Terminals

ROUNDS = list(range(1, 6))
PASSWORD = "верная лошадь 7"


def test_no_number_is_given_twice_and_none_is_left_out(terminals: Terminals, store: Store) -> None:
    ours, theirs = terminals.race("numbers", store.url, ROUNDS)

    assert sorted([*ours, *theirs]) == list(range(1, 2 * len(ROUNDS) + 1))
    assert ours == sorted(ours)
    assert theirs == sorted(theirs)
    assert checks.check(store, NOW) == ()  # the seals of both, too


def test_of_two_who_change_the_settings_one_is_told(terminals: Terminals, store: Store) -> None:
    for pair in zip(*terminals.race("settings", store.url, len(ROUNDS)), strict=True):
        assert sorted(str(one.refusal) for one in pair) == ["None", "SettingsChangedMeanwhile"]
    with store.reading() as session:
        changes = session.connection().execute(TABLES["event"].select()).all()
    assert len([line for line in changes if line.kind == "settings.changed"]) == len(ROUNDS)


def test_two_guesses_at_once_are_both_counted(terminals: Terminals, store: Store) -> None:
    logins = [f"nobody{number}" for number in ROUNDS]
    outcomes = terminals.race("guesses", store.url, logins)

    assert {one.refusal for one in chain(*outcomes)} <= {"WrongPassword", "TooManyAttempts"}
    with store.reading() as session:
        counted = session.connection().execute(TABLES["sign_in_delay"].select()).all()
    assert len(counted) == len(logins)


def test_a_database_has_one_first_manager(terminals: Terminals, databases: Databases) -> None:
    store = open_database(databases.new())
    try:
        outcomes = terminals.race("first managers", store.url)
        assert sorted(str(one.refusal) for one in outcomes) == ["None", "NotFirst"]
        with store.reading() as session:
            assert len(session.connection().execute(TABLES["manager"].select()).all()) == 1
    finally:
        store.close()


@pytest.mark.parametrize("without", [(), ("lock",)], ids=["all", "lock"])
def test_of_two_who_disable_each_other_one_stays(
    terminals: Terminals, store: Store, without: tuple[str, ...]
) -> None:
    """Without the lock both are disabled in some round, and nobody is left."""
    console = Desk(store, FrozenClock(NOW), CONSOLE)
    for one in (ANNA, BORIS):
        console.access.set_password(str(one.login), PASSWORD)
    pairs = list(
        zip(
            *terminals.race("each other", store.url, len(ROUNDS), PASSWORD, without=without),
            strict=True,
        )
    )
    left = {one.left for one, _other in pairs}
    if without:
        assert 0 in left
    else:
        assert left == {1}
        assert {str(one.refusal) for pair in pairs for one in pair} == {"None", "NotAllowed"}
