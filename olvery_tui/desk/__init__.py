"""What a manager does: each method is one transaction and returns plain facts."""

from olvery_tui.desk.desk import Desk
from olvery_tui.desk.entrance import Entrance

__all__ = ["Desk", "Entrance"]
