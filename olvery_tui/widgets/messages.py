"""Messages from the application to its screens, and the kinds of messages that widgets post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget

W = TypeVar("W", bound="Widget")


@dataclass
class WidgetMessage(Message, Generic[W]):
    """A message of a widget, with the `control` that `@on` selects it by."""

    widget: W

    @property
    def control(self) -> W:
        """The widget that posted it."""
        return self.widget


class LatestMessage(Message):
    """A message of which only the last in the queue matters, of many from a held key, say."""

    def can_replace(self, message: Message) -> bool:
        """Replace an earlier message of the same kind in the queue."""
        return type(message) is type(self)


class DeskChanged(LatestMessage, bubble=False):
    """The database was changed: by this terminal, the status worker or another terminal."""


class MinutePassed(Message, bubble=False):
    """The displayed clock moved to another minute."""
