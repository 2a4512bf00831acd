"""`olvery-tui db copy --to URL`: a whole desk into another database, counted and compared."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from olvery_tui.cli.opening import settings_for
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.settings import BadSetting, SettingCode, config_file, database_address, refuse_own
from olvery_tui.start import DONE, StartOptions
from olvery_tui.wording.listing import number_text

if TYPE_CHECKING:
    from olvery_tui.store.maintenance.transfer import Progress as Step


def copy_to(options: StartOptions, to: str) -> int:
    """Copy the database that the settings name into the empty one at `to`.

    Raises:
        StoreUnavailable: either can't be used, or what was written does not read back the same;
            nothing is in the new one then.
    """
    from olvery_tui.services import connect, make_folder
    from olvery_tui.store.database.connect import open_database
    from olvery_tui.store.maintenance.transfer import copy

    settings = settings_for(options)
    if settings.demo:
        raise BadSetting("--demo", "", SettingCode.LASTING)
    address = database_address(to, "--to")
    refuse_own(address, (settings.log_file, config_file()), "--to")
    with closing(connect(settings, create=False)) as source:
        make_folder(address)
        with closing(open_database(address)) as target, _Bar() as bar:
            found = copy(source, target, on_progress=bar.step)
            where = target.label
    for name, each in found.items():
        print(f"{name}\t{each.rows}\t{each.checksum}")
    total = number_text(sum(each.rows for each in found.values()))
    text = _("Copied and compared: {count} rows. Now name it in OLVERY_DATABASE_URL: {where}")
    print(text.format(count=total, where=shown(where)), file=sys.stderr)
    return DONE


class _Bar:
    """How far it is, on a terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> _Bar:
        self._bar.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._bar.stop()

    def step(self, step: Step) -> None:
        """Called after each chunk."""
        self._bar.update(self._task, completed=step.done, total=step.total, description=step.table)
