"""The application's own keys, and the palette with every command."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand
from textual.binding import ActiveBinding
from textual.screen import Screen

from olvery_tui.i18n import _
from olvery_tui.keys import BY_ID, KEYS, cap
from olvery_tui.widgets.application import Application

if TYPE_CHECKING:
    from olvery_tui.domain.access import DeskSettings


class Commands(Application):
    """Mixed into the application."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Locking is for who is signed in; its letter types itself where one types."""
        match action:
            case "lock":
                focused = self.focused
                types = focused is not None and focused.check_consume_key("l", "l")
                return self.can_lock and not types
            case "lock_now":
                return self.can_lock
            case "undo":
                return self.can_undo(self.screen)
            case "command_palette":
                return self.is_ready and not self.is_locked
            # Textual's own, which write files, stop the process or press keys by themselves.
            case "screenshot" | "suspend_process" | "simulate_key" | "change_theme":
                return False
        return super().check_action(action, parameters)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing: a browser (`$BROWSER`) would start on this machine, not on the user's."""

    def action_help(self) -> None:
        """The keys of every place."""
        from olvery_tui.screens.help import HelpScreen

        self.push_screen(HelpScreen())

    def action_settings(self) -> None:
        """What all terminals agree on; not before a form that is open is finished."""
        from olvery_tui.screens.access.settings import SettingsForm
        from olvery_tui.screens.form import FormScreen

        if not self._has_settings:
            return
        if any(isinstance(one, FormScreen) for one in self.screen_stack):
            text = _("Finish what is open first; then open the settings.")
            self.notify(text, severity="warning", markup=False)
        else:
            self.push_screen(SettingsForm(), self._settings_saved)

    @property
    def _has_settings(self) -> bool:
        """Whether the settings can be asked for: not over themselves, and not over a question."""
        from olvery_tui.screens.access.settings import SettingsForm
        from olvery_tui.screens.confirm import ConfirmScreen

        return self.can_lock and not any(
            isinstance(one, SettingsForm | ConfirmScreen) for one in self.screen_stack
        )

    def _settings_saved(self, saved: DeskSettings | None) -> None:
        if saved is not None:
            self.notify(_("The settings are saved."), markup=False)

    def action_command_palette(self) -> None:
        if self.use_command_palette:
            from olvery_tui.screens.palette import Palette

            self.push_screen(Palette())

    async def action_quit(self) -> None:
        """Leave; where a form holds what is not saved, ask once."""
        from olvery_tui.screens.confirm import ConfirmScreen

        if isinstance(self.screen, ConfirmScreen) or self.is_locked or not self.has_unsaved():
            self.exit()
            return
        question = ConfirmScreen(
            _("Leave without saving?"),
            _("What you have entered will be lost."),
            yes=_("Leave"),
            no=_("Keep editing"),
        )
        self.push_screen(question, lambda agreed: self.exit() if agreed else None)

    async def _run_command(self, command: ActiveBinding) -> None:
        """Run a command of the palette, where what it belongs to is still there."""
        if command.node is self or command.node.is_attached:
            await self.run_action(command.binding.action, command.node)

    def action_help_quit(self) -> None:
        """`Ctrl+C`: pressed to leave, but with text selected it copies."""
        text = _("{key} leaves the application.").format(key=cap(BY_ID["app.quit"].key))
        self.notify(text, markup=False)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every command that works on this screen now, by its label."""
        if self._has_settings:
            about = _("What holds at every terminal")
            yield SystemCommand(_("Settings"), about, self.action_settings)
        # The application's own keys go through every window; Textual leaves them out under a modal.
        own = [
            ActiveBinding(self, each, each.action != "undo" or self.can_undo(screen))
            for _key, each in self._bindings
            if each.priority
        ]
        bound = [*own, *screen.active_bindings.values()]
        active = {binding.binding.id: binding for binding in bound if binding.enabled}
        for key in KEYS:
            if key.id in active and key.id not in ("app.palette", "app.lock"):
                found = active[key.id]
                yield SystemCommand(
                    _(key.label),
                    cap(key.key),
                    partial(self.call_later, self._run_command, found),
                )
