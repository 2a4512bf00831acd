"""Messages from the application to its screens."""

from __future__ import annotations

from textual.message import Message


class DeskChanged(Message, bubble=False):
    """The database was changed: by this terminal, the status worker or another terminal."""

    def can_replace(self, message: Message) -> bool:
        """Merge a burst of changes into one."""
        return isinstance(message, DeskChanged)


class MinutePassed(Message, bubble=False):
    """The displayed clock moved to another minute."""
