"""Everything that a manager does here."""

from __future__ import annotations

from olvery_tui.desk.auditing import Auditing
from olvery_tui.desk.identity import IdentityChecks
from olvery_tui.desk.managers import Managers
from olvery_tui.desk.reading import Reading
from olvery_tui.desk.visitors import Visitors
from olvery_tui.desk.workplaces import Workplaces


class Desk(Reading, IdentityChecks, Visitors, Workplaces, Managers, Auditing):
    """`Desk(store, clock, actor)`: what the manual lets a manager see and do."""
