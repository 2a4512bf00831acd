"""Two terminals open and close the shift of one manager at the same moment.

With the lock and the database's guards taken away, there are two open shifts.
"""

import pytest

from olvery_tui.store.audit import checks
from olvery_tui.store.database.engine import Store
from tests.desk.making import NOW
from tests.desk.racing import Terminals

ROUNDS = list(range(5))
OPENED = "SELECT count(*) FROM shift"


def count(store: Store) -> int:
    with store.reading() as session:
        return int(session.connection().exec_driver_sql(OPENED).scalar_one())


def test_one_opens_it_and_one_closes_it(terminals: Terminals, store: Store) -> None:
    outcomes = terminals.race("shift", store.url, ROUNDS)

    for pair in zip(*outcomes, strict=True):
        for one, other in zip(*pair, strict=True):
            assert [one.done, other.done].count(True) == 1, (one, other)
            assert (other if one.done else one).refusal == "ShiftChangedMeanwhile"
    assert count(store) == len(ROUNDS)
    assert checks.check(store, NOW) == ()


@pytest.mark.parametrize("guarded", [True, False], ids=["guard alone", "nothing"])
def test_without_the_lock_only_the_guard_keeps_it_one(
    terminals: Terminals, store: Store, guarded: bool
) -> None:
    if not guarded:
        with store.writing() as session:
            if store.dialect == "sqlite":
                session.connection().exec_driver_sql("DROP TRIGGER shift_fixed_insert")
            session.connection().exec_driver_sql("DROP INDEX ix_shift_open")
    one, other = terminals.race("shift", store.url, ROUNDS[:1], without=("lock",))

    assert [one[0][0].done, other[0][0].done].count(True) == (1 if guarded else 2)
