"""What is wrong with the words of a command, as a sentence."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from typer._click import exceptions as mistakes

from olvery_tui.cli.help import shown_value
from olvery_tui.cli.parsing import Misplaced, NoSuchCommand, NotText, TooManyWords, option_of
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.text import shown, without_secrets
from olvery_tui.i18n import _
from olvery_tui.start import USAGE
from olvery_tui.wording.errors import sentence

_QUOTED_MAX = 60


def bad_values(problems: Sequence[InvalidInput], words: Mapping[str, str]) -> int:
    """Tell each value that can't be used beside its word of the command; exit 2."""
    for problem in problems:
        word = words.get(problem.field, problem.field)
        print(f"{word}: {sentence(problem)}", file=sys.stderr)
    return USAGE


def usage_sentence(mistake: mistakes.UsageError) -> str:
    """What is wrong, what is possible, and where the help is."""
    if isinstance(mistake, mistakes.NoArgsIsHelpError):
        return mistake.format_message()
    path = mistake.ctx.command_path if mistake.ctx is not None else "olvery-tui"
    return _("{problem}\nHelp: {command} --help").format(problem=_problem(mistake), command=path)


def _problem(mistake: mistakes.UsageError) -> str:
    match mistake:
        case NoSuchCommand():
            return _unknown_command(mistake)
        case Misplaced(message=message):
            return _(message)
        case TooManyWords():
            words = " ".join(_quoted(word) for word in mistake.words)
            return _("This is too much: {words}.").format(words=words)
        case NotText(param=param):
            return _("{name} is not in UTF-8. Set the terminal to UTF-8 and type it again.").format(
                name=_name(param)
            )
        case mistakes.NoSuchOption():
            return _unknown_option(mistake)
        case mistakes.BadOptionUsage():
            return _option_value(mistake)
        case mistakes.MissingParameter() if mistake.param is not None:
            return _("{name} is missing.").format(name=_name(mistake.param))
        case mistakes.BadParameter() if mistake.param is not None:
            return _bad_value(mistake, mistake.param)
        case _other:
            return _("These words are not understood.")


def _unknown_command(mistake: NoSuchCommand) -> str:
    known = list(getattr(mistake.ctx.command, "commands", {})) if mistake.ctx else []
    text = _("There is no command {name}.").format(name=_quoted(mistake.name))
    return text + _meant(get_close_matches(mistake.name, known))


def _unknown_option(mistake: mistakes.NoSuchOption) -> str:
    text = _("There is no option {name}.").format(name=shown(mistake.option_name, _QUOTED_MAX))
    return text + _meant(get_close_matches(mistake.option_name, mistake.possibilities or (), n=1))


def _meant(names: list[str]) -> str:
    if not names:
        return ""
    return " " + _("Perhaps: {names}.").format(names=", ".join(names))


def _option_value(mistake: mistakes.BadOptionUsage) -> str:
    option = option_of(mistake, mistake.option_name)
    if option is not None and option.is_flag:
        text = _("{name} takes no value.")
    else:
        text = _("{name} needs a value.")
    return text.format(name=shown(mistake.option_name, _QUOTED_MAX))


def _bad_value(mistake: mistakes.BadParameter, parameter: Any) -> str:
    name, value = _name(parameter), _quoted(_input_of(mistake))
    kind = parameter.type_descriptor
    if kind.choices:
        choices = ", ".join(str(choice.value) for choice in kind.choices)
        return _("{name} can't be {value}. Possible: {choices}.").format(
            name=name, value=value, choices=choices
        )
    if kind.annotation is int or kind.is_ranged:
        return _("{name} can't be {value}. Type a whole number from {least} to {most}.").format(
            name=name,
            value=value,
            least=kind.parameter_info.min,
            most=kind.parameter_info.max,
        )
    return _("{name} can't be {value}.").format(name=name, value=value)


def _input_of(mistake: mistakes.BadParameter) -> str:
    """What was typed: the validator that refused it knows."""
    errors: list[dict[str, object]] = getattr(mistake.__cause__, "errors", list)()
    return str(errors[0].get("input", "")) if errors else ""


def _name(parameter: Any) -> str:
    """`--limit`, or `НОМЕР` for a word without a dash."""
    if parameter.param_type_name == "argument":
        return shown_value(parameter)
    return str(max(parameter.opts, key=len))


def _quoted(word: str) -> str:
    return _("“{text}”").format(text=shown(without_secrets(word), _QUOTED_MAX))
