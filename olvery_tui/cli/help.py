"""The help texts, in the reader's language: bold on a terminal, plain in a pipe.

Texts are marked where the commands are declared and translated here.
"""

from __future__ import annotations

import io
import sys
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer._click.core import Command, Context

from olvery_tui.i18n import N_, _

_WIDTH_MAX = 100
_HEADING = "bold"
_WORD = "cyan"
_SHOW_HELP = N_("Show this help.")

METAVARS = (
    *(N_("NUMBER"), N_("FILE"), N_("DAY"), N_("TIME"), N_("TEXT"), N_("STATUS"), N_("FORMAT")),
    *(N_("ZONE"), N_("ACTION"), N_("KIND"), N_("LOGIN"), N_("ROLE"), N_("WAY"), N_("PERSON")),
    N_("SEAL"),
)
"""What stands for a value in the help."""


def help_text(command: Command, context: Context) -> str:
    """What a command does, and every word that it takes."""
    parts: list[Any] = [_usage(command, context)]
    if command.help:
        parts += ["", Text(_(command.help))]
    parameters = [one for one in command.get_params(context) if not getattr(one, "hidden", False)]
    arguments = [one for one in parameters if one.param_type_name == "argument"]
    options = [one for one in parameters if one.param_type_name == "option"]
    commands = getattr(command, "commands", {})
    for title, rows in (
        (_("Words"), [(shown_value(one), _help_of(one)) for one in arguments]),
        (_("Options"), [(_names(one), _help_of(one)) for one in options]),
        (_("Commands"), [(name, _(one.help or "")) for name, one in commands.items()]),
    ):
        if rows:
            parts += ["", Text(title, style=_HEADING), _rows(rows)]
    if command.epilog:
        parts += ["", Text(_(command.epilog))]
    return _rendered(Group(*parts))


def shown_value(parameter: Any) -> str:
    """What stands for a parameter's value: `НОМЕР`."""
    return _(parameter.metavar) if parameter.metavar else ""


def _usage(command: Command, context: Context) -> Text:
    words = [context.command_path, _("[OPTIONS]")]
    words += [
        shown_value(one) for one in command.get_params(context) if one.param_type_name == "argument"
    ]
    if hasattr(command, "commands"):
        words.append(_("[COMMAND]") if context.parent is None else _("COMMAND"))
    line = Text(_("Usage:"), style=_HEADING)
    return line.append(" " + " ".join(words), style="not bold")


def _names(option: Any) -> str:
    names = ", ".join(sorted(option.opts, key=len))
    value = "" if option.is_flag else shown_value(option)
    return f"{names} {value}".rstrip()


def _help_of(parameter: Any) -> str:
    if "--help" in parameter.opts:
        return _(_SHOW_HELP)
    return _(parameter.help) if parameter.help else ""


def _rows(rows: list[tuple[str, str]]) -> Padding:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style=_WORD, no_wrap=True)
    table.add_column()
    for name, text in rows:
        table.add_row(Text(name), Text(text))
    return Padding(table, (0, 0, 0, 2))


def _rendered(help_page: Group) -> str:
    terminal = sys.stdout.isatty()
    page = io.StringIO()
    console = Console(
        file=page, force_terminal=terminal, highlight=False, markup=False, emoji=False
    )
    console.width = min(console.width, _WIDTH_MAX)
    console.print(help_page)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n"
