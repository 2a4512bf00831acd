"""What the desk shows: plain frozen facts that any thread may hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from olvery_tui.domain.events import ActorKind, EventKind
from olvery_tui.domain.period import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus


@dataclass(frozen=True, slots=True)
class LocationCard:
    """The place that the database serves; `zone` makes its days."""

    name: str
    zone: ZoneInfo
    currency: str


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One line of the list."""

    number: int
    period: Period
    visitor: str
    status: TicketStatus
    workplace: str
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Top:
    """The list from its first line."""


@dataclass(frozen=True, slots=True)
class Bottom:
    """The list up to its last line."""


@dataclass(frozen=True, slots=True)
class After:
    """The lines that follow ticket `number` (lower numbers), nearest first."""

    number: int


@dataclass(frozen=True, slots=True)
class Before:
    """The lines that precede ticket `number` (higher numbers), the nearest ones."""

    number: int


@dataclass(frozen=True, slots=True)
class Around:
    """About half of the lines before ticket `number`, it (where it matches), the rest after."""

    number: int


PageStart = Top | Bottom | After | Before | Around


@dataclass(frozen=True, slots=True)
class Page:
    """Some neighbouring lines of the list, newest number first.

    `offset` is how many lines of the result stand above the first one; None where that was not
    asked for or is past the cap of counting.
    """

    rows: tuple[TicketRow, ...]
    more_above: bool
    more_below: bool
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many tickets match; with `capped`, at least so many."""

    value: int
    capped: bool = False


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as told apart from namesakes. Phone in E.164."""

    id: int
    last_name: str
    first_name: str
    phone: str | None = None
    email: str | None = None

    @property
    def name(self) -> str:
        """First and last name, as the manual's list shows them."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class ManagerCard:
    """Who acts, or who is responsible for an identity check."""

    id: int
    login: str | None
    last_name: str
    first_name: str

    @property
    def name(self) -> str:
        """First and last name; the login where no name is known."""
        return f"{self.first_name} {self.last_name}".strip() or (self.login or "")


@dataclass(frozen=True, slots=True)
class TicketCard:
    """A ticket, whole, as its form shows it."""

    number: int
    version: int
    status: TicketStatus
    created_at: datetime
    order: int
    order_status: OrderStatus
    period: Period
    visitor: PersonCard
    service_id: int
    service: str
    workplace_id: int
    workplace: str
    room: str
    tariff: str
    variant: str | None
    modifiers: tuple[str, ...]
    validated_at: datetime | None = None
    validated_by: ManagerCard | None = None
    overdue: bool = False

    @property
    def validated(self) -> bool:
        """Whether the visitor's identity was checked."""
        return self.validated_at is not None


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A workplace in the chooser: free, the ticket's own, or taken and by whom."""

    workplace_id: int
    label: str
    room: str
    current: bool = False
    taken_by: int | None = None
    visitor: str | None = None
    taken: Period | None = None

    @property
    def free(self) -> bool:
        """Whether nobody else holds it in the period."""
        return self.taken_by is None


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of a history: who did what when. `names` holds what the data's ids stand for.

    `ticket` is the number of the ticket that it happened to; None for what concerns the order.
    """

    id: int
    at: datetime
    kind: EventKind
    actor: ActorKind
    who: str
    due_at: datetime | None = None
    data: dict[str, object] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    ticket: int | None = None
