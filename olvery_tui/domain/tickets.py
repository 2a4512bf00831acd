"""What the desk shows: plain frozen facts that any thread may hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from olvery_tui.domain.periods import Period
from olvery_tui.domain.roles import Role, SignIn
from olvery_tui.domain.statuses import OrderStatus, TicketStatus

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from olvery_tui.domain.events import ActorKind, EventKind


@dataclass(frozen=True, slots=True)
class LocationDetails:
    """The place that the database serves; `zone` makes its days."""

    name: str
    zone: ZoneInfo
    currency: str


@dataclass(frozen=True, slots=True)
class PersonDetails:
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
class ManagerDetails:
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
class ManagerAccount:
    """A manager as whoever keeps the database sees them."""

    card: ManagerDetails
    role: Role
    active: bool
    has_password: bool


@dataclass(frozen=True, slots=True)
class Door:
    """How one gets in here. `first`: nobody can sign in yet, so the first manager is made."""

    way: SignIn
    first: bool


@dataclass(frozen=True, slots=True)
class TicketDetails:
    """A ticket, whole, as its form shows it."""

    number: int
    version: int
    status: TicketStatus
    created_at: datetime
    order: int
    order_status: OrderStatus
    period: Period
    visitor: PersonDetails
    service_id: int
    service: str
    workplace_id: int
    workplace: str
    room: str
    tariff: str
    variant: str | None
    modifiers: tuple[str, ...]
    validated_at: datetime | None = None
    validated_by: ManagerDetails | None = None
    overdue: bool = False
    owed: Decimal = Decimal(0)
    """What is still to be paid of its order, in `currency`."""
    currency: str = ""

    @property
    def validated(self) -> bool:
        """Whether the visitor's identity was checked."""
        return self.validated_at is not None


@dataclass(frozen=True, slots=True)
class PlaceDetails:
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
    """One line of a history: who did what when, and where.

    `names` holds what the data's ids stand for, and under `subject` whom it is about, whose login
    is `about`. `ticket` is the ticket that it happened to; None for what concerns the order.

    A line that this program did not write may have a `kind` or `actor` that it doesn't know, and a
    time that is none.
    """

    id: int
    at: datetime | None
    kind: EventKind | str
    actor: ActorKind | str
    who: str
    due_at: datetime | None = None
    data: dict[str, object] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    ticket: int | None = None
    order: int | None = None
    account: str | None = None
    login: str | None = None
    terminal: str | None = None
    about: str | None = None
