"""Typer's own classes, which speak the reader's language: help pages and mistakes.

Texts are marked where the commands are declared and translated here.
"""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from olvery_tui.cli.usage import (
    WrongUsage,
    mistakes_in_words,
    name_of,
    no_such_command,
    quoted,
    wrong,
)
from olvery_tui.domain.text import is_text
from olvery_tui.i18n import N_, _

WIDTH_MAX = 100
"""Cells of the widest help page."""

_SHOW_HELP = N_("Show this help.")


class Command(TyperCommand):
    """One command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the words; raises WrongUsage."""
        ctx.allow_extra_args = True
        with mistakes_in_words(ctx):
            rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            words = " ".join(quoted(word) for word in rest)
            raise wrong(ctx, _("This is too much: {words}.").format(words=words))
        for param in self.get_params(ctx):
            value = ctx.params.get(param.name)
            if isinstance(value, str) and not is_text(value):  # a file's name may be any bytes
                text = _("{name} is not in UTF-8. Set the terminal to UTF-8 and type it again.")
                raise wrong(ctx, text.format(name=name_of(param)))
        return rest

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page."""
        _write_help(self, ctx, formatter)


class Group(TyperGroup):
    """Commands under one name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the words before the command's name; raises WrongUsage."""
        if not args and self.no_args_is_help:
            raise WrongUsage(ctx.get_help())
        with mistakes_in_words(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names; raises WrongUsage."""
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            raise no_such_command(ctx, args[0], list(self.commands))
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page."""
        _write_help(self, ctx, formatter)


def _write_help(command: Any, context: Any, formatter: Any) -> None:
    """What a command does, and every word that it takes."""
    params = command.get_params(context)
    arguments = [one for one in params if one.param_type_name == "argument"]
    options = [one for one in params if one.param_type_name == "option"]
    commands = getattr(command, "commands", {})
    words = [_("[OPTIONS]"), *map(name_of, arguments)]
    if commands:
        words.append(_("[COMMAND]") if context.parent is None else _("COMMAND"))
    usage = typer.style(_("Usage:"), bold=True)
    formatter.write_usage(context.command_path, " ".join(words), prefix=f"{usage} ")
    if command.help:
        formatter.write_paragraph()
        formatter.write_text(_(command.help))
    for title, rows in (
        (_("Words"), [(name_of(one), _(one.help)) for one in arguments]),
        (_("Options"), [_option_row(one) for one in options]),
        (_("Commands"), [(name, _(one.help)) for name, one in commands.items()]),
    ):
        if rows:
            with formatter.section(typer.style(title, bold=True)):
                formatter.write_dl(rows)
    if command.epilog:
        formatter.write_paragraph()
        formatter.write_text(_(command.epilog))


def _option_row(option: Any) -> tuple[str, str]:
    names = ", ".join(sorted(option.opts, key=len))
    value = "" if option.is_flag or not option.metavar else f" {_(option.metavar)}"
    return names + value, _(_SHOW_HELP if "--help" in option.opts else option.help)
