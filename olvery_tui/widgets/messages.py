"""Messages from the application to its screens, and the kinds of messages that widgets post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, dataclass_transform

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget

W = TypeVar("W", bound="Widget")


@dataclass_transform(eq_default=False)
class DataMessage(Message):
    """A message that declares what it tells like a data class.

    One initialiser serves them all: generating one for each class would delay the first frame.
    """

    __match_args__: tuple[str, ...] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        names = (*cls.__match_args__, *cls.__annotations__)
        setattr(cls, "__match_args__", names)  # noqa: B010  mypy takes it for final

    def __init__(self, *told: Any, **named: Any) -> None:
        super().__init__()
        self.__dict__.update(zip(self.__match_args__, told, strict=False), **named)


class WidgetMessage(DataMessage, Generic[W]):
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
