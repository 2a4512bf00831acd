"""Sentences about invalid settings and unusable terminals."""

from __future__ import annotations

from olvery_tui.domain.text import shown, without_secrets
from olvery_tui.i18n import N_, _
from olvery_tui.settings import BadSetting, SettingCode

_SENTENCES = {
    SettingCode.TOML: N_("{file} can't be read: {problem}. Correct the file or remove it."),
    SettingCode.SPECIAL: N_("{file} is no ordinary file. Remove it."),
    SettingCode.OWN: N_(
        "{name}: {value} can't be that too. Database, log and settings are different files."
    ),
    SettingCode.NOT_TEXT: N_(
        "{name} is not in UTF-8. Set the terminal to UTF-8 and type it again."
    ),
    SettingCode.UNKNOWN: N_("{file} has an unknown setting “{value}”. Known are: {allowed}."),
    SettingCode.KIND: N_("{name} needs a plain value: a text, a number, true or false."),
    SettingCode.MOMENT: N_("{name} is “{value}”, which is not a time with a zone, like {allowed}."),
    SettingCode.PATTERN: N_(
        "{name} is “{value}”, which is no regular expression with one group in brackets "
        "for the ticket's number, like {allowed}."
    ),
    SettingCode.EMPTY: N_("{name} is empty. Name a file or a database URL."),
    SettingCode.DEMO: N_("--demo has a temporary database of its own. Leave out {name} or --demo."),
    SettingCode.OPENING: N_("{name} opens the application; commands are for administration."),
    SettingCode.LASTING: N_(
        "The database of {name} is temporary, so this can't be done with it. "
        "Leave out {name}, or name a database by --database."
    ),
    SettingCode.CHOICE: N_("{name} can't be “{value}”. Possible: {allowed}."),
}


def bad_setting(bad: BadSetting) -> str:
    """Return what is wrong with a setting, and its valid values."""
    name, value = shown(bad.name), shown(without_secrets(bad.value))
    facts = {"file": name, "name": name, "value": value, "problem": value.rstrip(".")}
    return _(_SENTENCES[bad.code]).format(**facts, allowed=bad.allowed)


def terminal_trouble(code: str) -> str:
    """Return why no screen can be shown, and what to do."""
    if code == "dumb":
        return _(
            "This terminal (TERM is unset or “dumb”) can't show a screen. "
            "Set TERM, for example TERM=xterm-256color, or use the commands: olvery-tui --help"
        )
    return _(
        "The application needs a terminal for input and output (over SSH: ssh -t). "
        "Without one use the commands: olvery-tui --help"
    )
