"""The left pane of «Услуги и места»: the location, its services, and what each has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from olvery_tui.domain.catalogue import LocationDetails
from olvery_tui.domain.closings import Closing
from olvery_tui.domain.hours import OpeningHours
from olvery_tui.domain.items import CatalogueDetails, Item, ItemKind
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.keys import binding
from olvery_tui.widgets.table.row_painting import cut
from olvery_tui.wording.catalogue import hours_text, item_note
from olvery_tui.wording.closings import closed_text

LOCATION, HOURS = "location", "hours"

TABS = (ItemKind.ROOM, ItemKind.TARIFF, ItemKind.VARIANT, ItemKind.MODIFIER)
"""What a service's tabs list below it; rooms with their workplaces."""


_NOTE_GAP = 2
"""Cells between a name and its note."""

_MARK_CELLS = 4
"""How far a room's mark reaches from the left."""


@dataclass(frozen=True, slots=True)
class Node:
    """A line of the tree: the location, its opening hours, or a catalogue entry."""

    key: str
    depth: int
    item: Item | None = None
    has_children: bool = False


def key_of(item: Item) -> str:
    """Return the key of an entry's line."""
    return f"{item.kind.value}-{item.id}"


class CatalogueTree(OptionList):
    """The lines of the tree. Rooms are folded until they are opened."""

    BINDINGS: ClassVar = [
        binding("catalogue.edit", "select"),
        Binding("right", "unfold", show=False),
        Binding("left", "fold", show=False),
        Binding("space", "mark", show=False),
    ]
    COMPONENT_CLASSES: ClassVar = {
        "catalogue-tree--note",
        "catalogue-tree--archived",
        "catalogue-tree--marked",
    }

    def __init__(self) -> None:
        super().__init__(id="tree", markup=False)
        self._branches: tuple[Node, ...] = ()
        self._details = CatalogueDetails()
        self._hours = OpeningHours()
        self._location = ("", "")
        self._zone: tzinfo = UTC
        self._unfolded: set[str] = set()
        self._closings: dict[int, Closing] = {}
        self._marked: frozenset[int] = frozenset()
        self.tab = ItemKind.ROOM
        self.shows_archived = False

    @property
    def node(self) -> Node | None:
        """The line under the cursor."""
        return None if self.highlighted is None else self._branches[self.highlighted]

    @property
    def item(self) -> Item | None:
        """The catalogue entry under the cursor."""
        return None if self.node is None else self.node.item

    def take(
        self,
        details: CatalogueDetails,
        hours: OpeningHours,
        location: LocationDetails,
        closings: Sequence[Closing] = (),
    ) -> None:
        """Show this catalogue; the cursor stays on its line, and marks on their places."""
        self._details, self._hours = details, hours
        self._location, self._zone = (location.name, location.currency), location.zone
        self._closings = {one.workplace_id: one for one in reversed(closings)}
        self._marked &= {one.id for one in details.items if one.kind is ItemKind.WORKPLACE}
        self.draw()

    @property
    def closing(self) -> Closing | None:
        """The first closing of the place under the cursor, now or to come."""
        return None if self.item is None else self._closing_of(self.item)

    @property
    def chosen_places(self) -> tuple[int, ...]:
        """The marked workplaces; without marks those that the line under the cursor stands for."""
        places = [one for one in self._details.items if one.kind is ItemKind.WORKPLACE]
        if self._marked:
            return tuple(one.id for one in places if one.id in self._marked)
        item = self.item
        return tuple(one.id for one in places if item and self._is_offered_in(one, item))

    def unmark(self) -> bool:
        """Take all marks away; whether there were any."""
        had, self._marked = bool(self._marked), frozenset()
        if had:
            self.draw()
        return had

    def _is_offered_in(self, place: Item, item: Item) -> bool:
        """Whether a place is an item or in it, and nothing around it is archived."""
        room = self._details.find(ItemKind.ROOM, place.parent_id)
        assert room is not None  # a foreign key
        around = (place, room, self._details.service_of(room))
        return item in around and not any(one.archived for one in around)

    def draw(self, key: str | None = None) -> None:
        """Draw the lines anew, with the cursor on the line of `key`, or where it was."""
        before = key or (self.node.key if self.node else LOCATION)
        at = self.highlighted or 0
        self._branches = tuple(self._listed())
        self.set_options(Option(self._label(node), id=node.key) for node in self._branches)
        keys = [node.key for node in self._branches]
        self.highlighted = keys.index(before) if before in keys else min(at, len(keys) - 1)

    def select(self, item: Item) -> None:
        """Put the cursor on an entry, unfolding what it is in."""
        above = item
        while above.kind is not ItemKind.SERVICE:
            up = ItemKind.ROOM if above.kind is ItemKind.WORKPLACE else ItemKind.SERVICE
            found = self._details.find(up, above.parent_id)
            if found is None:
                break
            above = found
            self._unfolded.add(key_of(above))
        self.draw(key_of(item))

    def _listed(self) -> Iterator[Node]:
        yield Node(LOCATION, 0)
        yield Node(HOURS, 0)
        for service in self._shown(ItemKind.SERVICE, None):
            children = self._shown(self.tab, service.id)
            yield Node(key_of(service), 0, service, bool(children))
            for child in children:
                places = (
                    self._shown(ItemKind.WORKPLACE, child.id) if child.kind is ItemKind.ROOM else ()
                )
                yield Node(key_of(child), 1, child, bool(places))
                if key_of(child) in self._unfolded:
                    yield from (Node(key_of(place), 2, place) for place in places)

    def _shown(self, kind: ItemKind, parent_id: int | None) -> tuple[Item, ...]:
        found = self._details.children(kind, parent_id)
        if self.shows_archived:
            return tuple(sorted(found, key=lambda one: one.archived))
        return tuple(one for one in found if not one.archived)

    def _label(self, node: Node) -> Content:
        note_style = self.get_visual_style("catalogue-tree--note", partial=True)
        name, currency = self._location
        if node.key == LOCATION:
            return Content.styled(shown(name), "bold")
        if node.key == HOURS:
            note = hours_text(self._hours)
            return Content.assemble(_("Opening hours"), (f"  {note}", note_style))
        item = node.item
        assert item is not None
        mark = "  "
        if item.kind is ItemKind.ROOM and node.has_children:
            mark = "▾ " if node.key in self._unfolded else "▸ "
        text = f"{'  ' * node.depth}{mark if node.depth else ''}{shown(item.name)}"
        if item.archived:
            style = self.get_visual_style("catalogue-tree--archived", partial=True)
            return Content.styled(f"{text}  {_('archived')}", style)
        if item.kind is ItemKind.WORKPLACE and item.id in self._marked:
            marked = self.get_visual_style("catalogue-tree--marked", partial=True)
            text = f"{'  ' * node.depth}■ {shown(item.name)}"
            return Content.assemble((text, marked), (self._closed_note(item), note_style))
        closed = self._closed_note(item)
        if closed:
            return Content.styled(f"{text}{closed}", note_style)
        note = item_note(item, self._details, currency)
        room = self.scrollable_content_region.width - cell_len(note) - _NOTE_GAP
        if note and room > 0:  # else nothing is laid out yet
            text = cut(text, room)  # the name gives way, not the price
        label = Content.styled(text, "bold") if item.kind is ItemKind.SERVICE else Content(text)
        return Content.assemble(label, (f"  {note}" if note else "", note_style))

    def _closing_of(self, item: Item) -> Closing | None:
        return self._closings.get(item.id) if item.kind is ItemKind.WORKPLACE else None

    def _closed_note(self, item: Item) -> str:
        closing = self._closing_of(item)
        if closing is None:
            return ""
        return f"  {closed_text(closing.reason, closing.ends_at, self._zone, short=True)}"

    # Marking and folding

    def on_click(self, event: events.Click) -> None:
        """Fold or unfold a room by a click on its mark; elsewhere a click chooses the line."""
        at = event.style.meta.get("option")
        node = self._branches[at] if isinstance(at, int) and at < len(self._branches) else None
        if node is not None and node.depth == 1 and node.has_children and event.x < _MARK_CELLS:
            event.prevent_default()
            self.highlighted = at
            self._fold(node.key in self._unfolded)

    def action_unfold(self) -> None:
        """Unfold the room under the cursor."""
        self._fold(False)

    def action_fold(self) -> None:
        """Fold the room under the cursor, or the one around it."""
        item = self.item
        if item is not None and item.kind is ItemKind.WORKPLACE:
            keys = [one.key for one in self._branches]
            self.highlighted = keys.index(f"{ItemKind.ROOM.value}-{item.parent_id}")
        self._fold(True)

    def action_mark(self) -> None:
        """Mark the place under the cursor and go on to the next line; fold or unfold a room."""
        node, item = self.node, self.item
        if item is None or item.kind is not ItemKind.WORKPLACE:
            self._fold(node is not None and node.key in self._unfolded)
        elif not item.archived:
            self._marked ^= {item.id}
            self.draw()
            self.action_cursor_down()

    def _fold(self, folded: bool) -> None:
        node = self.node
        if node is None or not node.has_children or node.depth != 1:
            return
        (self._unfolded.discard if folded else self._unfolded.add)(node.key)
        self.draw()
