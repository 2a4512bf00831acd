"""`olvery-tui db …`: schema, soundness, copies."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Context, Typer

from olvery_tui.cli.opening import opened, settings_for
from olvery_tui.cli.options import option
from olvery_tui.cli.parsing import Command, Group
from olvery_tui.domain.text import shown
from olvery_tui.i18n import N_, _
from olvery_tui.settings import BadSetting, SettingCode, config_file, database_address, refuse_own
from olvery_tui.start import DONE, NO, USAGE
from olvery_tui.wording.database import problem_text
from olvery_tui.wording.listing import number_text

if TYPE_CHECKING:
    from datetime import datetime

    from olvery_tui.settings import Settings
    from olvery_tui.store.database.chain import Seal
    from olvery_tui.store.database.engine import Store
    from olvery_tui.store.maintenance.transfer import Progress

commands = Typer(
    name="db", cls=Group, help=N_("The database: schema, soundness, copies."), no_args_is_help=True
)

_ZONE = "Europe/Moscow"


@commands.command(
    cls=Command,
    help=N_("Bring the database to the schema of this version; make it where there is none."),
)
def upgrade(
    context: Context,
    time_zone: Annotated[
        str | None,
        option(
            "--time-zone",
            N_("ZONE"),
            N_("The location's time zone in a new database (Europe/Moscow unless given)."),
        ),
    ] = None,
) -> int:
    """Make the database or bring it to the newest schema; exit 1 if its zone is another one."""
    from olvery_tui.services import connect
    from olvery_tui.store.database import schema

    if time_zone is not None and not _is_zone(time_zone):
        text = _("There is no time zone “{name}”. Write it like Europe/Moscow.")
        print(text.format(name=shown(time_zone)), file=sys.stderr)
        return USAGE
    settings = _lasting(settings_for(context.obj))
    with closing(connect(settings, create=True)) as store:
        older = schema.state(store) is schema.SchemaState.OLDER
        made = schema.create(store, name="Olvery", time_zone=time_zone or _ZONE, currency="RUB")
        if made and not older:
            print(_("The database was made: {where}").format(where=shown(store.label)))
            return DONE
        print(_("The database is up to date: {where}").format(where=shown(store.label)))
        return _tell_other_zone(store, time_zone)


def _tell_other_zone(store: Store, time_zone: str | None) -> int:
    from olvery_tui.store.catalogue.locations import location

    with store.reading() as session:
        zone = location(session).zone.key
    if time_zone is None or time_zone == zone:
        return DONE
    text = _("Its time zone is {zone} and stays so: the days of the tickets there follow it.")
    print(text.format(zone=zone), file=sys.stderr)
    return NO


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@commands.command(
    cls=Command, help=N_("Check that the database is sound and keeps all its promises.")
)
def check(
    context: Context,
    noted: Annotated[
        str | None,
        option(
            "--seal",
            N_("SEAL"),
            N_("A seal of the audit trail that an earlier check has told: it must be there."),
        ),
    ] = None,
) -> int:
    """Tell every problem; exit 1 where there is one. `noted`: a seal that was told formerly."""
    from olvery_tui.services import connect
    from olvery_tui.store.database.chain import Seal

    seal = None if noted is None else Seal.read(noted)
    if noted is not None and seal is None:
        text = _("“{text}” is no seal. It is what a check tells at its end: 12:3f9a…")
        print(text.format(text=shown(noted)), file=sys.stderr)
        return USAGE
    settings = settings_for(context.obj)
    if settings.demo:
        with opened(context.obj) as services:
            return _checked(services.store, services.clock.now(), seal)
    with closing(connect(settings, create=False)) as store:
        return _checked(store, settings.clock().now(), seal)


def _checked(store: Store, now: datetime, noted: Seal | None) -> int:
    from olvery_tui.store.database import chain
    from olvery_tui.store.maintenance import maintenance

    problems = maintenance.check(store, now, noted)
    for problem in problems:
        print(problem_text(problem), file=sys.stderr)
    if problems:
        return NO
    print(_("The database is sound."))
    with store.reading() as session:
        seal = chain.newest(session)
    if seal.number:
        print(_("The audit trail's seal: {seal}").format(seal=seal))
    return DONE


@commands.command(
    cls=Command,
    help=N_("Move everything into a new database of either kind: a file, or PostgreSQL."),
)
def copy(
    context: Context,
    to: Annotated[str, option("--to", "URL", N_("The new database: a URL or a file."))],
) -> int:
    """Copy the database that the settings name into the empty one at `to`.

    Raises:
        StoreUnavailable: either can't be used, or what was written does not read back the same;
            nothing is in the new one then.
    """
    from olvery_tui.cli.progress import ProgressBar
    from olvery_tui.services import connect, make_folder
    from olvery_tui.store.database.connect import open_database
    from olvery_tui.store.maintenance import transfer

    settings = _lasting(settings_for(context.obj))
    address = database_address(to, "--to")
    refuse_own(address, (settings.log_file, config_file()), "--to")
    with closing(connect(settings, create=False)) as source:
        make_folder(address)
        with closing(open_database(address)) as target, ProgressBar() as bar:

            def step(at: Progress) -> None:
                bar.update(at.done, at.total, task=at.table)

            found = transfer.copy(source, target, on_progress=step)
            where = target.label
    for name, each in found.items():
        print(f"{name}\t{each.rows}\t{each.checksum}")
    total = number_text(sum(each.rows for each in found.values()))
    text = _("Copied and compared: {count} rows. Now name it in OLVERY_DATABASE_URL: {where}")
    print(text.format(count=total, where=shown(where)), file=sys.stderr)
    return DONE


@commands.command(cls=Command, help=N_("Copy the database into a new file while it is in use."))
def backup(
    context: Context,
    file: Annotated[
        Path, Argument(metavar=N_("FILE"), help=N_("The copy; no such file may exist yet."))
    ],
) -> int:
    """Copy the database while it is in use."""
    from olvery_tui.store.maintenance import maintenance

    with opened(context.obj) as services:
        maintenance.backup(services.store, file, services.outputs)
    print(_("Copied to {file}").format(file=shown(str(file))))
    return DONE


@commands.command(
    cls=Command,
    help=N_("Put a copy in the place of the database; the present one is kept beside it."),
)
def restore(
    context: Context,
    file: Annotated[Path, Argument(metavar=N_("FILE"), help=N_("A copy that db backup has made."))],
) -> int:
    """Put a copy in the place of the database; what was there stays beside it."""
    from olvery_tui.services import make_folder
    from olvery_tui.store.maintenance import maintenance

    settings = _lasting(settings_for(context.obj))
    if not file.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
    make_folder(settings.database_url)
    kept = maintenance.restore(file, settings.database_url, settings.clock().now())
    print(_("Restored from {file}").format(file=shown(str(file))))
    if kept is not None:
        print(_("The former database is kept as {file}").format(file=shown(str(kept))))
    return DONE


def _lasting(settings: Settings) -> Settings:
    """Settings of a database that stays.

    Raises:
        BadSetting: the demonstration's, which is gone as soon as the command ends.
    """
    if settings.demo:
        raise BadSetting("--demo", "", SettingCode.LASTING)
    return settings
