"""Copies of a database file. Source: ours."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from olvery_tui.desk.transaction import Part
from olvery_tui.store.catalogue import locations


class _Everything(NamedTuple):
    """The filter of an export that leaves out nothing."""


class Backups(Part):
    """Both methods may raise `StoreUnavailable`: `on_a_server`, which copies its own databases."""

    def make(self) -> Path:
        """Copy the database now, beside the daily copies; an export is an event.

        Raises:
            InvalidInput: `backup_folder` (no_folder).
            NoManager, NotAllowed: whoever asks may not.
        """
        with self._context.reading() as session:
            settings = locations.settings(session)
        self._context.record_export("backup", _Everything())
        return self._context.back_up(settings)

    def newest_day(self) -> date | None:
        """The day of the newest copy; None if there is none."""
        with self._context.reading() as session:
            settings = locations.settings(session)
        return self._context.newest_backup(settings)
