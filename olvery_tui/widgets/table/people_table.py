"""The list of people: name, ban, phone, email."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from olvery_tui.domain.people import PersonRow
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _, pgettext
from olvery_tui.widgets.table.list_table import ListTable
from olvery_tui.widgets.table.row_painting import Cells, Column, Line, RowStyles, cut
from olvery_tui.wording.people import BAN_SYMBOL, NOTE_SYMBOL, ban_mark, named, phone_text

_PHONE = len("+7 (965) 577-65-00")
_EMAIL_GOOD = 22
_NAME_GOOD = 36
_NOTHING = "—"


@dataclass(frozen=True, slots=True)
class PeopleColumns:
    """The columns of the people at one table width."""

    line: Line

    @classmethod
    def fitting(cls, width: int) -> PeopleColumns:
        """Return the columns for a table of `width` cells.

        Spare room goes to the ban in words, then to names and emails in equal parts.
        """
        gap, mark = (2, cell_len(ban_mark())) if width >= 100 else (1, len(BAN_SYMBOL) + 2)
        spare = width - 1 - _PHONE - mark - 3 * gap
        name = max(8, min(_NAME_GOOD, spare - _EMAIL_GOOD) + max(0, spare - 80) // 2)
        after = (Column(_PHONE), Column(max(1, spare - name)))
        return cls(Line(width, gap, (Column(name),), mark, after))

    def paint_titles(self, styles: RowStyles, note: str = "") -> Strip:
        """Return the headings, with `note` at their right end."""
        titles = Cells((_("Visitor"),), "", "", (pgettext("field", "Phone"), _("Email")))
        return self.line.paint_titles(titles, styles.header, note)

    def paint(
        self,
        row: PersonRow,
        zone: tzinfo,
        styles: RowStyles,
        cursor: Style | None,
        marked: bool = False,
    ) -> Strip:
        """Return a painted person; under the cursor entirely in the cursor's style."""
        return self.line.paint(self._cells(row), TicketStatus.CANCELLED, styles, cursor, marked)

    def texts(self, row: PersonRow, zone: tzinfo) -> list[str]:
        """Return the text of each column."""
        cells = self._cells(row)
        return [*cells.before, f"{cells.status} {cells.overdue}".strip(), *cells.after]

    def _cells(self, row: PersonRow) -> Cells:
        mark = (ban_mark() if self.line.status > 4 else BAN_SYMBOL) if row.banned else ""
        (name,), (_phone, email) = self.line.before, self.line.after
        return Cells(
            (cut(named(row.name), name.width),),
            mark,
            NOTE_SYMBOL if row.noted and not mark else "",
            (phone_text(row.phone) or _NOTHING, cut(shown(row.email or ""), email.width)),
        )


class PeopleTable(ListTable[PersonRow], can_focus=False):
    """People by last name. The line above it has the focus and moves its cursor."""

    BY_NUMBER: ClassVar = False
    MARKS: ClassVar = False

    @property
    def is_led(self) -> bool:
        """Keys of the line above always move the cursor."""
        return True

    def columns_for(self, width: int, rows: tuple[PersonRow, ...]) -> PeopleColumns:
        """Return the columns of this width, whoever is listed."""
        return PeopleColumns.fitting(width)
