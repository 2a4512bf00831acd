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
    """Narrows the list below it. `Space` belongs to the list."""

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        return key != "space" and super().check_consume_key(key, character)

    async def on_key(self, event: events.Key) -> None:
        if event.key == "space":
            event.prevent_default()


class SeatList(PlaceList, can_focus=False):
    """The places. The keys of the line above move in it; the mouse ticks."""


class SeatTicks(Vertical):
    """A line to narrow the places by, and the places: `Space` or `Enter` ticks one.

    A place that somebody else took since it was ticked stays ticked, marked with `!`: nothing that
    was chosen goes away by itself. The next one ticked takes its place.

    Until the user ticks or unticks something, the first free place is ticked by the widget.

    Args:
        heading: What the user reads above it.
        zone: The location's time zone, in which it is told until when a place is taken.
        id: The widget's id.
    """

    BINDINGS: ClassVar = [
        *bindings("seats"),
        *(Binding(key, f"move('{key}')", show=False) for key in PlaceList.MOVES),
    ]

    class Changed(Message):
        """Other places are ticked, or those that are were taken."""

    def __init__(self, heading: str, *, zone: tzinfo, id: str | None = None) -> None:
        super().__init__(id=id)
        self._heading = heading
        self._zone = zone
        self._places: tuple[PlaceDetails, ...] = ()
        self._chosen: tuple[int, ...] = ()
        self._touched = False

    def compose(self) -> ComposeResult:
        with Horizontal(id="seats-title"):
            yield Static(Content(self._heading), classes="title-text", markup=False)
            yield Static(id="seats-count", markup=False)
        yield SeatLine(placeholder=_("Workplace or room"), id="narrow")
        yield SeatList(many=True, id="places")
        yield Static(id="no-places", markup=False)

    # What the form asks

    @property
    def chosen(self) -> tuple[int, ...]:
        """The ticked workplaces, in the order of the list, also those that were taken meanwhile."""
        order = {place.workplace_id: at for at, place in enumerate(self._places)}
        return tuple(sorted(self._chosen, key=lambda id: order.get(id, len(order))))

    @property
    def lost(self) -> tuple[PlaceDetails, ...]:
        """The ticked ones that somebody else has by now."""
        return tuple(
            place for place in self._places if place.workplace_id in self._chosen and not place.free
        )

    @property
    def has_places(self) -> bool:
        """Whether any are listed."""
        return bool(self._places)

    @property
    def is_touched(self) -> bool:
        """Whether the user has ticked or unticked anything."""
        return self._touched

    def wait(self, text: str) -> None:
        """Say `text` in place of the places: it is loading, or what is needed before."""
        self._places = ()
        self._say_instead(text)
        self._tell_count()

    def forget(self) -> None:
        """Begin anew: another service's workplaces will come."""
        self._chosen, self._touched = (), False

    def show(self, places: tuple[PlaceDetails, ...]) -> None:
        """List the places as they are now; what is ticked stays ticked."""
        before = self.chosen, self.lost
        self._places = places
        there = {place.workplace_id for place in places}
        self._chosen = tuple(one for one in self._chosen if one in there)
        if not self._touched:
            self._chosen = tuple(place.workplace_id for place in places if place.free)[:1]
        self._list()
        if not self._touched:
            self.query_one(SeatList).go_to(self._chosen)
        if (self.chosen, self.lost) != before:
            self.post_message(self.Changed())

    def hold_choice(self) -> None:
        """What is ticked is the user's own choice from now on."""
        self._touched = True

    def cursor_to_free(self) -> None:
        """Put the cursor on a free place that is not ticked yet."""
        places = self.query_one(SeatList)
        for row in range(places.option_count):
            place = places.place_at(row)
            if place and place.free and place.workplace_id not in self._chosen:
                places.highlighted = row
                return

    def take_focus(self) -> None:
        """Put the cursor into the line, at once."""
        self.screen.set_focus(self.query_one(SeatLine))

    def complain(self, text: str) -> None:
        """Say what is wrong with the choice; an empty text takes it back."""
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
        """Tick the place under the cursor, or untick it."""
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

    # Showing

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
