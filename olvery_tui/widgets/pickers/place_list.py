"""A service's workplaces by room: free ones to choose, taken ones with their holder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, tzinfo
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from olvery_tui.domain.people import words
from olvery_tui.domain.text import shown
from olvery_tui.domain.tickets import PlaceDetails
from olvery_tui.i18n import pgettext
from olvery_tui.wording.seats import holder_text

_LABEL_MAX = 24


class PlaceList(OptionList):
    """A list with rooms as headings; taken places can't be highlighted, chosen ones are marked.

    For a single choice the place under the cursor is chosen: moving chooses.

    Args:
        many: Whether several may be chosen, independently of the cursor. A chosen place that was
        taken meanwhile stays selectable, so that it can be unticked.
        id: The widget's id.
    """

    COMPONENT_CLASSES: ClassVar = {
        "place-list--room",
        "place-list--free",
        "place-list--note",
        "place-list--chosen",
        "place-list--taken",
        "place-list--lost",
    }

    MOVES: ClassVar[dict[str, Callable[[OptionList], None]]] = {
        "up": OptionList.action_cursor_up,
        "down": OptionList.action_cursor_down,
        "pageup": OptionList.action_page_up,
        "pagedown": OptionList.action_page_down,
    }
    """Keys that move in the list also while the line above it has the focus."""

    def __init__(self, *, many: bool = False, id: str | None = None) -> None:
        super().__init__(id=id, markup=False, compact=True)
        self._marks = ("■", "□") if many else ("◉", "○")
        self._many = many
        self._chosen: Collection[int] = ()
        self._zone: tzinfo = UTC
        self._marked: int | None = None
        self._listed: list[PlaceDetails | None] = []
        self._label_width = 0

    def show(self, places: Iterable[PlaceDetails], chosen: Collection[int], zone: tzinfo) -> None:
        """List the places; keep the cursor, else put it on a chosen or the first free place."""
        self._chosen, self._zone = chosen, zone
        under_cursor = self.place_under_cursor
        kept = {under_cursor.workplace_id} if under_cursor else chosen
        rooms: dict[str, list[PlaceDetails]] = {}
        for place in places:
            rooms.setdefault(place.room, []).append(place)
        self._label_width = _label_width(place for room in rooms.values() for place in room)
        self._listed = []
        options: list[Option] = []
        for room, members in rooms.items():
            self._listed += [None, *members]
            options.append(Option(self._styled(shown(room), "room"), disabled=True))
            options += [self._option(place) for place in members]
        self.set_options(options)
        self.highlighted = self._cursor_row(kept)

    def go_to(self, workplaces: Collection[int]) -> None:
        """Put the cursor on the first of some places, else on the first free one."""
        self.highlighted = self._cursor_row(workplaces)

    def move(self, key: str) -> None:
        """Move by one of the keys in `MOVES`."""
        self.MOVES[key](self)

    @property
    def place_under_cursor(self) -> PlaceDetails | None:
        """The highlighted place; None if none is highlighted or listed."""
        row = self.highlighted
        is_there = self.display and row is not None and row < len(self._listed)
        return self._listed[row] if is_there and row is not None else None

    def place_at(self, row: int) -> PlaceDetails | None:
        """Return the place of a line; None for a heading."""
        return self._listed[row]

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Move the mark of a single choice; keep a room's heading visible with its first place."""
        if not self._many and self.option_count == len(self._listed):
            before, self._marked = self._marked, highlighted
            for row in {before, highlighted}:
                self._mark(row, chosen=row == highlighted)
        super().watch_highlighted(highlighted)
        if highlighted and self._listed[highlighted - 1] is None:
            self.call_after_refresh(self._show_heading, highlighted - 1)

    def _mark(self, row: int | None, *, chosen: bool) -> None:
        place = self._listed[row] if row is not None and row < self.option_count else None
        if row is not None and place is not None and place.free:
            self.replace_option_prompt_at_index(row, self._free(place, chosen=chosen))

    def render_line(self, y: int) -> Strip:
        """Show an ellipsis if the last visible line continues below."""
        strip = super().render_line(y)
        if y + 1 < self.size.height:
            return strip
        row = _row_of(strip)
        goes_on = row is not None and row == _row_of(super().render_line(y + 1))
        return _with_ellipsis(strip) if goes_on else strip

    def _show_heading(self, row: int) -> None:
        if self.scroll_offset.y and _row_of(super().render_line(-1)) == row:
            self.scroll_relative(y=-1, animate=False)

    def _cursor_row(self, kept: Collection[int]) -> int | None:
        within = [
            (row, place)
            for row, place in enumerate(self._listed)
            if place and not self.get_option_at_index(row).disabled
        ]
        rows = [row for row, place in within if place.workplace_id in kept]
        rows += [row for row, place in within if place.current]
        rows += [row for row, place in within if place.free]
        return rows[0] if rows else None

    def _option(self, place: PlaceDetails) -> Option:
        if place.free:
            return Option(self._free(place, chosen=place.workplace_id in self._chosen))
        is_lost = self._many and place.workplace_id in self._chosen
        mark, part = ("!", "lost") if is_lost else ("✕", "taken")
        text = f"  {mark} {self._label(place)}   {holder_text(place, self._zone)}"
        return Option(self._styled(text, part), disabled=not is_lost)

    def _free(self, place: PlaceDetails, *, chosen: bool) -> Content:
        note = pgettext("workplace", "now") if place.current else pgettext("workplace", "free")
        ticked, unticked = self._marks
        mark, part = (ticked, "chosen") if chosen else (unticked, "free")
        return Content.assemble(
            self._styled(f"  {mark} {self._label(place)}   ", part), self._styled(note, "note")
        )

    def _label(self, place: PlaceDetails) -> str:
        label = Content(shown(place.label))
        return label.truncate(self._label_width, ellipsis=True, pad=True).plain

    def _styled(self, text: str, part: str) -> Content:
        return Content.styled(text, self.get_visual_style(f"place-list--{part}", partial=True))


def _row_of(strip: Strip) -> int | None:
    """Return a strip's row, as stored by `OptionList` for the mouse."""
    for segment in strip:
        if segment.style is not None and (row := segment.style.meta.get("option")) is not None:
            return int(row)
    return None


def _with_ellipsis(strip: Strip) -> Strip:
    width = strip.cell_length
    told = min(cell_len(strip.text.rstrip()), width - 1)
    style = next(iter(strip.crop(told, told + 1))).style
    ellipsis = Strip([Segment("…", style)], 1)
    return Strip.join([strip.crop(0, told), ellipsis, strip.crop(told + 1, width)])


def _label_width(places: Iterable[PlaceDetails]) -> int:
    """Return the widest label's cells, limited to leave room for the holder."""
    return min(_LABEL_MAX, max((cell_len(shown(place.label)) for place in places), default=0))


def narrowed(places: Iterable[PlaceDetails], typed: str) -> tuple[PlaceDetails, ...]:
    """Return the places matching every typed word by prefix; `pm1` also finds «PM №1»."""
    return tuple(place for place in places if is_called(typed, place.label, place.room))


def is_called(typed: str, label: str, room: str) -> bool:
    """Return whether each typed word begins a word of a place or its room."""
    there, wanted = words(f"{label} {room}"), words(typed)
    squeezed = "".join(words(label))
    return all(
        any(word.startswith(one) for word in there) or squeezed.startswith(one) for one in wanted
    )
