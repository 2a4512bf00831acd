"""Base of the ticket and order forms: one record, its neighbours in the list, a typed number.

The form follows the database without being asked; digits and `Enter` open another number.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar

from textual import events, on, work
from textual.content import Content
from textual.widgets import Button, Static

from olvery_tui.domain.errors import NoSuchOrder, NoSuchTicket, OlveryError, StoreUnavailable
from olvery_tui.i18n import _
from olvery_tui.screens.base import Window
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.number_typing import NumberTyping
from olvery_tui.widgets.messages import DeskChanged, MinutePassed
from olvery_tui.wording.codes import code_text
from olvery_tui.wording.errors import afterwards, sentence

_PATIENCE_SECONDS = 0.15
"""How long loading may take before the form shows "Loading…"."""


class Details(Protocol):
    """The details of a ticket or an order."""

    @property
    def number(self) -> int: ...


C = TypeVar("C", bound=Details)
D = TypeVar("D", bound=Details)


class DetailsScreen(Window[int | None], Generic[C]):
    """A form over a list. Closes with the number shown last.

    Args:
        number: The number of the ticket or order to show.
    """

    offers_undo = True

    NAMED: ClassVar = ""
    """The title, with a `{number}` placeholder. This and the next three are msgids."""
    TYPED: ClassVar = ""
    """Shown while a number is being typed."""
    FIRST: ClassVar = ""
    """Shown when the list holds nothing newer."""
    LAST: ClassVar = ""
    """Shown when the list holds nothing older."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._details: C | None = None
        self._typing = NumberTyping()
        self._leaving = False

    @property
    def fills_later(self) -> bool:
        """Whether keys are held back until the details are loaded."""
        return self._details is None

    # Hooks of the subclasses

    @abstractmethod
    def fetch(self, number: int) -> C:
        """Return the details of a number from the desk. Called in a thread."""

    @abstractmethod
    def find_number(self, number: int) -> C | str:
        """Return the details of a typed number, or a message that there are none.

        Called in a thread.
        """

    @abstractmethod
    def no_such_number(self, digits: str) -> str:
        """Return the message for a number that does not exist."""

    @abstractmethod
    def fetch_neighbour(self, number: int, step: Literal[-1, 1]) -> int | None:
        """Return the next number of the list from the desk. Called in a thread."""

    @abstractmethod
    def draw(self, details: C) -> None:
        """Show the details, unless they are shown already."""

    def go_to_top(self) -> None:
        """Scroll to the top, after the form has moved to another number."""

    def wait(self, text: str) -> None:
        """Show `text` in place of details that are missing or still loading."""
        self.query_one("#waiting", Static).update(Content(text))
        self._reveal(shown=False)
        self.begin_painting()

    def _reveal(self, *, shown: bool) -> None:
        """Show the details, or the message in their place.

        Set `display`, which only lays out again; a class would also restyle the whole window.
        """
        for part in self.query(".card"):
            part.display = shown
        self.query_one("#waiting").display = not shown

    def holds_painting(self) -> bool:
        """Delay the first paint until there are details or "Loading…" to show."""
        return self._details is None

    @property
    def number(self) -> int:
        """The number shown."""
        return self._number

    # Loading

    def on_mount(self) -> None:
        self.show_number()
        self.query_one("#window").border_subtitle = Content.from_markup(
            "[@click=screen.newer]▲ PgUp[/]  [@click=screen.older]▼ PgDn[/]"
        )
        self.set_timer(_PATIENCE_SECONDS, self._say_loading)
        self.load_details()

    def on_desk_changed(self, message: DeskChanged) -> None:
        self.when_idle("details", self._reload)

    def on_minute_passed(self, message: MinutePassed) -> None:
        self.when_idle("details", self._reload)

    def _reload(self) -> None:
        """Load the details again, unless a command is running, which does so itself."""
        if not self.is_working("command"):
            self.load_details()

    @work(exclusive=True, group="details")
    async def load_details(self) -> None:
        """Load the details of the number and show them."""
        number = self._number
        try:
            details = await self.call_desk(self.fetch, number)
        except OlveryError as error:
            self.not_loaded(error)
        else:
            if number == self._number:
                self.show(details)

    def not_loaded(self, error: OlveryError) -> None:
        """Show why the details could not be loaded."""
        self.app.input.release(self)
        if isinstance(error, NoSuchTicket | NoSuchOrder):
            self._details = None
            self.wait(sentence(error))
            self.refresh_bindings()
        else:
            self.not_read(error)

    def _say_loading(self) -> None:
        if self._details is None and self.is_working("details"):
            self.wait(_("Loading…"))
        self.begin_painting()

    def show(self, details: C) -> None:
        """Show loaded details."""
        self.is_read()
        if details.number != self._number:
            self._number = details.number
            self.show_number()
        self._reveal(shown=True)
        self.draw(details)
        self.begin_painting()
        self.app.input.release(self)

    def show_number(self) -> None:
        """Put the number into the window's title."""
        self.query_one("#window").border_title = self.window_title(
            _(self.NAMED).format(number=self._number)
        )

    # Keys and buttons

    def on_key(self, event: events.Key) -> None:
        """Collect the digits of another number."""
        if self._typing.take(event.character):
            event.stop()
            self.tell(_(self.TYPED).format(number=code_text(self._typing.typed)), "told")

    @on(Button.Pressed)
    async def _pressed(self, message: Button.Pressed) -> None:
        if isinstance(message.button, KeyButton):
            await self.run_action(message.button.key_action)

    # Navigation

    def action_older(self) -> None:
        """Show the next, older one of the list."""
        self._step(+1)

    def action_newer(self) -> None:
        """Show the previous, newer one of the list."""
        self._step(-1)

    def _step(self, step: Literal[-1, 1]) -> None:
        if not self.is_working("step") and not self.is_working("command"):
            self.load_neighbour(step)

    @work(exclusive=True, group="step")
    async def load_neighbour(self, step: Literal[-1, 1]) -> None:
        """Show the next one of the list."""
        try:
            number = await self.call_desk(self.fetch_neighbour, self._number, step)
            if number is None:
                self.tell(_(self.LAST) if step > 0 else _(self.FIRST), "told")
            else:
                self.show_another(await self.call_desk(self.fetch, number))
        except OlveryError as error:
            self.not_loaded(error)

    def action_open_typed(self) -> None:
        """Open the typed number.

        While a number is typed, `Enter` does nothing else: it is not meant for what is shown.
        """
        digits = self._typing.finish()
        number = self.app.codes.number(digits)
        if number is None:
            self.tell(self.no_such_number(digits))
        elif not self.is_working("command"):
            self.load_typed(number)

    @work(exclusive=True, group="step")
    async def load_typed(self, number: int) -> None:
        """Show the typed number, or say that there is none."""
        try:
            found = await self.call_desk(self.find_number, number)
        except OlveryError as error:
            self._not_found(error)
        else:
            if isinstance(found, str):
                self.tell(found)
            else:
                self.show_another(found)

    def _not_found(self, error: OlveryError) -> None:
        again = _("The database is back. Type the number again.")
        if isinstance(error, StoreUnavailable) and afterwards(error):
            self.query_one(StatusLine).show_undone(sentence(error), again)
        else:
            self.not_done(error)

    def come_back_to(self, form: DetailsScreen[D], number: int) -> None:
        """Close this form and show `number` in `form`, which is open below it.

        Opening a new form each time would pile them up: a ticket, its order, another ticket of it …
        """
        self.clear_status()
        self.app.input.hold_for(self.load_below(form, number))

    @work(exclusive=True, group="step")
    async def load_below(self, form: DetailsScreen[D], number: int) -> None:
        """Show `number` in `form` and close this one."""
        try:
            form.show_another(await self.call_desk(form.fetch, number))
        except OlveryError as error:
            self._not_found(error)
        else:
            self.dismiss(self._number)

    def show_another(self, details: C) -> None:
        """Show the details of another number, scrolled to the top."""
        self._typing.finish()
        self.clear_status()
        self.show(details)
        self.go_to_top()

    def form_below(self) -> DetailsScreen[Any] | None:
        """Return the form of the other kind (order or ticket) that is open below this one."""
        forms = (one for one in self.app.screen_stack if isinstance(one, DetailsScreen))
        return next((one for one in forms if one is not self), None)

    def action_back(self) -> None:
        """Return to the list, at the row of the number shown.

        First drop a number that is being typed; while a command runs, wait for its result.
        """
        if self._typing:
            self._typing.finish()
            self.clear_status()
        elif self.is_working("command"):
            self._leaving = True
        else:
            self.dismiss(self._number)
