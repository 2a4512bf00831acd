"""What the manager at this terminal has chosen for themself: theme, language, the pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from olvery_tui import i18n
from olvery_tui.domain.errors import OlveryError
from olvery_tui.domain.preferences import Preference
from olvery_tui.i18n import _
from olvery_tui.themes import THEMES

if TYPE_CHECKING:
    from olvery_tui.desk import Desk
    from olvery_tui.widgets.application import Application

HIDDEN, SHOWN = "hidden", "shown"
"""Values of `Preference.PANE`."""

_THEMES = frozenset(theme.name for theme in THEMES)


class Preferences:
    """Applies the manager's choices and keeps them; nobody's are those of the settings."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._theme = ""
        self._language: i18n.Language | None = None
        """The language before a manager's own; None while that is not in use."""
        self._chosen: dict[Preference, str] = {}

    @property
    def shows_pane(self) -> bool:
        """Whether the ticket under the cursor is shown beside a wide list."""
        return self._chosen.get(Preference.PANE) != HIDDEN

    @property
    def service(self) -> int | None:
        """The service of the manager's last order, which the next one begins with."""
        found = self._chosen.get(Preference.SERVICE, "")
        return int(found) if found.isdecimal() else None

    def begin(self) -> None:
        """Take the theme of the settings as that of nobody in particular."""
        self._theme = self._app.theme

    # Of the manager who signs in

    def read(self) -> None:
        """Read the choices of the manager who has signed in, in a thread."""
        self._app.run_worker(self._read, thread=True, exit_on_error=False, name="preferences")

    def _read(self) -> None:
        desk = self._app.desk
        try:
            chosen = desk.preferences.get()
        except OlveryError:
            return  # the list says what is wrong with the database, or with the manager
        self._app.call_later(self._take, desk, chosen)

    async def _take(self, desk: Desk, chosen: dict[Preference, str]) -> None:
        if desk is self._app.desk:
            await self._apply(chosen)

    async def forget(self) -> None:
        """Go back to nobody's theme and language."""
        await self._apply({})

    async def _apply(self, chosen: dict[Preference, str]) -> None:
        self._chosen = chosen
        theme = chosen.get(Preference.THEME, self._theme)
        self._app.theme = theme if theme in _THEMES else self._theme
        present = i18n.language()
        before = self._language or present
        language = next(
            (one for one in i18n.LANGUAGES if one == chosen.get(Preference.LANGUAGE)), None
        )
        self._language = before if language else None
        if (language or before) != present:
            i18n.set_language(language or before)
            await self._app.session.show_anew()
        else:
            self._app.session.fit_screens()

    # Choices

    def preview(self, theme: str) -> None:
        """Show a theme without choosing it."""
        self._app.theme = theme

    def end_preview(self) -> None:
        """Show the theme that was chosen."""
        self._app.theme = self._chosen.get(Preference.THEME, self._theme)

    async def choose(self, preference: Preference, value: str) -> None:
        """Apply a choice and keep it."""
        if preference is Preference.LANGUAGE and self._app.windows.has_unsaved():
            text = _("Finish what is open first; then change the language.")
            self._app.notify(text, severity="warning", markup=False)
            return
        await self._apply(self._chosen | {preference: value})
        desk = self._app.desk

        def keep() -> None:
            try:
                desk.preferences.choose(preference, value)
            except OlveryError as error:
                self._app.call_later(self._app.errors.show, error)

        self._app.run_worker(keep, thread=True, exit_on_error=False, name="preference")
