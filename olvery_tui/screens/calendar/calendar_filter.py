"""The calendar's filter: which services and rooms are rows, which statuses stand out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from olvery_tui.domain.calendar import CalendarFilter
from olvery_tui.domain.items import CatalogueDetails, ItemKind
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.pickers.tick_list import MARK_CELLS, TickList
from olvery_tui.widgets.table.row_painting import cut
from olvery_tui.wording.labels import status_text

_Key = tuple[str, int] | TicketStatus


class FilterTicks(TickList):
    """Services with their rooms below them, then the statuses; none ticked means all."""

    def __init__(self) -> None:
        super().__init__(id="ticks")
        self._texts: tuple[str, ...] = ()

    def offer(self, catalogue: CatalogueDetails, filters: CalendarFilter) -> None:
        """List what is offered and all statuses; tick what a filter has."""
        entries = dict(_entries(catalogue))
        self._keys, self._texts = tuple(entries), tuple(entries.values())
        ticked = {
            *(("service", one) for one in filters.service_ids),
            *(("room", one) for one in filters.room_ids),
            *filters.statuses,
        }
        self._ticked = frozenset(ticked & set(self._keys))
        self.refresh(layout=True)

    @property
    def chosen(self) -> CalendarFilter:
        """The filter that is ticked."""
        pairs = [one for one in self._ticked if isinstance(one, tuple)]
        return CalendarFilter(
            frozenset(number for kind, number in pairs if kind == "service"),
            frozenset(number for kind, number in pairs if kind == "room"),
            frozenset(one for one in self._ticked if isinstance(one, TicketStatus)),
        )

    def line_segments(self, entry: int, part: int, style: Style) -> list[Segment]:
        text = cut(self._texts[entry], self.size.width - MARK_CELLS)
        return [Segment(text, style)]

    def get_content_width(self, container: object, viewport: object) -> int:
        return MARK_CELLS + max(map(cell_len, self._texts), default=20) + 1


def _entries(catalogue: CatalogueDetails) -> Iterator[tuple[_Key, str]]:
    for service in catalogue.children(ItemKind.SERVICE):
        if not service.archived:
            yield ("service", service.id), shown(service.name)
            for room in catalogue.children(ItemKind.ROOM, service.id):
                if not room.archived:
                    yield ("room", room.id), "  " + shown(room.name)
    for status in TicketStatus:
        yield status, status_text(status)


class CalendarFilterForm(FormScreen[CalendarFilter], inherit_bindings=False):
    """Ticks services, rooms and statuses. Closes with the filter.

    Args:
        filters: The filter in force.
    """

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/calendar_filter.tcss"]
    BINDINGS: ClassVar = [*bindings("calendar_filter"), *bindings("modal")]

    def __init__(self, filters: CalendarFilter) -> None:
        super().__init__()
        self._filters = filters

    def compose(self) -> ComposeResult:
        with self.window(_("Filter")):
            with VerticalScroll(can_focus=False):
                yield FilterTicks()
            yield StatusLine()
            yield self.buttons("calendar_filter.apply")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(FilterTicks).focus()
        self.app.input.hold_for(self.load_catalogue())

    @work(exclusive=True, group="catalogue")
    async def load_catalogue(self) -> None:
        """List the services and rooms."""
        catalogue = await self.read_desk(self.app.desk.catalogue.details)
        self.query_one(FilterTicks).offer(catalogue, self._filters)

    @on(TickList.Submitted)
    def action_save(self) -> None:
        """Put the filter in force."""
        self.dismiss(self.query_one(FilterTicks).chosen)
