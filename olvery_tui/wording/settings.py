"""Sentences about invalid settings and unusable terminals."""

from __future__ import annotations

from olvery_tui.domain.text import shown, without_secrets
from olvery_tui.i18n import N_, _
from olvery_tui.settings import BadSetting, SettingCode

_UNLIKE = {
    SettingCode.MOMENT: N_("{name} is “{value}”, which is not a time with a zone, like {allowed}."),
    SettingCode.PATTERN: N_(
        "{name} is “{value}”, which is no regular expression with one group in brackets "
        "for the ticket's number, like {allowed}."
    ),
}


def bad_setting(bad: BadSetting) -> str:
    """Return what is wrong with a setting, and its valid values."""
    name, value = shown(bad.name), shown(without_secrets(bad.value))
    match bad.code:
        case SettingCode.TOML:
            return _("{file} can't be read: {problem}. Correct the file or remove it.").format(
                file=name, problem=value.rstrip(".")
            )
        case SettingCode.SPECIAL:
            return _("{file} is no ordinary file. Remove it.").format(file=name)
        case SettingCode.OWN:
            return _(
                "{name}: {value} can't be that too. Database, log and settings are different files."
            ).format(name=name, value=value)
        case SettingCode.NOT_TEXT:
            return _("{name} is not in UTF-8. Set the terminal to UTF-8 and type it again.").format(
                name=name
            )
        case SettingCode.UNKNOWN:
            return _("{file} has an unknown setting “{name}”. Known are: {allowed}.").format(
                file=name, name=value, allowed=bad.allowed
            )
        case SettingCode.KIND:
            return _("{name} needs a plain value: a text, a number, true or false.").format(
                name=name
            )
        case SettingCode.MOMENT | SettingCode.PATTERN:
            return _(_UNLIKE[bad.code]).format(name=name, value=value, allowed=bad.allowed)
        case SettingCode.EMPTY:
            return _("{name} is empty. Name a file or a database URL.").format(name=name)
        case SettingCode.DEMO:
            return _(
                "--demo has a temporary database of its own. Leave out {name} or --demo."
            ).format(name=name)
        case SettingCode.OPENING:
            return _("{name} opens the application; commands are for administration.").format(
                name=name
            )
        case SettingCode.LASTING:
            return _(
                "The database of {name} is temporary, so this can't be done with it. "
                "Leave out {name}, or name a database by --database."
            ).format(name=name)
        case _other:
            return _("{name} can't be “{value}”. Possible: {allowed}.").format(
                name=name, value=value, allowed=bad.allowed
            )


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
