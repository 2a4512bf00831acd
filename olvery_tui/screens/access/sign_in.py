"""The sign-in screen: login and password.

It appears at once; the database is opened in the background while the user types.
"""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from olvery_tui.domain.catalogue import LocationDetails
from olvery_tui.domain.errors import OlveryError, StoreUnavailable
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.base import DeskScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine, Tone
from olvery_tui.widgets.fields.form_field import FormField
from olvery_tui.wording.errors import field_name, sentence


class SignInScreen(DeskScreen[None]):
    """Signs a manager in by login and password. Stays, cleared, below all other screens."""

    BINDINGS: ClassVar = bindings("sign_in")
    AUTO_FOCUS = None
    desk_is_asked = False

    def __init__(self) -> None:
        super().__init__()
        self._entering = False
        self._signed_out = False

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window"):
            yield Static(Content("Olvery"), id="where", markup=False)
            yield FormField("login", field_name("login"))
            yield FormField("password", field_name("password"), secret=True)
            yield StatusLine()
            with Horizontal(classes="buttons"):
                yield KeyButton(_("Sign in"), "sign_in.enter", id="enter", primary=True)
        yield KeyBar()

    def on_mount(self) -> None:
        self._field("login").take_focus()

    def begin_again(self, told: str) -> None:
        """Reset the screen after a sign-out; `told` is the reason shown."""
        for name in ("login", "password"):
            self._field(name).clear()
        self.desk_opened(self.app.location)
        self._field("login").take_focus()
        self._signed_out = bool(told)
        if told:
            self._tell(told)

    def _field(self, name: str) -> FormField:
        return self.query_one(f"#{name}", FormField)

    def _tell(self, text: str, tone: Tone = "refused") -> None:
        self.query_one(StatusLine).show(text, tone)

    # The state of the database

    def desk_opened(self, location: LocationDetails) -> None:
        """Show the location's name, and continue a sign-in that waited for the database."""
        self.query_one("#where", Static).update(Content(shown(location.name)))
        self.query_one(StatusLine).outage_over()
        if self._entering:
            self._entering = False
            self._enter()

    # Typing

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        # Keep the reason of a sign-out: keys typed elsewhere just before it may still arrive here.
        if message.value and not self._signed_out and self.query_one(StatusLine).tone != "trouble":
            self.query_one(StatusLine).clear()

    @on(Input.Submitted, "#login Input")
    def _login_typed(self) -> None:
        self._field("password").take_focus()

    @on(Input.Submitted, "#password Input")
    @on(Button.Pressed, "#enter")
    def _enter(self) -> None:
        login, password = self._field("login"), self._field("password")
        if self.is_working("sign_in"):
            return
        if not login.value.strip() or not password.value:
            self._tell(_("Type your login and password."), "told")
            (password if login.value.strip() else login).take_focus()
            return
        self._signed_out = False
        if not self.app.is_open:
            self._entering = True
            if self.app.errors.outage is None:
                self._tell(_("The database is being opened…"), "told")
            return
        self._tell(_("One moment…"), "told")
        self.sign_in(login.value, password.value)

    @work(group="sign_in")
    async def sign_in(self, typed: str, secret: str) -> None:
        """Sign a manager in."""
        try:
            actor = await self.call_desk(self.app.authentication.sign_in, typed, secret)
        except OlveryError as error:
            self._refused(error)
            return
        for name in ("login", "password"):
            self._field(name).clear()
        self.query_one(StatusLine).clear()
        self.app.session.sign_in(actor)

    def _refused(self, error: OlveryError) -> None:
        if isinstance(error, StoreUnavailable):
            self.query_one(StatusLine).clear()  # clear "One moment…"
            self.show_outage(error)
        else:
            self._tell(sentence(error))
            self._field("password").clear()
        self._field("password").take_focus()
