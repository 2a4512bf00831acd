"""`olvery-tui settings`: what all terminals of a database agree on."""

from __future__ import annotations

import sys
from dataclasses import replace

from olvery_tui.cli.opening import opened
from olvery_tui.cli.tables import print_facts
from olvery_tui.domain.access import DeskSettings, SignIn
from olvery_tui.i18n import _
from olvery_tui.start import DONE, StartOptions
from olvery_tui.wording.labels import lock_text, way_text


def show_or_change(options: StartOptions, sign_in: SignIn | None, lock_minutes: int | None) -> int:
    """Change what is named, then print all of it."""
    with opened(options) as services:
        desk = services.desk
        seen = desk.settings.get()
        wanted = replace(
            seen,
            sign_in=seen.sign_in if sign_in is None else sign_in,
            lock_minutes=seen.lock_minutes if lock_minutes is None else lock_minutes,
        )
        settings = desk.settings.change(seen, wanted) if wanted != seen else seen
    print_facts(_facts(settings), sys.stdout)
    return DONE


def _facts(settings: DeskSettings) -> list[tuple[str, str]]:
    return [
        (_("Way in"), way_text(settings.sign_in)),
        (_("The lock"), lock_text(settings.lock_minutes)),
    ]
