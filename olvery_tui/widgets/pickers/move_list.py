"""Tickets that have to move, each with the workplace that is proposed for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import ClassVar

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from olvery_tui.domain.closings import ProposedMove
from olvery_tui.keys import bindings
from olvery_tui.wording.seats import move_text


class MoveList(OptionList):
    """A line a ticket; those without a free place stand out. `Enter` chooses one."""

    BINDINGS: ClassVar = bindings("held")
    COMPONENT_CLASSES: ClassVar = {"move-list--stuck"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False, compact=True)
        self.moves: tuple[ProposedMove, ...] = ()

    def show(self, moves: Sequence[ProposedMove], zone: tzinfo) -> None:
        """List the tickets; the cursor stays on its line."""
        at, self.moves = self.highlighted or 0, tuple(moves)
        stuck = self.get_visual_style("move-list--stuck", partial=True)
        self.set_options(
            Option(Content.styled(text, stuck) if move.to is None else Content(text))
            for move in moves
            for text in (move_text(move, zone),)
        )
        self.highlighted = min(at, len(moves) - 1) if moves else None

    def ticket_at(self, row: int) -> int:
        """Return the number of the ticket in a line."""
        return self.moves[row].ticket.ticket
