"""The workplaces of a new order: several may be ticked, one ticket for each."""

from __future__ import annotations

from datetime import tzinfo
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static

from olvery_tui.domain.tickets import PlaceDetails
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.widgets.fields.field import Field, complain
from olvery_tui.widgets.pickers.place_list import PlaceList, narrowed


class SeatLine(Field):
    """A line that narrows the list below it. `Space` belongs to the list."""

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        return key != "space" and super().check_consume_key(key, character)

    async def on_key(self, event: events.Key) -> None:
        if event.key == "space":
            event.prevent_default()


class SeatList(PlaceList, can_focus=False):
    """The places. The line above handles its keys; the mouse ticks."""


class SeatTicks(Vertical):
    """A line to narrow the places, and the places: `Space` or `Enter` ticks one.

    A place taken by somebody else after it was ticked stays ticked, marked with `!`: a choice never
    disappears by itself. The next place ticked replaces it.

    The widget ticks the first free place, or those that it was told, until the user ticks or
    unticks one.

    Args:
        heading: The heading shown to the user.
        zone: The location's time zone, for the end of a taken place's period.
        id: The widget's id.
    """

    BINDINGS: ClassVar = [
        *bindings("seats"),
        *(Binding(key, f"move('{key}')", show=False) for key in PlaceList.MOVES),
    ]

    class Changed(Message):
        """The ticked places, or their availability, changed."""

    def __init__(self, heading: str, *, zone: tzinfo, id: str | None = None) -> None:
        super().__init__(id=id)
        self._heading = heading
        self._zone = zone
        self._places: tuple[PlaceDetails, ...] = ()
        self._chosen: tuple[int, ...] = ()
        self._touched = False
        self._first: tuple[int, ...] = ()

    def compose(self) -> ComposeResult:
        with Horizontal(id="seats-title"):
            yield Static(Content(self._heading), classes="title-text", markup=False)
            yield Static(id="seats-count", markup=False)
        yield SeatLine(placeholder=_("Workplace or room"), id="narrow")
        yield SeatList(many=True, id="places")
        yield Static(id="no-places", markup=False)

    # Public interface

    @property
    def chosen(self) -> tuple[int, ...]:
        """The ticked workplaces in the list's order, including those taken meanwhile."""
        order = {place.workplace_id: at for at, place in enumerate(self._places)}
        return tuple(sorted(self._chosen, key=lambda id: order.get(id, len(order))))

    @property
    def lost(self) -> tuple[PlaceDetails, ...]:
        """The ticked places that somebody else holds by now."""
        return tuple(
            place for place in self._places if place.workplace_id in self._chosen and not place.free
        )

    @property
    def has_places(self) -> bool:
        """Whether any places are listed."""
        return bool(self._places)

    @property
    def is_touched(self) -> bool:
        """Whether the user has ticked or unticked anything."""
        return self._touched

    def wait(self, text: str) -> None:
        """Show `text` in place of the places: they are loading, or something is needed first."""
        self._places = ()
        self._say_instead(text)
        self._tell_count()

    def forget(self, first: tuple[int, ...] = ()) -> None:
        """Reset the choice, as another service's workplaces follow; tick the `first` by itself."""
        self._chosen, self._touched, self._first = (), False, first

    def show(self, places: tuple[PlaceDetails, ...]) -> None:
        """List the places; ticked ones stay ticked."""
        before = self.chosen, self.lost
        self._places = places
        there = {place.workplace_id for place in places}
        self._chosen = tuple(one for one in self._chosen if one in there)
        if not self._touched:
            free = tuple(place.workplace_id for place in places if place.free)[:1]
            self._chosen = tuple(one for one in self._first if one in there) or free
        self._list()
        if not self._touched:
            self.query_one(SeatList).go_to(self._chosen)
        if (self.chosen, self.lost) != before:
            self.post_message(self.Changed())

    def hold_choice(self) -> None:
        """Treat the ticked places as the user's own choice from now on."""
        self._touched = True

    def cursor_to_free(self) -> None:
        """Put the cursor on a free place that is not ticked."""
        places = self.query_one(SeatList)
        for row in range(places.option_count):
            place = places.place_at(row)
            if place and place.free and place.workplace_id not in self._chosen:
                places.highlighted = row
                return

    def take_focus(self) -> None:
        """Focus the line at once."""
        self.screen.set_focus(self.query_one(SeatLine))

    def complain(self, text: str) -> None:
        """Show an error about the choice; an empty text removes it."""
        complain(self, text)

    # Keys and mouse

    @on(Input.Changed, "#narrow")
    def _narrow(self, message: Input.Changed) -> None:
        message.stop()
        if self._places:
            self._list()

    def action_move(self, key: str) -> None:
        """Move in the list from the line above it."""
        self.query_one(SeatList).move(key)

    @on(Input.Submitted, "#narrow")
    def _entered(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_tick()

    @on(OptionList.OptionSelected, "#places")
    def _clicked(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self._toggle(self.query_one(SeatList).place_at(message.option_index))

    def action_tick(self) -> None:
        """Toggle the place under the cursor."""
        self._toggle(self.query_one(SeatList).place_under_cursor)

    def _toggle(self, place: PlaceDetails | None) -> None:
        if place is None:
            return
        if place.workplace_id in self._chosen:
            self._chosen = tuple(one for one in self._chosen if one != place.workplace_id)
        elif place.free:
            given_up = {lost.workplace_id for lost in self.lost[:1]}
            kept = tuple(one for one in self._chosen if one not in given_up)
            self._chosen = (*kept, place.workplace_id)
        self._touched = True
        self._list()
        self.post_message(self.Changed())

    # Display

    def _list(self) -> None:
        found = narrowed(self._places, self.query_one(SeatLine).value)
        if found:
            places = self.query_one(SeatList)
            places.show(found, self._chosen, self._zone)
            places.display = True
            self.query_one("#no-places").display = False
        else:
            nothing = _("No workplace is called that.") if self._places else ""
            self._say_instead(nothing or _("This service has no workplaces."))
        self._tell_count()

    def _say_instead(self, text: str) -> None:
        self.query_one(SeatList).display = False
        self.query_one("#no-places", Static).update(Content(text))
        self.query_one("#no-places").display = True

    def _tell_count(self) -> None:
        free = sum(place.free for place in self._places)
        text = _("{count} free").format(count=free) if self._places else ""
        self.query_one("#seats-count", Static).update(Content(text))
