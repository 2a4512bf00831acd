"""`olvery-tui settings`: what all terminals of a database agree on."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated

from typer import Context, Typer

from olvery_tui.cli.opening import opened
from olvery_tui.cli.options import option
from olvery_tui.cli.parsing import Command
from olvery_tui.cli.tables import print_facts
from olvery_tui.domain.access import SignIn
from olvery_tui.i18n import N_, _
from olvery_tui.start import DONE
from olvery_tui.wording.access import lock_text, method_text

commands = Typer()


@commands.command(
    cls=Command,
    help=N_("Show or change what all terminals of the database agree on: the way in, the lock."),
)
def settings(
    context: Context,
    sign_in: Annotated[
        SignIn | None,
        option("--sign-in", N_("WAY"), N_("How managers are known: password, os-user, ssh-key.")),
    ] = None,
    lock_minutes: Annotated[
        int | None,
        option(
            "--lock-minutes",
            N_("NUMBER"),
            N_("Lock a terminal after so many minutes without a key; 0 for never."),
            min=0,
            max=1440,
        ),
    ] = None,
) -> int:
    """Change what is named, then print all of it."""
    with opened(context.obj) as services:
        desk = services.desk
        seen = desk.settings.get()
        wanted = replace(
            seen,
            sign_in=seen.sign_in if sign_in is None else sign_in,
            lock_minutes=seen.lock_minutes if lock_minutes is None else lock_minutes,
        )
        agreed = desk.settings.change(seen, wanted) if wanted != seen else seen
    facts = (
        (_("Way in"), method_text(agreed.sign_in)),
        (_("The lock"), lock_text(agreed.lock_minutes)),
    )
    print_facts(facts, sys.stdout)
    return DONE
