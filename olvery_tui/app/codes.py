"""A scanned or pasted code opens its ticket, wherever that loses nothing; otherwise it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.screen import Screen
from textual.widgets import Input

from olvery_tui.domain.codes import COMMANDS, Codes, Place
from olvery_tui.domain.errors import NoSuchOrder, NoSuchTicket, OlveryError
from olvery_tui.i18n import _
from olvery_tui.screens.opening import Window
from olvery_tui.widgets.application import Application
from olvery_tui.widgets.asking import Asking
from olvery_tui.wording.codes import code_text, no_such_ticket

if TYPE_CHECKING:
    from textual import events

    from olvery_tui.domain.orders import OrderDetails
    from olvery_tui.domain.tickets import TicketDetails
    from olvery_tui.screens.list.list_screen import ListScreen
    from olvery_tui.widgets.bursts import Burst


class Scanning(Application):
    """Mixed into the application, before `KeysInTurn`."""

    @property
    def codes(self) -> Codes:
        """What a code looks like by the settings."""
        return Codes(self.settings.code_pattern)

    def take_burst(self, burst: Burst) -> bool:
        """Take keys that came in one go as a code, where they are one."""
        if not burst.certain:
            if self._types and (self.settings.scanner_prefix or not burst.ended):
                return False  # the scanner would have sent its prefix, or an end
            if not self.codes.is_code(burst.text, self._place_of_keys):
                return False
        self._take_code(burst.text)
        return True

    def take_paste(self, text: str) -> bool:
        """Take a pasted text as a code where there is no line to paste it into."""
        if self._types or not self.screen_stack:
            return False
        if text.strip():
            self._take_code(text)
        return True

    def ignores_key(self, key: events.Key) -> bool:
        """Leave it to the window on top which keys are not meant for it."""
        return isinstance(self.screen, Window) and self.screen.ignores_key(key)

    def push_screen(self, screen: Any, *words: Any, **options: Any) -> Any:
        """As Textual's; a window knows the key that opened it."""
        if isinstance(screen, Window):
            screen.opened_by = self.key_in_hand
        return super().push_screen(screen, *words, **options)

    @property
    def _types(self) -> bool:
        """Whether the focus is in a line that takes texts."""
        from olvery_tui.widgets.fields.number_line import NumberField

        return isinstance(self.focused, Input) and not isinstance(self.focused, NumberField)

    @property
    def _place_of_keys(self) -> Place:
        return getattr(self.focused, "typed_here", Place(types=True)) if self._types else COMMANDS

    # What becomes of a code

    def _take_code(self, code: str) -> None:
        if not self.is_open and self._lists:
            # Nobody will be asked to sign in: the list came before its database.
            self._seen_list.when_ready(lambda: self._take_code(code), replaces=True)
            return
        refusal = self._why_not_now()
        if refusal:
            self._say(refusal.format(code=code_text(code)))
            return
        number = self.codes.number(code)
        if number is None:
            self._refuse(code)
            return
        desk = self.desk
        names_order = self._is_among_orders and code.strip() == str(number)

        def look() -> TicketDetails | OrderDetails:
            try:
                return desk.tickets.get(number)
            except NoSuchTicket:
                if not names_order:
                    raise
                return desk.orders.get(number)

        self._seen_list.ask(
            "code", look, self._found, lambda error: self._not_found(code, error), opens=True
        )

    def _why_not_now(self) -> str:
        """Why a code is not made use of now; empty where it is."""
        from olvery_tui.screens.confirm import ConfirmScreen

        if self.is_locked:
            return _("The terminal is locked; the code {code} was not used.")
        if not self.is_ready:
            return _("Nobody is signed in; the code {code} was not used.")
        is_busy = any(
            isinstance(each, Asking) and (each.is_asking("save") or each.is_asking("command"))
            for each in self.screen_stack
        )
        if isinstance(self.screen, ConfirmScreen) or is_busy or self.has_unsaved():
            return _("Finish what is open first; the code {code} was not used.")
        return ""

    def _refuse(self, code: str) -> None:
        self._say(no_such_ticket(code))

    def _not_found(self, code: str, error: OlveryError) -> None:
        from olvery_tui.wording.errors import sentence

        if isinstance(error, NoSuchTicket | NoSuchOrder):
            self._refuse(code)
        else:
            self._say(sentence(error))

    def _say(self, text: str) -> None:
        """Say it where the eyes are, in place of what was said of the code before."""
        from olvery_tui.screens.list.list_screen import ListScreen
        from olvery_tui.widgets.chrome.said import Said

        screen = self.screen
        if isinstance(screen, ListScreen):
            screen.refuse_number(text)
        elif screen.query(Said):
            screen.query_one(Said).tell(text)
        else:
            self.clear_notifications()
            self.notify(text, severity="warning", markup=False)

    # Where it leads

    @property
    def _lists(self) -> list[ListScreen[Any, Any]]:
        from olvery_tui.screens.list.list_screen import ListScreen

        return [each for each in self.screen_stack if isinstance(each, ListScreen)]

    @property
    def _seen_list(self) -> ListScreen[Any, Any]:
        """The list that is seen, perhaps behind windows."""
        return self._lists[-1]

    @property
    def _is_among_orders(self) -> bool:
        from olvery_tui.screens.list.orders import OrdersScreen
        from olvery_tui.screens.order.order import OrderScreen

        return isinstance(self.screen, OrderScreen | OrdersScreen)

    def _found(self, card: TicketDetails | OrderDetails) -> None:
        if self._why_not_now():
            return  # something was begun meanwhile
        self.show_card(card)

    def show_card(self, card: TicketDetails | OrderDetails) -> None:
        """Show a ticket or an order, in the window that shows one or in place of what is open."""
        from olvery_tui.domain.tickets import TicketDetails
        from olvery_tui.screens.order.order import OrderScreen
        from olvery_tui.screens.ticket.ticket import TicketScreen

        kind: type[Any] = TicketScreen if isinstance(card, TicketDetails) else OrderScreen
        below = next((each for each in reversed(self.screen_stack) if isinstance(each, kind)), None)
        the_list = self._seen_list
        self._close_over(below or the_list)
        the_list.drop_number()
        if below is not None:
            below.show_another(card)
        else:
            the_list.open_card(card)

    def _close_over(self, bottom: Screen[Any]) -> None:
        """Close the windows over a screen; nothing in them is lost."""
        while self.screen is not bottom:
            self.pop_screen()
