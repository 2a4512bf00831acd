"""`Ctrl+Z`: take back the last change of this terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.widgets import Input

from olvery_tui.domain.errors import OlveryError, StoreUnavailable
from olvery_tui.i18n import _
from olvery_tui.keys import BY_ID, cap, twins
from olvery_tui.widgets.messages import DeskChanged

if TYPE_CHECKING:
    from textual import events
    from textual.screen import Screen

    from olvery_tui.desk import Desk
    from olvery_tui.desk.order_moves import ManyOutcome
    from olvery_tui.domain.undo import Change
    from olvery_tui.widgets.application import Application

_KEY = BY_ID["app.undo"].key


class Undo:
    """Takes back the last change of the manager at this terminal, which the desk remembers.

    The key works on screens that have `offers_undo`, outside of their input lines.
    """

    def __init__(self, app: Application) -> None:
        self._app = app
        self._is_running = False

    @property
    def _changes(self) -> tuple[Change, ...]:
        now = self._app.clock.now()
        return tuple(each for each in self._app.desk.last_changes if not each.is_expired(now))

    def _takes_key(self, screen: Screen[Any]) -> bool:
        """Whether a screen leaves the key to the application."""
        return (
            self._app.lock.can_lock
            and getattr(screen, "offers_undo", False)
            and not isinstance(screen.focused, Input)
        )

    def is_possible(self, screen: Screen[Any]) -> bool:
        """Whether something can be taken back from a screen."""
        return self._takes_key(screen) and bool(self._changes)

    def offer(self, text: str) -> str:
        """The sentence about a change with the key that takes it back; the key bar shows it too."""
        self._app.screen.refresh_bindings()
        return _("{text} · {key} undoes it").format(text=text.rstrip("."), key=cap(_KEY))

    def explain(self, event: events.Key) -> None:
        """Say why the key does nothing, where it would work if there were something to undo."""
        if event.key in twins(_KEY) and self._takes_key(self._app.screen) and not self._changes:
            text = _("There is nothing to undo: a change can be undone once, within ten minutes.")
            self._show(text, done=False)

    def run(self) -> None:
        """Take the last change back; ask first where that gives money back.

        A second press while it is running does nothing.
        """
        from olvery_tui.screens.confirm import ConfirmScreen, if_agreed
        from olvery_tui.wording.undo import given_back_text, money_question

        changes = self._changes
        if self._is_running or not changes:
            return
        if not any(change.taken for change in changes):
            self._undo(changes)
            return
        question = ConfirmScreen(
            money_question(changes), given_back_text(changes),
            yes=_("Undo and give back"), no=_("Go back"),
        )  # fmt: skip
        self._app.push_screen(question, if_agreed(lambda: self._undo(changes)))

    def _undo(self, changes: tuple[Change, ...]) -> None:
        desk = self._app.desk
        self._is_running = True

        def undo() -> None:
            outcomes: tuple[ManyOutcome, ...] = ()
            problem: Exception | None = None
            try:
                outcomes = desk.undo(changes)
            except Exception as error:  # whatever it is, the loop handles it
                problem = error
            self._app.call_later(self._undone, desk, changes, outcomes, problem)

        self._app.run_worker(undo, thread=True, exit_on_error=False, name="undo")

    def _undone(
        self,
        desk: Desk,
        changes: Sequence[Change],
        outcomes: Sequence[ManyOutcome],
        problem: Exception | None,
    ) -> None:
        from olvery_tui.wording.errors import undone
        from olvery_tui.wording.undo import undone_text

        app = self._app
        self._is_running = False
        if desk is not app.desk:
            return  # another manager has signed in
        zone = app.location.zone
        match problem:
            case None:
                self._show(undone_text(changes, outcomes, zone))
            case StoreUnavailable():
                app.errors.set_outage(problem)
                self._show(undone(problem, zone), done=False)
                return
            case OlveryError():
                if app.session.sign_out_after(problem):
                    return
                self._show(undone(problem, zone), done=False)
            case _fault:
                app.errors.report(problem)
        app.post_message(DeskChanged())

    def _show(self, text: str, *, done: bool = True) -> None:
        """Show it in the status line of the form in front, or as a notification over the list."""
        from olvery_tui.screens.details_screen import DetailsScreen

        screen = self._app.screen
        screen.refresh_bindings()
        if isinstance(screen, DetailsScreen):
            screen.tell(text, "done" if done else "refused")
        else:
            self._app.notify(text, severity="information" if done else "warning", markup=False)
