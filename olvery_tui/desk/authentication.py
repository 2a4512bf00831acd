"""Signing in: what may be done at a terminal where nobody is signed in.

Each sign-in method gives an `Actor`, with whom the desk is opened. An unknown login can't be told
from a wrong password, neither by the message nor by the time it takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import ceil
from typing import TYPE_CHECKING

from olvery_tui import passwords
from olvery_tui.clock import Clock
from olvery_tui.desk.permission import record_refusal
from olvery_tui.domain.access import (
    PASSWORD_MAX,
    Actor,
    ActorKind,
    ManagerDetails,
    Role,
    SignIn,
    SignInPolicy,
    check_new_manager,
    fold_login,
    normal_password,
    require_manager,
)
from olvery_tui.domain.catalogue import LocationDetails
from olvery_tui.domain.errors import (
    AccessCode,
    NoSuchManager,
    NotAllowed,
    NotFirst,
    Refusal,
    TooManyAttempts,
    WrongPassword,
)
from olvery_tui.domain.events import EventKind
from olvery_tui.store.access import delays, managers
from olvery_tui.store.access.managers import Credentials, told
from olvery_tui.store.audit import events, noting
from olvery_tui.store.catalogue import locations
from olvery_tui.store.database import locks
from olvery_tui.store.database.engine import Store

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session


class Authentication:
    """Signing in at one terminal.

    Args:
        place: Where the terminal is, as the audit trail names it.
        account: The operating system's account that runs it.
    """

    def __init__(self, store: Store, clock: Clock, *, place: str, account: str) -> None:
        self._store = store
        self._clock = clock
        self._account = account
        self._anonymous = Actor(ActorKind.MANAGER, terminal=place)

    @property
    def anonymous(self) -> Actor:
        """Who acts here until somebody signs in."""
        return self._anonymous

    def location(self) -> LocationDetails:
        """The place that the database serves."""
        with self._store.reading() as session:
            return locations.location(session)

    def policy(self) -> SignInPolicy:
        """How managers sign in here. Raises `StoreUnavailable`."""
        with self._store.reading() as session:
            method = locations.settings(session).sign_in
            return SignInPolicy(method, first=not managers.anybody_can_sign_in(session))

    def first_manager(
        self, login: str, last_name: str, first_name: str, password: str, again: str
    ) -> Actor:
        """Make the first manager of a database and let them in.

        Raises:
            InvalidForm: with a problem for each field that can't be used.
            NotFirst: somebody was quicker.
            StoreUnavailable: nobody was made.
        """
        fields, checked = check_new_manager(login, last_name, first_name, password, again)
        digest = passwords.hashed(checked)
        with self._store.writing() as session:
            locks.acquire(session, locks.AdvisoryLock.PEOPLE)
            if managers.anybody_can_sign_in(session):
                raise NotFirst
            role = Role.RENTAL_MANAGER
            manager = managers.add_first(session, fields, role, digest)
            account = {"role": role.value, "password": noting.password(digest), **told(manager)}
            self._record(session, EventKind.MANAGER_ADDED, manager, account)
            return self._record(session, EventKind.SIGNED_IN, manager, {"way": "first"})

    def sign_in(
        self, login: str, password: str, *, instead_of: ManagerDetails | None = None
    ) -> Actor:
        """Let a manager in by login and password. `instead_of`: whose locked terminal it was.

        Raises:
            WrongPassword: the login or the password is not right.
            TooManyAttempts: nothing was looked at, for too many were wrong before.
            NotAllowed: `disabled` or `role`, told only to who knows the password; `way`.
            StoreUnavailable: the database can't be used.
        """
        folded = fold_login(login)
        found = self._attempt(folded)
        with self._refusals(found, way=SignIn.PASSWORD.value):
            tried = self._check(found, password)
        assert found is not None
        with self._store.writing() as session:
            delays.forget(session, folded)
            if passwords.is_outdated(tried):
                renewed = passwords.hashed(normal_password(password))
                managers.renew_password(session, found.manager.id, tried, renewed)
                data = {"password": noting.password(renewed)}
                self._record(session, EventKind.PASSWORD_RENEWED, found.manager, data)
        return self._let_in(found, SignIn.PASSWORD, instead_of)

    def enter_as_account(self) -> Actor:
        """Let the manager in whose login is the system's account; raises as `enter_as`."""
        return self._enter(self._account, SignIn.OS_USER)

    def enter_as(self, login: str) -> Actor:
        """Let a manager in whom sshd knows by their key (`olvery-tui --login anna`).

        Raises:
            NotAllowed: `way`, `disabled`, `role`.
            NoSuchManager: no manager has this login.
            StoreUnavailable: the database can't be used.
        """
        return self._enter(login, SignIn.SSH_KEY)

    def _enter(self, login: str, method: SignIn) -> Actor:
        with self._store.reading() as session:
            asked_for = locations.settings(session).sign_in
            found = managers.credentials(session, fold_login(login))
        with self._refusals(found, way=method.value):
            if asked_for is not method:
                raise NotAllowed(AccessCode.METHOD)
            if found is None:
                raise NoSuchManager(login, method)
            require_manager(active=found.active, role=found.role)
        assert found is not None
        return self._let_in(found, method)

    def _attempt(self, login: str) -> Credentials | None:
        """Count an attempt, and find whose login it is."""
        with self._store.writing() as session:
            left = delays.wait(session, login, self._clock.now())
            found = managers.credentials(session, login)
            method = locations.settings(session).sign_in
        with self._refusals(found, way=SignIn.PASSWORD.value):
            if method is not SignIn.PASSWORD:
                raise NotAllowed(AccessCode.METHOD)
            if left:
                raise TooManyAttempts(ceil(left.total_seconds()))
        return found

    def _check(self, found: Credentials | None, password: str) -> str:
        """The hash of a password, which is the right one. The database compares: a terminal of a
        server may not read what it is compared with.
        """
        typed = normal_password(password[: PASSWORD_MAX + 1])
        tried = passwords.derived(found.salt if found else None, typed)
        with self._store.reading() as session:
            right = managers.is_password(session, found.manager.id if found else 0, tried)
        if not right or found is None:
            raise WrongPassword
        require_manager(active=found.active, role=found.role)
        return tried

    def _let_in(
        self, found: Credentials, method: SignIn, instead_of: ManagerDetails | None = None
    ) -> Actor:
        data: dict[str, object] = {"way": method.value}
        if instead_of is not None:
            data["from"] = instead_of.id
        with self._store.writing() as session:
            return self._record(session, EventKind.SIGNED_IN, found.manager, data)

    def _record(
        self, session: Session, kind: EventKind, who: ManagerDetails, data: Mapping[str, object]
    ) -> Actor:
        """Record an event that a manager at this terminal makes of themself, who is returned."""
        actor = Actor(ActorKind.MANAGER, who, terminal=self._anonymous.terminal)
        now = self._clock.now()
        events.record(session, at=now, kind=kind, actor=actor, data=data, subject=who.id)
        return actor

    @contextmanager
    def _refusals(self, found: Credentials | None, **data: object) -> Iterator[None]:
        """Keep a refusal in the audit trail; the login is named only where there is such a one,
        for what was typed may be a password.
        """
        try:
            yield
        except Refusal as refusal:
            record_refusal(
                self._store,
                self._clock,
                self._anonymous,
                EventKind.SIGN_IN_REFUSED,
                refusal,
                subject=found.manager.id if found else None,
                **data,
            )
            raise
