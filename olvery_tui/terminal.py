"""Is there a terminal that can show a screen, and is it still there?"""

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
"""No mouse, focus or paste reports, wrapped lines, plain keys, the main screen, a cursor."""


def trouble() -> str | None:
    """Why no screen can be shown here: `no_terminal`, `dumb`; None where one can.

    The screen is drawn on the error stream and read from the input, whatever the output is.
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
    """Where this is, for the audit trail: `desk1 pts/3`, `desk1 pts/4 ssh 192.0.2.7`."""
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
    """Whether whoever is at the terminal has this machine and account to themselves, as far as can
    be told: they came neither through the network nor through `sudo`.
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
    """Drop the variables by which Textual would import a driver, write logs and pictures, press
    keys or connect to a console; what is only about looks stays. To be called before its import.
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
"""What a shell may read before it runs the command that sshd was told."""

_READ_BY_SSHD = (".ssh/authorized_keys", ".ssh/rc", ".ssh/environment")


def writable_start_up_files(
    home: Path, shell: str, can_write: Callable[[Path], bool]
) -> tuple[str, ...]:
    """Which files, read before a forced command or deciding what it is, the account could write."""

    def could_write(file: Path) -> bool:
        if file.exists():
            return can_write(file) or can_write(file.parent)
        return can_write(next(folder for folder in file.parents if folder.exists()))

    names = (*_START_UP_FILES.get(Path(shell).name, ()), *_READ_BY_SSHD)
    return tuple(name for name in names if could_write(home / name))


def _ssh_peer(connection: str) -> str | None:
    """The client's address in what sshd says of a connection; None for anything else."""
    from ipaddress import ip_address

    address = connection.partition(" ")[0]
    try:
        return str(ip_address(address.partition("%")[0]))
    except ValueError:
        return None


def account() -> str:
    """The operating system's account that runs this process; the environment has no say in it."""
    return _account_name(os.getuid())


def caller(file: str | os.PathLike[str] | None) -> str:
    """The account of the person at the terminal: whoever called `sudo` where that was allowed, to
    reach a database whose `file` only this process's own account may open; else `account`.

    Anybody may set a variable; but who doesn't run as the owner of the file gets nothing by it, and
    who does has the database anyway. Where a server keeps it, there is no file to be owner of.
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
    """Write UTF-8 whatever the locale says: the screen draws lines and Cyrillic in it.

    A stream that was closed before the start swallows what is written to it.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def is_gone() -> bool:
    """Whether the terminal vanished (a dropped connection whose hangup signal was ignored)."""
    stream = sys.__stdin__
    try:
        termios.tcgetattr(stream.fileno() if stream else 0)
    except (termios.error, ValueError, OSError):
        return True
    return False


def give_back(attributes: list[Any] | None) -> None:
    """Leave the alternate screen and set the terminal as it was, past everything that is stuck."""
    with suppress(AttributeError, ValueError, OSError, termios.error):
        os.write(sys.__stderr__.fileno(), _GIVEN_BACK)  # type: ignore[union-attr]
        if attributes is not None:
            termios.tcsetattr(sys.__stdin__.fileno(), termios.TCSANOW, attributes)  # type: ignore[union-attr]


def end_for_sure() -> None:
    """Leave the process in a few seconds even if something still waits for the lost terminal."""
    timer = threading.Timer(_HANGUP_GRACE, os._exit, (1,))
    timer.daemon = True
    timer.start()
