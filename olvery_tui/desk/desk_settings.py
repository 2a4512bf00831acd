"""What all terminals agree on. Source: ours."""

from __future__ import annotations

from olvery_tui.desk.commands import Commands
from olvery_tui.domain.desk_settings import DeskSettings
from olvery_tui.domain.errors import SettingsChangedMeanwhile
from olvery_tui.domain.events import EventKind
from olvery_tui.store import events, locations


class Settings(Commands):
    """Kept in the database, so that they hold at every desk."""

    def desk_settings(self) -> DeskSettings:
        """What they are now. May raise `StoreUnavailable`."""
        with self._store.reading() as session:
            return locations.settings(session)

    def change_settings(self, seen: DeskSettings, changed: DeskSettings) -> DeskSettings:
        """Save what a manager has set; what is the same as before is no change.

        Raises:
            NoManager: nobody is signed in.
            SettingsChangedMeanwhile: they are not as they were on the screen.
            StoreUnavailable: nothing was changed.
        """
        self._require_actor()
        with self._store.writing() as session:
            present = locations.settings(session)
            if present.version != seen.version:
                raise SettingsChangedMeanwhile(present)
            if changed.auto_complete_orders == present.auto_complete_orders:
                return present
            locations.change_settings(session, present.version, changed)
            events.record(
                session,
                at=self._clock.now(),
                kind=EventKind.SETTINGS_CHANGED,
                actor=self._actor,
                data={"auto_complete_orders": changed.auto_complete_orders},
            )
            return locations.settings(session)
