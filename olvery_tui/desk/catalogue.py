"""What is sold, and where there is room for it."""

from __future__ import annotations

from olvery_tui.desk.transaction import DeskContext
from olvery_tui.domain.catalogue import ServiceDetails
from olvery_tui.domain.periods import Period
from olvery_tui.domain.tickets import PlaceDetails, held_from
from olvery_tui.store.catalogue import offers
from olvery_tui.store.tickets import places


class Catalogue:
    """Nothing here changes anything. Every method may raise `StoreUnavailable`."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def services(self) -> tuple[ServiceDetails, ...]:
        """Everything that can be sold, by name."""
        with self._context.reading() as session:
            return offers.services(session)

    def free_places(self, service_id: int, period: Period) -> tuple[PlaceDetails, ...]:
        """The workplaces of a service by room, first those that are free in what is left of the
        period (`held_from`).
        """
        since = held_from(period, self._context.now())
        with self._context.reading() as session:
            return places.places(session, service_id, since, period.ends_at)
