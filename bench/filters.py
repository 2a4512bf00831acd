"""The filters that are measured, each also where nothing matches."""

from __future__ import annotations

from datetime import date

from olvery_tui.domain.filters import NumberRange, TicketFilter
from olvery_tui.domain.statuses import TicketStatus

_TODAY = date(2022, 12, 6)
_NOBODY = ("ыыы",)
_NEVER = date(2099, 1, 1)
_NO_NUMBER = 2_000_000_000


def filters(tickets: int) -> dict[str, TicketFilter]:
    """By name, for a list of so many tickets."""
    wide = NumberRange(tickets // 1000 + 1, tickets * 9 // 10)
    together = TicketFilter(
        numbers=(wide,),
        from_day=date(2022, 1, 1),
        to_day=date(2022, 12, 31),
        visitor_words=("и",),
        statuses=frozenset({TicketStatus.DONE, TicketStatus.CANCELLED}),
    )
    return {
        "no filter": TicketFilter(),
        "number": TicketFilter(numbers=(NumberRange(tickets // 2, tickets // 2),)),
        "number, a wide range": TicketFilter(numbers=(wide,)),
        "number, nothing matches": TicketFilter(numbers=(NumberRange(_NO_NUMBER, _NO_NUMBER),)),
        "period, a day": TicketFilter(from_day=_TODAY, to_day=_TODAY),
        "period, a year": TicketFilter(from_day=date(2022, 1, 1), to_day=date(2022, 12, 31)),
        "period, from a day on": TicketFilter(from_day=_TODAY),
        "period, nothing matches": TicketFilter(from_day=_NEVER),
        "visitor, one letter": TicketFilter(visitor_words=("и",)),
        "visitor, two words": TicketFilter(visitor_words=("иван", "ан")),
        "visitor, digits of the phone": TicketFilter(visitor_words=("5776",)),
        "visitor, one digit": TicketFilter(visitor_words=("7",)),
        "visitor, nothing matches": TicketFilter(visitor_words=_NOBODY),
        "status": TicketFilter(statuses=frozenset({TicketStatus.NEW})),
        "status, several": TicketFilter(statuses=frozenset(TicketStatus) - {TicketStatus.NEW}),
        "all together": together,
        "all together, nobody is called so": together._replace(visitor_words=_NOBODY),
        "all together, nothing matches at once": together._replace(
            statuses=frozenset({TicketStatus.ACTIVE}), to_day=date(2022, 6, 30)
        ),
    }
