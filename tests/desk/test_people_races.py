"""Two processes at once that change one person, or merge somebody who is given a ticket.

Each kind of race has a negative control: with its guards taken away it shows the damage.
"""

from sqlalchemy import func, select

from olvery_tui.store.audit import checks
from tests.desk.making import IVAN, MARIA, NOW, TABLES, add_ticket, as_typed, hours

ROUNDS = 5


def test_of_two_who_edit_one_person_one_is_told(terminals, store, desk):
    outcomes = terminals.race("same person", store.url, ROUNDS)
    for one, other in zip(*outcomes, strict=True):
        assert [one.done, other.done].count(True) == 1, (one, other)
        assert (other if one.done else one).refusal == "PersonChangedMeanwhile"
    assert desk.people.get(MARIA).version == 1 + ROUNDS
    assert checks.check(store, NOW) == ()


def test_without_lock_and_version_an_edit_is_lost(terminals, store, desk):
    without = ("lock", "person version")
    one, other = terminals.race("same person", store.url, ROUNDS, without=without)
    done = sum(outcome.done for outcome in (*one, *other))
    assert done > desk.people.get(MARIA).version - 1


def given_and_merged(terminals, store, desk, without=()):
    """How many tickets stand under somebody who is no more."""
    rounds = []
    for number in range(1, 1 + ROUNDS):
        add_ticket(store, number, visitor=IVAN, period=hours(number, number + 1))
        rounds.append((number, desk.people.add(**as_typed(f"Двойник {number}")).id))
    terminals.race("merged visitor", store.url, rounds, without=without)
    tickets, people = TABLES["ticket"], TABLES["person"]
    lost = (
        select(func.count())
        .select_from(tickets.join(people, people.c.id == tickets.c.visitor_id))
        .where(people.c.merged_into.is_not(None))
    )
    with store.reading() as session:
        return session.connection().execute(lost).scalar_one()


def test_a_ticket_given_to_who_is_merged_is_with_who_was_kept(terminals, store, desk):
    assert given_and_merged(terminals, store, desk) == 0
    assert checks.check(store, NOW) == ()


def test_the_database_alone_keeps_a_ticket_from_who_was_merged(terminals, store, desk):
    assert given_and_merged(terminals, store, desk, without=("lock",)) == 0


def test_without_any_guard_a_ticket_is_lost(terminals, store, desk):
    with store.raw() as connection:
        for table, name in (
            ("ticket", "ticket_not_merged"),
            ("ticket", "ticket_not_merged_insert"),
            ("ticket", "ticket_not_merged_update"),
            ("person", "person_has_nothing"),
            ("person", "person_has_nothing_update"),
        ):
            on = f" ON {table}" if store.dialect == "postgresql" else ""
            connection.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
    assert given_and_merged(terminals, store, desk, without=("lock",)) > 0
