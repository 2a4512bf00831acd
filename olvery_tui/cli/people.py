"""`olvery-tui people`: the data of people."""

from __future__ import annotations

import sys
from typing import Annotated

from typer import Argument, Context, Option, Typer

from olvery_tui.cli.opening import opened
from olvery_tui.cli.parsing import Command, Group
from olvery_tui.domain.erasure import Ground
from olvery_tui.domain.errors import NoSuchChoice
from olvery_tui.domain.people import PersonDetails
from olvery_tui.domain.text import shown
from olvery_tui.i18n import N_, _
from olvery_tui.start import DONE, NO, USAGE
from olvery_tui.wording.acts import act_text
from olvery_tui.wording.people import person_line

commands = Typer(name="people", cls=Group, help=N_("The data of people."), no_args_is_help=True)


@commands.command(
    cls=Command, help=N_("Remove a person's name, phone and email; the tickets stay.")
)
def erase(
    context: Context,
    key: Annotated[
        str, Argument(metavar=N_("PERSON"), help=N_("The key of the import, or the number."))
    ],
    ground: Annotated[
        Ground, Option("--ground", help=N_("Why: it stands in the act of the erasure."))
    ] = Ground.REQUEST,
    agreed: Annotated[bool, Option("--yes", help=N_("Do not ask."))] = False,
) -> int:
    """Forget a person, which nothing brings back; exit 1 where nobody has the key or number.

    Unless `agreed`, the person is named and a «yes» is asked for; exit 2 where nobody can answer.
    """
    with opened(context.obj) as services:
        try:
            found = services.desk.people.with_key(key)
            if not agreed:
                if not sys.stdin.isatty():
                    print(_("Nothing brings erased data back. Add --yes."), file=sys.stderr)
                    return USAGE
                if not _agrees(found):
                    print(_("Nothing was removed."), file=sys.stderr)
                    return NO
            services.desk.people.erase(found.id, ground)
        except NoSuchChoice:
            text = _("There is no person {key}.").format(key=shown(key))
            print(text, file=sys.stderr)
            return NO
    print(_("Name, phone and email of person {number} are removed.").format(number=found.id))
    print(_("Former copies (db backup) still hold them."))
    print(_("The act to be kept: olvery-tui people act {number}").format(number=found.id))
    return DONE


@commands.command(
    cls=Command, help=N_("Print the act of a person's erasure, with its extract of the log.")
)
def act(
    context: Context,
    number: Annotated[int, Argument(metavar=N_("NUMBER"), help=N_("The person's number."))],
) -> int:
    """Print the act; exit 1 where nobody of this number was erased."""
    with opened(context.obj) as services:
        try:
            found = services.desk.people.act(number)
        except NoSuchChoice:
            text = _("Nobody with the number {number} was erased.").format(number=number)
            print(text, file=sys.stderr)
            return NO
        print(act_text(found, services.desk.location().zone), end="")
    return DONE


def _agrees(person: PersonDetails) -> bool:
    text = _("Name, phone and email will be removed for good: {person}")
    print(text.format(person=person_line(person)))
    print(_("Type “yes” to go on:"), end=" ", flush=True)
    return sys.stdin.readline().strip().casefold() in (_("yes"), "yes")
