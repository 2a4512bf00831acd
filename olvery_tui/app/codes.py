"""A scanned or pasted code opens its ticket where that loses nothing; otherwise it is refused."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from textual.widgets import Input

from olvery_tui.domain.codes import COMMANDS, Place
from olvery_tui.domain.errors import NoSuchOrder, NoSuchTicket, OlveryError
from olvery_tui.i18n import _
from olvery_tui.screens.base import DeskScreen
from olvery_tui.wording.codes import code_text, no_such_ticket

if TYPE_CHECKING:
    from olvery_tui.domain.orders import OrderDetails
    from olvery_tui.domain.tickets import TicketDetails
    from olvery_tui.screens.list.list_screen import ListScreen
    from olvery_tui.screens.main_screen import MainScreen
    from olvery_tui.widgets.application import Application
    from olvery_tui.widgets.bursts import Burst


class Scanner:
    """Tells scanned codes from typed keys, and opens the ticket or order that one names."""

    def __init__(self, app: Application) -> None:
        self._app = app

    def take_burst(self, burst: Burst) -> bool:
        """Use keys that came in one go as a code; False where each is a key of its own."""
        if not burst.certain:
            if self._is_typing and (self._app.settings.scanner_prefix or not burst.ended):
                return False  # the scanner would have sent its prefix, or an end
            place = (
                getattr(self._app.focused, "typed_here", Place(types=True))
                if self._is_typing
                else COMMANDS
            )
            if not self._app.codes.is_code(burst.text, place):
                return False
        self._open(burst.text)
        return True

    def take_paste(self, text: str) -> bool:
        """Use a pasted text as a code; False where it goes to the line that has the focus."""
        if self._is_typing or not self._app.screen_stack:
            return False
        if text.strip():
            self._open(text)
        return True

    @property
    def _is_typing(self) -> bool:
        """Whether the focus is in a line that takes texts."""
        from olvery_tui.widgets.fields.number_line import NumberField

        focused = self._app.focused
        return isinstance(focused, Input) and not isinstance(focused, NumberField)

    # From the code to what it names

    def _open(self, code: str) -> None:
        app = self._app
        if not app.is_open and self._lists:
            # Nobody will be asked to sign in: the list came before its database.
            self._visible_list.when_ready(lambda: self._open(code), replaces=True)
            return
        if refusal := self._refusal():
            self._show(refusal.format(code=code_text(code)))
            return
        number = app.codes.number(code)
        if number is None:
            self._show(no_such_ticket(code))
            return
        load = partial(self._load, self._visible_list, code, number)
        app.input.hold_for(self._visible_list.run_worker(load, group="code", exclusive=True))

    async def _load(self, the_list: ListScreen[Any, Any], code: str, number: int) -> None:
        """Show the ticket with this number, among orders perhaps the order."""
        from olvery_tui.wording.errors import sentence

        desk = self._app.desk
        may_be_order = self._is_among_orders and code.strip() == str(number)
        try:
            try:
                self._found(await the_list.call_desk(desk.tickets.get, number))
            except NoSuchTicket:
                if not may_be_order:
                    raise
                self._found(await the_list.call_desk(desk.orders.get, number))
        except (NoSuchTicket, NoSuchOrder):
            self._show(no_such_ticket(code))
        except OlveryError as error:
            self._show(sentence(error))

    def _refusal(self) -> str:
        """Why a code can't be used now; empty where it can."""
        from olvery_tui.screens.confirm import ConfirmScreen

        app = self._app
        if app.lock.is_locked:
            return _("The terminal is locked; the code {code} was not used.")
        if not app.is_ready:
            return _("Nobody is signed in; the code {code} was not used.")
        is_busy = any(
            isinstance(each, DeskScreen) and (each.is_working("save") or each.is_working("command"))
            for each in app.screen_stack
        )
        if isinstance(app.screen, ConfirmScreen) or is_busy or app.windows.has_unsaved():
            return _("Finish what is open first; the code {code} was not used.")
        return ""

    def _show(self, text: str) -> None:
        """Show a sentence on the screen in front, in place of the one about the code before."""
        from olvery_tui.screens.list.list_screen import ListScreen
        from olvery_tui.widgets.chrome.status_line import StatusLine

        screen = self._app.screen
        if isinstance(screen, ListScreen):
            screen.refuse_number(text)
        elif screen.query(StatusLine):
            screen.query_one(StatusLine).show(text)
        else:
            self._app.clear_notifications()
            self._app.notify(text, severity="warning", markup=False)

    @property
    def _lists(self) -> list[ListScreen[Any, Any]]:
        from olvery_tui.screens.list.list_screen import ListScreen

        return [each for each in self._app.screen_stack if isinstance(each, ListScreen)]

    @property
    def _visible_list(self) -> ListScreen[Any, Any]:
        """The list in front, perhaps behind windows."""
        return self._lists[-1]

    @property
    def _front(self) -> MainScreen:
        """The mode in front, perhaps behind windows."""
        from olvery_tui.screens.main_screen import MainScreen

        return [each for each in self._app.screen_stack if isinstance(each, MainScreen)][-1]

    @property
    def _is_among_orders(self) -> bool:
        from olvery_tui.screens.list.orders import OrdersScreen
        from olvery_tui.screens.order.order import OrderScreen

        return isinstance(self._app.screen, OrderScreen | OrdersScreen)

    def _found(self, details: TicketDetails | OrderDetails) -> None:
        """Show a ticket or an order in the window that shows one, or in place of what is open."""
        from olvery_tui.domain.tickets import TicketDetails
        from olvery_tui.screens.order.order import OrderScreen
        from olvery_tui.screens.ticket.ticket import TicketScreen

        if self._refusal():
            return  # something was begun meanwhile
        app = self._app
        kind: type[Any] = TicketScreen if isinstance(details, TicketDetails) else OrderScreen
        shown = next((each for each in reversed(app.screen_stack) if isinstance(each, kind)), None)
        front = self._front
        bottom = shown or front
        while app.screen is not bottom:
            app.pop_screen()
        front.drop_number()
        if shown is not None:
            shown.show_another(details)
        else:
            front.open_details(details)
