"""Refusals that carry what is stored now, so that the screen can show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from olvery_tui.domain.access import DeskSettings
from olvery_tui.domain.errors import Refusal
from olvery_tui.domain.hours import OpeningHours
from olvery_tui.domain.items import Item
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.people import PersonDetails
from olvery_tui.domain.periods import Period
from olvery_tui.domain.shifts import Shift
from olvery_tui.domain.tickets import TicketDetails


class AlreadyValidated(Refusal):
    """Somebody else has checked the identity already; their record is kept."""

    current: TicketDetails
    reason = "already_validated"


class NotValidated(Refusal):
    """There is no identity check to reset."""

    current: TicketDetails
    reason = "not_validated"


class ChangedElsewhere(Refusal):
    """What was to be changed is not as it was on the screen."""

    reason = "changed_meanwhile"


class ChangedMeanwhile(ChangedElsewhere):
    """The ticket was changed since it was shown: `current` is its current state.

    `by` is the display name of who changed it (None for the system), `at` when.
    """

    current: TicketDetails
    by: str | None
    at: datetime


class PersonExists(Refusal):
    """People who already have this phone or email; they are offered instead of a duplicate."""

    people: tuple[PersonDetails, ...]
    reason = "person_exists"


class PersonChangedMeanwhile(ChangedElsewhere):
    """The person was changed since they were shown: `person` is as they are now."""

    person: PersonDetails


class VisitorBanned(Refusal):
    """The visitor must not be let in; checking their identity needs a second confirmation."""

    current: TicketDetails
    reason = "banned"


class OrderChangedMeanwhile(ChangedElsewhere):
    """The order was changed since it was shown; see `ChangedMeanwhile`."""

    current: OrderDetails
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """A workplace that a ticket holds now or later."""

    ticket: int
    visitor: str
    workplace: str
    room: str
    period: Period
    service_id: int = 0


class PlacesHeld(Refusal):
    """Workplaces that are to be archived or closed are held by tickets: the first of `count`, by
    time."""

    held: tuple[HeldPlace, ...]
    count: int
    reason = "places_held"


class ShiftChangedMeanwhile(ChangedElsewhere):
    """The shift was opened or closed since it was shown; `current` is the last one now."""

    current: Shift | None


class ItemChangedMeanwhile(ChangedElsewhere):
    """The catalogue entry was changed since it was shown: `item` is its current state.

    `by` and `at` as `ChangedMeanwhile`; both are None where nobody can tell.
    """

    item: Item
    by: str | None
    at: datetime | None


class HoursChangedMeanwhile(ChangedElsewhere):
    """The opening hours were changed since they were shown: `hours` are the current ones."""

    hours: OpeningHours


class SettingsChangedMeanwhile(ChangedElsewhere):
    """The settings were changed since they were shown: `settings` are the current ones."""

    settings: DeskSettings
