"""Everything that a manager does here."""

from __future__ import annotations

from olvery_tui.desk.auditing import Auditing
from olvery_tui.desk.booking import Booking
from olvery_tui.desk.desk_settings import Settings
from olvery_tui.desk.managers import Managers
from olvery_tui.desk.order_reading import OrderReading
from olvery_tui.desk.reading import Reading
from olvery_tui.desk.undoing import Undoing


class Desk(
    Reading,
    OrderReading,
    Booking,
    Undoing,
    Settings,
    Managers,
    Auditing,
):
    """`Desk(store, clock, actor)`: what the manual lets a manager see and do."""
