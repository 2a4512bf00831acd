"""The place that the database serves."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from olvery_tui.domain.cards import LocationCard
from olvery_tui.store.models import Location

_LOCATION = Location.metadata.tables["location"]


def location(session: Session) -> LocationCard:
    """The name, time zone and currency that all terminals agree on."""
    columns = (_LOCATION.c.name, _LOCATION.c.time_zone, _LOCATION.c.currency)
    name, time_zone, currency = session.connection().execute(select(*columns)).one()
    return LocationCard(name, ZoneInfo(time_zone), currency)
