"""`olvery-tui managers …`: who may sign in. A password is never among the words of a command."""

from __future__ import annotations

import csv
import getpass
import sys

import typer

from olvery_tui.cli.formats import EventFormat
from olvery_tui.cli.opening import opened
from olvery_tui.cli.tables import Column, print_rows
from olvery_tui.cli.usage import bad_values
from olvery_tui.domain.access import (
    PASSWORD_MAX,
    ManagerAccount,
    Role,
    check_manager,
    check_password,
)
from olvery_tui.domain.errors import InputCode, InvalidForm, InvalidInput
from olvery_tui.domain.text import shown, spreadsheet_safe
from olvery_tui.export.json_lines import json_text
from olvery_tui.i18n import _
from olvery_tui.start import DONE, StartOptions
from olvery_tui.wording.labels import role_text

COLUMNS = ("login", "last_name", "first_name", "role", "active", "has_password")
_LINE_MAX = 16 * PASSWORD_MAX
"""Bytes that are read of a line with a password: more than the longest one has."""


def add(
    options: StartOptions,
    login: str,
    last_name: str,
    first_name: str,
    role: Role,
    *,
    with_password: bool,
) -> int:
    """Add a manager; what can't be used is told before the password is asked for, exit 2."""
    try:
        fields = check_manager(login, last_name, first_name)
    except InvalidForm as form:
        words = {"login": _("LOGIN"), "last_name": "--last-name", "first_name": "--first-name"}
        return bad_values(form.problems, words)
    with opened(options) as services:
        desk = services.desk
        desk.access.require_free_login(login)
        password = _new_password(fields.login) if with_password else None
        card = desk.access.add_manager(login, last_name, first_name, password, role)
    print(_("{name} can sign in as {login}.").format(name=shown(card.name), login=fields.login))
    return DONE


def password(options: StartOptions, login: str) -> int:
    """Set a manager's password."""
    with opened(options) as services:
        desk = services.desk
        card = desk.access.manager(login)
        desk.access.set_password(login, _new_password(card.login or ""))
    print(_("{name} has a new password.").format(name=shown(card.name)))
    return DONE


def set_active(options: StartOptions, login: str, *, active: bool) -> int:
    """Disable a manager, or let them in again."""
    with opened(options) as services:
        card = services.desk.access.set_active(login, active)
    said = _("{name} can sign in again.") if active else _("{name} can't sign in any more.")
    print(said.format(name=shown(card.name)))
    return DONE


def _new_password(login: str) -> str:
    """Asked twice on a terminal; else one line of the input, from whatever keeps secrets.

    Raises:
        InvalidInput: it can't be used.
    """
    try:
        if not sys.stdin.isatty():
            line = sys.stdin.buffer.readline(_LINE_MAX).decode(errors="surrogateescape")
            return check_password(line.rstrip("\r\n"), login=login)
        first = getpass.getpass(_("New password: "))
        check_password(first, login=login)
        return check_password(first, getpass.getpass(_("Once more: ")), login=login)
    except UnicodeDecodeError:
        raise InvalidInput("password", InputCode.NOT_TEXT) from None
    except EOFError:
        raise typer.Abort from None


def show(options: StartOptions, output_format: EventFormat) -> int:
    """Print who has a login, by login."""
    with opened(options) as services:
        accounts = services.desk.access.accounts()
    match output_format:
        case EventFormat.JSON:
            print(json_text([_facts(one) for one in accounts], indent=1))
        case EventFormat.CSV:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(COLUMNS)
            for one in accounts:
                cells = _facts(one).values()
                writer.writerow(
                    int(cell) if isinstance(cell, bool) else spreadsheet_safe(str(cell))
                    for cell in cells
                )
        case EventFormat.TABLE:
            columns = (
                Column(_("Login"), least=16),
                Column(_("Name"), least=8, lines=2),
                Column(_("Role")),
                Column(_("Standing")),
                Column(_("Password")),
            )
            print_rows(columns, (_row(one) for one in accounts), sys.stdout)
    return DONE


def _facts(one: ManagerAccount) -> dict[str, object]:
    card = one.card
    values = (card.login, card.last_name, card.first_name, one.role.value, one.active,
              one.has_password)  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _row(one: ManagerAccount) -> tuple[str, ...]:
    return (
        shown(one.card.login or ""),
        shown(one.card.name),
        role_text(one.role),
        _("may sign in") if one.active else _("disabled"),
        _("set") if one.has_password else _("not set"),
    )
