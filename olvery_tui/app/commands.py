"""The application's own commands, and the palette with every command that works now."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.binding import ActiveBinding

from olvery_tui.domain.errors import OlveryError
from olvery_tui.domain.preferences import Preference
from olvery_tui.domain.text import shown
from olvery_tui.i18n import N_, _
from olvery_tui.keys import BY_ID, KEYS, binding, cap
from olvery_tui.screens.list.list_screen import ListScreen
from olvery_tui.screens.main_screen import MainScreen
from olvery_tui.settings import database_files
from olvery_tui.themes import TITLES

if TYPE_CHECKING:
    from textual.screen import Screen

    from olvery_tui.app.undo import Undo
    from olvery_tui.screens.command import Command
    from olvery_tui.widgets.application import Application


_LANGUAGES = {"ru": N_("Language: Russian"), "en": N_("Language: English")}

_REMEMBERED = 4
"""Commands that the palette offers first."""

_LONG = 12.0
"""Seconds for which a notification with a path is shown."""


class _SharedWindow(NamedTuple):
    """A window of what all terminals share: its command, and what is told once it has saved.

    `key` is the key that opens it, where there is one: the command is that of the key then.
    """

    label: str
    saved: str = ""
    key: str = ""


def _shared_windows() -> dict[type[Screen[Any]], _SharedWindow]:
    from olvery_tui.screens.access.settings import SettingsForm
    from olvery_tui.screens.catalogue.catalogue import CatalogueScreen
    from olvery_tui.screens.catalogue.hours import HoursForm
    from olvery_tui.screens.closings.close_places import ClosePlacesForm
    from olvery_tui.screens.closings.closed_places import ClosedPlacesScreen
    from olvery_tui.screens.report import ReportScreen
    from olvery_tui.screens.shift import ShiftScreen

    return {
        CatalogueScreen: _SharedWindow(N_("Services and places"), key="list.catalogue"),
        SettingsForm: _SharedWindow(N_("Settings"), N_("The settings are saved.")),
        HoursForm: _SharedWindow(N_("Opening hours")),
        ShiftScreen: _SharedWindow(N_("Shift")),
        ReportScreen: _SharedWindow(N_("Report")),
        ClosePlacesForm: _SharedWindow(N_("Close places")),
        ClosedPlacesScreen: _SharedWindow(N_("Closed places")),
    }


class Commands:
    """Runs the application's own commands, and says which of them work now."""

    def __init__(self, app: Application, undo: Undo) -> None:
        self._app = app
        self._undo = undo
        self._recent: list[str] = []
        """The commands last chosen in the palette, by their labels, the latest first."""

    def is_enabled(self, action: str) -> bool | None:
        """Whether an action of the application works now; None leaves the answer to Textual."""
        app = self._app
        match action:
            case "lock":  # its letter types itself where one types
                focused = app.focused
                types = focused is not None and focused.check_consume_key("l", "l")
                return app.lock.can_lock and not types
            case "lock_now":
                return app.lock.can_lock
            case "command_palette":
                return app.lock.can_lock or self._opens_the_palette_later()
            case "undo":
                return self._undo.is_possible(app.screen)
            # Textual's own, which write files, stop the process or press keys by themselves.
            case "screenshot" | "suspend_process" | "simulate_key" | "change_theme":
                return False
        return None

    def _opens_the_palette_later(self) -> bool:
        """Whether the list is being opened: what is typed behind the key is for the palette."""
        app = self._app
        return not app.is_ready and isinstance(app.screen, ListScreen) and not app.lock.is_locked

    def help(self) -> None:
        """Open the help."""
        from olvery_tui.screens.help import HelpScreen

        active = self._app.screen.active_bindings.values()
        here = {BY_ID[each.binding.id].where for each in active if each.binding.id in BY_ID}
        self._app.push_screen(HelpScreen(here))

    def open_shared(self, kind: type[Screen[Any]]) -> None:
        """Open a window of what all terminals share; not before an open form is finished."""
        from olvery_tui.screens.form import FormScreen

        saved_text = _shared_windows()[kind].saved

        def closed(saved: object) -> None:
            if saved is not None and saved_text:
                self._app.notify(_(saved_text), markup=False)

        if not self._offers_shared():
            return
        if any(isinstance(each, FormScreen) for each in self._app.screen_stack):
            text = _("Finish what is open first; then open this window.")
            self._app.notify(text, severity="warning", markup=False)
        else:
            self._app.push_screen(kind(), closed)

    def import_file(self) -> None:
        """Open the import of a table; not before an open form is finished."""
        from olvery_tui.screens.import_file import ImportForm

        if self._offers_import():
            self._app.push_screen(ImportForm())

    def _offers_import(self) -> bool:
        """Whether a table may be imported: where no window is open, the palette aside."""
        from olvery_tui.screens.base import Window

        return self._app.lock.can_lock and not any(
            isinstance(each, Window) for each in self._app.screen_stack
        )

    def _offers_shared(self) -> bool:
        """Whether these windows may be asked for: not over themselves, and not over a question."""
        from olvery_tui.screens.confirm import ConfirmScreen
        from olvery_tui.screens.shift import NotesScreen

        without: tuple[type[Screen[Any]], ...] = (*_shared_windows(), NotesScreen, ConfirmScreen)
        return self._app.lock.can_lock and not any(
            isinstance(each, without) for each in self._app.screen_stack
        )

    @property
    def _copies(self) -> bool:
        """Whether the database is a file that lasts; a server copies its own."""
        settings = self._app.settings
        return (
            self._app.is_ready and not settings.demo and bool(database_files(settings.database_url))
        )

    def back_up(self) -> None:
        """Copy the database now, in a thread; say where the copy is."""
        app, desk = self._app, self._app.desk

        def make() -> None:
            from olvery_tui.wording.backups import failed_backup, made_backup

            try:
                done = partial(app.notify, made_backup(desk.backups.make()), timeout=_LONG)
            except OlveryError as error:
                done = partial(app.notify, failed_backup(error), severity="error", timeout=_LONG)
            app.call_later(partial(done, markup=False))

        app.notify(_("The database is being copied and checked."), markup=False)
        app.run_worker(make, thread=True, exit_on_error=False, group="backup", name="backup")

    def quit(self) -> None:
        """Leave; where a form holds what is not saved, ask once."""
        from olvery_tui.screens.confirm import ConfirmScreen, if_agreed, leave_question

        app = self._app
        is_asking = isinstance(app.screen, ConfirmScreen)
        if is_asking or app.lock.is_locked or not app.windows.has_unsaved():
            app.exit()
            return
        app.push_screen(leave_question(), if_agreed(app.exit))

    def name_quit_key(self) -> None:
        """Name the key that leaves: `Ctrl+C` copies here."""
        text = _("{key} leaves the application.").format(key=cap(BY_ID["app.quit"].key))
        self._app.notify(text, markup=False)

    def list_enabled(self, screen: Screen[Any]) -> Iterator[Command]:
        """Yield every command that works on a screen now: those of its keys, then the others."""
        from olvery_tui.screens.command import Command
        from olvery_tui.wording.places import PLACES

        app = self._app
        active = {each.binding.id: each for each in screen.active_bindings.values() if each.enabled}
        # The application's own keys work through every window; Textual omits them under a modal.
        for key in KEYS:
            can_run = key.action != "undo" or self._undo.is_possible(screen)
            if key.where == "app" and key.priority and can_run:
                active.setdefault(key.id, ActiveBinding(app, binding(key.id), True))
        for key in KEYS:
            if key.id in active and key.id not in ("app.palette", "app.lock"):
                run = partial(self._run, active[key.id])
                yield Command(key.label, PLACES[key.where], run, cap(key.key))
        everywhere = PLACES["app"]
        if self._offers_shared():
            for kind, window in _shared_windows().items():
                if window.key not in active:
                    yield Command(window.label, everywhere, partial(self.open_shared, kind))
        if self._offers_import():
            yield Command(N_("Import a table"), everywhere, self.import_file)
        if self._copies and app.lock.can_lock:
            yield Command(N_("Backup"), everywhere, self.back_up)
        if app.is_ready and isinstance(screen, ListScreen):
            for preset in screen.own_presets:
                label = _("Filter: {name}").format(name=shown(preset.name))
                yield Command(label, N_("Own presets"), partial(screen.load_own, preset.id))
        if app.is_ready and isinstance(screen, MainScreen):
            yield from self._list_preferences()

    def _list_preferences(self) -> Iterator[Command]:
        """Yield the themes, with a preview, and the languages."""
        from olvery_tui.screens.command import Command

        preferences = self._app.preferences
        for theme, label in TITLES.items():
            yield Command(
                label,
                N_("Theme"),
                partial(preferences.choose, Preference.THEME, theme),
                preview=partial(preferences.preview, theme),
            )
        for language, label in _LANGUAGES.items():
            yield Command(
                label, N_("Language"), partial(preferences.choose, Preference.LANGUAGE, language)
            )

    def palette(self) -> None:
        """Open the command palette, over a list that is not there yet once it is."""
        from olvery_tui.screens.palette import Palette

        screen = self._app.screen
        if not self._app.is_ready and isinstance(screen, ListScreen):
            screen.when_ready(self.palette)
            return
        commands = list(self.list_enabled(self._app.screen))
        palette = Palette(commands, self._recent, self._app.preferences.end_preview)
        self._app.push_screen(palette, self._chosen)

    def _chosen(self, command: Command | None) -> None:
        """Run a command, and offer it first the next time."""
        if command is not None:
            self._recent = [
                command.label,
                *(each for each in self._recent if each != command.label),
            ]
            del self._recent[_REMEMBERED:]
            self._app.call_later(command.run)

    async def _run(self, command: ActiveBinding) -> None:
        """Run a command, where what it belongs to is still there."""
        if command.node is self._app or command.node.is_attached:
            await self._app.run_action(command.binding.action, command.node)
