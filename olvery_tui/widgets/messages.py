"""What the application tells its screens."""

from __future__ import annotations

from textual.message import Message


class DeskChanged(Message, bubble=False):
    """The database was changed: here, by the status worker or by another terminal."""

    def can_replace(self, message: Message) -> bool:
        """A flood of changes is one change."""
        return isinstance(message, DeskChanged)


class MinutePassed(Message, bubble=False):
    """The clock on the screen shows another minute."""
