"""The list of people: name, ban, phone, email."""

from __future__ import annotations

from datetime import tzinfo
from typing import ClassVar, NamedTuple

from rich.cells import cell_len

from olvery_tui.domain.people import PersonRow
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _, pgettext
from olvery_tui.widgets.table.list_table import ListTable
from olvery_tui.widgets.table.row_painting import Cells, Column, Columns, Line, cut
from olvery_tui.wording.people import BAN_SYMBOL, NOTE_SYMBOL, ban_mark, named, phone_text

_PHONE = len("+7 (965) 577-65-00")
_EMAIL_GOOD = 22
_NAME_GOOD = 36
_NOTHING = "—"


class _Fit(NamedTuple):
    line: Line


class PeopleColumns(_Fit, Columns[PersonRow]):
    """The columns of the people at one table width."""

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

    def titles(self) -> Cells:
        return Cells((_("Visitor"),), "", "", (pgettext("field", "Phone"), _("Email")))

    def cells(self, row: PersonRow, zone: tzinfo) -> Cells:
        mark = (ban_mark() if self.line.status > 4 else BAN_SYMBOL) if row.banned else ""
        (name,), (_phone, email) = self.line.before, self.line.after
        return Cells(
            (cut(named(row.name), name.width),),
            mark,
            NOTE_SYMBOL if row.noted and not mark else "",
            (phone_text(row.phone) or _NOTHING, cut(shown(row.email or ""), email.width)),
        )

    def look(self, row: PersonRow) -> TicketStatus:
        return TicketStatus.CANCELLED


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
