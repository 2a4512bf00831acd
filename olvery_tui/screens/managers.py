"""«Менеджеры»: who may sign in. Add, disable, set a password or a role; Enter shows a history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from olvery_tui.domain.access import ManagerAccount, ManagerDetails, Role
from olvery_tui.domain.errors import (
    InvalidForm,
    InvalidInput,
    LoginTaken,
    NoPassword,
    OlveryError,
    OwnAccount,
    TooManyAttempts,
    WrongPassword,
)
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.keys import KEYS, binding, bindings
from olvery_tui.screens.base import Window
from olvery_tui.screens.form import FormScreen
from olvery_tui.screens.history import ManagerHistoryScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.form_fields import FormFields
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.wording.access import role_text
from olvery_tui.wording.checks import moment_text
from olvery_tui.wording.errors import sentence


class ManagerList(OptionList):
    """The accounts, two lines each."""

    BINDINGS: ClassVar = [binding("managers.history", "select")]


class ManagersScreen(Window[None]):
    """All accounts with a login."""

    CSS_PATH: ClassVar = ["../styles/modal.tcss", "../styles/managers.tcss"]
    BINDINGS: ClassVar = [*bindings("managers"), *bindings("modal")]

    paints_filled = True

    def __init__(self) -> None:
        super().__init__()
        self._accounts: tuple[ManagerAccount, ...] = ()

    def compose(self) -> ComposeResult:
        with self.window(_("Managers")):
            yield ManagerList(id="managers", markup=False)
            yield StatusLine()
            with Horizontal(classes="buttons"):
                for key in (one for one in KEYS if one.where == "managers" and one.action):
                    yield KeyButton(_(key.short or key.label), key.id, id=key.action)
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#managers").focus()
        self.load_accounts()

    def on_desk_changed(self, message: DeskChanged) -> None:
        self.when_idle("managers", self.load_accounts)

    @work(exclusive=True, group="managers")
    async def load_accounts(self) -> None:
        """Load the accounts and list them; the same one stays highlighted."""
        before = self._chosen
        self._accounts = await self.read_desk(self.app.desk.access.accounts)
        options = self.query_one("#managers", OptionList)
        options.set_options(Option(self._lines(one)) for one in self._accounts)
        ids = [one.manager.id for one in self._accounts]
        options.highlighted = (
            ids.index(before.manager.id) if before and before.manager.id in ids else 0
        )
        self.begin_painting()

    def _lines(self, account: ManagerAccount) -> Content:
        """Return the two lines of an account: the name, and below it what is known of it."""
        name = shown(account.manager.name)
        facts = [shown(account.manager.login or ""), role_text(account.role)]
        if account.signed_in is None:
            facts.append(_("has not signed in yet"))
        else:
            when = moment_text(account.signed_in, self.app.location.zone, self.app.clock.now())
            facts.append(_("signed in {time}").format(time=when))
        if not account.active:
            name = f"{name} · {_('disabled')}"
        return Content.assemble(name, "\n  ", (" · ".join(facts), "$text-muted"))

    @property
    def _chosen(self) -> ManagerAccount | None:
        at = self.query_one("#managers", OptionList).highlighted
        return self._accounts[at] if at is not None and at < len(self._accounts) else None

    @on(OptionList.OptionSelected, "#managers")
    def _picked(self, message: OptionList.OptionSelected) -> None:
        self.app.push_screen(ManagerHistoryScreen(self._accounts[message.option_index].manager))

    @on(Button.Pressed)
    async def _pressed(self, message: Button.Pressed) -> None:
        self.query_one("#managers").focus()  # the keys of the list go on working
        await self.run_action(str(message.button.id))

    # Changes

    def action_add(self) -> None:
        """Add a manager."""
        form = ManagerForm(
            _("New manager"),
            _("They sign in with this login and password, and may do all that you may."),
            self.app.desk.access.add_manager,
            ("last_name", "first_name", "login", "password", "again"),
        )
        self._open(form, _("{name} can sign in as {login}."))

    def action_set_password(self) -> None:
        """Set the password of the chosen manager, perhaps one's own."""
        if (account := self._chosen) is None:
            return
        form = ManagerForm(
            _("New password: {name}").format(name=shown(account.manager.name)),
            _("The former password lets nobody in any more."),
            partial(self.app.desk.access.set_password, account.manager.login or ""),
            ("password", "again"),
            own_label=_("Former password") if self._is_own(account) else "",
        )
        self._open(form, _("{name} has a new password."))

    def action_set_active(self) -> None:
        """Disable the chosen manager, or let them in again."""
        account = self._chosen
        if account is None or self._refuses_own(account):
            return
        change = partial(
            self.app.desk.access.set_active, account.manager.login or "", not account.active
        )
        if account.active:
            title, yes = _("Disable {name}?"), _("Disable")
            text = _("They can't sign in any more, and are signed out where they are.")
            done = _("{name} can't sign in any more.")
        else:
            title, yes = _("Let {name} in again?"), _("Let in")
            text = _("They can sign in with their password as before.")
            done = _("{name} can sign in again.")
        title = title.format(name=shown(account.manager.name))
        form = ManagerForm(title, text, change, yes=yes)
        self._open(form, done)

    def action_set_role(self) -> None:
        """Give the chosen manager the other role."""
        account = self._chosen
        if account is None or self._refuses_own(account):
            return
        role = Role.EMPLOYEE if account.role is Role.RENTAL_MANAGER else Role.RENTAL_MANAGER
        change = partial(self.app.desk.access.set_role, account.manager.login or "", role)
        form = ManagerForm(
            _("Change the role of {name}?").format(name=shown(account.manager.name)),
            _("The role will be: {role}. Only rental managers see tickets and orders.").format(
                role=role_text(role)
            ),
            change,
            yes=_("Change"),
        )
        self._open(form, _("{name} has another role."))

    def _refuses_own(self, account: ManagerAccount) -> bool:
        """Say that nobody disables themself, where that is one's own account."""
        if self._is_own(account):
            self.tell(sentence(OwnAccount()))
        return self._is_own(account)

    def _is_own(self, account: ManagerAccount) -> bool:
        manager = self.app.session.manager
        return manager is not None and manager.id == account.manager.id

    def _open(self, form: ManagerForm, done: str) -> None:
        def closed(manager: ManagerDetails | None) -> None:
            if manager is not None:
                text = done.format(name=shown(manager.name), login=shown(manager.login or ""))
                self.tell(text, "done")
                self.load_accounts()

        self.clear_status()
        self.app.push_screen(form, closed)


class ManagerForm(FormScreen[ManagerDetails]):
    """A change of managers, confirmed with one's own password. Closes with whom it was about.

    Args:
        title: What is done.
        text: What follows from it.
        change: Makes the change with what is typed, by field. Called in a thread.
        fields: The fields above one's own password.
        yes: The label of the button, if it is not «Сохранить».
        own_label: The label of one's own password, if it is not «Ваш пароль».
    """

    CSS_PATH: ClassVar = ["../styles/modal.tcss", "../styles/managers.tcss"]

    _fields = getters.query_one(FormFields)

    def __init__(
        self,
        title: str,
        text: str,
        change: Callable[..., ManagerDetails],
        fields: Sequence[str] = (),
        *,
        yes: str = "",
        own_label: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._change = change
        self._names = (*fields, "own_password")
        self._yes = yes
        self._own_label = own_label

    def compose(self) -> ComposeResult:
        with self.window(self._title):
            yield Static(self._text, id="text", markup=False)
            yield FormFields(
                dict.fromkeys(self._names, ""),
                secret={"password", "again", "own_password"},
                labels={"password": _("New password"), "own_password": self._own_label},
            )
            yield StatusLine()
            yield self.buttons()
        yield KeyBar()

    def on_mount(self) -> None:
        if self._yes:
            self.query_one("#save", KeyButton).rename(self._yes)
        self._fields.field(self._names[0]).take_focus()

    def has_unsaved(self) -> bool:
        """Whether anything but one's own password is typed."""
        return any(text for name, text in self._fields.values.items() if name != "own_password")

    @on(FormFields.Submitted)
    def action_save(self) -> None:
        """Make the change."""
        if not self.is_working("save"):
            self.clear_status()
            self.save_manager()

    @work(group="save")
    async def save_manager(self) -> None:
        """Make the change and close, or show at its field what is wrong."""
        try:
            self.dismiss(await self.call_desk(self._change, **self._fields.values))
        except InvalidForm as error:
            self._fields.complain(error)
        except InvalidInput as error:
            self._fields.complain(InvalidForm((error,)))
        except LoginTaken as error:
            self._complain("login", sentence(error))
        except WrongPassword:
            with self.prevent(Input.Changed):  # it would take the complaint away
                self._fields.field("own_password").clear()
            text = _("The password is wrong. Look at the keyboard layout, Caps Lock.")
            self._complain("own_password", text)
        except TooManyAttempts as error:
            self._complain("own_password", sentence(error))
        except NoPassword:
            text = _(
                "You have no password to confirm this with. Whoever keeps the database sets one: "
                "olvery-tui managers password"
            )
            self.tell(text)
        except OlveryError as error:
            self.not_done(error)

    def _complain(self, name: str, text: str) -> None:
        self._fields.field(name).complain(text)
        self._fields.field(name).take_focus()
