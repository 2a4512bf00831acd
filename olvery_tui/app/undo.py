"""`Ctrl+Z`: take back the last change that was made at this terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual import events
from textual.screen import Screen
from textual.widgets import Input

from olvery_tui.domain.errors import OlveryError, StoreUnavailable
from olvery_tui.i18n import _
from olvery_tui.keys import BY_ID, cap, twins
from olvery_tui.widgets.application import Application
from olvery_tui.widgets.messages import DeskChanged

if TYPE_CHECKING:
    from olvery_tui.desk import Desk
    from olvery_tui.desk.order_moves import ManyOutcome
    from olvery_tui.domain.undo import Change

_KEY = BY_ID["app.undo"].key


class Undoing(Application):
    """Mixed into the application.

    What can be taken back is the desk's to know: it is one manager's at this terminal. The key
    works where nothing is being filled in: on screens that say so by `offers_undo`, outside of
    their lines.
    """

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self._is_undoing = False

    def can_undo(self, screen: Screen[Any]) -> bool:
        """Whether something can be taken back from a screen."""
        return self._takes_undo(screen) and bool(self._undoable)

    def _takes_undo(self, screen: Screen[Any]) -> bool:
        """Whether a screen leaves the key to the application."""
        return (
            self.is_ready
            and not self.is_locked
            and getattr(screen, "offers_undo", False)
            and not isinstance(screen.focused, Input)
        )

    @property
    def _undoable(self) -> tuple[Change, ...]:
        now = self.clock.now()
        return tuple(one for one in self.desk.last_changes if not one.is_expired(now))

    def offering_undo(self, text: str) -> str:
        """What was done, with the key that takes it back; the key bar shows it from now on."""
        self.screen.refresh_bindings()
        return _("{text} · {key} undoes it").format(text=text.rstrip("."), key=cap(_KEY))

    def action_undo(self) -> None:
        """Take the last change back; a second press while it is on its way does nothing."""
        desk, changes = self.desk, self._undoable
        if self._is_undoing or not changes:
            return
        self._is_undoing = True
        self.run_worker(
            lambda: self._undo_in_thread(desk, changes),
            thread=True,
            exit_on_error=False,
            name="undo",
        )

    def on_key(self, event: events.Key) -> None:
        """Say why the key does nothing."""
        if event.key in twins(_KEY) and self._takes_undo(self.screen) and not self._undoable:
            text = _("There is nothing to undo: a change can be undone once, within ten minutes.")
            self._tell_of_undo(text, done=False)

    def _undo_in_thread(self, desk: Desk, changes: Sequence[Change]) -> None:
        outcomes: tuple[ManyOutcome, ...] = ()
        problem: Exception | None = None
        try:
            outcomes = desk.undo(changes)
        except Exception as error:  # told on the loop, whatever it is
            problem = error
        self.call_later(self._undone, desk, changes, outcomes, problem)

    def _undone(
        self,
        desk: Desk,
        changes: Sequence[Change],
        outcomes: Sequence[ManyOutcome],
        problem: Exception | None,
    ) -> None:
        from olvery_tui.wording.errors import undone
        from olvery_tui.wording.undo import undone_text

        self._is_undoing = False
        if desk is not self.desk:
            return  # another manager is here by now
        zone = self.location.zone
        match problem:
            case None:
                self._tell_of_undo(undone_text(changes, outcomes, zone))
            case StoreUnavailable():
                self.database_trouble(problem)
                self._tell_of_undo(undone(problem, zone), done=False)
                return
            case OlveryError():
                if self.sign_out_after(problem):
                    return
                self._tell_of_undo(undone(problem, zone), done=False)
            case _fault:
                self.tell_fault(problem)
        self.post_message(DeskChanged())

    def _tell_of_undo(self, text: str, *, done: bool = True) -> None:
        """Say it in the line of the form in front, or over the list."""
        from olvery_tui.screens.details_screen import DetailsScreen

        self.screen.refresh_bindings()
        if isinstance(self.screen, DetailsScreen):
            self.screen.tell(text, "done" if done else "refused")
        else:
            self.notify(text, severity="information" if done else "warning", markup=False)
