"""Tickets that have to move, each with the workplace that is proposed for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from olvery_tui.domain.closings import ProposedMove
from olvery_tui.keys import binding
from olvery_tui.widgets.table.row_painting import fitted
from olvery_tui.wording.seats import move_columns


class MoveList(OptionList):
    """A line a ticket; those without a free place stand out. `Enter` chooses one."""

    BINDINGS: ClassVar = [binding("held.move", "select")]
    COMPONENT_CLASSES: ClassVar = {"move-list--stuck"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False, compact=True)
        self.moves: tuple[ProposedMove, ...] = ()

    def show(self, moves: Sequence[ProposedMove], zone: tzinfo) -> None:
        """List the tickets; the cursor stays on its line."""
        at, self.moves = self.highlighted or 0, tuple(moves)
        self.clear_options()
        stuck = self.get_visual_style("move-list--stuck", partial=True)
        lines = [move_columns(move, zone) for move in moves]
        widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
        for move, line in zip(moves, lines, strict=True):
            padded = "  ".join(map(fitted, line, widths)).rstrip()
            prompt = Content.styled(padded, stuck) if move.to is None else Content(padded)
            self.add_option(Option(prompt))
        self.highlighted = min(at, len(moves) - 1) if moves else None

    def ticket_at(self, row: int) -> int:
        """Return the number of the ticket in a line."""
        return self.moves[row].ticket.ticket
