"""Copies of the database in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from olvery_tui.domain.access import DeskSettings
from olvery_tui.domain.errors import OlveryError
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _, ngettext, pgettext
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.periods import day_text

_PATH_MAX = 1_000


def made_backup(file: Path) -> str:
    """Return that a copy was made, and where."""
    return _("The backup is made and checked: {file}").format(file=shown(str(file), _PATH_MAX))


def failed_backup(error: OlveryError) -> str:
    """Return that no copy could be made, and why."""
    return _("No backup was made. {problem}").format(problem=sentence(error))


def backup_age(day: date, today: date) -> str:
    """Return when the last copy was made, and how long ago that is."""
    days = (today - day).days
    if days <= 0:
        return _("The last backup is of {day}, today.").format(day=day_text(day))
    ago = ngettext("{count} day ago", "{count} days ago", days).format(count=days)
    return _("The last backup is of {day}, {ago}.").format(day=day_text(day), ago=ago)


def backups_text(settings: DeskSettings, database: Path) -> str:
    """Return how many daily copies are kept, and where: `7, /srv/desk/backups`."""
    if not settings.backups_kept:
        return pgettext("backups", "none")
    folder = settings.backup_folder or str(database.with_name("backups"))
    return f"{settings.backups_kept}, {shown(folder, _PATH_MAX)}"
