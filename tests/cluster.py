"""A PostgreSQL server of the tests' own: started and stopped by them, in a folder of their own.

Never the machine's own server: it listens on a socket in that folder only, and everything is gone
with it. As root the server runs as another user, for it refuses to run as root.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

_PLACES = "/usr/lib/postgresql/*/bin"
_OLDEST = 15
_PATIENCE = 60.0
_PORT = 5432
_ROOM = 2 << 30
_ACCOUNTS = ("postgres", "nobody")

# Nothing of these databases has to live through a power cut. A test about durability says so.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "log_min_messages": "fatal",
    "max_wal_size": "4GB",
    "jit": "off",
}


def binaries() -> Path:
    """Where PostgreSQL's programs are: on the path, or where Debian keeps them, newest first.

    Raises:
        RuntimeError: nowhere. These tests are not left out.
    """
    found = [Path(one) for one in sorted(Path("/").glob(_PLACES[1:]), key=_version, reverse=True)]
    if (on_path := shutil.which("pg_ctl")) is not None:
        found.insert(0, Path(on_path).resolve().parent)
    for folder in found:
        if (folder / "initdb").exists():
            return folder
    raise RuntimeError(
        f"The tests need PostgreSQL {_OLDEST} or newer (Debian: apt-get install postgresql)"
    )


def _version(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


REPLICATED = {"wal_level": "replica", "max_wal_senders": "4"}
"""The options of a server that others may follow."""


class Cluster:
    """A server and its databases. `options` are settings of postgresql.conf over the usual ones.

    One that `follows` another (which has the options `REPLICATED`) begins as its copy and stays its
    standby, under the name `STANDBY`, until it is promoted.
    """

    STANDBY = "standby"

    def __init__(self, follows: Cluster | None = None, /, **options: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="olvery-pg-", dir=roomy_folder()))
        self._bin = binaries()
        self._data = self.folder / "data"
        self._account: dict[str, Any] = {}
        self._numbers = count(1)
        if os.geteuid() == 0:
            found = _somebody()
            os.chown(self.folder, found.pw_uid, found.pw_gid)
            self._account = {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
        self.folder.chmod(0o711)
        self._process: subprocess.Popen[bytes] | None = None
        self._options = options
        if follows is None:
            self._initialise()
        else:
            self._copy(follows)
            # It has to have as much room as the server that it follows.
            self._options = {**follows._options, "cluster_name": self.STANDBY, **options}
        settings = {**_SETTINGS, "unix_socket_directories": str(self.folder), **self._options}
        self._settings = [f"-c{name}={value}" for name, value in settings.items()]
        self.start()

    # The server

    def start(self) -> None:
        """Start it, and wait until it lets somebody in."""
        self._process = subprocess.Popen(
            [str(self._bin / "postgres"), "-D", str(self._data), "-p", str(_PORT), *self._settings],
            stdin=subprocess.DEVNULL,
            stdout=(log := (self.folder / "log").open("ab")),
            stderr=log,
            cwd="/",
            start_new_session=True,  # a Ctrl+C of the tests is not the server's
            **self._account,
        )
        log.close()
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < deadline, "the server does not start"
                time.sleep(0.02)
            else:
                return

    def stop(self, *, at_once: bool = False) -> None:
        """Stop it: everybody is sent away; or, `at_once`, as in a crash."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
            self._process.wait(_PATIENCE)
            self._process = None

    def restart(self, *, at_once: bool = False) -> None:
        """Stop and start it."""
        self.stop(at_once=at_once)
        self.start()

    def promote(self) -> None:
        """Let a standby take changes, and wait until it does."""
        with self.connect() as connection:
            assert connection.execute("SELECT pg_promote(true, 60)").fetchone() == (True,)

    def remove(self) -> None:
        """Stop it and delete everything."""
        self.stop(at_once=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    # Its databases

    def url(self, database: str, user: str = "admin") -> str:
        """The address of a database, as the application takes it."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}&port={_PORT}"

    def connect(self, database: str = "postgres", **options: Any) -> psycopg.Connection[Any]:
        """A plain connection, each statement its own transaction; by the owner of everything."""
        found = {"host": str(self.folder), "port": _PORT, "user": "admin", "dbname": database}
        return psycopg.connect(**{"autocommit": True, **found, **options})

    def create(self, template: str = "template0", *, locale: str = "") -> str:
        """Make a database of a new name, as a copy of another one; its name.

        `locale`: what stands about it in CREATE DATABASE.
        """
        name = f"desk_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy {}").format(
                    sql.Identifier(name), sql.Identifier(template), sql.SQL(locale)
                )
            )
        return name

    def drop(self, name: str) -> None:
        """Delete a database, whoever still uses it."""
        with self.connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def dump(self, name: str) -> str:
        """What `pg_dump` writes of a database, without the two words it makes up each time."""
        written = self._run(
            "pg_dump", f"--host={self.folder}", f"--port={_PORT}", "--username=admin", name
        )
        return re.sub(r"^\\(un)?restrict .*$", "", written, flags=re.MULTILINE)

    @contextlib.contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """A database for a while; its name."""
        name = self.create(template)
        try:
            yield name
        finally:
            self.drop(name)

    def let_in(self, rule: str) -> None:
        """Say who may come in how: «database user method» of pg_hba.conf, for the socket."""
        (self._data / "pg_hba.conf").write_text(f"local {rule}\n")
        # Who may come in now is asked the next time: no connection is needed for it.
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)
        time.sleep(0.1)

    @contextlib.contextmanager
    def user(self, name: str, *, password: str | None = None) -> Iterator[str]:
        """A user without any right of his own, for a while."""
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(name), sql.Literal(password)
                )
            )
        try:
            yield name
        finally:
            with self.connect() as connection:
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))

    @property
    def socket(self) -> Path:
        """The socket on which it listens."""
        return self.folder / f".s.PGSQL.{_PORT}"

    def _initialise(self) -> None:
        self._run(
            "initdb",
            "--auth=trust",
            "--username=admin",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
            f"--pgdata={self._data}",
        )

    def _copy(self, other: Cluster) -> None:
        self._run(
            "pg_basebackup",
            "--write-recovery-conf",
            "--checkpoint=fast",
            "--no-sync",
            f"--host={other.folder}",
            f"--port={_PORT}",
            "--username=admin",
            f"--pgdata={self._data}",
        )

    def _run(self, program: str, *words: str) -> str:
        return subprocess.run(
            [str(self._bin / program), *words],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            **self._account,
        ).stdout


def roomy_folder() -> str:
    """In memory where there is room, for a database is made for nearly every test."""
    memory = "/dev/shm"
    with contextlib.suppress(OSError):
        if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM:
            return memory
    return "/tmp"


def _somebody() -> pwd.struct_passwd:
    """An account that is not root's."""
    for name in _ACCOUNTS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("PostgreSQL can't run as root, and there is no other account")
