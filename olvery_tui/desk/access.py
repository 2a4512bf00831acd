"""The manager's own terminal, and what administration does with managers."""

from __future__ import annotations

from math import ceil

from olvery_tui import passwords
from olvery_tui.desk.transaction import DeskContext
from olvery_tui.domain.access import (
    PASSWORD_MAX,
    ManagerAccount,
    ManagerDetails,
    Role,
    check_manager,
    check_password,
    fold_login,
    normal_password,
)
from olvery_tui.domain.errors import (
    LoginTaken,
    NoPassword,
    NoSuchManager,
    Refusal,
    TooManyAttempts,
    WrongPassword,
)
from olvery_tui.domain.events import EventKind, EventLine
from olvery_tui.store.access import delays, managers
from olvery_tui.store.audit import events, noting
from olvery_tui.store.database import locks


class Access:
    """Unlocking; adding, disabling and listing managers."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def unlock(self, password: str) -> None:
        """Let the manager of this terminal back in.

        Raises:
            WrongPassword, TooManyAttempts: as at the sign-in; they are recorded.
            NoPassword: the manager has none.
            NoManager, NotAllowed: whoever it was may not any more.
            StoreUnavailable: it stays locked.
        """
        manager = self._context.actor.require_manager()
        with self._context.writing() as transaction:
            session = transaction.session
            found = managers.credentials_of(session, manager.id)
            assert found is not None  # or the session would not have been had
            login = found.card.login or ""
            left = delays.wait(session, login, transaction.now())
        try:
            if left:
                raise TooManyAttempts(ceil(left.total_seconds()))
            if found.salt is None:
                raise NoPassword
            typed = normal_password(password[: PASSWORD_MAX + 1])
            tried = passwords.derived(found.salt, typed)
            with self._context.reading() as session:
                if not managers.is_password(session, manager.id, tried):
                    raise WrongPassword
        except Refusal as refusal:
            self._context.record_manager_refusal(EventKind.UNLOCK_REFUSED, refusal, manager.id)
            raise
        with self._context.writing() as transaction:
            delays.forget(transaction.session, login)
            transaction.record(EventKind.UNLOCKED, subject=manager.id)

    def manager(self, login: str) -> ManagerDetails:
        """The manager who has this login.

        Raises:
            NoSuchManager, NoManager, NotAllowed, StoreUnavailable: see there.
        """
        with self._context.reading() as session:
            found = managers.by_login(session, fold_login(login))
        if found is None:
            raise NoSuchManager(login)
        return found

    def accounts(self) -> tuple[ManagerAccount, ...]:
        """Everybody who has a login, by login.

        Raises:
            NoManager, NotAllowed, StoreUnavailable: see there.
        """
        with self._context.reading() as session:
            return managers.accounts(session)

    def history(self, manager_id: int) -> tuple[EventLine, ...]:
        """What a manager did and what was done with their account, newest first.

        Raises:
            NoManager, NotAllowed, StoreUnavailable: see there.
        """
        with self._context.reading() as session:
            return events.manager_history(session, manager_id)

    # Administration

    def add_manager(
        self,
        login: str,
        last_name: str,
        first_name: str,
        password: str | None,
        role: Role = Role.RENTAL_MANAGER,
    ) -> ManagerDetails:
        """Register a manager; without a password they come in by account or key only.

        Raises:
            InvalidForm, InvalidInput: what can't be used.
            LoginTaken: somebody has this login.
            NotAllowed: `administrator`.
            StoreUnavailable: nobody was added.
        """
        fields = check_manager(login, last_name, first_name)
        digest = None
        if password is not None:
            digest = passwords.hashed(check_password(password, login=fields.login))
        with self._context.writing(administration=True) as transaction:
            session = transaction.session
            locks.acquire(session, locks.AdvisoryLock.PEOPLE)
            if managers.by_login(session, fields.login) is not None:
                raise LoginTaken(fields.login)
            card = managers.add(session, fields, role, digest)
            account = {"role": role.value, "password": noting.password(digest)}
            data = {**account, **managers.told(card)}
            transaction.record(EventKind.MANAGER_ADDED, data, subject=card.id)
        return card

    def require_free_login(self, login: str) -> None:
        """Nobody has this login yet.

        Raises:
            LoginTaken, NotAllowed, StoreUnavailable: see there.
        """
        folded = fold_login(login)
        with self._context.reading(administration=True) as session:
            if managers.by_login(session, folded) is not None:
                raise LoginTaken(folded)

    def set_password(self, login: str, password: str) -> ManagerDetails:
        """Give a manager another password; wrong ones of before are forgotten.

        Raises:
            InvalidInput: what can't be used.
            NoSuchManager, NotAllowed, StoreUnavailable: see there.
        """
        folded = fold_login(login)
        digest = passwords.hashed(check_password(password, login=folded))
        with self._context.writing(administration=True) as transaction:
            session = transaction.session
            card = managers.by_login(session, folded)
            if card is None:
                raise NoSuchManager(login)
            managers.change(session, card.id, password_hash=digest)
            delays.forget(session, folded)
            data = {"password": noting.password(digest), **managers.told(card)}
            transaction.record(EventKind.PASSWORD_SET, data, subject=card.id)
        return card

    def set_active(self, login: str, active: bool) -> ManagerDetails:
        """Disable a manager, or let them in again. Their open terminals are signed out with the
        next thing they do.

        Raises:
            NoSuchManager, NotAllowed, StoreUnavailable: see there.
        """
        kind = EventKind.MANAGER_ENABLED if active else EventKind.MANAGER_DISABLED
        with self._context.writing(administration=True) as transaction:
            session = transaction.session
            locks.lock_manager(session, fold_login(login))
            found = managers.credentials(session, fold_login(login))
            if found is None:
                raise NoSuchManager(login)
            if found.active is not active:
                managers.change(session, found.card.id, active=active)
                transaction.record(kind, managers.told(found.card), subject=found.card.id)
        return found.card
