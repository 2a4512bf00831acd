"""The commands and their options; what each does stands in a module of its own.

Texts are marked here and translated when help is asked for.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from olvery_tui import __version__
from olvery_tui.cli.formats import (
    Asked,
    AskedEvents,
    DetailsFormat,
    EventFormat,
    Format,
    PlainFormat,
)
from olvery_tui.cli.parsing import Command, Group, misplaced, missing
from olvery_tui.domain.access import Role, SignIn
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.orders import NUMBER_MAX
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.i18n import N_
from olvery_tui.settings import BadSetting, SettingCode
from olvery_tui.start import StartOptions, open_application

if TYPE_CHECKING:
    from olvery_tui.cli.listing import Target

app = typer.Typer(
    name="olvery-tui",
    cls=Group,
    help=N_("The tickets of a coworking, in the terminal. Without a command it opens the screen."),
    epilog=N_(
        "Exit codes: 0 done, 1 the answer is no or a part was refused, 2 the words or the "
        "environment are wrong."
    ),
    context_settings={"help_option_names": ["--help", "-h"]},
    add_completion=False,
    pretty_exceptions_enable=False,
)
db = typer.Typer(
    cls=Group, help=N_("The database: schema, soundness, copies."), no_args_is_help=True
)
app.add_typer(db, name="db")
managers = typer.Typer(
    cls=Group, help=N_("Who may sign in: add, list, set a password, disable."), no_args_is_help=True
)
app.add_typer(managers, name="managers")
people = typer.Typer(cls=Group, help=N_("The data of people."), no_args_is_help=True)
app.add_typer(people, name="people")

Login = Annotated[str, typer.Argument(metavar="LOGIN", help=N_("What the manager signs in as."))]
Number = Annotated[
    int,
    typer.Argument(min=1, max=NUMBER_MAX, metavar="NUMBER", help=N_("The ticket's number.")),
]
OrderNumber = Annotated[
    int,
    typer.Argument(min=1, max=NUMBER_MAX, metavar="NUMBER", help=N_("The order's number.")),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", metavar="FILE", help=N_("Write into a file, not to the output.")),
]
Replace = Annotated[
    bool, typer.Option("--replace", help=N_("The file may take the place of another one."))
]


def _target(
    context: typer.Context, limit: int | None, wanted: Format, file: Path | None, *, replace: bool
) -> Target:
    from olvery_tui.cli.listing import Target

    if replace and file is None:
        raise misplaced(context, N_("--replace belongs to --output."))
    return Target(limit, wanted, file, replace)


class OrderAction(StrEnum):
    """What can be done with an order."""

    SET_STATUS = "set-status"


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"olvery-tui {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    demo: Annotated[
        bool, typer.Option("--demo", help=N_("Work on a temporary database with example data."))
    ] = False,
    database: Annotated[
        str | None,
        typer.Option("--database", metavar="URL", help=N_("The database: a URL or a file.")),
    ] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="ru|en", help=N_("The language: ru or en."))
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help=N_("Show where in the program an error happened."))
    ] = False,
    login: Annotated[
        str | None,
        typer.Option(
            "--login",
            metavar="LOGIN",
            help=N_("Open for the manager whose key sshd has checked (for authorized_keys)."),
        ),
    ] = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_tell_version, help=N_("Show the version.")
        ),
    ] = False,
) -> int:
    context.obj = StartOptions(demo=demo, database=database, lang=lang, debug=debug, login=login)
    if context.invoked_subcommand is None:
        return open_application(context.obj)
    if login is not None:
        raise BadSetting("--login", login, SettingCode.OPENING)
    return 0


@app.command(cls=Command, help=N_("List tickets, with the filters of the application."))
def tickets(
    context: typer.Context,
    number: Annotated[
        str, typer.Option("--number", metavar="TEXT", help=N_("Numbers: 31, 30-40 or 31,35."))
    ] = "",
    from_day: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="DAY",
            help=N_("Rented on this day or later: 2022-12-06 or 06.12.2022."),
        ),
    ] = "",
    to_day: Annotated[
        str, typer.Option("--to", metavar="DAY", help=N_("Rented on this day or earlier."))
    ] = "",
    visitor: Annotated[
        str,
        typer.Option(
            "--visitor", metavar="TEXT", help=N_("First letters of the last and first name.")
        ),
    ] = "",
    status: Annotated[
        list[TicketStatus] | None,
        typer.Option(
            "--status",
            metavar="STATUS",
            help=N_("new, confirmed, active, cancelled or done; may be given several times."),
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", min=1, max=NUMBER_MAX, metavar="NUMBER", help=N_("At most so many tickets.")
        ),
    ] = None,
    output_format: Annotated[
        Format, typer.Option("--format", metavar="FORMAT", help=N_("table, json, csv or xlsx."))
    ] = Format.TABLE,
    output: Output = None,
    replace: Replace = False,
) -> int:
    from olvery_tui.cli.tickets import list_tickets

    return list_tickets(
        context.obj,
        Asked(number, from_day, to_day, visitor, frozenset(status or ())),
        _target(context, limit, output_format, output, replace=replace),
    )


@app.command(cls=Command, help=N_("Show one ticket, whole."))
def ticket(
    context: typer.Context,
    number: Number,
    output_format: Annotated[
        DetailsFormat, typer.Option("--format", metavar="FORMAT", help=N_("table or json."))
    ] = DetailsFormat.TABLE,
) -> int:
    from olvery_tui.cli.ticket import show_ticket

    return show_ticket(context.obj, number, output_format)


@app.command(cls=Command, help=N_("List orders, with the filters of the application."))
def orders(
    context: typer.Context,
    number: Annotated[
        str, typer.Option("--number", metavar="TEXT", help=N_("Numbers: 31, 30-40 or 31,35."))
    ] = "",
    customer: Annotated[
        str,
        typer.Option(
            "--customer", metavar="TEXT", help=N_("First letters of the last and first name.")
        ),
    ] = "",
    status: Annotated[
        list[OrderStatus] | None,
        typer.Option(
            "--status",
            metavar="STATUS",
            help=N_("A status of orders, such as confirmed; may be given several times."),
        ),
    ] = None,
    from_day: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="DAY",
            help=N_("Rented on this day or later: 2022-12-06 or 06.12.2022."),
        ),
    ] = "",
    to_day: Annotated[
        str, typer.Option("--to", metavar="DAY", help=N_("Rented on this day or earlier."))
    ] = "",
    overdue: Annotated[
        bool,
        typer.Option(
            "--overdue",
            help=N_("Only those whose tickets have ended and that nobody completed or cancelled."),
        ),
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", min=1, max=NUMBER_MAX, metavar="NUMBER", help=N_("At most so many orders.")
        ),
    ] = None,
    output_format: Annotated[
        Format, typer.Option("--format", metavar="FORMAT", help=N_("table, json, csv or xlsx."))
    ] = Format.TABLE,
    output: Output = None,
    replace: Replace = False,
) -> int:
    from olvery_tui.cli.orders import AskedOrders, list_orders

    return list_orders(
        context.obj,
        AskedOrders(number, from_day, to_day, customer, frozenset(status or ()), overdue),
        _target(context, limit, output_format, output, replace=replace),
    )


@app.command(cls=Command, help=N_("Show one order, whole; with set-status, change its status."))
def order(
    context: typer.Context,
    number: OrderNumber,
    action: Annotated[
        OrderAction | None,
        typer.Argument(metavar="ACTION", help=N_("set-status: bring the order to a status.")),
    ] = None,
    status: Annotated[
        OrderStatus | None,
        typer.Argument(metavar="STATUS", help=N_("The status, such as confirmed or cancelled.")),
    ] = None,
    reason: Annotated[
        str,
        typer.Option("--reason", metavar="TEXT", help=N_("Why; it is kept in the history.")),
    ] = "",
    paid_at: Annotated[
        str,
        typer.Option(
            "--paid-at", metavar="TIME", help=N_("When it was paid: now, or 2022-12-06 10:00.")
        ),
    ] = "",
    payment: Annotated[
        PaymentKind | None,
        typer.Option(
            "--payment", metavar="KIND", help=N_("How it was paid: on_site, online or invoice.")
        ),
    ] = None,
    early: Annotated[
        bool,
        typer.Option("--early", help=N_("Complete it although its tickets have not all ended.")),
    ] = False,
    output_format: Annotated[
        DetailsFormat, typer.Option("--format", metavar="FORMAT", help=N_("table or json."))
    ] = DetailsFormat.TABLE,
) -> int:
    from olvery_tui.cli.order import Step, set_status, show_order

    if action is None:
        if reason or paid_at or payment or early:
            raise misplaced(
                context, N_("--reason, --paid-at, --payment and --early belong to set-status.")
            )
        return show_order(context.obj, number, output_format)
    if status is None:
        raise missing(context, "status")
    if early and status is not OrderStatus.COMPLETED:
        raise misplaced(context, N_("--early belongs to set-status completed."))
    step = Step(status, reason, paid_at, payment, early)
    return set_status(context.obj, number, step, output_format)


@app.command(
    cls=Command,
    help=N_(
        "May the visitor come in now? Exit code 0: yes, 1: no, 2: no such ticket or no answer."
    ),
)
def admit(
    context: typer.Context,
    number: Number,
    output_format: Annotated[
        PlainFormat, typer.Option("--format", metavar="FORMAT", help=N_("text or json."))
    ] = PlainFormat.TEXT,
) -> int:
    from olvery_tui.cli.admit import answer

    return answer(context.obj, number, output_format)


@app.command(
    cls=Command, help=N_("Move the statuses of tickets without a screen, for a service manager.")
)
def worker(
    context: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help=N_("Move what is due, say how many tickets, and end."))
    ] = False,
) -> int:
    from olvery_tui.cli.worker import work

    return work(context.obj, once=once)


@app.command(
    "import",
    cls=Command,
    help=N_("Load services, people, orders and tickets from a file of JSON lines."),
)
def import_file(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The file; a dash (-) for the input."))
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=N_("Check everything, write nothing."))
    ] = False,
) -> int:
    from olvery_tui.cli.importing import import_lines

    return import_lines(context.obj, file, dry_run=dry_run)


@app.command(
    cls=Command, help=N_("Who did what when, newest first: changes, sign-ins, refusals, exports.")
)
def events(
    context: typer.Context,
    from_day: Annotated[
        str,
        typer.Option("--from", metavar="DAY", help=N_("On this day or later: 2022-12-06.")),
    ] = "",
    to_day: Annotated[
        str, typer.Option("--to", metavar="DAY", help=N_("On this day or earlier."))
    ] = "",
    manager: Annotated[
        str, typer.Option("--manager", metavar="LOGIN", help=N_("By or about this manager."))
    ] = "",
    ticket: Annotated[
        int | None,
        typer.Option(
            "--ticket", min=1, max=NUMBER_MAX, metavar="NUMBER", help=N_("Of this ticket.")
        ),
    ] = None,
    order: Annotated[
        int | None,
        typer.Option("--order", min=1, max=NUMBER_MAX, metavar="NUMBER", help=N_("Of this order.")),
    ] = None,
    kind: Annotated[
        list[EventKind] | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help=N_("Of this kind, as JSON tells it; may be given several times."),
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", min=1, max=NUMBER_MAX, metavar="NUMBER", help=N_("At most so many events.")
        ),
    ] = None,
    output_format: Annotated[
        EventFormat, typer.Option("--format", metavar="FORMAT", help=N_("table, json or csv."))
    ] = EventFormat.TABLE,
) -> int:
    from olvery_tui.cli.auditing import list_events

    asked = AskedEvents(from_day, to_day, manager, ticket, order, frozenset(kind or ()))
    return list_events(context.obj, asked, limit=limit, output_format=output_format)


@app.command(
    cls=Command,
    help=N_("Show or change what all terminals of the database agree on: the way in, the lock."),
)
def settings(
    context: typer.Context,
    sign_in: Annotated[
        SignIn | None,
        typer.Option(
            "--sign-in",
            metavar="WAY",
            help=N_("How managers are known: password, os-user, ssh-key."),
        ),
    ] = None,
    lock_minutes: Annotated[
        int | None,
        typer.Option(
            "--lock-minutes",
            min=0,
            max=1440,
            metavar="NUMBER",
            help=N_("Lock a terminal after so many minutes without a key; 0 for never."),
        ),
    ] = None,
) -> int:
    from olvery_tui.cli.shared_settings import show_or_change

    return show_or_change(context.obj, sign_in, lock_minutes)


@managers.command(
    "add",
    cls=Command,
    help=N_(
        "Add a manager. The password is asked for, or read from the input where that is a pipe."
    ),
)
def add_manager(
    context: typer.Context,
    login: Login,
    last_name: Annotated[
        str, typer.Option("--last-name", metavar="TEXT", help=N_("The manager's last name."))
    ],
    first_name: Annotated[
        str, typer.Option("--first-name", metavar="TEXT", help=N_("The manager's first name."))
    ],
    role: Annotated[
        Role,
        typer.Option(
            "--role",
            metavar="ROLE",
            help=N_("rental_manager, or employee, who may not see tickets."),
        ),
    ] = Role.RENTAL_MANAGER,
    no_password: Annotated[
        bool,
        typer.Option(
            "--no-password", help=N_("Without one, where managers come in by account or key.")
        ),
    ] = False,
) -> int:
    from olvery_tui.cli.managers import add

    return add(context.obj, login, last_name, first_name, role, with_password=not no_password)


@managers.command("list", cls=Command, help=N_("List who has a login, with role and standing."))
def list_managers(
    context: typer.Context,
    output_format: Annotated[
        EventFormat, typer.Option("--format", metavar="FORMAT", help=N_("table, json or csv."))
    ] = EventFormat.TABLE,
) -> int:
    from olvery_tui.cli.managers import show

    return show(context.obj, output_format)


@managers.command(
    "password",
    cls=Command,
    help=N_("Set a manager's password; it is asked for, or read from the input."),
)
def set_password(context: typer.Context, login: Login) -> int:
    from olvery_tui.cli.managers import password

    return password(context.obj, login)


@managers.command(
    "disable",
    cls=Command,
    help=N_("Let a manager in no more; open terminals are signed out with the next action."),
)
def disable_manager(context: typer.Context, login: Login) -> int:
    from olvery_tui.cli.managers import set_active

    return set_active(context.obj, login, active=False)


@managers.command("enable", cls=Command, help=N_("Let a disabled manager in again."))
def enable_manager(context: typer.Context, login: Login) -> int:
    from olvery_tui.cli.managers import set_active

    return set_active(context.obj, login, active=True)


@people.command(cls=Command, help=N_("Remove a person's name, phone and email; the tickets stay."))
def erase(
    context: typer.Context,
    person: Annotated[
        str,
        typer.Argument(metavar="PERSON", help=N_("The key of the import, or the number.")),
    ],
    yes: Annotated[bool, typer.Option("--yes", help=N_("Do not ask."))] = False,
) -> int:
    from olvery_tui.cli.auditing import erase_person

    return erase_person(context.obj, person, agreed=yes)


@app.command(
    cls=Command,
    help=N_("Say what is wrong with the terminal, the database or the clock, and how to mend it."),
)
def doctor(context: typer.Context) -> int:
    from olvery_tui.cli.doctor import examine

    return examine(context.obj)


@db.command(
    cls=Command,
    help=N_("Bring the database to the schema of this version; make it where there is none."),
)
def upgrade(
    context: typer.Context,
    time_zone: Annotated[
        str | None,
        typer.Option(
            "--time-zone",
            metavar="ZONE",
            help=N_("The location's time zone in a new database (Europe/Moscow unless given)."),
        ),
    ] = None,
) -> int:
    from olvery_tui.cli.database import upgrade_schema

    return upgrade_schema(context.obj, time_zone)


@db.command(cls=Command, help=N_("Check that the database is sound and keeps all its promises."))
def check(
    context: typer.Context,
    seal: Annotated[
        str | None,
        typer.Option(
            "--seal",
            metavar="SEAL",
            help=N_("A seal of the audit trail that an earlier check has told: it must be there."),
        ),
    ] = None,
) -> int:
    from olvery_tui.cli.database import check_database

    return check_database(context.obj, seal)


@db.command(
    cls=Command,
    help=N_("Move everything into a new database of either kind: a file, or PostgreSQL."),
)
def copy(
    context: typer.Context,
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help=N_("The new database: a URL or a file."))
    ],
) -> int:
    from olvery_tui.cli.copying import copy_to

    return copy_to(context.obj, to)


@db.command(cls=Command, help=N_("Copy the database into a new file while it is in use."))
def backup(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The copy; no such file may exist yet."))
    ],
) -> int:
    from olvery_tui.cli.database import backup_to

    return backup_to(context.obj, file)


@db.command(
    cls=Command,
    help=N_("Put a copy in the place of the database; the present one is kept beside it."),
)
def restore(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("A copy that db backup has made."))
    ],
) -> int:
    from olvery_tui.cli.database import restore_from

    return restore_from(context.obj, file)
