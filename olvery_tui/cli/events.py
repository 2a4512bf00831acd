"""`olvery-tui events`: who did what when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import TYPE_CHECKING, Annotated

from typer import Context, Typer

from olvery_tui.cli.following import matching
from olvery_tui.cli.listing import Table, Target, period, print_list
from olvery_tui.cli.options import Follow, For, Format, Limit, ListFormat, Output, Replace, option
from olvery_tui.cli.parsing import Command
from olvery_tui.cli.tables import Column
from olvery_tui.domain.codes import NUMBER_MAX
from olvery_tui.domain.events import EventFilter, EventKind, EventLine
from olvery_tui.domain.text import shown
from olvery_tui.export.lists import EVENTS
from olvery_tui.i18n import N_, _
from olvery_tui.wording.events import actor_text, event_text, when_text

if TYPE_CHECKING:
    from olvery_tui.services import Services

commands = Typer()


@commands.command(
    cls=Command, help=N_("Who did what when, newest first: changes, sign-ins, refusals, exports.")
)
def events(
    context: Context,
    from_day: Annotated[
        str, option("--from", N_("DAY"), N_("On this day or later: 2022-12-06."))
    ] = "",
    to_day: Annotated[str, option("--to", N_("DAY"), N_("On this day or earlier."))] = "",
    manager: Annotated[str, option("--manager", N_("LOGIN"), N_("By or about this manager."))] = "",
    ticket: Annotated[
        int | None, option("--ticket", N_("NUMBER"), N_("Of this ticket."), min=1, max=NUMBER_MAX)
    ] = None,
    order: Annotated[
        int | None, option("--order", N_("NUMBER"), N_("Of this order."), min=1, max=NUMBER_MAX)
    ] = None,
    kind: Annotated[
        list[EventKind] | None,
        option(
            "--kind", N_("KIND"), N_("Of this kind, as JSON tells it; may be given several times.")
        ),
    ] = None,
    limit: Limit = None,
    output_format: ListFormat = Format.TABLE,
    audience: For = None,
    output: Output = None,
    replace: Replace = False,
    follow: Follow = False,
) -> int:
    """Print the matching events, newest first; exit 2 where a day can't be read."""

    def find(services: Services) -> Iterator[EventLine]:
        desk = services.desk
        first, last = period(from_day, to_day, desk.today())
        by = desk.access.manager(manager).id if manager else None
        filters = EventFilter(first, last, by, ticket, order, frozenset(kind or ()))
        return matching(services, desk.audit, filters, follow=follow)

    target = Target(limit, output_format, audience, output, replace, follow)
    return print_list(context, target, EVENTS, Table(_columns, _row), find)


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Number")),
        Column(_("Time")),
        Column(_("Who"), least=8, letters=60),
        Column(_("Where"), least=8, letters=60),
        Column(_("Of")),
        Column(_("What"), least=18),
    )


def _row(line: EventLine, zone: tzinfo, narrow: bool) -> tuple[str, ...]:
    of = [f"№ {line.ticket}"] if line.ticket is not None else []
    of += [_("order {number}").format(number=line.order)] if line.order is not None else []
    return (
        str(line.id),
        when_text(line, zone),
        actor_text(line),
        shown(line.terminal or ""),
        ("\n" if narrow else ", ").join(of),
        event_text(line, zone),
    )
