"""The first line: the location, the manager, and the location's time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.widgets.table.row_painting import cut
from olvery_tui.wording.periods import instant_text

if TYPE_CHECKING:
    from olvery_tui.domain.catalogue import LocationDetails

_NAME_LIMIT = 40
_GAP = 3


class TopLine(Widget):
    """A one-line header, repainted only when the minute changes."""

    now: reactive[datetime | None] = reactive(None)

    def __init__(self) -> None:
        super().__init__()
        self._location: LocationDetails | None = None
        self._manager: str | None = None
        self._real_clock = True

    def set_desk(self, location: LocationDetails, manager: str | None, *, real_clock: bool) -> None:
        """Set the location and the manager, once the database is open."""
        self._location = location
        self._manager = manager
        self._real_clock = real_clock
        self.refresh()

    def validate_now(self, now: datetime | None) -> datetime | None:
        return now and now.replace(second=0, microsecond=0)

    def render(self) -> RenderResult:
        width = self.size.width
        left = shown(self._location.name, _NAME_LIMIT) if self._location else "Olvery"
        time = ""
        if self._location and self.now:
            time = instant_text(self.now, self._location.zone)
            if not self._real_clock:
                time = _("demo clock") + " " + time
        who = ""
        if self._location:
            who, role = _("manager not named"), ""
            if self._manager:
                who, role = shown(self._manager, _NAME_LIMIT), " · " + _("Rental manager")
            if cell_len(left + who + role + time) + 2 * _GAP <= width:
                who += role
        # The time is always shown in full; the names share the remaining cells.
        room = width - cell_len(time) - 2 * _GAP
        who = cut(who, max(room // 2, room - cell_len(left)))
        left = cut(left, room - cell_len(who))
        right = (" " * _GAP).join(part for part in (who, time) if part)
        gap = max(1, width - cell_len(left) - cell_len(right))
        return Content.assemble((left, "bold"), " " * gap, right)
