"""What all terminals agree on. Source: ours."""

from __future__ import annotations

from olvery_tui.desk.transaction import DeskContext
from olvery_tui.domain.access import LOCK_MINUTES_MAX, DeskSettings
from olvery_tui.domain.conflicts import SettingsChangedMeanwhile
from olvery_tui.domain.errors import InputCode, InvalidInput
from olvery_tui.domain.events import EventKind
from olvery_tui.store.catalogue import locations
from olvery_tui.store.database import locks


class Settings:
    """Settings that are kept in the database and hold at every desk."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def get(self) -> DeskSettings:
        """The current settings. May raise `StoreUnavailable`."""
        with self._context.reading() as session:
            return locations.settings(session)

    def change(self, seen: DeskSettings, changed: DeskSettings) -> DeskSettings:
        """Save changed settings; saving them unchanged leaves no trace.

        Raises:
            InvalidInput: `lock_minutes` (minutes); it must be 0–1440.
            NoManager, NotAllowed: whoever asks may not.
            SettingsChangedMeanwhile: they are not as they were on the screen.
            StoreUnavailable: nothing was changed.
        """
        self._context.actor.require_somebody()
        if not 0 <= changed.lock_minutes <= LOCK_MINUTES_MAX:
            raise InvalidInput("lock_minutes", InputCode.MINUTES, {"most": LOCK_MINUTES_MAX})
        with self._context.writing() as transaction:
            session = transaction.session
            locks.lock_settings(session)
            present = locations.settings(session)
            if present.version != seen.version:
                raise SettingsChangedMeanwhile(present)
            data = present.differences(changed)
            if not data:
                return present
            locations.change_settings(session, present.version, changed)
            transaction.record(EventKind.SETTINGS_CHANGED, data)
            return locations.settings(session)
