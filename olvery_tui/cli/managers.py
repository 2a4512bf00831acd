"""`olvery-tui managers …`: who may sign in. A password is never among the words of a command."""

from __future__ import annotations

import csv
import getpass
import sys
from typing import Annotated

from typer import Abort, Context, Option, Typer

from olvery_tui.cli.opening import opened
from olvery_tui.cli.options import Login, PlainListFormat, RowsFormat, option
from olvery_tui.cli.parsing import Command, Group
from olvery_tui.cli.tables import Column, print_rows
from olvery_tui.cli.usage import bad_values_named
from olvery_tui.domain.access import (
    PASSWORD_MAX,
    ManagerAccount,
    Role,
    check_manager,
    check_password,
)
from olvery_tui.domain.errors import InputCode, InvalidInput
from olvery_tui.domain.text import shown, spreadsheet_safe
from olvery_tui.export.json_lines import json_text
from olvery_tui.i18n import N_, _
from olvery_tui.start import DONE
from olvery_tui.wording.access import role_text

COLUMNS = ("login", "last_name", "first_name", "role", "active", "has_password")
_LINE_MAX = 16 * PASSWORD_MAX
"""Bytes that are read of a line with a password: more than the longest one has."""

commands = Typer(
    name="managers",
    cls=Group,
    help=N_("Who may sign in: add, list, set a password, disable."),
    no_args_is_help=True,
)


@commands.command(
    cls=Command,
    help=N_(
        "Add a manager. The password is asked for, or read from the input where that is a pipe."
    ),
)
def add(
    context: Context,
    login: Login,
    last_name: Annotated[str, option("--last-name", N_("TEXT"), N_("The manager's last name."))],
    first_name: Annotated[str, option("--first-name", N_("TEXT"), N_("The manager's first name."))],
    role: Annotated[
        Role,
        option("--role", N_("ROLE"), N_("rental_manager, or employee, who may not see tickets.")),
    ] = Role.RENTAL_MANAGER,
    no_password: Annotated[
        bool,
        Option("--no-password", help=N_("Without one, where managers come in by account or key.")),
    ] = False,
) -> int:
    """Add a manager; what can't be used is told before the password is asked for, exit 2."""
    words = {"login": _("LOGIN"), "last_name": "--last-name", "first_name": "--first-name"}
    with bad_values_named(words):
        fields = check_manager(login, last_name, first_name)
    with opened(context.obj) as services:
        desk = services.desk
        desk.access.require_free_login(login)
        password = None if no_password else _new_password(fields.login)
        added = desk.access.add_manager(login, last_name, first_name, password, role)
    print(_("{name} can sign in as {login}.").format(name=shown(added.name), login=fields.login))
    return DONE


@commands.command(
    cls=Command, help=N_("Set a manager's password; it is asked for, or read from the input.")
)
def password(context: Context, login: Login) -> int:
    """Set a manager's password."""
    with opened(context.obj) as services:
        desk = services.desk
        manager = desk.access.manager(login)
        desk.access.set_password(login, _new_password(manager.login or ""))
    print(_("{name} has a new password.").format(name=shown(manager.name)))
    return DONE


@commands.command(
    cls=Command,
    help=N_("Let a manager in no more; open terminals are signed out with the next action."),
)
def disable(context: Context, login: Login) -> int:
    """Disable a manager."""
    with opened(context.obj) as services:
        manager = services.desk.access.set_active(login, False)
    print(_("{name} can't sign in any more.").format(name=shown(manager.name)))
    return DONE


@commands.command(cls=Command, help=N_("Let a disabled manager in again."))
def enable(context: Context, login: Login) -> int:
    """Let a manager in again."""
    with opened(context.obj) as services:
        manager = services.desk.access.set_active(login, True)
    print(_("{name} can sign in again.").format(name=shown(manager.name)))
    return DONE


def _new_password(login: str) -> str:
    """Ask for a password twice on a terminal; elsewhere read one line of the input.

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
        raise Abort from None


@commands.command("list", cls=Command, help=N_("List who has a login, with role and standing."))
def show(context: Context, output_format: RowsFormat = PlainListFormat.TABLE) -> int:
    """Print who has a login, by login."""
    with opened(context.obj) as services:
        accounts = services.desk.access.accounts()
    match output_format:
        case PlainListFormat.JSON:
            print(json_text([_facts(one) for one in accounts], indent=1))
        case PlainListFormat.CSV:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(COLUMNS)
            for one in accounts:
                cells = _facts(one).values()
                writer.writerow(
                    int(cell) if isinstance(cell, bool) else spreadsheet_safe(str(cell))
                    for cell in cells
                )
        case PlainListFormat.TABLE:
            columns = (
                Column(_("Login"), least=16),
                Column(_("Name"), least=8, letters=40),
                Column(_("Role")),
                Column(_("Standing")),
                Column(_("Password")),
            )
            print_rows(columns, (_row(one) for one in accounts), sys.stdout)
    return DONE


def _facts(one: ManagerAccount) -> dict[str, object]:
    manager = one.manager
    values = (manager.login, manager.last_name, manager.first_name, one.role.value, one.active,
              one.has_password)  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _row(one: ManagerAccount) -> tuple[str, ...]:
    return (
        shown(one.manager.login or ""),
        shown(one.manager.name),
        role_text(one.role),
        _("may sign in") if one.active else _("disabled"),
        _("set") if one.has_password else _("not set"),
    )
