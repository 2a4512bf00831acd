"""`olvery-tui db …`: schema, soundness, copies."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from olvery_tui.cli.opening import opened, settings_for
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.settings import BadSetting, SettingCode
from olvery_tui.start import DONE, NO, USAGE, StartOptions
from olvery_tui.wording.database import problem_text

if TYPE_CHECKING:
    from datetime import datetime

    from olvery_tui.settings import Settings
    from olvery_tui.store.database.chain import Seal
    from olvery_tui.store.database.engine import Store

_ZONE = "Europe/Moscow"


def upgrade_schema(options: StartOptions, time_zone: str | None) -> int:
    """Make the database or bring it to the newest schema; exit 1 if its zone is another one."""
    from olvery_tui.services import connect
    from olvery_tui.store.database import schema

    if time_zone is not None and not _is_zone(time_zone):
        text = _("There is no time zone “{name}”. Write it like Europe/Moscow.")
        print(text.format(name=shown(time_zone)), file=sys.stderr)
        return USAGE
    settings = _lasting(settings_for(options))
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


def check_database(options: StartOptions, noted: str | None) -> int:
    """Tell every problem; exit 1 where there is one. `noted`: a seal that was told formerly."""
    from olvery_tui.services import connect
    from olvery_tui.store.database.chain import Seal

    seal = None if noted is None else Seal.read(noted)
    if noted is not None and seal is None:
        text = _("“{text}” is no seal. It is what a check tells at its end: 12:3f9a…")
        print(text.format(text=shown(noted)), file=sys.stderr)
        return USAGE
    settings = settings_for(options)
    if settings.demo:
        with opened(options) as services:
            return _checked(services.store, services.clock.now(), seal)
    with closing(connect(settings, create=False)) as store:
        return _checked(store, settings.clock().now(), seal)


def _checked(store: Store, now: datetime, noted: Seal | None) -> int:
    from olvery_tui.store.database import chain
    from olvery_tui.store.maintenance.maintenance import check

    problems = check(store, now, noted)
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


def backup_to(options: StartOptions, file: Path) -> int:
    """Copy the database while it is in use."""
    from olvery_tui.store.maintenance.maintenance import backup

    with opened(options) as services:
        backup(services.store, file, services.outputs)
    print(_("Copied to {file}").format(file=shown(str(file))))
    return DONE


def restore_from(options: StartOptions, file: Path) -> int:
    """Put a copy in the place of the database; what was there stays beside it."""
    from olvery_tui.services import make_folder
    from olvery_tui.store.maintenance.maintenance import restore

    settings = _lasting(settings_for(options))
    if not file.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
    make_folder(settings.database_url)
    kept = restore(file, settings.database_url, settings.clock().now())
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
