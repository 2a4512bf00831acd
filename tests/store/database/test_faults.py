"""Real faults of the machine and what they are called: no traceback, nothing half-written.

Each fault is made by the system itself. Where that needs another user or a disk of its own, the
attempt runs in a child process that has become one or has got one.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Manager
from olvery_tui.store.database.sqlite import store as engine
from olvery_tui.store.maintenance.maintenance import backup, check
from tests.store.outside import NOW, ROOT, connect, kill, ready, run, start

NOBODY = 65534


def code_of(path: Path, *, create: bool = True) -> str:
    """Why a database can't be opened."""
    with pytest.raises(StoreUnavailable) as caught:
        open_database(f"sqlite:///{path}", create=create)
    assert caught.value.where == str(path)
    return caught.value.code


# ── What is no database ──────────────────────────────────────────────────────────────────────────


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none" / "olvery.db") == "missing"
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert code_of(tmp_path / "file" / "olvery.db") == "missing"


def test_a_folder_a_pipe_and_a_device_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "folder", tmp_path / "pipe", Path("/dev/null")):
        assert code_of(path) == "not_a_database"


def test_a_link_that_leads_nowhere_and_one_that_leads_to_itself(tmp_path: Path) -> None:
    (tmp_path / "away").symlink_to(tmp_path / "none" / "olvery.db")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert code_of(tmp_path / "away") == "missing"
    assert code_of(tmp_path / "loop") in {"missing", "bad_url"}


def test_a_link_to_a_database_is_as_good_as_the_database(database: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(database)
    with closing(open_database(f"sqlite:///{link}")) as store:
        with store.writing() as session:
            session.add(Manager(last_name="Орлова"))
        assert check(store, NOW) == ()
    with closing(connect(database)) as plain:
        assert plain.execute("SELECT last_name FROM manager").fetchall() == [("Орлова",)]


@pytest.mark.parametrize(
    "content",
    [b"rubbish " * 1000, b"SQLite format 3\0" + b"\xff" * 4080, b"\x1f\x8b\x08", bytes(8192)],
    ids=["rubbish", "a header and rubbish", "three bytes", "zeros"],
)
def test_a_file_that_is_no_database_is_told_and_left_as_it_is(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "olvery.db"
    path.write_bytes(content)
    assert code_of(path) == "not_a_database"
    assert path.read_bytes() == content


@pytest.mark.parametrize("length", [248, 255, 256, 400])
def test_a_name_that_is_too_long_for_what_lies_beside_it_is_told_and_leaves_nothing(
    tmp_path: Path, length: int
) -> None:
    assert code_of(tmp_path / ("a" * length)) == "long_name"
    assert list(tmp_path.iterdir()) == []


def test_the_longest_name_is_as_good_as_any(tmp_path: Path) -> None:
    longest = tmp_path / ("a" * 247)
    open_database(f"sqlite:///{longest}").close()
    assert longest.exists()


def test_a_path_that_is_too_long_for_sqlite_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["a" * 100] * 5)
    folder.mkdir(parents=True)
    assert code_of(folder / "olvery.db") == "long_name"
    assert list(folder.iterdir()) == []


def test_an_empty_file_that_others_could_read_becomes_private(tmp_path: Path) -> None:
    path = tmp_path / "olvery.db"
    path.touch()
    path.chmod(0o644)
    with closing(open_database(f"sqlite:///{path}")) as store:
        schema.create(store, name="Olvery", time_zone="Europe/Moscow", currency="RUB")
        with store.reading() as session:
            session.connection()
            assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_a_page_that_was_overwritten(
    store: Store, database: Path, plain: sqlite3.Connection
) -> None:
    plain.executemany(
        "INSERT INTO manager (last_name, first_name) VALUES (?, '')",
        [("Орлова" * 50,) for _ in range(200)],
    )
    root, size = plain.execute(
        "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master"
        " WHERE name = 'manager'"
    ).fetchone()
    plain.close()
    store.close()
    with database.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)

    def read() -> None:
        with store.reading() as session:
            session.connection().exec_driver_sql("SELECT * FROM manager").all()

    with pytest.raises(StoreUnavailable) as caught:
        read()
    assert (caught.value.code, caught.value.where) == ("corrupt", str(database))
    assert {problem.code for problem in check(store, NOW)} == {"integrity"}
    with pytest.raises(StoreUnavailable) as caught:
        backup(store, database.with_name("copy.db"))
    assert (caught.value.code, caught.value.where) == ("corrupt", str(database))
    assert not database.with_name("copy.db").exists()


# ── A database that somebody else holds ──────────────────────────────────────────────────────────

HOLDER = """
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.executescript(sys.argv[2])
    print("ready", flush=True)
    sys.stdin.readline()
"""


def test_a_writer_that_does_not_end_keeps_writers_out_and_readers_in(
    impatient: None, database: Path
) -> None:
    holder = ready(start(HOLDER, database, "BEGIN IMMEDIATE"))
    with closing(open_database(f"sqlite:///{database}")) as store:
        with pytest.raises(StoreUnavailable) as caught, store.writing():
            pytest.fail("the lock was given twice")
        assert (caught.value.code, caught.value.where) == ("locked", str(database))
        assert check(store, NOW) == ()
        kill(holder)
        with store.writing() as session:
            session.add(Manager(last_name="Орлова"))


def test_a_program_that_wants_the_file_for_itself_keeps_everybody_out(
    impatient: None, database: Path
) -> None:
    holder = ready(
        start(HOLDER, database, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")
    )
    assert code_of(database) == "locked"
    kill(holder)
    with closing(open_database(f"sqlite:///{database}")) as store:
        assert check(store, NOW) == ()


def test_more_sessions_than_there_are_connections_wait_and_are_told(
    impatient: None, database: Path
) -> None:
    def look(store: Store) -> None:
        with store.reading() as session:
            session.get(Manager, 1)

    with closing(open_database(f"sqlite:///{database}")) as store, ExitStack() as held:
        for _ in range(engine.CONNECTIONS):
            held.enter_context(store.reading()).connection()
        with pytest.raises(StoreUnavailable) as caught:
            look(store)
        assert caught.value.code == "locked"
        held.pop_all().close()
        look(store)


# ── Rights ───────────────────────────────────────────────────────────────────────────────────────

AS_NOBODY = f"""
    import json, os, sys
    from sqlalchemy import text
    from olvery_tui.domain.errors import StoreUnavailable
    from olvery_tui.store.database import schema
    from olvery_tui.store.database.connect import open_database
    from olvery_tui.store.maintenance.maintenance import backup
    from pathlib import Path
    if os.geteuid() == 0:  # root may do anything
        os.setgroups([])
        os.setgid({NOBODY})
        os.setuid({NOBODY})
    said = []
    def attempt(act):
        try:
            said.append(act() or "done")
        except StoreUnavailable as error:
            said.append(error.code)
            assert error.where == sys.argv[1], error.where
    def read():
        with open_database("sqlite:///" + sys.argv[1]).reading() as session:
            session.connection().execute(text("SELECT * FROM location")).all()
    def write():
        with open_database("sqlite:///" + sys.argv[1]).writing() as session:
            session.connection().execute(text("UPDATE location SET name = 'half'"))
    attempt(read)
    attempt(write)
    print(json.dumps(said))
"""


@pytest.fixture
def open_folder(empty_database: Path) -> Iterator[Path]:
    """A folder with a database, which another user can reach."""
    with tempfile.TemporaryDirectory(prefix="olvery-test-") as name:
        folder = Path(name) / "desk"
        folder.mkdir()
        shutil.copy(empty_database, folder / "olvery.db")
        Path(name).chmod(0o755)
        yield folder
        folder.chmod(0o700)


@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "reads", "writes"),
    [
        (0o777, 0o666, "done", "done"),
        (0o777, 0o444, "done", "read_only"),
        (0o555, 0o666, "read_only", "read_only"),
        (0o555, 0o444, "read_only", "read_only"),
        (0o777, 0o000, "denied", "denied"),
        (0o000, 0o666, "denied", "denied"),
    ],
    ids=["all", "file", "folder", "both", "unreadable file", "unreachable folder"],
)
def test_rights_that_are_missing(
    open_folder: Path, folder_mode: int, file_mode: int, reads: str, writes: str
) -> None:
    path = open_folder / "olvery.db"
    path.chmod(file_mode)
    open_folder.chmod(folder_mode)
    assert json.loads(run(AS_NOBODY, path)) == [reads, writes]
    open_folder.chmod(0o700)
    path.chmod(0o600)
    with closing(connect(path)) as plain:
        name = "half" if writes == "done" else "Olvery"
        assert plain.execute("SELECT name FROM location").fetchone() == (name,)


def test_a_copy_that_may_only_be_read_is_read(open_folder: Path, store: Store) -> None:
    """A backup is no WAL database yet, and its keeper need not have the right to make it one."""
    copy = open_folder / "copy.db"
    backup(store, copy)
    copy.chmod(0o444)
    open_folder.chmod(0o555)
    script = (
        AS_NOBODY
        + """
    schema.ensure(open_database("sqlite:///" + sys.argv[1]), create=False)
    """
    )
    assert json.loads(run(script, copy)) == ["done", "read_only"]


def test_a_new_database_in_a_folder_without_rights(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    assert json.loads(run(AS_NOBODY, open_folder / "new.db")) == ["denied", "denied"]


# ── Room ─────────────────────────────────────────────────────────────────────────────────────────


def with_a_disk_of_its_own(*command: str, disk: Path, options: str) -> list[str]:
    """The command in a mount namespace of its own, gone with it, where `disk` is a new tmpfs."""
    become = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "-r", "--mount"]
    script = f'mount -t tmpfs -o {options} none "$0" && exec "$@"'
    return [*become, "sh", "-c", script, str(disk), *command]


def can_mount() -> bool:
    """Whether this machine lets a test have a disk of its own (a container may not)."""
    with tempfile.TemporaryDirectory() as name:
        command = with_a_disk_of_its_own("true", disk=Path(name), options="size=64k")
        try:
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            return False


FILL = """
    import json, os, resource, shutil, sys
    from pathlib import Path
    from sqlalchemy import event, text
    from olvery_tui.domain.errors import StoreUnavailable
    from olvery_tui.store.database.sqlite import store as engine
    from olvery_tui.store.database.connect import open_database
    from olvery_tui.store.maintenance.maintenance import backup, check
    from datetime import UTC, datetime
    kind, template, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    path = folder / "olvery.db"
    shutil.copy(template, path)
    (folder / "ballast").write_bytes(bytes(400_000))
    small = os.path.getsize(path) + 300_000
    if kind == "pages":
        real = engine._connect
        def connect(path, *more):
            connection = real(path, *more)
            connection.execute(f"PRAGMA max_page_count = {limit // 4096}")
            return connection
        engine._connect, limit = connect, small
    store = open_database(f"sqlite:///{path}")
    if kind == "file size":
        resource.setrlimit(resource.RLIMIT_FSIZE, (small, resource.RLIM_INFINITY))
    def write():
        with store.writing() as session:
            execute = session.connection().execute
            execute(text("INSERT INTO manager (last_name, first_name) VALUES ('first', '')"))
            execute(text("INSERT INTO manager (last_name, first_name) VALUES (:long, :long)"),
                    {"long": "x" * 10_000})
    kept, said = 0, None
    while said is None and kept < 1000:
        try:
            write()
            kept += 1
        except StoreUnavailable as error:
            said = [error.code, error.where == str(path)]
    try:
        backup(store, folder / "copy.db")
        copied = "done"
    except StoreUnavailable as error:
        copied = error.code
    left = sorted(one.name for one in folder.iterdir())
    # Room again.
    (folder / "ballast").unlink()
    if kind == "file size":
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    if kind == "pages":
        limit = small * 10
        store.close()
    write()
    with store.reading() as session:
        stored = session.connection().execute(text("SELECT count(*) FROM manager")).scalar()
    problems = check(store, datetime.now(UTC))
    print(json.dumps([kept > 0, said, stored == 2 * (kept + 1), [str(p) for p in problems],
                      copied, left]))
"""

MEANS = ["pages", "file size", *(["disk"] if can_mount() else [])]


@pytest.mark.parametrize("means", MEANS)
def test_no_room_is_told_keeps_all_that_was_written_and_ends_with_room(
    empty_database: Path, tmp_path: Path, means: str
) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    command = [sys.executable, "-c", textwrap.dedent(FILL), means, str(empty_database), str(folder)]
    if means == "disk":
        command = with_a_disk_of_its_own(*command, disk=folder, options="size=1200k")
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    wrote, said, all_or_nothing, problems, copied, left = json.loads(done.stdout)
    assert wrote
    assert said == ["full", True]
    assert all_or_nothing
    assert problems == []
    if means == "disk":  # the other two are limits of one connection or file, not of the copy
        assert copied == "full"
        assert left == ["ballast", "olvery.db", "olvery.db-shm", "olvery.db-wal"]


READ_ONLY = """
    import json, shutil, subprocess, sys
    from pathlib import Path
    from sqlalchemy import text
    from olvery_tui.domain.errors import StoreUnavailable
    from olvery_tui.store.database.connect import open_database
    template, folder = sys.argv[1], Path(sys.argv[2])
    path = folder / "olvery.db"
    shutil.copy(template, path)
    store = open_database(f"sqlite:///{path}")
    with store.reading() as session:
        session.connection().execute(text("SELECT * FROM location")).all()
    store.close()
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    said = []
    def attempt(act):
        try:
            said.append(act() or "done")
        except StoreUnavailable as error:
            said.append(error.code)
    def write():
        with store.writing() as session:
            session.connection().execute(text("UPDATE location SET name = 'half'"))
    attempt(write)
    attempt(lambda: open_database(f"sqlite:///{path}") and None)
    attempt(lambda: open_database(f"sqlite:///{folder / 'new.db'}") and None)
    print(json.dumps(said))
"""


@pytest.mark.parametrize("means", [one for one in MEANS if one == "disk"])
def test_a_disk_that_became_read_only(empty_database: Path, tmp_path: Path, means: str) -> None:
    command = [sys.executable, "-c", textwrap.dedent(READ_ONLY), str(empty_database), str(tmp_path)]
    done = subprocess.run(
        with_a_disk_of_its_own(*command, disk=tmp_path, options="size=2m"),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["read_only", "read_only", "read_only"]
