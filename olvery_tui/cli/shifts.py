"""`olvery-tui shift …`: the shift of the command line, and notes for the next manager."""

from __future__ import annotations

import sys
from datetime import tzinfo
from typing import Annotated

from typer import Context, Typer

from olvery_tui.cli.opening import opened
from olvery_tui.cli.options import DetailsFormat, FactsFormat, option
from olvery_tui.cli.parsing import Command, Group
from olvery_tui.cli.tables import print_details
from olvery_tui.cli.usage import bad_values_named
from olvery_tui.domain.shifts import ShiftSummary
from olvery_tui.export.json_lines import json_text, shift_json
from olvery_tui.i18n import N_, _
from olvery_tui.start import DONE, NO
from olvery_tui.wording.shifts import opened_text, summary_facts

commands = Typer(
    name="shift",
    cls=Group,
    help=N_("A shift: takings by kind, checks, orders, and a note for the next manager."),
    no_args_is_help=True,
)


@commands.command(
    "open", cls=Command, help=N_("Open the shift; one that nobody closed is closed by that.")
)
def open_shift(context: Context, output_format: FactsFormat = DetailsFormat.TABLE) -> int:
    """Open the command line's shift."""
    with opened(context.obj) as services:
        desk, zone = services.desk, services.location.zone
        last = desk.shifts.latest()
        done = desk.shifts.open(last.shift if last else None)
    if output_format is DetailsFormat.JSON:
        forgotten = done.forgotten and shift_json(done.forgotten, zone)
        told = {**shift_json(done.shift, zone), "closed": forgotten}
        print(json_text(told, indent=1))
    else:
        print(opened_text(done, zone))
    return DONE


@commands.command(cls=Command, help=N_("Close the shift and show what happened in it."))
def close(
    context: Context,
    note: Annotated[
        str, option("--note", N_("TEXT"), N_("For the next manager, shown at the next sign-in."))
    ] = "",
    output_format: FactsFormat = DetailsFormat.TABLE,
) -> int:
    """Close the command line's shift; exit 1 where none is open."""
    with opened(context.obj) as services:
        desk, zone = services.desk, services.location.zone
        last = desk.shifts.latest()
        if last is None or last.shift.closed_at is not None:
            print(_("No shift is open."), file=sys.stderr)
            return NO
        with bad_values_named({"note": "--note"}):
            summary = desk.shifts.close(last.shift, note)
    _print(summary, output_format, zone)
    return DONE


@commands.command(cls=Command, help=N_("Show the last shift: what happened in it so far."))
def show(context: Context, output_format: FactsFormat = DetailsFormat.TABLE) -> int:
    """Print the command line's last shift; exit 1 where there was none."""
    with opened(context.obj) as services:
        summary, zone = services.desk.shifts.latest(), services.location.zone
    if summary is None:
        print(_("No shift was opened yet."), file=sys.stderr)
        return NO
    _print(summary, output_format, zone)
    return DONE


def _print(summary: ShiftSummary, output_format: DetailsFormat, zone: tzinfo) -> None:
    told = {
        **shift_json(summary.shift, zone),
        "takings": [
            {
                "kind": one.kind.value,
                "currency": one.currency,
                "paid": f"{one.paid:.2f}",
                "refunded": f"{one.refunded:.2f}",
                "sum": f"{one.sum:.2f}",
            }
            for one in summary.takings
        ],
        "checks": summary.checks,
        "orders_created": summary.created,
        "orders_cancelled": summary.cancelled,
        "owed": [
            {"currency": one.currency, "orders": one.orders, "amount": f"{one.amount:.2f}"}
            for one in summary.owed
        ],
    }
    print_details(output_format, told, summary_facts(summary, zone))
