"""The command line: its own options, and the groups of commands in the order of the help."""

from __future__ import annotations

from typing import Annotated

import typer
from typer import Option

from olvery_tui import __version__
from olvery_tui.cli import (
    calendar,
    database,
    doctor,
    events,
    importing,
    managers,
    orders,
    people,
    periods,
    places,
    reports,
    settings,
    shifts,
    tickets,
    worker,
)
from olvery_tui.cli.options import option
from olvery_tui.cli.parsing import WIDTH_MAX, Group
from olvery_tui.i18n import N_
from olvery_tui.settings import BadSetting, SettingCode
from olvery_tui.start import StartOptions, open_application

app = typer.Typer(
    name="olvery-tui",
    cls=Group,
    help=N_("The tickets of a coworking, in the terminal. Without a command it opens the screen."),
    epilog=N_(
        "Exit codes: 0 done, 1 the answer is no or a part was refused, 2 the words or the "
        "environment are wrong."
    ),
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": WIDTH_MAX},
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (
    *(tickets, orders, calendar, worker, importing, events, settings, doctor),
    *(database, managers, people, periods, places, shifts, reports),
):
    app.add_typer(group.commands)


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"olvery-tui {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    demo: Annotated[
        bool, Option("--demo", help=N_("Work on a temporary database with example data."))
    ] = False,
    database: Annotated[
        str | None, option("--database", "URL", N_("The database: a URL or a file."))
    ] = None,
    lang: Annotated[str | None, option("--lang", "ru|en", N_("The language: ru or en."))] = None,
    debug: Annotated[
        bool, Option("--debug", help=N_("Show where in the program an error happened."))
    ] = False,
    login: Annotated[
        str | None,
        option(
            "--login",
            N_("LOGIN"),
            N_("Open for the manager whose key sshd has checked (for authorized_keys)."),
        ),
    ] = None,
    _version: Annotated[
        bool,
        Option("--version", is_eager=True, callback=_tell_version, help=N_("Show the version.")),
    ] = False,
) -> int:
    """Keep the options for the command; without one, open the application."""
    context.obj = StartOptions(demo=demo, database=database, lang=lang, debug=debug, login=login)
    if context.invoked_subcommand is None:
        return open_application(context.obj)
    if login is not None:
        raise BadSetting("--login", login, SettingCode.OPENING)
    return 0
