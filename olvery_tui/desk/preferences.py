"""What a manager has chosen for themself: theme, language, what is shown. Source: ours."""

from __future__ import annotations

from olvery_tui.desk.transaction import Part
from olvery_tui.domain.preferences import Preference
from olvery_tui.store.access import preferences


class Preferences(Part):
    """Preferences of the manager who is signed in. They are no event: nobody else is affected.

    Both methods may raise `NoManager`, `NotAllowed` and `StoreUnavailable`.
    """

    def get(self) -> dict[Preference, str]:
        """What the manager has chosen; a name that this program does not know is left out."""
        with self._context.reading() as session:
            chosen = preferences.of_manager(session, self._context.actor.require_manager().id)
        return {each: chosen[each] for each in Preference if each in chosen}

    def choose(self, preference: Preference, value: str) -> None:
        """Keep a choice for the manager's next sign-in, at any terminal."""
        with self._context.writing() as transaction:
            manager = transaction.actor.require_manager()
            preferences.put(transaction.session, manager.id, preference, value)
