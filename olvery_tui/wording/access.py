"""Roles, ways in and locks in words; sentences for refused sign-ins say what to do next."""

from __future__ import annotations

from collections.abc import Mapping

from olvery_tui.domain.access import LOGIN_MAX, Role, SignIn
from olvery_tui.domain.errors import (
    AccessCode,
    LoginTaken,
    NoPassword,
    NoSuchManager,
    NotAllowed,
    NotFirst,
    OlveryError,
    OwnAccount,
    TooManyAttempts,
    WrongPassword,
)
from olvery_tui.domain.text import shown
from olvery_tui.i18n import N_, NP_, _, ngettext, pgettext

_ROLES = {
    Role.RENTAL_MANAGER: NP_("role", "Rental manager"),
    Role.EMPLOYEE: NP_("role", "Employee"),
}

_METHODS = {
    SignIn.PASSWORD: NP_("way in", "Login and password"),
    SignIn.OS_USER: NP_("way in", "The system's account"),
    SignIn.SSH_KEY: NP_("way in", "SSH key"),
}

NOT_ALLOWED_SENTENCES: Mapping[AccessCode, str] = {
    AccessCode.DISABLED: N_("Your access here was disabled. Ask whoever keeps the database."),
    AccessCode.ROLE: N_(
        "This section is for rental managers only. Ask whoever keeps the database."
    ),
    AccessCode.GONE: N_("You are not among the managers any more. Ask whoever keeps the database."),
    AccessCode.ADMINISTRATOR: N_("Only the command line may do that: olvery-tui --help"),
    AccessCode.METHOD: N_(
        "This database wants managers to come in another way. "
        "Ask whoever keeps it: olvery-tui settings"
    ),
}
"""Why an action is refused, by the code of `NotAllowed`."""


def access_sentence(error: OlveryError) -> str | None:
    """Return the sentence; None if the error is about something else."""
    match error:
        case NotAllowed(code=code):
            return _(NOT_ALLOWED_SENTENCES[code])
        case WrongPassword():
            return _("The login or the password is wrong. Look at the keyboard layout, Caps Lock.")
        case TooManyAttempts(seconds=seconds):
            return ngettext(
                "Wrong too often. Try again in {count} second.",
                "Wrong too often. Try again in {count} seconds.",
                seconds,
            ).format(count=seconds)
        case NoPassword():
            return _(
                "You have no password, so nothing can unlock this: leave and come in again. "
                "For a password ask whoever keeps the database."
            )
        case NotFirst():
            return _("The first manager has just been made elsewhere. Sign in.")
        case NoSuchManager():
            return _no_such_manager(error)
        case OwnAccount():
            return _("You can neither disable yourself nor give up your own role.")
        case LoginTaken(login=login):
            return _("There is a manager {login} already.").format(login=shown(login, LOGIN_MAX))
        case _other:
            return None


def _no_such_manager(error: NoSuchManager) -> str:
    login = shown(error.login, LOGIN_MAX)
    if error.method == "os-user":
        text = _(
            "The account {login} is no manager's. Whoever keeps the database adds it: "
            "olvery-tui managers add {login}"
        )
    else:
        text = _("There is no manager {login}. See: olvery-tui managers list")
    return text.format(login=login)


def role_text(role: Role) -> str:
    """Return a role's label: «Менеджер по аренде»."""
    return pgettext("role", _ROLES[role])


def method_text(method: SignIn) -> str:
    """Return the label of a sign-in method: «Логин и пароль»."""
    return pgettext("way in", _METHODS[method])


def lock_text(minutes: int) -> str:
    """Return when a terminal locks itself."""
    if minutes == 0:
        return _("Never by itself")
    return ngettext(
        "After {count} minute without a key", "After {count} minutes without a key", minutes
    ).format(count=minutes)
