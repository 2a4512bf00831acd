"""Settings, in order of precedence: command line, `OLVERY_*`, `config.toml`, defaults.

They are read before the first frame, so this is plain Python: importing a settings library would
take longer than showing the whole screen.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import platformdirs

from olvery_tui.clock import Clock, FrozenClock, ShiftedClock, SystemClock
from olvery_tui.domain.codes import DEFAULT_PATTERN
from olvery_tui.domain.errors import FileRefused
from olvery_tui.domain.text import is_text
from olvery_tui.files import is_own_file, open_plain
from olvery_tui.i18n import DEFAULT_LANGUAGE, LANGUAGES, Language

APP = "olvery-tui"
DEFAULT_THEME = "olvery-dark"

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class SettingCode(StrEnum):
    """Why a setting can't be used."""

    CHOICE = "choice"  # not one of those listed in `allowed`
    MOMENT = "moment"
    EMPTY = "empty"
    PATTERN = "pattern"  # not a pattern for ticket codes
    OWN = "own"  # database, log and settings must be different files
    DEMO = "demo"  # a database was given together with --demo
    LASTING = "lasting"  # not possible with the demonstration's temporary database
    OPENING = "opening"  # only for opening the application, not for commands
    TOML = "toml"  # the file can't be read
    SPECIAL = "special"  # not a regular file
    UNKNOWN = "unknown"  # not the name of a setting
    KIND = "kind"  # not a plain value
    NOT_TEXT = "not_text"  # not UTF-8


@dataclass(eq=False)
class BadSetting(Exception):
    """An invalid setting.

    `name` is where it was found: `--lang`, `OLVERY_LANG` or a file.
    """

    name: str
    value: str
    code: SettingCode
    allowed: str = ""


class Settings(NamedTuple):
    """The settings of one terminal.

    `now` is where the clock starts (None: the system's time); with `freeze` it stands still.
    `export_dir`, if set, is the only folder for exports. `login` is the manager whom sshd has
    authenticated by key; it is taken from the command line only, never from the environment or a
    file. `scanner_prefix` is the key that the scanner sends before each code, by its Textual name,
    and `code_pattern` matches a ticket's code.
    """

    database_url: str
    lang: Language = DEFAULT_LANGUAGE
    now: datetime | None = None
    freeze: bool = False
    embedded_worker: bool = True
    theme: str = DEFAULT_THEME
    log_file: Path = Path()
    export_dir: Path | None = None
    login: str | None = None
    demo: bool = False
    debug: bool = False
    scanner_prefix: str = ""
    code_pattern: str = DEFAULT_PATTERN

    def clock(self) -> Clock:
        """Return the clock for these settings."""
        if self.now is None:
            return SystemClock()
        return FrozenClock(self.now) if self.freeze else ShiftedClock(self.now)


def config_file() -> Path:
    """Return the path of `config.toml`, in the platform's config folder."""
    return platformdirs.user_config_path(APP) / "config.toml"


def default_database() -> Path:
    """Return the default path of the database, in the platform's data folder."""
    return platformdirs.user_data_path(APP) / "olvery.db"


def default_log_file() -> Path:
    """Return the default path of the log file, in the platform's state folder."""
    return platformdirs.user_state_path(APP) / "olvery-tui.log"


def default_export_dir() -> Path:
    """Return the default folder of restricted exports, in the platform's data folder."""
    return platformdirs.user_data_path(APP) / "exports"


def load(
    *,
    database_url: str | None = None,
    lang: str | None = None,
    login: str | None = None,
    demo: bool = False,
    debug: bool = False,
    environ: Mapping[str, str] | None = None,
    config: Path | None = None,
) -> Settings:
    """Load the settings from all sources by precedence.

    A database may be given as a URL or as a file's path. An empty variable counts as unset.

    Raises:
        BadSetting: A setting is invalid; names the setting, its value and what is allowed.
    """
    sources = _Sources.read(os.environ if environ is None else environ, config or config_file())
    if demo and database_url is not None:
        raise BadSetting("--database", database_url, SettingCode.DEMO)
    database = sources.find("database_url", str(default_database()), database_url)
    url = _url(database)
    # Only file names may contain bytes that are not UTF-8.
    for where, text in (("--login", login or ""), (database.where, url.partition(":///")[0])):
        if not is_text(text):
            raise BadSetting(where, text, SettingCode.NOT_TEXT)
    log_file = sources.find("log_file", str(default_log_file()))
    refuse_own(url, (sources.file,), database.where)
    own = (sources.file, *database_files(url))
    if is_own_file(_path(log_file), own):
        raise BadSetting(log_file.where, log_file.text, SettingCode.OWN)
    return Settings(
        database_url=url,
        lang=_language(sources.find("lang", DEFAULT_LANGUAGE, lang)),
        now=_moment(sources.find("now")),
        freeze=_flag(sources.find("freeze", "0")),
        embedded_worker=_flag(sources.find("embedded_worker", "1")),
        theme=sources.find("theme", DEFAULT_THEME).text,
        log_file=_path(log_file),
        export_dir=_path(found) if (found := sources.find("export_dir")).text.strip() else None,
        login=login,
        demo=demo,
        debug=debug,
        scanner_prefix=_key(sources.find("scanner_prefix")),
        code_pattern=_pattern(sources.find("code_pattern", DEFAULT_PATTERN)),
    )


def wished_language(
    lang: str | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    config: Path | None = None,
) -> Language:
    """Return the language for messages, even if the settings themselves are invalid."""
    environ = os.environ if environ is None else environ
    try:
        filed = _read_toml(config or config_file())
    except BadSetting:
        filed = {}
    for asked in (lang, environ.get("OLVERY_LANG"), filed.get("lang")):
        for known in LANGUAGES:
            if asked == known:
                return known
    return DEFAULT_LANGUAGE


class _Found(NamedTuple):
    """The text of a setting, and where it was found."""

    text: str
    where: str


class _Sources(NamedTuple):
    """The sources of settings: environment and file."""

    environ: Mapping[str, str]
    filed: Mapping[str, str]
    file: Path

    @classmethod
    def read(cls, environ: Mapping[str, str], file: Path) -> _Sources:
        return cls(environ, _read_toml(file), file)

    def find(self, name: str, default: str = "", option: str | None = None) -> _Found:
        """Return a setting from the source with the highest precedence."""
        if option is not None:
            return _Found(option, _OPTIONS[name])
        variable = f"OLVERY_{name.upper()}"
        if self.environ.get(variable, "").strip():
            return _Found(self.environ[variable], variable)
        if name in self.filed:
            return _Found(self.filed[name], f"{self.file}: {name}")
        return _Found(default, variable)


_PREFIXES = frozenset(
    [f"f{number}" for number in range(2, 25) if number != 5]
    + [f"ctrl+{letter}" for letter in "bgorty"]
)
"""Keys that a scanner may send before a code. The control characters among them are used neither by
input fields, nor by the application, nor by terminals."""

_OPTIONS = {"database_url": "--database", "lang": "--lang"}
_NAMES = frozenset(
    {
        "database_url",
        "lang",
        "now",
        "freeze",
        "embedded_worker",
        "theme",
        "log_file",
        "export_dir",
        "scanner_prefix",
        "code_pattern",
    }
)


def _read_toml(path: Path) -> dict[str, str]:
    try:
        with os.fdopen(open_plain(path, os.O_RDONLY), "rb") as file:
            import tomllib  # only needed if there is a file

            content = tomllib.load(file)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except FileRefused as error:
        raise BadSetting(str(path), "", SettingCode.SPECIAL) from error
    except (OSError, ValueError) as error:  # ValueError: not TOML, or not UTF-8
        raise BadSetting(str(path), str(error), SettingCode.TOML) from error
    for name in content:
        if name not in _NAMES:
            raise BadSetting(str(path), name, SettingCode.UNKNOWN, ", ".join(sorted(_NAMES)))
    return {name: _plain(f"{path}: {name}", entry) for name, entry in content.items()}


def _plain(where: str, entry: object) -> str:
    match entry:
        case bool():
            return "1" if entry else "0"
        case datetime():
            return entry.isoformat()
        case str() | int():
            return str(entry)
        case _other:
            raise BadSetting(where, str(entry), SettingCode.KIND)


def database_address(text: str, where: str) -> str:
    """Return the URL of a database given as a URL or as a file's path.

    Raises:
        BadSetting: `empty`; `where` names the source of the setting.
    """
    return _url(_Found(text, where))


def database_files(url: str) -> tuple[Path, ...]:
    """Return the database file that a URL names, if any."""
    scheme, _slashes, path = url.partition(":///")
    return (Path(path),) if scheme.startswith("sqlite") and path else ()


def refuse_own(url: str, own: tuple[Path, ...], where: str) -> None:
    """Refuse a database that would overwrite another file of the application.

    Raises:
        BadSetting: `own`; `where` names the source of the setting.
    """
    for file in database_files(url):
        if is_own_file(file, own):
            raise BadSetting(where, url, SettingCode.OWN)


def _url(found: _Found) -> str:
    text = found.text.strip()
    if not text:
        raise BadSetting(found.where, "", SettingCode.EMPTY)
    return text if "://" in text else f"sqlite:///{Path(os.path.expanduser(text)).absolute()}"


def _path(found: _Found) -> Path:
    return Path(os.path.expanduser(found.text.strip())).absolute()


def _language(found: _Found) -> Language:
    for known in LANGUAGES:
        if found.text.strip() == known:
            return known
    raise BadSetting(found.where, found.text, SettingCode.CHOICE, ", ".join(LANGUAGES))


def _flag(found: _Found) -> bool:
    folded = found.text.strip().lower()
    if folded not in _TRUE | _FALSE:
        raise BadSetting(found.where, found.text, SettingCode.CHOICE, "0, 1")
    return folded in _TRUE


def _key(found: _Found) -> str:
    """Return the name of a key that types nothing and is not bound: `F2`, `Ctrl+B`."""
    name = found.text.strip().lower()
    if not name:
        return ""
    if name not in _PREFIXES:
        raise BadSetting(
            found.where,
            found.text,
            SettingCode.CHOICE,
            "f2-f4, f6-f24, ctrl+b, ctrl+g, ctrl+o, ctrl+r, ctrl+t, ctrl+y",
        )
    return name


def _pattern(found: _Found) -> str:
    """Return a regular expression with a single group, the ticket's number."""
    try:
        groups = re.compile(found.text).groups
    except re.error:
        groups = 0
    if groups != 1:
        raise BadSetting(found.where, found.text, SettingCode.PATTERN, DEFAULT_PATTERN)
    return found.text


def _moment(found: _Found) -> datetime | None:
    text = found.text.strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadSetting(found.where, text, SettingCode.MOMENT, "2022-12-06T10:00:00+03:00")
    return moment
