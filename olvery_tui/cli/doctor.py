"""`olvery-tui doctor`: what is wrong with terminal, locale, database, clock; how to mend it."""

from __future__ import annotations

import io
import os
import pwd
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from typer import Context, Typer

from olvery_tui import reporting, terminal
from olvery_tui.cli.opening import cli_actor
from olvery_tui.cli.parsing import Command
from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.domain.text import shown
from olvery_tui.i18n import N_, _
from olvery_tui.keys import cap
from olvery_tui.settings import DEFAULT_THEME, BadSetting, config_file
from olvery_tui.start import DONE, NO, StartOptions, settings_of
from olvery_tui.wording.backups import backup_age
from olvery_tui.wording.database import problem_text
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.periods import instant_text
from olvery_tui.wording.settings import bad_setting, terminal_trouble

if TYPE_CHECKING:
    from olvery_tui.services import Services
    from olvery_tui.settings import Settings

commands = Typer()

_LEAST_COLUMNS, _LEAST_LINES = 80, 24
_FRESH = timedelta(days=2)
"""A backup is older after a weekend, or where none is made any more."""

_SIGNS = {"good": "✓", "note": "!", "bad": "✕"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `weight`: good, note (works, but) or bad (does not work)."""

    weight: str
    text: str


@commands.command(
    cls=Command,
    help=N_("Say what is wrong with the terminal, the database or the clock, and how to mend it."),
)
def doctor(context: Context) -> int:
    """Print what is found, as it is found; exit 1 where something does not work."""
    healthy = True
    for finding in _findings(context.obj):
        print(f"{_SIGNS[finding.weight]} {finding.text}", flush=True)
        healthy = healthy and finding.weight != "bad"
    return DONE if healthy else NO


def _findings(options: StartOptions) -> Iterator[Finding]:
    yield _good(
        _("olvery-tui {version}, Python {python}, {file}"),
        version=version("olvery-tui"),
        python=".".join(map(str, sys.version_info[:3])),
        file=sys.executable,
    )
    yield from _terminal()
    yield from _locale()
    yield from _start_up_files()
    try:
        settings = settings_of(options)
    except BadSetting as bad:
        yield Finding("bad", bad_setting(bad))
        return
    yield from _settings(settings)
    yield from _database(settings)


def _terminal() -> Iterator[Finding]:
    name = os.environ.get("TERM", "")
    trouble = terminal.trouble()
    if trouble is not None:
        yield Finding("bad", terminal_trouble(trouble))
        return
    yield _good(_("Terminal: {name}"), name=name)
    columns, lines = shutil.get_terminal_size((_LEAST_COLUMNS, _LEAST_LINES))
    if columns < _LEAST_COLUMNS or lines < _LEAST_LINES:
        text = _("The window is {columns}×{lines}. Make it 80×24 or larger.")
        yield _note(text, columns=columns, lines=lines)
    else:
        yield _good(_("Window: {columns}×{lines}"), columns=columns, lines=lines)
    if os.environ.get("NO_COLOR"):
        yield _good(_("NO_COLOR is set: statuses are told by symbol and word."))
    elif _colours() == "standard":
        text = _("16 colours (TERM={name}). If the terminal can show more: TERM=xterm-256color")
        yield _note(text, name=name)


def _colours() -> str | None:
    """How many colours Rich takes the terminal to have."""
    from rich.console import Console

    return Console(file=io.StringIO(), force_terminal=True).color_system


def _start_up_files() -> Iterator[Finding]:
    """Over SSH: whether the account could change what a forced command runs."""
    if terminal.is_own_machine():
        return
    try:
        account = pwd.getpwuid(os.getuid())
    except KeyError:
        return
    files = terminal.writable_start_up_files(
        Path(account.pw_dir), account.pw_shell, lambda path: os.access(path, os.W_OK)
    )
    if not files:
        yield _good(_("Start-up files: {account} can't change any."), account=account.pw_name)
        return
    text = _(
        "The account {account} can write {files}. Where managers come in over SSH, its home has to "
        "be root's and its shell /bin/sh: docs/access.md"
    )
    yield _note(
        text,
        account=account.pw_name,
        files=", ".join(str(Path(account.pw_dir) / name) for name in files),
    )


def _locale() -> Iterator[Finding]:
    forced = os.environ.get("PYTHONIOENCODING", "")
    if forced and "utf" not in forced.lower():
        text = _("PYTHONIOENCODING={name} is not UTF-8. It is not followed here; better unset it.")
        yield _note(text, name=forced)
    name = _locale_name()
    if "utf" in name.lower():
        yield _good(_("Locale: {name}"), name=name)
    else:
        text = _(
            "The locale {name} is not UTF-8. The application writes UTF-8 all the same: if letters "
            "look wrong, set the terminal to UTF-8, and LANG to ru_RU.UTF-8 or C.UTF-8."
        )
        yield _note(text, name=name)
    if sys.getfilesystemencoding().lower() != "utf-8":
        text = _("File names are not UTF-8 but {name}. Start with PYTHONUTF8=1.")
        yield _note(text, name=sys.getfilesystemencoding())


def _locale_name() -> str:
    """The locale that the environment asks for, before Python itself mended it."""
    asked = {name: os.environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG")}
    if asked["LC_CTYPE"] == "C.UTF-8" and "LC_CTYPE" not in _given_environment():
        asked["LC_CTYPE"] = ""  # PEP 538: so Python answers to a C locale
    return asked["LC_ALL"] or asked["LC_CTYPE"] or asked["LANG"] or "C"


def _given_environment() -> set[str]:
    """The names of the variables with which the process was started, where the system tells."""
    try:
        content = Path("/proc/self/environ").read_bytes()
    except OSError:
        return set(os.environ)
    return {entry.partition(b"=")[0].decode("ascii", "replace") for entry in content.split(b"\0")}


def _settings(settings: Settings) -> Iterator[Finding]:
    if config_file().exists():
        yield _good(_("Settings: {file}"), file=config_file())
    log_file = reporting.set_up(settings.log_file)
    if log_file == settings.log_file:
        yield _good(_("Log: {file}"), file=log_file)
    else:
        text = _("The log file {file} can't be written; {other} is used. Set OLVERY_LOG_FILE.")
        yield _note(text, file=settings.log_file, other=log_file or os.devnull)
    if settings.scanner_prefix:
        text = _("Scanner: its codes come behind {key}.")
        yield _good(text, key=cap(settings.scanner_prefix))
    if settings.theme != DEFAULT_THEME and not _is_theme(settings.theme):
        text = _("There is no theme {name}; {other} is shown instead.")
        yield _note(text, name=settings.theme, other=DEFAULT_THEME)
    if settings.now is not None:
        text = _("The clock is set by OLVERY_NOW to {time}. Unset it for real work.")
        yield _note(text, time=settings.now.isoformat())


def _is_theme(name: str) -> bool:
    from textual.theme import BUILTIN_THEMES

    from olvery_tui.themes import THEMES

    return name in BUILTIN_THEMES or any(theme.name == name for theme in THEMES)


def _database(settings: Settings) -> Iterator[Finding]:
    from olvery_tui.services import open_services

    try:
        services = open_services(settings, actor=cli_actor(), create=False)
        try:
            yield from _contents(services)
        finally:
            services.close()
    except StoreUnavailable as error:
        if error.code != StoreCode.MISSING:
            yield Finding("bad", sentence(error))
            return
        text = _(
            "There is no database {where} yet. It is made when the application is opened, or by: "
            "olvery-tui db upgrade"
        )
        yield _note(text, where=error.where)


def _contents(services: Services) -> Iterator[Finding]:
    from olvery_tui.store.maintenance.maintenance import check

    yield _good(_("Database: {where}"), where=services.store.label)
    zone = services.location.zone
    now = services.clock.now()
    yield _good(
        _("Clock: {time} at the location ({zone}), {utc} UTC"),
        time=instant_text(now, zone),
        zone=zone.key,
        utc=f"{now:%Y-%m-%d %H:%M}",
    )
    newest = services.desk.audit.newest_at()
    if newest is not None and newest > now:
        yield Finding("bad", _clock_behind(newest, services))
    since = services.desk.tickets.stuck_since()
    if since is not None:
        text = _(
            "Statuses have not moved since {time}. Open the application or start: olvery-tui worker"
        )
        yield Finding("bad", text.format(time=instant_text(since, zone)))
    yield from _backups(services)
    if not services.desk.access.accounts():
        yield _note(
            _("No manager can sign in yet. Open the application, or: olvery-tui managers add LOGIN")
        )
    problems = check(services.store, now)
    for problem in problems:
        yield Finding("bad", problem_text(problem))
    if not problems:
        yield _good(_("The database is sound."))


def _backups(services: Services) -> Iterator[Finding]:
    """How old the last copy of a database file is; a server has means of its own."""
    if services.store.file is None:
        return
    day, today = services.desk.backups.newest_day(), services.desk.today()
    if day is None:
        text = _(
            "There is no backup. One is made each day while the application or olvery-tui worker "
            "runs, where the settings keep any."
        )
        yield _note(text)
    else:
        weight = "good" if today - day <= _FRESH else "note"
        yield Finding(weight, backup_age(day, today))


def _clock_behind(newest: datetime, services: Services) -> str:
    text = _(
        "The clock is behind: the latest entry of the history was written at {time}. "
        "Set the machine's time (timedatectl)."
    )
    return text.format(time=instant_text(newest, services.location.zone))


def _good(text: str, **facts: object) -> Finding:
    return Finding("good", _filled(text, facts))


def _note(text: str, **facts: object) -> Finding:
    return Finding("note", _filled(text, facts))


def _filled(text: str, facts: dict[str, object]) -> str:
    return text.format(**{name: shown(str(fact)) for name, fact in facts.items()})
