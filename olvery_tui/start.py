"""Start the application: parse its options, load the settings, check the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NamedTuple

from olvery_tui import reporting, terminal
from olvery_tui.hangup import HangupWatch
from olvery_tui.i18n import _, set_language
from olvery_tui.settings import BadSetting, Settings, load, wished_language

DONE, NO, USAGE, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: success · negative answer, or part of the work refused · usage or environment error ·
interrupted by Ctrl+C."""


class StartOptions(NamedTuple):
    """The options that may precede a command on the command line."""

    demo: bool = False
    database: str | None = None
    lang: str | None = None
    debug: bool = False
    login: str | None = None


def start_options(words: Sequence[str]) -> StartOptions | None:
    """Return the options of a plain start; None if there is anything else.

    Everything else, errors included, is left to the command line's parser.
    """
    found: dict[str, str | bool] = {}
    rest = list(words)
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        if name in ("--demo", "--debug") and not equals:
            found[name[2:]] = True
        elif name in ("--database", "--lang", "--login") and (equals or rest):
            found[name[2:]] = value if equals else rest.pop(0)
        else:
            return None
    return StartOptions(**found)  # type: ignore[arg-type]


def settings_of(options: StartOptions) -> Settings:
    """Load the settings and switch to their language. Raises `BadSetting`."""
    set_language(wished_language(options.lang))
    return load(
        database_url=options.database,
        lang=options.lang,
        login=options.login,
        demo=options.demo,
        debug=options.debug,
    )


def open_application(options: StartOptions) -> int:
    """Run the application until the user quits; return the exit code."""
    try:
        settings = settings_of(options)
    except BadSetting as bad:
        from olvery_tui.wording.settings import bad_setting

        return _say(bad_setting(bad), USAGE)
    trouble = terminal.trouble()
    if trouble is not None:
        from olvery_tui.wording.settings import terminal_trouble

        return _say(terminal_trouble(trouble), USAGE)
    reporting.set_up(settings.log_file)
    import_asyncio()
    try:
        from olvery_tui.app.app import DeskApp

        app = DeskApp(settings)
        with HangupWatch(app):
            sentence = app.run()
    except Exception as error:
        sentence, code = fault_sentence(reporting.fault(error)), USAGE
    else:
        code = app.return_code or DONE
    if settings.debug and (fault := reporting.last_fault()) is not None:
        print(reporting.traceback_text(fault), end="", file=sys.stderr)
    return _say(sentence, code) if sentence else code


def import_asyncio() -> None:
    """Import asyncio without `ssl`, which takes a thirtieth of the start-up to load.

    asyncio supports Python without that module. No connection of the event loop is encrypted: the
    database has connections of its own.
    """
    if "ssl" in sys.modules:
        return
    sys.modules["ssl"] = None  # type: ignore[assignment]
    try:
        import asyncio  # noqa: F401
    finally:
        del sys.modules["ssl"]


def fault_sentence(code: str) -> str:
    """Return the message about an unexpected error that was logged under this code."""
    return _("Something went wrong ({code}). The log file has the details.").format(code=code)


def _say(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code
