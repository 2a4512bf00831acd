"""How words become a command: Typer's own classes, with mistakes kept as facts.

`usage` makes sentences of them in the reader's language, `help` writes the help texts.
"""

from __future__ import annotations

from typing import Any

from typer._click import exceptions as mistakes
from typer._click.core import Command as AnyCommand
from typer._click.core import Context
from typer._click.formatting import HelpFormatter
from typer.core import TyperCommand, TyperGroup

from olvery_tui.cli.help import help_text
from olvery_tui.domain.text import is_text


class NoSuchCommand(mistakes.UsageError):
    """A word that names no command."""

    def __init__(self, name: str, ctx: Context) -> None:
        super().__init__(name, ctx)
        self.name = name


class TooManyWords(mistakes.UsageError):
    """Words that are left over after everything that the command takes."""

    def __init__(self, words: list[str], ctx: Context) -> None:
        super().__init__(" ".join(words), ctx)
        self.words = words


class NotText(mistakes.UsageError):
    """The value of a parameter holds bytes that are no UTF-8."""

    def __init__(self, param: Any, ctx: Context) -> None:
        super().__init__(param.name, ctx)
        self.param = param


class Misplaced(mistakes.UsageError):
    """Words that belong to something else; `message` is of the catalogue."""


class Command(TyperCommand):
    """One command."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """As Typer's; raises NotText or TooManyWords besides its mistakes."""
        ctx.allow_extra_args = True
        try:
            rest = super().parse_args(ctx, args)
        except mistakes.BadOptionUsage as mistake:
            mistake.ctx = mistake.ctx or ctx
            raise
        if rest and not ctx.resilient_parsing:
            raise TooManyWords(rest, ctx)
        for param in self.get_params(ctx):
            value = ctx.params.get(param.name or "")
            # The name of a file may be any bytes.
            if isinstance(value, str) and not is_text(value):
                raise NotText(param, ctx)
        return rest

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Usage, what it does, its words."""
        formatter.write(help_text(self, ctx))


class Group(TyperGroup):
    """Commands under one name."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """As Typer's; a mistake says in which command it was made."""
        try:
            return super().parse_args(ctx, args)
        except mistakes.BadOptionUsage as mistake:
            mistake.ctx = mistake.ctx or ctx
            raise

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, AnyCommand | None, list[str]]:
        """The command that the first word names; raises NoSuchCommand."""
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            raise NoSuchCommand(args[0], ctx)
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Usage, what it is about, its words and commands."""
        formatter.write(help_text(self, ctx))


def misplaced(context: Any, message: str) -> Misplaced:
    """To be raised where words don't go together."""
    return Misplaced(message, context)


def missing(context: Any, name: str) -> mistakes.MissingParameter:
    """To be raised where an argument is missing that is only sometimes needed."""
    parameters = context.command.get_params(context)
    parameter = next(one for one in parameters if one.name == name)
    return mistakes.MissingParameter(ctx=context, param=parameter)


def option_of(mistake: mistakes.UsageError, name: str) -> Any:
    """The option of this name where the mistake was made; None where there is none."""
    if mistake.ctx is None:
        return None
    found = (one for one in mistake.ctx.command.get_params(mistake.ctx) if name in one.opts)
    return next(found, None)
