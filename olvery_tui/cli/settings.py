"""`olvery-tui settings`: what all terminals of a database agree on."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated, Any

from typer import Context, Typer

from olvery_tui.cli.opening import opened
from olvery_tui.cli.options import option
from olvery_tui.cli.parsing import Command
from olvery_tui.cli.tables import print_facts
from olvery_tui.cli.usage import bad_values_named
from olvery_tui.domain.access import BACKUPS_MAX, LOCK_MINUTES_MAX, RENEWAL_DAYS_MAX, SignIn
from olvery_tui.i18n import N_, _
from olvery_tui.start import DONE
from olvery_tui.wording.access import lock_text, method_text
from olvery_tui.wording.backups import backups_text
from olvery_tui.wording.errors import field_name

commands = Typer()


@commands.command(
    cls=Command,
    help=N_(
        "Show or change what all terminals of the database agree on: the way in, the lock, backups."
    ),
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
            max=LOCK_MINUTES_MAX,
        ),
    ] = None,
    backup_folder: Annotated[
        str | None,
        option(
            "--backup-folder",
            N_("FOLDER"),
            N_("Where the daily copies of a database file go; an empty text: beside it."),
        ),
    ] = None,
    backups_kept: Annotated[
        int | None,
        option(
            "--backups-kept",
            N_("NUMBER"),
            N_("How many daily copies are kept; 0 for none at all."),
            min=0,
            max=BACKUPS_MAX,
        ),
    ] = None,
    renewal_days: Annotated[
        int | None,
        option(
            "--renewal-days",
            N_("NUMBER"),
            N_("How many days before its end a month is offered again."),
            min=1,
            max=RENEWAL_DAYS_MAX,
        ),
    ] = None,
) -> int:
    """Change what is named, then print all of it."""
    named = {
        "sign_in": sign_in,
        "lock_minutes": lock_minutes,
        "backup_folder": backup_folder,
        "backups_kept": backups_kept,
        "renewal_days": renewal_days,
    }
    changes: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    with opened(context.obj) as services:
        desk = services.desk
        seen = desk.settings.get()
        wanted = replace(seen, **changes)
        with bad_values_named({"backup_folder": "--backup-folder"}):
            agreed = desk.settings.change(seen, wanted) if wanted != seen else seen
        file = services.store.file
    facts = [
        (_("Way in"), method_text(agreed.sign_in)),
        (_("The lock"), lock_text(agreed.lock_minutes)),
        (field_name("renewal_days"), str(agreed.renewal_days)),
    ]
    if file is not None:
        facts.append((_("Daily backups"), backups_text(agreed, file)))
    print_facts(facts, sys.stdout)
    return DONE
