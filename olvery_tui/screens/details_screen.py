"""What the forms over the lists have in common: one thing whole, its neighbours, a typed number.

The form shows what the database holds, by itself and at once; digits and `Enter` go to another
number.
"""

from __future__ import annotations

from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar

from textual import events, on
from textual.content import Content
from textual.widgets import Button, Static

from olvery_tui.domain.errors import NoSuchOrder, NoSuchTicket, OlveryError, StoreUnavailable
from olvery_tui.i18n import _
from olvery_tui.screens.base import Window
from olvery_tui.screens.reading import Reading
from olvery_tui.widgets.chrome.said import Said, Tone
from olvery_tui.widgets.fields.number_typing import NumberTyping
from olvery_tui.widgets.messages import DeskChanged, MinutePassed
from olvery_tui.wording.codes import code_text
from olvery_tui.wording.errors import afterwards, sentence

_PATIENCE_SECONDS = 0.15
"""How long an answer may take before the form says that it is loading."""


class Details(Protocol):
    """A thing with a number, whole."""

    @property
    def number(self) -> int: ...


C = TypeVar("C", bound=Details)
D = TypeVar("D", bound=Details)


class DetailsScreen(Reading, Window[int | None], Generic[C]):
    """A form over a list. Closes with the number that was shown last.

    Args:
        number: What to show.
    """

    offers_undo = True

    NAMED: ClassVar = ""
    """The title, with a place for the `{number}`. As the next three, a text of the catalogue."""
    TYPED: ClassVar = ""
    """What is said while a number is being typed."""
    FIRST: ClassVar = ""
    """What is said where there is nothing newer in the list."""
    LAST: ClassVar = ""
    """What is said where there is nothing older in the list."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._card: C | None = None
        self._typing = NumberTyping()
        self._leaving = False

    @property
    def fills_later(self) -> bool:
        """Keys for the card wait until it is there."""
        return self._card is None

    # What each form brings

    def fetch(self, number: int) -> C:
        """The thing with this number, from the desk. Called in a thread."""
        raise NotImplementedError

    def find_number(self, number: int) -> C | str:
        """What has a typed number, or a sentence that nothing has. Called in a thread."""
        raise NotImplementedError

    def no_such_number(self, digits: str) -> str:
        """The sentence about a number that nothing has."""
        raise NotImplementedError

    def fetch_neighbour(self, number: int, step: Literal[-1, 1]) -> int | None:
        """The next number of the list, from the desk. Called in a thread."""
        raise NotImplementedError

    def draw(self, card: C) -> None:
        """Put a card into the form, where it is not what is there already."""
        raise NotImplementedError

    def go_to_top(self) -> None:
        """Another card has come: begin at its top."""

    def wait(self, text: str) -> None:
        """Say `text` in place of what is not there, or not yet."""
        self.query_one("#waiting", Static).update(Content(text))
        self._reveal(card=False)
        self.begin_painting()

    def _reveal(self, *, card: bool) -> None:
        """Show the card, or what is said in its place.

        By `display`, which lays out anew; a class would style all that is in the window anew too.
        """
        for part in self.query(".card"):
            part.display = card
        self.query_one("#waiting").display = not card

    def holds_painting(self) -> bool:
        """An empty window is not worth sending: the card comes at once, or else "Loading…"."""
        return self._card is None

    @property
    def number(self) -> int:
        """What is shown."""
        return self._number

    # What is shown, kept as it is in the database

    def on_mount(self) -> None:
        self.show_number()
        self.query_one("#window").border_subtitle = Content.from_markup(
            "[@click=screen.newer]▲ PgUp[/]  [@click=screen.older]▼ PgDn[/]"
        )
        self.set_timer(_PATIENCE_SECONDS, self._say_loading)
        self.reload()

    def on_desk_changed(self, message: DeskChanged) -> None:
        self.when_answered("card", self.reload)

    def on_minute_passed(self, message: MinutePassed) -> None:
        self.when_answered("card", self.reload)

    def reload(self) -> None:
        """Show it as it is now; not while a change is on its way, which brings its own answer."""
        if not self.is_asking("command"):
            number = self._number
            self.ask("card", lambda: self.fetch(number), self._loaded, self.not_loaded)

    def _loaded(self, card: C) -> None:
        if card.number == self._number:
            self.show(card)

    def not_loaded(self, error: OlveryError) -> None:
        """Say why there is nothing to show."""
        self.app.input.release(self)
        if isinstance(error, NoSuchTicket | NoSuchOrder):
            self._card = None
            self.wait(sentence(error))
            self.refresh_bindings()
        else:
            self.not_read(error)

    def _say_loading(self) -> None:
        if self._card is None and self.is_asking("card"):
            self.wait(_("Loading…"))
        self.begin_painting()

    def show(self, card: C) -> None:
        """Show a card that has come."""
        self.is_read()
        if card.number != self._number:
            self._number = card.number
            self.show_number()
        self._reveal(card=True)
        self.draw(card)
        self.begin_painting()
        self.app.input.release(self)

    def show_number(self) -> None:
        """Name the form."""
        self.query_one("#window").border_title = Content.from_markup(
            "[@click=screen.back]← $title[/]", title=_(self.NAMED).format(number=self._number)
        )

    def tell(self, text: str, tone: Tone = "refused") -> None:
        """Say something in the form's own line."""
        self.query_one(Said).tell(text, tone)

    # Keys and buttons

    def on_key(self, event: events.Key) -> None:
        """Take a digit of another number."""
        if self._typing.take(event.character):
            event.stop()
            self.tell(_(self.TYPED).format(number=code_text(self._typing.typed)), "told")

    @on(Button.Pressed)
    async def _pressed(self, message: Button.Pressed) -> None:
        message.stop()
        await self.run_action(message.button.id or "")

    # To others and back

    def action_older(self) -> None:
        """The next one of the list, downwards."""
        self._step(+1)

    def action_newer(self) -> None:
        """The previous one of the list, upwards."""
        self._step(-1)

    def _step(self, step: Literal[-1, 1]) -> None:
        if self.is_asking("step") or self.is_asking("command"):
            return
        number = self._number

        def neighbour() -> C | None:
            found = self.fetch_neighbour(number, step)
            return None if found is None else self.fetch(found)

        self.ask("step", neighbour, lambda card: self._stepped(card, step), self.not_loaded)

    def _stepped(self, card: C | None, step: int) -> None:
        if card is None:
            self.tell(_(self.LAST) if step > 0 else _(self.FIRST), "told")
        else:
            self.show_another(card)

    def action_open_typed(self) -> None:
        """Show what has the number that was typed.

        `Enter` never reaches anything else then: the number is not that of what is on the screen.
        """
        digits = self._typing.finish()
        number = self.app.codes.number(digits)
        if number is None:
            self.tell(self.no_such_number(digits))
        elif not self.is_asking("command"):
            self.ask("step", lambda: self.find_number(number), self._found, self._not_found)

    def _found(self, found: C | str) -> None:
        if isinstance(found, str):
            self.tell(found)
        else:
            self.show_another(found)

    def _not_found(self, error: OlveryError) -> None:
        again = _("The database is back. Type the number again.")
        if isinstance(error, StoreUnavailable) and afterwards(error):
            self.query_one(Said).tell_undone(sentence(error), again)
        else:
            self.not_done(error)

    def come_back_to(self, form: DetailsScreen[D], number: int) -> None:
        """Leave for a form that is open below, and show `number` in it.

        Opened anew each time, forms would pile up: a ticket, its order, another ticket of it …
        """

        def found(card: D) -> None:
            form.show_another(card)
            self.dismiss(self._number)

        self.hush()
        self.ask("step", lambda: form.fetch(number), found, self._not_found, opens=True)

    def show_another(self, card: C) -> None:
        """Show another card from its top."""
        self._typing.finish()
        self.hush()
        self.show(card)
        self.go_to_top()

    def form_below(self) -> DetailsScreen[Any] | None:
        """The form of the other kind, of orders or of tickets, that is open below this one."""
        forms = (one for one in self.app.screen_stack if isinstance(one, DetailsScreen))
        return next((one for one in forms if one is not self), None)

    def action_back(self) -> None:
        """Back to the list, to the row of what is shown; not before a change is known to be made.

        First out of a number that is being typed.
        """
        if self._typing:
            self._typing.finish()
            self.hush()
        elif self.is_asking("command"):
            self._leaving = True
        else:
            self.dismiss(self._number)
