"""Runs a command: language first, then the command, then every error as one sentence."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import typer

from olvery_tui import reporting
from olvery_tui.cli.app import app
from olvery_tui.cli.usage import WrongUsage
from olvery_tui.domain.errors import (
    FileRefused,
    ForbiddenTransition,
    InvalidForm,
    InvalidInput,
    OlveryError,
    StoreCode,
    StoreUnavailable,
)
from olvery_tui.i18n import _, set_language
from olvery_tui.settings import BadSetting, wished_language
from olvery_tui.start import DONE, INTERRUPTED, NO, USAGE, fault_sentence
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.files import file_trouble, refused_file
from olvery_tui.wording.settings import bad_setting

log = logging.getLogger(__name__)

_PROGRAM = "olvery-tui"


def run(words: Sequence[str] | None = None) -> int:
    """Run the command that `words` (or the process's own) name; the exit code."""
    words = sys.argv[1:] if words is None else list(words)
    set_language(wished_language(_language_in(words)))
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) left; nothing more can be said to it.
        _abandon_output()
        return DONE
    except OSError as error:
        log.info("a file or the output failed", exc_info=error)
        _trace(error, words)
        _abandon_output()
        return _fail(file_trouble(error), USAGE)
    return code


def _run(words: list[str]) -> int:
    command = typer.main.get_command(app)
    try:
        with command.make_context(_PROGRAM, list(words)) as context:
            code = command.invoke(context)
    except typer.Exit as leave:
        return leave.exit_code
    except WrongUsage as mistake:
        typer.echo(mistake.message, err=True)
        return USAGE
    except (KeyboardInterrupt, typer.Abort):
        return _fail(_("Interrupted."), INTERRUPTED)
    except BadSetting as bad:
        return _fail(bad_setting(bad), USAGE)
    except StoreUnavailable as error:
        _trace(error, words)
        return _fail(_store_sentence(error), USAGE)
    except FileRefused as error:
        return _fail(refused_file(error), USAGE)
    except (InvalidInput, InvalidForm) as error:
        _trace(error, words)
        return _fail(sentence(error), USAGE)
    except OlveryError as error:
        _trace(error, words)
        return _fail(_refusal_sentence(error), NO)
    except OSError:
        raise
    except Exception as error:
        _trace(error, words)
        return _fail(fault_sentence(reporting.fault(error)), USAGE)
    return code if isinstance(code, int) else DONE


def _store_sentence(error: StoreUnavailable) -> str:
    if error.code == StoreCode.MISSING:
        made = _("A new one is made by: olvery-tui db upgrade, or olvery-tui import FILE")
        return f"{sentence(error)} {made}"
    return sentence(error)


def _refusal_sentence(error: OlveryError) -> str:
    """With the words of the command that would be possible instead."""
    if isinstance(error, ForbiddenTransition) and error.status is not error.to:
        if error.possible:
            choices = ", ".join(status.value for status in error.possible)
            return f"{sentence(error)} {_('Possible: {choices}.').format(choices=choices)}"
        return f"{sentence(error)} {_('This status is final.')}"
    return sentence(error)


def _trace(error: Exception, words: Sequence[str]) -> None:
    if "--debug" in words:
        print(reporting.traceback_text(error), end="", file=sys.stderr)


def _fail(text: str, code: int) -> int:
    with suppress(OSError):
        print(text, file=sys.stderr)
    return code


def _abandon_output() -> None:
    """Let Python's own last flush go nowhere instead of failing once more."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _language_in(words: Sequence[str]) -> str | None:
    """The language that the words ask for, also where they are wrong otherwise."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--lang":
            return following
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return None
