"""The lock screen. It covers everything and keeps the screens below, with any unsaved input.

The manager's password unlocks it. Where managers sign in by password, another one may take the
terminal over; unsaved input is lost then, so a question comes first.
"""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from olvery_tui.domain.access import ManagerDetails
from olvery_tui.domain.errors import OlveryError, StoreUnavailable, WrongPassword
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.base import DeskScreen
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.form_field import FormField
from olvery_tui.wording.errors import field_name, sentence


class LockScreen(DeskScreen[None]):
    """Covers everything until the password is entered.

    Args:
        manager: The manager who is signed in.
        takeover: Whether another manager may sign in here.
        hint: A hint about the password, for the demonstration.
    """

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/sign_in.tcss"]
    BINDINGS: ClassVar = bindings("lock")
    AUTO_FOCUS = None
    desk_is_asked = False

    def __init__(self, manager: ManagerDetails, *, takeover: bool, hint: str = "") -> None:
        super().__init__()
        self._manager = manager
        self._takeover = takeover
        self._hint = hint

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window") as window:
            window.border_title = Content(_("The terminal is locked"))
            yield Static(Content(shown(self._manager.name)), id="who", markup=False)
            yield FormField("login", field_name("login"))
            yield FormField("password", field_name("password"), secret=True)
            yield Static(Content(self._hint), id="hint", markup=False)
            yield StatusLine()
            with Horizontal(classes="buttons"):
                if self._takeover:
                    yield KeyButton(_("Another manager"), "lock.other", id="other")
                yield KeyButton(_("Unlock"), "lock.unlock", id="enter", primary=True)
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#hint").display = bool(self._hint)
        self._field("password").take_focus()

    @property
    def is_taking_over(self) -> bool:
        """Whether another manager is signing in."""
        return self.has_class("-other")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the sign-in of another manager only where takeover is allowed."""
        return action != "other" or self._takeover

    def _field(self, name: str) -> FormField:
        return self.query_one(f"#{name}", FormField)

    def show_outage(self, outage: StoreUnavailable | None) -> None:
        """Show an outage only as the answer to a password; None clears it."""
        if outage is None:
            super().show_outage(None)

    # Takeover

    @on(Button.Pressed, "#other")
    def action_other(self) -> None:
        """Switch between the sign-in of another manager and the unlocking."""
        if self.is_taking_over:
            self._show_who(other=False)
        elif self.app.windows.has_unsaved():
            question = ConfirmScreen(
                _("Take the terminal over?"),
                _("What {name} has entered and not saved will be lost.").format(
                    name=shown(self._manager.name)
                ),
                yes=_("Take over"),
                no=_("Back"),
            )
            self.app.lock.push_over(question, lambda agreed: self._show_who(other=bool(agreed)))
        else:
            self._show_who(other=True)

    def _show_who(self, *, other: bool) -> None:
        self.set_class(other, "-other")
        for name in ("login", "password"):
            self._field(name).clear()
        self.query_one(StatusLine).clear()
        label = _("Sign in") if other else _("Unlock")
        self.query_one("#enter", KeyButton).rename(label)
        self.query_one("#other", KeyButton).rename(_("Back") if other else _("Another manager"))
        who = _("Another manager") if other else shown(self._manager.name)
        self.query_one("#who", Static).update(Content(who))
        self._field("login" if other else "password").take_focus()

    # Unlocking

    @on(Input.Submitted, "#login Input")
    def _login_typed(self) -> None:
        self._field("password").take_focus()

    @on(Input.Submitted, "#password Input")
    @on(Button.Pressed, "#enter")
    def _enter(self) -> None:
        login, secret = self._field("login").value, self._field("password").value
        if self.is_working("unlock") or not secret:
            return
        self._field("password").clear()
        self.query_one(StatusLine).show(_("One moment…"), "told")
        if self.is_taking_over:
            self.take_over(login, secret)
        else:
            self.unlock(secret)

    @work(group="unlock")
    async def unlock(self, secret: str) -> None:
        """Unlock the terminal."""
        try:
            await self.call_desk(self.app.desk.access.unlock, secret)
        except OlveryError as error:
            self._refused(error)
        else:
            self.app.lock.unlock()

    @work(group="unlock")
    async def take_over(self, login: str, secret: str) -> None:
        """Sign another manager in."""
        sign_in = self.app.authentication.sign_in
        try:
            actor = await self.call_desk(sign_in, login, secret, instead_of=self._manager)
        except OlveryError as error:
            self._refused(error)
        else:
            self.app.session.sign_in(actor)

    def _refused(self, error: OlveryError) -> None:
        # Another manager's refusal must not sign out the manager of this terminal.
        if not self.is_taking_over and self.app.session.sign_out_after(error, unlocking=True):
            return
        if isinstance(error, StoreUnavailable):
            self.query_one(StatusLine).clear()  # clear "One moment…"
            self.query_one(StatusLine).show_unread(sentence(error))
        elif isinstance(error, WrongPassword) and not self.is_taking_over:
            text = _("The password is wrong. Look at the keyboard layout, Caps Lock.")
            self.query_one(StatusLine).show(text)  # no login field is shown
        else:
            self.query_one(StatusLine).show(sentence(error))
        self._field("password").take_focus()
