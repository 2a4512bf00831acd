"""The terminal: whether it can show the screen, whose it is, and whether it is still there."""

from __future__ import annotations

import os
import platform
import sys
import termios
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

_HANGUP_GRACE = 5.0
_GIVEN_BACK = (
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?7h"
    b"\x1b[<u\x1b[?1049l\x1b[?25h"
)
"""Sequences that turn off mouse, focus and paste reports and the kitty keyboard protocol, and
restore line wrapping, the main screen and the cursor."""


def trouble() -> str | None:
    """Return why no screen can be shown: `no_terminal` or `dumb`; None if it can.

    The screen is drawn on standard error, and keys are read from standard input; standard output
    does not matter.
    """
    if not (_is_terminal(sys.__stdin__) and _is_terminal(sys.__stderr__)):
        return "no_terminal"
    if os.environ.get("TERM", "dumb") in ("", "dumb", "unknown"):
        return "dumb"
    return None


def _is_terminal(stream: object) -> bool:
    try:
        return bool(stream.isatty())  # type: ignore[attr-defined]
    except (AttributeError, ValueError, OSError):
        return False


def place() -> str:
    """Return the terminal for the audit trail: `desk1 pts/3`, `desk1 pts/4 ssh 192.0.2.7`."""
    words = [platform.node() or "localhost"]
    for stream in (sys.__stdin__, sys.__stderr__):
        with suppress(AttributeError, ValueError, OSError):
            words.append(os.ttyname(stream.fileno()).removeprefix("/dev/"))  # type: ignore[union-attr]
            break
    peer = _ssh_peer(os.environ.get("SSH_CONNECTION", ""))
    if peer is not None:
        words += ["ssh", peer]
    return " ".join(words)


_FROM_ELSEWHERE = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "REMOTEHOST", "SUDO_UID")


def is_own_machine() -> bool:
    """Whether the user seems to own this machine and account.

    That is assumed unless they came through the network or `sudo`.
    """
    return not any(os.environ.get(name) for name in _FROM_ELSEWHERE)


_LOOKS = frozenset(
    {
        "TEXTUAL_ANIMATIONS",
        "TEXTUAL_COLOR_SYSTEM",
        "TEXTUAL_DIM_FACTOR",
        "TEXTUAL_DISABLE_KITTY_KEY",
        "TEXTUAL_FPS",
        "TEXTUAL_SMOOTH_SCROLL",
    }
)


def forget_variables() -> None:
    """Drop the environment variables that change Textual's behaviour; call before importing it.

    They could make it import a driver, write logs and screenshots, press keys or connect to a
    console. Variables that only change its appearance are kept.
    """
    for name in [name for name in os.environ if name.startswith("TEXTUAL") and name not in _LOOKS]:
        del os.environ[name]


_START_UP_FILES = {
    "bash": (".bashrc", ".bash_profile", ".bash_login", ".profile"),
    "zsh": (".zshenv", ".zprofile", ".zshrc"),
    "fish": (".config/fish/config.fish",),
    "csh": (".cshrc", ".login"),
    "tcsh": (".tcshrc", ".cshrc", ".login"),
}
"""Files that a shell may read before it runs sshd's forced command."""

_READ_BY_SSHD = (".ssh/authorized_keys", ".ssh/rc", ".ssh/environment")


def writable_start_up_files(
    home: Path, shell: str, can_write: Callable[[Path], bool]
) -> tuple[str, ...]:
    """Return the files the account can write that run before, or determine, a forced command."""

    def could_write(file: Path) -> bool:
        if file.exists():
            return can_write(file) or can_write(file.parent)
        return can_write(next(folder for folder in file.parents if folder.exists()))

    names = (*_START_UP_FILES.get(Path(shell).name, ()), *_READ_BY_SSHD)
    return tuple(name for name in names if could_write(home / name))


def _ssh_peer(connection: str) -> str | None:
    """Return the client's address from `SSH_CONNECTION`; None if it is malformed."""
    from ipaddress import ip_address

    address = connection.partition(" ")[0]
    try:
        return str(ip_address(address.partition("%")[0]))
    except ValueError:
        return None


def account() -> str:
    """Return the account that runs this process, regardless of the environment."""
    return _account_name(os.getuid())


def caller(file: str | os.PathLike[str] | None) -> str:
    """Return the account of the user at the terminal: the caller of `sudo`, or else `account`.

    `sudo` may be used to reach a database whose `file` belongs to the account of this process.
    Anybody can set `SUDO_UID`, but without running as the file's owner it has no effect, and the
    owner has access to the database anyway. A database on a server has no file, so it is ignored.
    """
    asked = os.environ.get("SUDO_UID", "")
    if file is not None and asked.isascii() and asked.isdigit() and len(asked) < 11:
        with suppress(OSError):
            if os.stat(file).st_uid == os.getuid():
                return _account_name(int(asked))
    return account()


def _account_name(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def speak_utf8() -> None:
    """Write UTF-8 regardless of the locale: the screen contains box drawing and Cyrillic.

    Redirect streams that were closed before the start to /dev/null.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def is_gone() -> bool:
    """Whether the terminal is gone (a dropped connection whose SIGHUP was ignored)."""
    stream = sys.__stdin__
    try:
        termios.tcgetattr(stream.fileno() if stream else 0)
    except (termios.error, ValueError, OSError):
        return True
    return False


def give_back(attributes: list[Any] | None) -> None:
    """Leave the alternate screen and restore the terminal, bypassing threads that are stuck."""
    with suppress(AttributeError, ValueError, OSError, termios.error):
        os.write(sys.__stderr__.fileno(), _GIVEN_BACK)  # type: ignore[union-attr]
        if attributes is not None:
            termios.tcsetattr(sys.__stdin__.fileno(), termios.TCSANOW, attributes)  # type: ignore[union-attr]


def end_for_sure() -> None:
    """End the process within seconds even if something still waits for the lost terminal."""
    timer = threading.Timer(_HANGUP_GRACE, os._exit, (1,))
    timer.daemon = True
    timer.start()
