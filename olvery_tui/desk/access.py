"""The manager's own terminal, and what administration does with managers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from olvery_tui import passwords
from olvery_tui.desk import permission
from olvery_tui.desk.transaction import Part, Transaction
from olvery_tui.domain.access import (
    PASSWORD_MAX,
    ActorKind,
    ManagerAccount,
    ManagerDetails,
    Role,
    check_manager,
    check_new_manager,
    check_password,
    fold_login,
    normal_password,
)
from olvery_tui.domain.errors import (
    LoginTaken,
    NoPassword,
    NoSuchManager,
    OwnAccount,
    Refusal,
    TooManyAttempts,
    WrongPassword,
)
from olvery_tui.domain.events import EventKind, EventLine
from olvery_tui.store.access import delays, managers
from olvery_tui.store.access.managers import Credentials, Proof
from olvery_tui.store.audit import history, noting
from olvery_tui.store.database import locks


class Access(Part):
    """Unlocking; managers and their passwords, roles and standing.

    Every method may raise `NoManager`, `NotAllowed` and `StoreUnavailable`; then nothing was
    changed. Where a manager changes an account, it may also raise what `unlock` does.
    """

    def unlock(self, password: str) -> None:
        """Let the manager of this terminal back in.

        Raises:
            WrongPassword, TooManyAttempts: as at the sign-in; they are recorded.
            NoPassword: the manager has none.
        """
        proof = self._proven(password, EventKind.UNLOCK_REFUSED)
        with self._context.writing() as transaction:
            transaction.record(EventKind.UNLOCKED, subject=proof.manager)

    def manager(self, login: str) -> ManagerDetails:
        """The manager who has this login. Raises `NoSuchManager`."""
        with self._context.reading() as session:
            found = managers.by_login(session, fold_login(login))
        if found is None:
            raise NoSuchManager(login)
        return found

    def accounts(self) -> tuple[ManagerAccount, ...]:
        """Everybody who has a login, by login."""
        with self._context.reading() as session:
            return managers.accounts(session)

    def history(self, manager_id: int) -> tuple[EventLine, ...]:
        """What a manager did and what was done with their account, newest first."""
        with self._context.reading() as session:
            return history.of_manager(session, manager_id)

    # Administration: by the command line, or by a manager who confirms it with their password

    def add_manager(
        self,
        login: str,
        last_name: str,
        first_name: str,
        password: str | None,
        role: Role = Role.RENTAL_MANAGER,
        *,
        again: str | None = None,
        own_password: str = "",
    ) -> ManagerDetails:
        """Register a manager; without a password they come in by account or key only.

        Raises:
            InvalidForm: what can't be used; `again` is the password typed once more.
            LoginTaken: somebody has this login.
        """
        if password is None:
            fields, digest = check_manager(login, last_name, first_name), None
        else:
            fields, new = check_new_manager(login, last_name, first_name, password, again)
            digest = passwords.hashed(new)
        with self._changing(own_password) as (transaction, proof):
            session = transaction.session
            if managers.by_login(session, fields.login) is not None:
                raise LoginTaken(fields.login)
            manager = managers.add(session, fields, role, digest, proof)
            account = {"role": role.value, "password": noting.password(digest)}
            data = {**account, **managers.told(manager)}
            transaction.record(EventKind.MANAGER_ADDED, data, subject=manager.id)
        return manager

    def require_free_login(self, login: str) -> None:
        """Check that nobody has this login yet. Raises `LoginTaken`."""
        folded = fold_login(login)
        with self._context.reading(administration=True) as session:
            if managers.by_login(session, folded) is not None:
                raise LoginTaken(folded)

    def set_password(
        self, login: str, password: str, *, again: str | None = None, own_password: str = ""
    ) -> ManagerDetails:
        """Give a manager another password; wrong ones of before are forgotten.

        Raises:
            InvalidInput: what can't be used.
            NoSuchManager: nobody has this login.
        """
        digest = passwords.hashed(check_password(password, again, login=fold_login(login)))
        with self._changing(own_password) as (transaction, proof):
            session, found = transaction.session, self._account(transaction, login)
            managers.change(session, found.manager.id, proof, password_hash=digest)
            delays.forget(session, fold_login(login))
            data = {"password": noting.password(digest), **managers.told(found.manager)}
            transaction.record(EventKind.PASSWORD_SET, data, subject=found.manager.id)
        return found.manager

    def set_active(self, login: str, active: bool, *, own_password: str = "") -> ManagerDetails:
        """Disable a manager, or let them in again. Their open terminals are signed out with the
        next thing they do.

        Raises:
            OwnAccount: a manager would disable themself.
            NoSuchManager: nobody has this login.
        """
        kind = EventKind.MANAGER_ENABLED if active else EventKind.MANAGER_DISABLED
        with self._changing(own_password) as (transaction, proof):
            found = self._account(transaction, login)
            if found.active is not active:
                if not active:
                    self._require_another(found.manager)
                managers.change(transaction.session, found.manager.id, proof, active=active)
                transaction.record(kind, managers.told(found.manager), subject=found.manager.id)
        return found.manager

    def set_role(self, login: str, role: Role, *, own_password: str = "") -> ManagerDetails:
        """Give a manager another role; only rental managers may work here.

        Raises:
            OwnAccount: a manager would give up their own role.
            NoSuchManager: nobody has this login.
        """
        with self._changing(own_password) as (transaction, proof):
            found = self._account(transaction, login)
            if found.role != role:
                if role is not Role.RENTAL_MANAGER:
                    self._require_another(found.manager)
                managers.change(transaction.session, found.manager.id, proof, role=role.value)
                data = {"role": role.value, **managers.told(found.manager)}
                transaction.record(EventKind.ROLE_SET, data, subject=found.manager.id)
        return found.manager

    @contextmanager
    def _changing(self, own_password: str) -> Iterator[tuple[Transaction, Proof | None]]:
        """Open a transaction that may change managers, one at a time.

        The command line may, with the rights of the database's owner. A manager gives the proof of
        their own password, which lets a terminal of a server change a manager. Their standing is
        read again under the lock: of two who disable each other one stays.
        """
        context = self._context
        is_manager = context.actor.kind is ActorKind.MANAGER
        proof = self._proven(own_password, EventKind.ACCOUNT_REFUSED) if is_manager else None
        with context.writing(administration=not is_manager) as transaction:
            locks.acquire(transaction.session, locks.AdvisoryLock.PEOPLE)
            if proof is not None:
                permission.require(transaction.session, context.actor)
            yield transaction, proof

    def _proven(self, password: str, refused: EventKind) -> Proof:
        """Return the proof that the manager knows their password; record a refusal as `refused`.

        Attempts are counted and delayed as at the sign-in.
        """
        manager = self._context.actor.require_manager()
        with self._context.writing() as transaction:
            session = transaction.session
            found = managers.credentials_of(session, manager.id)
            assert found is not None  # or the session would not have been had
            login = found.manager.login or ""
            left = delays.wait(session, login, transaction.now())
        try:
            if left:
                raise TooManyAttempts(ceil(left.total_seconds()))
            if found.salt is None:
                raise NoPassword
            typed = normal_password(password[: PASSWORD_MAX + 1])
            proof = Proof(manager.id, passwords.derived(found.salt, typed))
            with self._context.writing() as transaction:
                if not managers.is_password(transaction.session, manager.id, proof.digest):
                    raise WrongPassword
                delays.forget(transaction.session, login)
        except Refusal as refusal:
            self._context.record_manager_refusal(refused, refusal, manager.id)
            raise
        return proof

    def _require_another(self, manager: ManagerDetails) -> None:
        actor = self._context.actor.manager
        if actor is not None and actor.id == manager.id:
            raise OwnAccount

    @staticmethod
    def _account(transaction: Transaction, login: str) -> Credentials:
        found = managers.credentials(transaction.session, fold_login(login))
        if found is None:
            raise NoSuchManager(login)
        return found
