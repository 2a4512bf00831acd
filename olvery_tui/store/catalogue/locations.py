"""The place that the database serves, and what all its terminals agree on."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlmodel import Session

from olvery_tui.domain.access import DeskSettings, SignIn
from olvery_tui.domain.catalogue import LocationDetails
from olvery_tui.store.database import versions
from olvery_tui.store.database.tables import LOCATION


def location(session: Session) -> LocationDetails:
    """The name, time zone and currency that all terminals agree on."""
    columns = (LOCATION.c.name, LOCATION.c.time_zone, LOCATION.c.currency)
    name, time_zone, currency = session.connection().execute(select(*columns)).one()
    return LocationDetails(name, ZoneInfo(time_zone), currency)


def settings(session: Session) -> DeskSettings:
    """What a manager may change for all terminals."""
    columns = (
        LOCATION.c.version,
        LOCATION.c.auto_complete_orders,
        LOCATION.c.sign_in,
        LOCATION.c.lock_minutes,
    )
    version, auto, sign_in, lock_minutes = session.connection().execute(select(*columns)).one()
    return DeskSettings(version, auto, SignIn(sign_in), lock_minutes)


def change_settings(session: Session, version: int, changed: DeskSettings) -> bool:
    """Write them; False where they have another version by now."""
    done = session.connection().execute(
        update(LOCATION)
        .where(LOCATION.c.version == version)
        .values(
            version=versions.following(version),
            auto_complete_orders=changed.auto_complete_orders,
            sign_in=changed.sign_in.value,
            lock_minutes=changed.lock_minutes,
        )
    )
    return done.rowcount == 1
