"""Signing in: who gets in, who doesn't, and what can't be learned at the door."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from olvery_tui import passwords
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Authentication, Desk
from olvery_tui.domain.access import (
    FORGOTTEN_AFTER,
    LONGEST_DELAY,
    Actor,
    ActorKind,
    Role,
    SignIn,
    SignInPolicy,
)
from olvery_tui.domain.errors import (
    InvalidForm,
    NoPassword,
    NoSuchManager,
    NotAllowed,
    NotFirst,
    OlveryError,
    TooManyAttempts,
    WrongPassword,
)
from olvery_tui.domain.filters import EMPTY
from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from tests.databases import Databases, everything_in
from tests.desk import making
from tests.desk.making import ANNA, AS_ANNA, BORIS, CONSOLE, TABLES
from tests.quick_passwords import SHIPPED
from tests.ways_in import come_in_by

PASSWORD = "верная лошадь 7"
PLACE = "desk1 pts/3 ssh 192.0.2.7"
SECOND = timedelta(seconds=1)


@pytest.fixture
def authentication(store: Store, clock: FrozenClock) -> Authentication:
    """A door at which Anna has a password and Boris has none."""
    Desk(store, clock, CONSOLE).access.set_password("anna", PASSWORD)
    return Authentication(store, clock, place=PLACE, account="anna")


def lines(store: Store) -> list[Any]:
    """The audit trail, newest first."""
    table = TABLES["event"]
    with store.reading() as session:
        query = select(table).order_by(table.c.id.desc())
        return list(session.connection().execute(query))


class TestPassword:
    def test_the_right_one_opens_the_desk_and_is_recorded(
        self, store: Store, clock: FrozenClock, authentication: Authentication
    ) -> None:
        actor = authentication.sign_in(" Anna ", PASSWORD)
        assert actor == Actor(ActorKind.MANAGER, ANNA, terminal=PLACE)
        Desk(store, clock, actor).tickets.count(EMPTY)
        line = lines(store)[0]
        assert (line.kind, line.manager_id, line.subject_id, line.terminal, line.data) == (
            "manager.signed_in", ANNA.id, ANNA.id, PLACE, {"way": "password"},
        )  # fmt: skip

    def test_the_letter_typed_as_two_signs_is_the_same_letter(
        self, store: Store, clock: FrozenClock, authentication: Authentication
    ) -> None:
        Desk(store, clock, CONSOLE).access.set_password("boris", "й" + "1234567")
        actor = authentication.sign_in("boris", "и\u0306" + "1234567")
        assert actor.require_manager().login == "boris"

    @pytest.mark.parametrize("wrong", ["", PASSWORD + " ", PASSWORD.upper(), "х" * 100_000, "\0"])
    def test_a_wrong_one_does_not(
        self, store: Store, authentication: Authentication, wrong: str
    ) -> None:
        with pytest.raises(WrongPassword):
            authentication.sign_in("anna", wrong)
        line = lines(store)[0]
        assert (line.kind, line.actor, line.manager_id, line.subject_id, line.terminal) == (
            "manager.sign_in_refused", "nobody", None, ANNA.id, PLACE,
        )  # fmt: skip
        assert line.data == {"way": "password", "reason": "wrong_password"}

    def test_who_has_none_can_have_none_guessed(self, authentication: Authentication) -> None:
        for guess in ("", "None", passwords._NOBODYS):
            with pytest.raises(WrongPassword):
                authentication.sign_in("boris", guess)

    @pytest.mark.parametrize(
        ("change", "code"), [({"active": False}, "disabled"), ({"role": Role.EMPLOYEE}, "role")]
    )
    def test_who_may_not_is_told_so_only_after_the_right_password(
        self,
        store: Store,
        clock: FrozenClock,
        authentication: Authentication,
        change: Any,
        code: str,
    ) -> None:
        with store.writing() as session:
            table = TABLES["manager"]
            session.connection().execute(
                table.update().where(table.c.id == ANNA.id).values(**change)
            )
        with pytest.raises(WrongPassword):
            authentication.sign_in("anna", "something else")
        with pytest.raises(NotAllowed) as refused:
            authentication.sign_in("anna", PASSWORD)
        assert refused.value.code == code
        assert lines(store)[0].data == {"way": "password", "reason": code}

    def test_a_hash_of_the_past_is_made_anew(
        self, store: Store, clock: FrozenClock, authentication: Authentication
    ) -> None:
        from argon2 import PasswordHasher

        old = PasswordHasher(1, 8, 1).hash(PASSWORD)
        with store.writing() as session:
            session.connection().execute(TABLES["manager"].update().values(password_hash=old))
        authentication.sign_in("anna", PASSWORD)
        with store.reading() as session:
            table = TABLES["manager"]
            known = (
                session.connection()
                .execute(select(table.c.password_hash).where(table.c.id == ANNA.id))
                .scalar_one()
            )
        assert known != old
        assert known.startswith("$argon2id$")
        assert not passwords.is_outdated(known)
        authentication.sign_in("anna", PASSWORD)


class TestWhatCantBeLearned:
    def test_an_unknown_login_is_refused_word_for_word_like_a_wrong_password(
        self, store: Store, authentication: Authentication
    ) -> None:
        told = []
        for login in ("anna", "boris", "nobody-at-all"):
            seen = []
            for _ in range(6):
                with pytest.raises((WrongPassword, TooManyAttempts)) as refused:
                    authentication.sign_in(login, "wrong horse")
                seen.append((type(refused.value), vars(refused.value)))
            told.append(seen)
        assert told[0] == told[1] == told[2]

    def test_both_check_exactly_one_hash_of_the_same_cost(
        self,
        store: Store,
        clock: FrozenClock,
        authentication: Authentication,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        from argon2 import low_level

        for name, value in SHIPPED.items():
            monkeypatch.setattr(passwords, name, value)
        Desk(store, clock, CONSOLE).access.set_password("anna", PASSWORD)
        costs = []
        hash_secret = low_level.hash_secret

        def note(secret: bytes, salt: bytes, **cost: Any) -> bytes:
            costs.append((len(salt), cost))
            return hash_secret(secret, salt, **cost)

        monkeypatch.setattr(low_level, "hash_secret", note)
        for login in ("anna", "boris", "nobody-at-all"):
            with pytest.raises(WrongPassword):
                authentication.sign_in(login, "wrong horse")
        assert len(costs) == 3
        assert costs[0] == costs[1] == costs[2]
        parameters = {name: costs[0][1][name] for name in ("time_cost", "memory_cost")}
        assert parameters == {"time_cost": 3, "memory_cost": 65_536}  # RFC 9106, for little memory

    def test_what_was_typed_as_a_login_is_kept_nowhere(
        self, store: Store, authentication: Authentication
    ) -> None:
        secret = "my-password-in-the-wrong-field"
        with pytest.raises(WrongPassword):
            authentication.sign_in(secret, "x")
        assert lines(store)[0].subject_id is None
        for said in everything_in(store):
            assert secret.encode() not in said


class TestSlowness:
    def test_mistakes_in_a_row_wait_longer_and_longer(
        self, clock: FrozenClock, authentication: Authentication
    ) -> None:
        waits = []
        for _ in range(10):
            with pytest.raises(WrongPassword):
                authentication.sign_in("anna", "wrong horse")
            wait = 0
            while True:
                try:
                    authentication._attempt("other")  # another login never waits for this one
                    authentication.sign_in("anna", "wrong horse") if wait == 0 else None
                except TooManyAttempts as refused:
                    wait = refused.seconds
                except WrongPassword:
                    pass
                break
            waits.append(wait)
            clock.move_to(clock.now() + (wait + 1) * SECOND)
        assert waits == sorted(waits)
        assert waits[-1] == LONGEST_DELAY.total_seconds()

    def test_after_a_while_they_are_forgotten(
        self, clock: FrozenClock, authentication: Authentication
    ) -> None:
        for _ in range(2):
            for _ in range(3):
                with pytest.raises(WrongPassword):
                    authentication.sign_in("anna", "wrong horse")
            with pytest.raises(TooManyAttempts):
                authentication.sign_in("anna", "wrong horse")
            clock.move_to(clock.now() + 2 * SECOND + FORGOTTEN_AFTER)

    def test_while_it_waits_the_right_password_is_not_looked_at(
        self, clock: FrozenClock, authentication: Authentication
    ) -> None:
        for _ in range(3):
            with pytest.raises(WrongPassword):
                authentication.sign_in("anna", "wrong horse")
        with pytest.raises(TooManyAttempts) as refused:
            authentication.sign_in("anna", PASSWORD)
        assert refused.value.seconds == 1
        clock.move_to(clock.now() + SECOND)
        authentication.sign_in("anna", PASSWORD)

    def test_the_right_password_forgives(self, authentication: Authentication) -> None:
        for _ in range(5):
            for _ in range(2):
                with pytest.raises(WrongPassword):
                    authentication.sign_in("anna", "wrong horse")
            authentication.sign_in("anna", PASSWORD)

    def test_a_clock_set_back_locks_nobody_out(
        self, clock: FrozenClock, authentication: Authentication
    ) -> None:
        for _ in range(3):
            with pytest.raises(WrongPassword):
                authentication.sign_in("anna", "wrong horse")
        clock.move_to(clock.now() - timedelta(days=1))
        authentication.sign_in("anna", PASSWORD)

    def test_many_at_once_get_no_further_than_one_after_the_other(
        self,
        store: Store,
        clock: FrozenClock,
        authentication: Authentication,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        looked = []

        def note(salt: str | None, password: str) -> str:
            looked.append(password)
            return "none"

        monkeypatch.setattr(passwords, "derived", note)

        def guess(number: int) -> None:
            with pytest.raises((WrongPassword, TooManyAttempts)):
                authentication.sign_in("anna", f"guess {number}")

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(guess, range(24)))
        assert len(looked) == 3  # the two that are free, and the one that begins to wait


class TestFirstManager:
    @pytest.fixture
    def empty(self, tmp_path: Any, clock: FrozenClock) -> Any:
        store = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
        schema.upgrade(store)
        yield store
        store.close()

    def test_a_new_database_wants_one_and_lets_them_in(
        self, empty: Store, clock: FrozenClock
    ) -> None:
        authentication = Authentication(empty, clock, place=PLACE, account="root")
        assert authentication.policy() == SignInPolicy(SignIn.PASSWORD, first=True)
        actor = authentication.first_manager("Anna", "Орлова", "Анна", PASSWORD, PASSWORD)
        Desk(empty, clock, actor).tickets.count(EMPTY)
        assert authentication.policy() == SignInPolicy(SignIn.PASSWORD, first=False)
        assert authentication.sign_in("anna", PASSWORD).manager == actor.manager
        assert [line.kind for line in lines(empty)] == [
            "manager.signed_in", "manager.signed_in", "manager.added",
        ]  # fmt: skip

    def test_nobody_is_second(self, authentication: Authentication) -> None:
        with pytest.raises(NotFirst):
            authentication.first_manager("eve", "Ева", "Ева", PASSWORD, PASSWORD)

    def test_everything_wrong_is_told_at_once(self, empty: Store, clock: FrozenClock) -> None:
        authentication = Authentication(empty, clock, place=PLACE, account="root")
        with pytest.raises(InvalidForm) as refused:
            authentication.first_manager("a b", "", "—", "short", "short")
        assert {(one.field, one.code) for one in refused.value.problems} == {
            ("login", "login"), ("last_name", "required"), ("first_name", "required"),
            ("password", "password_short"),
        }  # fmt: skip
        with pytest.raises(InvalidForm) as refused:
            authentication.first_manager("anna", "Орлова", "Анна", PASSWORD, PASSWORD + "!")
        assert [(one.field, one.code) for one in refused.value.problems] == [
            ("again", "password_differs")
        ]


class TestOtherWays:
    @pytest.mark.parametrize("way", SignIn)
    def test_each_way_lets_in_only_where_the_settings_ask_for_it(
        self, store: Store, authentication: Authentication, way: SignIn
    ) -> None:
        come_in_by(store, way)
        ways = {
            SignIn.PASSWORD: lambda: authentication.sign_in("anna", PASSWORD),
            SignIn.OS_USER: authentication.enter_as_account,
            SignIn.SSH_KEY: lambda: authentication.enter_as("anna"),
        }
        for each, enter in ways.items():
            if each is way:
                assert enter().manager == ANNA
                assert lines(store)[0].data == {"way": way.value}
            else:
                with pytest.raises(NotAllowed) as refused:
                    enter()
                assert refused.value.code == "way"
                assert lines(store)[0].kind == "manager.sign_in_refused"

    def test_an_account_that_is_no_managers_gets_nothing(
        self, store: Store, clock: FrozenClock
    ) -> None:
        come_in_by(store, SignIn.OS_USER)
        authentication = Authentication(store, clock, place=PLACE, account="mallory")
        with pytest.raises(NoSuchManager) as refused:
            authentication.enter_as_account()
        assert (refused.value.login, refused.value.method) == ("mallory", "os-user")

    @pytest.mark.parametrize("way", [SignIn.OS_USER, SignIn.SSH_KEY])
    def test_a_disabled_manager_gets_in_by_none(
        self, store: Store, clock: FrozenClock, authentication: Authentication, way: SignIn
    ) -> None:
        come_in_by(store, way)
        Desk(store, clock, CONSOLE).access.set_active("anna", False)
        with pytest.raises(NotAllowed) as refused:
            authentication.enter_as(
                "anna"
            ) if way is SignIn.SSH_KEY else authentication.enter_as_account()
        assert refused.value.code == "disabled"


class TestUnlocking:
    def test_the_managers_own_password_unlocks(
        self, store: Store, clock: FrozenClock, authentication: Authentication
    ) -> None:
        desk = Desk(store, clock, authentication.sign_in("anna", PASSWORD))
        with pytest.raises(WrongPassword):
            desk.access.unlock("wrong horse")
        desk.access.unlock(PASSWORD)
        assert [line.kind for line in lines(store)[:2]] == [
            "manager.unlocked", "manager.unlock_refused",
        ]  # fmt: skip

    def test_guessing_at_the_lock_slows_the_sign_in_too(
        self, store: Store, clock: FrozenClock, authentication: Authentication
    ) -> None:
        desk = Desk(store, clock, AS_ANNA)
        for _ in range(3):
            with pytest.raises(WrongPassword):
                desk.access.unlock("wrong horse")
        with pytest.raises(TooManyAttempts):
            desk.access.unlock(PASSWORD)
        with pytest.raises(TooManyAttempts):
            authentication.sign_in("anna", PASSWORD)

    def test_who_has_no_password_is_told_so(self, store: Store, clock: FrozenClock) -> None:
        with pytest.raises(NoPassword):
            Desk(store, clock, Actor(ActorKind.MANAGER, BORIS)).access.unlock("")

    def test_who_was_disabled_meanwhile_stays_out(
        self, store: Store, clock: FrozenClock, authentication: Authentication
    ) -> None:
        Desk(store, clock, CONSOLE).access.set_active("anna", False)
        with pytest.raises(NotAllowed):
            Desk(store, clock, AS_ANNA).access.unlock(PASSWORD)

    def test_taking_over_says_whose_terminal_it_was(
        self, store: Store, clock: FrozenClock, authentication: Authentication
    ) -> None:
        assert authentication.sign_in("anna", PASSWORD, instead_of=BORIS).manager == ANNA
        assert lines(store)[0].data == {"way": "password", "from": BORIS.id}


@settings(max_examples=25)
@given(login=st.text(max_size=300), password=st.text(max_size=300))
def test_no_typed_text_opens_or_breaks_the_door(
    module_databases: Databases, login: str, password: str
) -> None:
    store = making.make(module_databases)
    try:
        authentication = Authentication(store, FrozenClock(making.NOW), place=PLACE, account="anna")
        for enter in (
            lambda: authentication.sign_in(login, password),
            lambda: authentication.enter_as(login),
            lambda: authentication.first_manager(login, login, password, password, password),
        ):
            with pytest.raises(OlveryError):
                enter()
    finally:
        store.close()


def test_no_lock_is_held_while_a_password_is_checked(
    store: Store, authentication: Authentication, monkeypatch: pytest.MonkeyPatch
) -> None:
    derived = passwords.derived

    def look(salt: str | None, password: str) -> str:
        with store.writing():  # would wait for five seconds and fail
            pass
        return derived(salt, password)

    monkeypatch.setattr(passwords, "derived", look)
    assert authentication.sign_in("anna", PASSWORD).manager == ANNA
    assert replace(ANNA) == ANNA
