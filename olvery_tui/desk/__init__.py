"""What a manager does: each method is one transaction and returns plain facts."""

from olvery_tui.desk.authentication import Authentication
from olvery_tui.desk.desk import Desk

__all__ = ["Authentication", "Desk"]
