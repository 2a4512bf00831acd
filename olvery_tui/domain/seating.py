"""From when a ticket asks for its seat, and what it keeps of it. Source: ours.

A seat that is free can be sold: who has it is who holds it from now on, in the period that is asked
for. The store keeps what follows from these rules (`store.seats`), the import plans by them.
"""

from __future__ import annotations

from datetime import datetime

from olvery_tui.domain.periods import Period


def held_from(period: Period, now: datetime) -> datetime:
    """From when a ticket that gets its seat at `now` holds it: until the end of its period.

    Now, where the period has begun: the hours before are nobody's business any more. A period that
    is over is written down after the fact, and holds all of it.
    """
    return now if period.contains(now) else period.starts_at
