"""What is wrong with the words of a command, as a sentence in the reader's language.

Typer's exceptions are told apart by their public attributes: their classes stand in its private
modules, except for `BadParameter`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import typer

from olvery_tui.domain.errors import InvalidForm, InvalidInput
from olvery_tui.domain.text import shown, without_secrets
from olvery_tui.i18n import _
from olvery_tui.wording.errors import sentence

_QUOTED_MAX = 60


class WrongUsage(typer.TyperException):
    """The words of a command can't be used; the message is all that is to be shown."""


def wrong(context: Any, problem: str) -> WrongUsage:
    """Return the error for a problem; it also says where the help is."""
    text = _("{problem}\nHelp: {command} --help")
    return WrongUsage(text.format(problem=problem, command=context.command_path))


@contextmanager
def mistakes_in_words(context: Any) -> Iterator[None]:
    """Turn the library's mistakes into sentences."""
    try:
        yield
    except WrongUsage:
        raise
    except typer.TyperException as mistake:
        raise wrong(context, _problem(mistake, context)) from mistake


@contextmanager
def bad_values_named(words: Mapping[str, str]) -> Iterator[None]:
    """Turn values that can't be used into a line each, beside their word of the command.

    Args:
        words: The word of each field: `--from`.
    """
    try:
        yield
    except (InvalidInput, InvalidForm) as error:
        problems = error.problems if isinstance(error, InvalidForm) else (error,)
        lines = (f"{words.get(one.field, one.field)}: {sentence(one)}" for one in problems)
        raise WrongUsage("\n".join(lines)) from error


def missing(context: Any, name: str) -> WrongUsage:
    """Return the error for a missing argument that is needed only sometimes."""
    return wrong(context, _("{name} is missing.").format(name=name))


def no_such_command(context: Any, name: str, known: Sequence[str]) -> WrongUsage:
    """Return the error for a word that names no command."""
    text = _("There is no command {name}.").format(name=quoted(name))
    return wrong(context, text + _perhaps(get_close_matches(name, known)))


def name_of(parameter: Any) -> str:
    """`--limit`, or `НОМЕР` for an argument."""
    if parameter.param_type_name == "argument":
        return _(parameter.metavar)
    return str(max(parameter.opts, key=len))


def quoted(word: str) -> str:
    """A word as it was typed, without what may be a password."""
    return _("“{text}”").format(text=shown(without_secrets(word), _QUOTED_MAX))


def _problem(mistake: Any, context: Any) -> str:
    parameter = getattr(mistake, "param", None)
    if hasattr(mistake, "option_name"):
        return _wrong_option(mistake, context)
    if parameter is None:
        return _("These words are not understood.")
    if hasattr(mistake, "param_type"):
        return _("{name} is missing.").format(name=name_of(parameter))
    return _bad_value(mistake, parameter)


def _wrong_option(mistake: Any, context: Any) -> str:
    name = mistake.option_name
    option = next((one for one in context.command.get_params(context) if name in one.opts), None)
    if option is None:
        text = _("There is no option {name}.")
    elif option.is_flag:
        text = _("{name} takes no value.")
    else:
        text = _("{name} needs a value.")
    meant = get_close_matches(name, getattr(mistake, "possibilities", None) or (), n=1)
    return text.format(name=shown(name, _QUOTED_MAX)) + _perhaps(meant)


def _perhaps(names: list[str]) -> str:
    return " " + _("Perhaps: {names}.").format(names=", ".join(names)) if names else ""


def _bad_value(mistake: typer.BadParameter, parameter: Any) -> str:
    # What was typed is known to the validator that refused it.
    errors: list[dict[str, object]] = getattr(mistake.__cause__, "errors", list)()
    facts = {
        "name": name_of(parameter),
        "value": quoted(str(errors[0].get("input", "")) if errors else ""),
    }
    kind = parameter.type_descriptor
    if kind.choices:
        choices = ", ".join(str(choice.value) for choice in kind.choices)
        text = _("{name} can't be {value}. Possible: {choices}.")
        return text.format(**facts, choices=choices)
    if kind.annotation is int or kind.is_ranged:
        text = _("{name} can't be {value}. Type a whole number from {least} to {most}.")
        return text.format(**facts, least=parameter.min, most=parameter.max)
    return _("{name} can't be {value}.").format(**facts)
