"""How many tickets and orders each preset has: one statement for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import BindParameter, Select, bindparam, func, select, union_all
from sqlalchemy.sql.visitors import replacement_traverse
from sqlmodel import Session

from olvery_tui.domain.pages import Count
from olvery_tui.domain.periods import DAY, day_start
from olvery_tui.domain.presets import OPEN, ORDER_PRESETS, TICKET_PRESETS, Preset, PresetCounts
from olvery_tui.domain.renewals import renewed_until
from olvery_tui.store.database.tables import LOCATION, TICKETS
from olvery_tui.store.database.types import UtcDateTime
from olvery_tui.store.listing import queries
from olvery_tui.store.listing.filters import Question, Shape, order_question, question
from olvery_tui.store.listing.queries import Way

COUNT_CAP = 999
"""A tab has no room for more."""

_REACH = 40 * DAY
"""How long before a day what touches it may have begun; longer rentals are looked up by length.

The list's search finds the best such time; any gives the same count.
"""


def counts(session: Session, now: datetime, zone: tzinfo) -> PresetCounts:
    """Count what each preset has, but for `all`, and when time alone may change it next."""
    asked = _questions(now, zone, renewal_days(session))
    shapes = tuple((preset.value, one.shape) for preset, one in asked.items())
    values: dict[str, Any] = {"now": now}
    for preset, one in asked.items():
        reach = {"reach": one.since - _REACH} if one.since is not None else {}
        given = {**one.values, **reach, "limit": COUNT_CAP + 1}
        values |= {f"{preset}_{name}": value for name, value in given.items()}
    *found, ends_at = session.connection().execute(statement(shapes), values).one()
    midnight = day_start(now.astimezone(zone).date() + DAY, zone)
    return PresetCounts(
        {
            preset: Count(min(value, COUNT_CAP), capped=value > COUNT_CAP)
            for preset, value in zip(asked, found, strict=True)
        },
        midnight if ends_at is None else min(ends_at, midnight),
    )


def renewal_days(session: Session) -> int:
    """Within how many days what ends is offered again."""
    days: int = session.connection().execute(select(LOCATION.c.renewal_days)).scalar_one()
    return days


def _questions(now: datetime, zone: tzinfo, days: int) -> Mapping[Preset, Question]:
    today = now.astimezone(zone).date()
    until = renewed_until(now, days, zone)
    tickets = {
        preset: question(filters(today), zone, now, renewed_until=until)
        for preset, filters in TICKET_PRESETS.items()
    }
    orders = {
        preset: order_question(filters(today), zone, now)
        for preset, filters in ORDER_PRESETS.items()
    }
    return {preset: one for preset, one in (tickets | orders).items() if preset is not Preset.ALL}


@lru_cache(8)
def statement(shapes: tuple[tuple[str, Shape], ...]) -> Select[Any]:
    """Select a count for each shape, and when the next open ticket ends (ix_ticket_status_ends).

    The parameters of a shape's count begin with the shape's name.
    """
    counted = (_renamed(_counted(shape), name).scalar_subquery() for name, shape in shapes)
    ends = (
        select(func.min(TICKETS.c.ends_at).label("ends_at")).where(
            TICKETS.c.status == status.value,
            TICKETS.c.ends_at > bindparam("now", type_=UtcDateTime()),
        )
        for status in OPEN
    )
    open_ends = union_all(*ends).subquery("open_ends")
    return select(*counted, select(func.min(open_ends.c.ends_at)).scalar_subquery())


def _counted(shape: Shape) -> Select[Any]:
    way = Way.END if shape.monthly else Way.DEBT if shape.owed else Way.PERIOD
    return queries.count(shape, way)


def _renamed(counted: Select[Any], prefix: str) -> Select[Any]:
    def rename(element: Any, **_options: Any) -> Any:
        if isinstance(element, BindParameter) and not element.unique:
            return bindparam(f"{prefix}_{element.key}", type_=element.type)
        return None

    return cast("Select[Any]", replacement_traverse(counted, {}, rename))
