"""Import of JSON Lines: services, people, orders and tickets from another system.

Every line names its record by a natural key and is the whole truth of it, so the same file twice
changes nothing. The kinds may stand in any order: they are imported kind by kind, each kind in
the order of its lines, so of two lines about one record the later one counts.

A line that can't be imported is reported with its number, field and reason; what names its record
is left out too, and everything else is loaded.
"""

from olvery_tui.store.importing.pipeline import run
from olvery_tui.store.importing.report import ImportReport, Outcome, Progress

__all__ = ["ImportReport", "Outcome", "Progress", "run"]
