"""Who may work here: managers, their logins and passwords, and the settings of all terminals."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

from olvery_tui.domain.errors import (
    AccessCode,
    InputCode,
    InvalidForm,
    InvalidInput,
    NoManager,
    NotAllowed,
)
from olvery_tui.domain.text import NAME_MAX, clean, is_text

LOGIN_MAX = 64
PASSWORD_MIN, PASSWORD_MAX = 8, 200

_LOGIN_SIGNS = frozenset("._-@")

_FREE_FAILURES = 2
"""Attempts without a delay: a wrong keyboard layout, a mistyped key."""

LONGEST_DELAY = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(minutes=15)
"""Failed attempts are forgotten after this time without another one."""

LOCK_MINUTES_MAX = 24 * 60
BACKUPS_MAX = 366
RENEWAL_DAYS_MAX = 90


class ActorKind(StrEnum):
    """Who did something; `nobody` for an attempt without being signed in."""

    MANAGER = "manager"
    SYSTEM = "system"
    CLI = "cli"
    NOBODY = "nobody"


class Role(StrEnum):
    """The role of a user; only rental managers may see tickets and orders."""

    RENTAL_MANAGER = "rental_manager"
    EMPLOYEE = "employee"


class SignIn(StrEnum):
    """How a manager signs in; one method for all terminals of a database."""

    PASSWORD = "password"
    OS_USER = "os-user"
    SSH_KEY = "ssh-key"


@dataclass(frozen=True, slots=True)
class ManagerDetails:
    """A manager, as the actor of a change or the one responsible for an identity check."""

    id: int
    login: str | None
    last_name: str
    first_name: str

    @property
    def name(self) -> str:
        """First and last name; the login where no name is known."""
        return f"{self.first_name} {self.last_name}".strip() or (self.login or "")


@dataclass(frozen=True, slots=True)
class ManagerAccount:
    """A manager's account, for administration."""

    manager: ManagerDetails
    role: Role
    active: bool
    has_password: bool
    signed_in: datetime | None = None
    """When they signed in last, as far as the audit trail tells."""


@dataclass(frozen=True, slots=True)
class SignInPolicy:
    """How managers sign in here. `first`: nobody can yet, so the first manager is made."""

    method: SignIn
    first: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change, as the audit trail records it.

    `manager` is None while nobody is signed in; such an actor may do nothing at the desk.
    `account` is the operating system's account, for what is done from the command line.
    `terminal` is where it is done: the host, its tty, the address at the other end of SSH.
    """

    kind: ActorKind
    manager: ManagerDetails | None = None
    account: str | None = None
    terminal: str | None = None

    def require_manager(self) -> ManagerDetails:
        """The manager who is responsible for what is being done. Raises `NoManager`."""
        if self.manager is None:
            raise NoManager
        return self.manager


SYSTEM = Actor(ActorKind.SYSTEM)
"""The actor of the status worker and of other automatic changes."""


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """`auto_complete_orders`: an order is completed by itself once all its tickets have ended.

    `sign_in` is how managers are known. A terminal locks itself after `lock_minutes` without a
    key; 0 for never. `backups_kept` daily copies of a database file are kept in `backup_folder`
    (empty: beside it); with 0 none are made. What ends within `renewal_days` is offered again.
    """

    version: int
    auto_complete_orders: bool = False
    sign_in: SignIn = SignIn.PASSWORD
    lock_minutes: int = 10
    name: str = ""
    time_zone: str = ""
    currency: str = ""
    backup_folder: str = ""
    backups_kept: int = 7
    renewal_days: int = 7

    def differences(self, changed: DeskSettings) -> dict[str, list[object]]:
        """The settings that differ in `changed`: name to old and new value."""
        return {
            each.name: [getattr(self, each.name), getattr(changed, each.name)]
            for each in fields(self)
            if each.name != "version" and getattr(self, each.name) != getattr(changed, each.name)
        }


@dataclass(frozen=True, slots=True)
class ManagerFields:
    """A manager's data, checked."""

    login: str
    last_name: str
    first_name: str


def fold_login(typed: str) -> str:
    """Normalise a login for storage and comparison: stripped, case-folded, NFC."""
    return clean(typed[: 4 * LOGIN_MAX]).casefold()


def check_manager(login: str, last_name: str, first_name: str) -> ManagerFields:
    """The fields of a new manager, as they are kept.

    Raises:
        InvalidForm: `login` (required, login, too_long), `last_name` and `first_name` (required,
            too_long).
    """
    fields = ManagerFields(fold_login(login), clean(last_name), clean(first_name))
    problems = [*_login_problems(fields.login)]
    for name in ("last_name", "first_name"):
        value: str = getattr(fields, name)
        if not any(char.isalnum() for char in value):
            problems.append(InvalidInput(name, InputCode.REQUIRED))
        elif len(value) > NAME_MAX:
            problems.append(InvalidInput(name, InputCode.TOO_LONG, {"limit": NAME_MAX}))
    if problems:
        raise InvalidForm(tuple(problems))
    return fields


def _login_problems(login: str) -> tuple[InvalidInput, ...]:
    if not login:
        return (InvalidInput("login", InputCode.REQUIRED),)
    if len(login) > LOGIN_MAX:
        return (InvalidInput("login", InputCode.TOO_LONG, {"limit": LOGIN_MAX}),)
    if not login[0].isalnum() or not all(sign.isalnum() or sign in _LOGIN_SIGNS for sign in login):
        return (InvalidInput("login", InputCode.LOGIN),)
    return ()


def normal_password(typed: str) -> str:
    """Normalise a password to NFC, so that «й» is the same however it was typed."""
    return unicodedata.normalize("NFC", typed)


def check_password(password: str, again: str | None = None, *, login: str = "") -> str:
    """A new password, as it is hashed. `again` is the same typed once more, where that was asked.

    Raises:
        InvalidInput: `password` (not_text, required, password_short, too_long, password_login) or
            `again` (password_differs).
    """
    if not is_text(password):
        raise InvalidInput("password", InputCode.NOT_TEXT)
    normal = normal_password(password)
    if not normal:
        raise InvalidInput("password", InputCode.REQUIRED)
    if len(normal) < PASSWORD_MIN:
        raise InvalidInput("password", InputCode.PASSWORD_SHORT, {"least": PASSWORD_MIN})
    if len(normal) > PASSWORD_MAX:
        raise InvalidInput("password", InputCode.TOO_LONG, {"limit": PASSWORD_MAX})
    if login and normal.casefold() == login:
        raise InvalidInput("password", InputCode.PASSWORD_LOGIN)
    if again is not None and normal_password(again) != normal:
        raise InvalidInput("again", InputCode.PASSWORD_DIFFERS)
    return normal


def check_new_manager(
    login: str, last_name: str, first_name: str, password: str, again: str | None = None
) -> tuple[ManagerFields, str]:
    """The fields and the password of a new manager, checked together.

    Raises:
        InvalidForm: with the problems of `check_manager` and `check_password`.
    """
    problems: list[InvalidInput] = []
    try:
        fields = check_manager(login, last_name, first_name)
    except InvalidForm as form:
        problems += form.problems
    try:
        checked = check_password(password, again, login=fold_login(login))
    except InvalidInput as problem:
        problems.append(problem)
    if problems:
        raise InvalidForm(tuple(problems))
    return fields, checked


def delay_after(failures: int) -> timedelta:
    """The delay before the next attempt after `failures` in a row: 1 s, 2 s, 4 s … 60 s."""
    if failures <= _FREE_FAILURES:
        return timedelta()
    doubled = timedelta(seconds=2 ** min(failures - _FREE_FAILURES - 1, 10))
    return min(doubled, LONGEST_DELAY)


def require_manager(*, active: bool, role: str) -> None:
    """Raise `NotAllowed` (`disabled` or `role`) unless this is an active rental manager."""
    if not active:
        raise NotAllowed(AccessCode.DISABLED)
    if role != Role.RENTAL_MANAGER:
        raise NotAllowed(AccessCode.ROLE)
