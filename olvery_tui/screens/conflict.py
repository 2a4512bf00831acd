"""The conflict notice: another user changed the ticket or order before «Сохранить»."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.conflicts import ChangedMeanwhile, OrderChangedMeanwhile
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.wording.checks import moment_text


class Conflict(Vertical):
    """The stored state beside the user's choice. Hidden until `show` is called."""

    def compose(self) -> ComposeResult:
        yield Static(id="conflict-who", markup=False)
        with Horizontal(classes="conflict-row"):
            yield Static(_("It is now"), classes="conflict-label", markup=False)
            yield Static(id="conflict-now", markup=False)
        with Horizontal(classes="conflict-row"):
            yield Static(_("You chose"), classes="conflict-label", markup=False)
            yield Static(id="conflict-chosen", markup=False)
        yield Static(
            _("Nothing was saved. Save once more to make it your choice."),
            id="conflict-next",
            markup=False,
        )

    def show(
        self,
        error: ChangedMeanwhile | OrderChangedMeanwhile,
        *,
        now_is: str,
        chosen: str,
        zone: tzinfo,
        now: datetime,
        next_step: str = "",
    ) -> None:
        """Show who changed it and when, with both states side by side.

        `next_step` replaces the advice to save once more.
        """
        who = shown(error.by) if error.by else _("the system")
        if isinstance(error, OrderChangedMeanwhile):
            template = _("Order {number} was changed meanwhile: {who}, {time}")
        else:
            template = _("Ticket {number} was changed meanwhile: {who}, {time}")
        text = template.format(
            number=error.current.number, who=who, time=moment_text(error.at, zone, now)
        )
        self.query_one("#conflict-who", Static).update(Content(f"! {text}"))
        self.query_one("#conflict-now", Static).update(Content(now_is))
        self.query_one("#conflict-chosen", Static).update(Content(chosen))
        if next_step:
            self.query_one("#conflict-next", Static).update(Content(next_step))
        self.add_class("-shown")

    def hide(self) -> None:
        """Hide the notice."""
        self.remove_class("-shown")
