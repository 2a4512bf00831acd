"""«Настройки»: the settings shared by all terminals of the location. Source: ours.

A new setting needs one more row here and a field of `DeskSettings`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from olvery_tui.domain.access import DeskSettings, SignIn
from olvery_tui.domain.conflicts import SettingsChangedMeanwhile
from olvery_tui.domain.errors import InvalidInput, OlveryError
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.choice import Choice, Choosable
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.wording.labels import method_text
from olvery_tui.wording.money import currency_text


class SettingsForm(FormScreen[DeskSettings]):
    """The form of the settings. Closes with the changed settings."""

    CSS_PATH: ClassVar = [f"../../styles/{name}.tcss" for name in ("modal", "choice", "settings")]

    def __init__(self) -> None:
        super().__init__()
        self._seen: DeskSettings | None = None

    def compose(self) -> ComposeResult:
        location = self.app.location
        with Vertical(id="window", classes="window") as window:
            window.border_title = self.window_title(_("Settings"))
            yield Static(_("They hold at every terminal of this location."), markup=False)
            with VerticalScroll(id="settings", can_focus=False):
                yield _fact("location", _("Location"), location.name)
                yield _fact("zone", _("Time zone"), location.zone.key)
                yield _fact("currency", _("Currency"), currency_text(location.currency))
                yield Labelled("auto", _("Complete orders by itself"), Choice(id="auto-complete"))
                yield Static(
                    _(
                        "A confirmed order is completed once all its tickets have ended, "
                        "so nothing stays “Time is up”."
                    ),
                    classes="explained",
                    markup=False,
                )
                yield Labelled("way", _("Way in"), Choice(id="sign-in"))
                yield Labelled("lock", _("Lock after, minutes"), Field(limit=12, id="lock-minutes"))
                yield Static(
                    _(
                        "Without a key for so long a terminal locks itself; 0 is never. A way in "
                        "other than by password needs a server that is set up for it."
                    ),
                    classes="explained",
                    markup=False,
                )
            yield StatusLine()
            yield self.buttons()
        yield KeyBar()

    def on_mount(self) -> None:
        self._auto.offer([Choosable(False, _("No")), Choosable(True, _("Yes"))])
        self._method.offer([Choosable(method, method_text(method)) for method in SignIn])
        self._auto.take_focus()
        self.read("settings", self.app.desk.settings.get, self._show)

    @property
    def _auto(self) -> Choice:
        return self.query_one("#auto-complete", Choice)

    @property
    def _method(self) -> Choice:
        return self.query_one("#sign-in", Choice)

    @property
    def _minutes(self) -> Field:
        return self.query_one("#lock-minutes", Field)

    def _show(self, settings: DeskSettings) -> None:
        self._seen = settings
        self._auto.choose(settings.auto_complete_orders)
        self._method.choose(settings.sign_in)
        self._minutes.value = str(settings.lock_minutes)

    def _chosen(self, seen: DeskSettings) -> DeskSettings:
        """Return the settings entered; minutes that are no number become -1, which is refused."""
        typed = self._minutes.value.strip()
        minutes = int(typed) if typed.isascii() and typed.isdigit() else -1
        return replace(
            seen,
            auto_complete_orders=bool(self._auto.value),
            sign_in=seen.sign_in if self._method.value is None else SignIn(str(self._method.value)),
            lock_minutes=minutes,
        )

    def has_unsaved(self) -> bool:
        """Whether anything was changed."""
        return self._seen is not None and self._chosen(self._seen) != self._seen

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.query_one("#save").focus()

    def action_save(self) -> None:
        """Save the settings for all terminals."""
        seen = self._seen
        if seen is None or self.is_asking("save"):
            return
        if not self.has_unsaved():
            self.query_one(StatusLine).show(_("Nothing is changed."), "told")
            return
        self.clear_status()
        desk, chosen = self.app.desk, self._chosen(seen)
        self.ask("save", lambda: desk.settings.change(seen, chosen), self.close_with, self._refused)

    def _refused(self, error: OlveryError) -> None:
        """Show the error; after a conflict, keep the input and apply it to the current settings."""
        if isinstance(error, SettingsChangedMeanwhile):
            self._seen = error.settings
        if isinstance(error, InvalidInput):
            self._minutes.focus()
        self.not_done(error)


def _fact(id: str, label: str, value: str) -> Labelled:
    """Return the row of a read-only setting, which is fixed for the database."""
    return Labelled(id, label, Static(Content(shown(value)), classes="fact", markup=False))
