"""A real OpenSSH server on the loopback, with keys of its own, that ends with the test.

It runs as whoever runs the tests and lets only that account in: one Unix account for all managers,
and the command of `deploy/` for each key, with the paths of this machine.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.e2e.terminal import Terminal

_PATIENCE = 20.0

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"

OPTIONS = "restrict,pty"
"""What `deploy/authorized_keys.example` gives every key beside its command."""


class Sshd:
    """One server, its host key, and the managers' keys."""

    def __init__(self, folder: Path, environment: Mapping[str, str], more: str = "") -> None:
        program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        assert program is not None, "these tests need an SSH server: apt-get install openssh-server"
        self._program = program
        self._folder = folder
        self._desk = _desk_for(folder.with_name("olvery-desk"), environment)
        self._port = _free_port()
        folder.mkdir(mode=0o700)
        self._keys = folder / "authorized_keys"
        self._keys.touch(mode=0o600)
        self._make_key(folder / "host")
        self._write_config(more)
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self._log = (folder / "sshd.log").open("wb")
        self._server = subprocess.Popen(
            [self._program, "-D", "-e", "-f", str(folder / "sshd_config")],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        self._wait()

    def close(self) -> None:
        """End the server; whoever is connected is dropped."""
        self._server.terminate()
        self._server.wait(_PATIENCE)
        self._log.close()

    def add_manager(self, login: str) -> Path:
        """Make a key for a manager; the file of the private one."""
        key = self._folder / login
        self._make_key(key)
        public = key.with_suffix(".pub").read_text(encoding="utf-8").strip()
        with self._keys.open("a", encoding="utf-8") as file:
            file.write(f'command="{self._desk} {login}",{OPTIONS} {public}\n')
        return key

    def client(self, key: Path, *options: str) -> list[str]:
        """The command that connects with a key; further options stand before the host."""
        return [
            "ssh", "-F", "none", "-p", str(self._port), "-i", str(key),
            "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "BatchMode=yes",
            "-o", f"UserKnownHostsFile={self._folder / 'known_hosts'}",
            "-o", "StrictHostKeyChecking=accept-new", "-o", "LogLevel=ERROR",
            *options, f"{getpass.getuser()}@127.0.0.1",
        ]  # fmt: skip

    @property
    def desk(self) -> Path:
        """What each key starts, with its manager's login as the only word."""
        return self._desk

    def open(self, key: Path, *options: str, columns: int = 80, lines: int = 24) -> Terminal:
        """A manager's own terminal, connected."""
        command = self.client(key, "-tt", *options)
        return Terminal(command=tuple(command), columns=columns, lines=lines)

    def run(
        self, key: Path, *options: str, words: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Ask the server for a command, without a terminal."""
        return subprocess.run(
            [*self.client(key, *options), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def log(self) -> str:
        """What the server has said."""
        return (self._folder / "sshd.log").read_text(encoding="utf-8", errors="replace")

    def effective(self, block: str, user: str) -> str:
        """What a server with this configuration would do for a user: `name value` a line."""
        file = self._folder / "other_config"
        file.write_text(f"HostKey {self._folder / 'host'}\n{block}", encoding="utf-8")
        done = subprocess.run(
            [self._program, "-T", "-f", str(file), "-C", f"user={user},host=desk,addr=192.0.2.7"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sessions(self) -> list[int]:
        """The processes of the application that run behind this server."""
        return [pid for pid in _descendants(self._server.pid) if _is_application(pid)]

    def _make_key(self, path: Path) -> None:
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", path.name, "-f", str(path)],
            check=True,
            stdin=subprocess.DEVNULL,
        )
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def _write_config(self, more: str) -> None:
        (self._folder / "sshd_config").write_text(
            f"""\
Port {self._port}
ListenAddress 127.0.0.1
HostKey {self._folder / "host"}
PidFile none
AuthorizedKeysFile {self._keys}
AllowUsers {getpass.getuser()}
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
ClientAliveInterval 1
ClientAliveCountMax 2
LogLevel VERBOSE
{more}
""",
            encoding="utf-8",
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while True:
            assert self._server.poll() is None, f"the SSH server ended:\n{self.log}"
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self._port), timeout=1),
            ):
                return
            assert time.monotonic() < deadline, f"the SSH server never listened:\n{self.log}"
            time.sleep(0.05)


def _desk_for(path: Path, environment: Mapping[str, str]) -> Path:
    """`deploy/olvery-desk` with this machine's interpreter and the test's own settings."""
    words = (DEPLOY / "olvery-desk").read_text(encoding="utf-8")
    given = " ".join(f"'{name}={value}'" for name, value in environment.items())
    interpreter = "/opt/olvery/bin/python"
    assert words.count(interpreter) == 1
    # Of two values of a variable the later one counts.
    path.write_text(words.replace(interpreter, f"{given} {sys.executable}"), encoding="utf-8")
    path.chmod(0o755)
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    children = _children()
    waiting = [pid]
    while waiting:
        own = children.get(waiting.pop(), [])
        found += own
        waiting += own
    return found


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                found.setdefault(parent, []).append(int(entry.name))
    return found


def _is_application(pid: int) -> bool:
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return words[:1] == [sys.executable.encode()] and b"olvery_tui" in words
    return False
