"""Managers at an SSH server: their key says who they are, and nothing but the desk is open."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from olvery_tui.domain.access import SignIn
from olvery_tui.store.database.connect import open_database
from tests.cli.program import environment
from tests.cli.program import run as run_program
from tests.e2e.sshd import DEPLOY, OPTIONS, Sshd
from tests.e2e.terminal import Terminal
from tests.ways_in import come_in_by, login_of

_PATIENCE = 20.0


@pytest.fixture
def account_home(tmp_path: Path) -> Path:
    """The home of the account that the managers share, with all that a shell would read."""
    home = tmp_path / "account"
    (home / ".ssh").mkdir(parents=True)
    for name in (".bashrc", ".profile", ".ssh/authorized_keys"):
        (home / name).write_text("# the account's own\n")
    return home


@pytest.fixture
def server(database: Path, tmp_path: Path, account_home: Path) -> Iterator[Sshd]:
    """An SSH server for the managers of the database, with more variables let in than it should."""
    server = Sshd(
        tmp_path / "ssh",
        {
            "OLVERY_DATABASE_URL": f"sqlite:///{database}",
            "OLVERY_NOW": "2022-12-06T10:00:00+03:00",
            "OLVERY_LOG_FILE": str(tmp_path / "olvery-tui.log"),
            "OLVERY_EXPORT_DIR": str(tmp_path / "exports"),
            "TEXTUAL_DISABLE_KITTY_KEY": "1",
            "HOME": str(account_home),
        },
        more="AcceptEnv OLVERY_* PYTHON* TEXTUAL* BROWSER EDITOR LANGUAGE",
    )
    yield server
    server.close()


@pytest.fixture
def anna(server: Sshd) -> Path:
    """The key of the demo's manager."""
    return server.add_manager("anna")


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def wait_until(holds: Callable[[], bool], what: str, seconds: float = _PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.05)


def test_a_key_signs_in_and_the_check_names_its_manager(
    server: Sshd, anna: Path, database: Path
) -> None:
    with server.open(anna) as terminal:
        terminal.wait_for("из 11")
        terminal.press("26", "Enter")
        terminal.wait_for("Проверьте личность посетителя")
        terminal.press("v")
        terminal.wait_for("Ответственный", "Анна Орлова")
        terminal.press("Ctrl+Q")
        assert terminal.wait_end() == 0
    ((first, last),) = rows(
        database,
        "SELECT first_name, last_name FROM ticket JOIN manager ON manager.id = validated_by"
        " WHERE number = 26",
    )
    assert (first, last) == ("Анна", "Орлова")
    where = {
        place
        for (place,) in rows(
            database,
            "SELECT terminal FROM event WHERE kind IN ('manager.signed_in', 'ticket.validated')",
        )
    }
    (place,) = where
    assert str(place).endswith(" ssh 127.0.0.1")
    assert " pts/" in str(place)


def test_no_shell_and_no_other_command(server: Sshd, anna: Path, database: Path) -> None:
    before = rows(database, "SELECT count(*) FROM event")
    mark = database.with_name("mark")
    for words in (["touch", str(mark)], ["sh", "-c", f"touch {mark}"], ["olvery-tui", "tickets"]):
        done = server.run(anna, words=words)
        # What runs is the application, which needs a terminal, whatever was asked for.
        assert done.returncode == 2
        assert done.stdout == ""
        assert "ssh -t" in done.stderr
    with server.open(anna) as terminal:
        terminal.wait_for("из 11")
        assert "$ " not in terminal.text
        terminal.press("Ctrl+Q")
        assert terminal.wait_end() == 0
    assert not mark.exists()
    signed_in = rows(database, "SELECT count(*) FROM event WHERE kind = 'manager.signed_in'")
    assert rows(database, "SELECT count(*) FROM event") == [(int(str(before[0][0])) + 1,)]
    assert signed_in == [(1,)]


def test_no_file_transfer(server: Sshd, anna: Path, tmp_path: Path) -> None:
    batch = tmp_path / "batch"
    batch.write_text(f"put {batch} {tmp_path / 'taken'}\n")
    command = ["sftp", "-b", str(batch), *server.client(anna)[1:]]
    # sftp names its port with another letter.
    command[command.index("-p")] = "-P"
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode != 0
    assert not (tmp_path / "taken").exists()


def test_no_port_is_forwarded(server: Sshd, anna: Path) -> None:
    with closing(socket.socket()) as secret:
        secret.bind(("127.0.0.1", 0))
        secret.listen()
        inside = secret.getsockname()[1]
        # -W asks for the same channel as -L, and tells at once what came of it.
        done = server.run(anna, "-W", f"127.0.0.1:{inside}")
        assert done.returncode != 0
        assert "forwarding failed" in done.stderr
        secret.settimeout(0.1)
        with pytest.raises(TimeoutError):
            secret.accept()
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        outside = probe.getsockname()[1]
    done = server.run(
        anna, "-N", "-R", f"127.0.0.1:{outside}:127.0.0.1:1", "-o", "ExitOnForwardFailure=yes"
    )
    assert done.returncode != 0


def test_a_key_opens_nothing_where_the_settings_ask_for_another_way(
    server: Sshd, anna: Path, database: Path
) -> None:
    with closing(open_database(f"sqlite:///{database}")) as store:
        come_in_by(store, SignIn.PASSWORD)
    with server.open(anna) as terminal:
        assert terminal.wait_end() == 1
        assert "другим способом" in terminal.text
        assert "Мария" not in terminal.text
    refused = rows(database, "SELECT data FROM event WHERE kind = 'manager.sign_in_refused'")
    assert refused == [('{"way":"ssh-key","reason":"way"}',)]


def test_the_window_can_be_resized(server: Sshd, anna: Path) -> None:
    with server.open(anna, columns=80, lines=24) as terminal:
        terminal.wait_for("из 11")
        terminal.resize(120, 40)
        shown = terminal.wait_for("Фильтр", "Период аренды", "из 11")
        assert max(map(len, shown.splitlines())) > 100


@pytest.mark.parametrize("how", ["client killed", "network gone"])
def test_a_dropped_connection_ends_the_application_and_leaves_nothing_half_done(
    server: Sshd, anna: Path, database: Path, how: str
) -> None:
    with server.open(anna) as terminal:
        terminal.wait_for("из 11")
        terminal.press("26", "Enter")
        terminal.wait_for("Проверьте личность посетителя")
        wait_until(lambda: len(server.sessions()) == 1, "the application runs")
        terminal.press("v")
        client = terminal.process.pid
        # A stopped client neither answers nor hangs up, like a machine whose network is gone.
        os.kill(client, signal.SIGKILL if how == "client killed" else signal.SIGSTOP)
        began = time.monotonic()
        wait_until(lambda: not server.sessions(), "the application has ended")
        # The server gives a silent client up after two unanswered questions, a second each; from
        # then on the application has five seconds.
        assert time.monotonic() - began < 5 + (0 if how == "client killed" else 4)
        with contextlib.suppress(OSError):
            os.kill(client, signal.SIGKILL)
    ((checked, events),) = rows(
        database,
        "SELECT validated_at IS NOT NULL,"
        " (SELECT count(*) FROM event WHERE ticket_number = 26 AND kind = 'ticket.validated')"
        " FROM ticket WHERE number = 26",
    )
    assert checked == events
    done = run_program("db", "check", env=environment(database, "2022-12-06T10:00:00+03:00"))
    assert (done.returncode, done.stderr) == (0, b"")


def test_two_managers_work_at_once_each_under_their_own_name(
    server: Sshd, anna: Path, database: Path
) -> None:
    with closing(open_database(f"sqlite:///{database}")) as store:
        peter = server.add_manager(login_of(store, "Пётр ilyin"))
    with server.open(anna, columns=120) as hers, server.open(peter, columns=120) as his:
        hers.wait_for("из 11", "Анна Орлова")
        his.wait_for("из 11", "Пётр ilyin")
        hers.press("26", "Enter")
        hers.wait_for("Проверьте личность посетителя")
        his.press("34", "Enter")
        his.wait_for("Билет 34")
        hers.press("v")
        hers.wait_for("Ответственный", "Анна Орлова")
        his.press("26", "Enter")
        his.wait_for("Билет 26", "Ответственный", "Анна Орлова")
        his.press("r")
        # The other terminal sees it by itself.
        hers.wait_for("Проверьте личность посетителя")
    who = rows(
        database,
        "SELECT event.kind, manager.login FROM event JOIN manager ON manager.id = manager_id"
        " WHERE ticket_number = 26 ORDER BY event.id DESC LIMIT 2",
    )
    assert who == [("ticket.validation_reset", "ilyin"), ("ticket.validated", "anna")]


def test_a_disabled_managers_terminal_ends_with_the_next_action(
    server: Sshd, anna: Path, database: Path
) -> None:
    with server.open(anna) as terminal:
        terminal.wait_for("из 11")
        terminal.press("Down")
        terminal.wait_for("▌   31")  # it takes keys: the lines are there before that
        done = run_program("managers", "disable", "anna", env=environment(database))
        assert done.returncode == 0
        terminal.press("F5")
        assert terminal.wait_end() == 1
        assert "Ваш доступ отключён" in terminal.text


def test_where_the_account_is_the_login_it_signs_in_by_itself(
    server: Sshd, anna: Path, database: Path, tmp_path: Path
) -> None:
    from olvery_tui import terminal as place

    with closing(open_database(f"sqlite:///{database}")) as store:
        login_of(store, f"Пётр {place.account()}")
        come_in_by(store, SignIn.OS_USER)
    keys = tmp_path / "ssh" / "authorized_keys"
    keys.write_text(keys.read_text().replace("olvery-desk anna", "olvery-desk"))
    with server.open(anna, columns=120) as screen:
        name = f"Пётр {place.account()}"
        assert name in screen.wait_for("из 11", name)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, by its path."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def open_desk(terminal: Terminal) -> None:
    """Wait for the list, and for the database behind it."""
    terminal.wait_for("из 11")
    terminal.press("26", "Enter")
    terminal.wait_for("Проверьте личность посетителя")
    terminal.press("Esc")
    terminal.wait_gone("Проверьте личность посетителя")
    terminal.press("x")


class TestWaysOut:
    """What a signed-in manager could try to get more of the account than the desk."""

    def test_no_file_of_the_account_is_written_or_replaced_by_an_export(
        self, server: Sshd, anna: Path, database: Path, account_home: Path, tmp_path: Path
    ) -> None:
        with closing(sqlite3.connect(database)) as connection:
            connection.execute(
                "UPDATE person SET last_name = ?"
                " WHERE id = (SELECT visitor_id FROM ticket WHERE number = 34)",
                (f"$(touch {tmp_path}/mark)",),
            )
            connection.commit()
        home, exports = contents(account_home), tmp_path / "exports"
        tried = {
            "~/.bashrc": "без папок",
            f"{account_home}/.ssh/authorized_keys": "без папок",
            "../account/.profile": "без папок",
            f"{database}": "без папок",
            "/proc/self/mem": "без папок",
            ".bashrc": "точки",
            "-rf": "с буквы или цифры",
            "$(id).csv": "с буквы или цифры",
            "olvery.db-wal": "файл самого приложения",
            "olvery.db-journal": "файл самого приложения",
        }
        with server.open(anna, columns=120, lines=40) as terminal:
            open_desk(terminal)
            terminal.press("e")
            terminal.wait_for("tickets-2022-12-06-10", "Файл будет записан в папку")
            for path, told in tried.items():
                terminal.press("\x15", path)
                terminal.wait_for(path[-30:])
                terminal.press("Ctrl+S")
                terminal.wait_for(told)
            terminal.press("\x15", "list.csv")
            terminal.wait_for("list.csv")
            terminal.press("Ctrl+S")
            terminal.wait_for("из 11")
            terminal.wait_gone("Введите имя файла")
            wait_until((exports / "list.csv").exists, "the export")
            # Once more under the same name: there is nothing to agree to.
            terminal.wait_gone("Формат")
            terminal.press("e")
            terminal.wait_for("Формат")
            terminal.press("\x15", "list.csv", "Ctrl+S")
            terminal.wait_for("уже есть и останется")
            terminal.press("Esc")
            terminal.wait_gone("Формат")
            terminal.press("Ctrl+Q")
            assert terminal.wait_end() == 0
        assert contents(account_home) == home
        assert list(contents(exports)) == ["list.csv"]
        assert b"$(touch" in (exports / "list.csv").read_bytes()
        assert server.run(anna).returncode == 2
        assert not (tmp_path / "mark").exists()

    def test_no_key_stops_it_and_no_command_writes_or_starts_anything(
        self, server: Sshd, anna: Path, account_home: Path
    ) -> None:
        home = contents(account_home)
        with server.open(anna) as terminal:
            open_desk(terminal)
            terminal.press("\x1a", "\x1c", "\x03")  # Ctrl+Z, Ctrl+\\, Ctrl+C
            for words in ("screenshot", "maximize", "shell", "снимок"):
                terminal.press("\x10")
                terminal.wait_for("Найти команду")
                terminal.press(words)
                terminal.wait_for("Такой команды нет")
                terminal.press("Esc")
                terminal.wait_gone("Такой команды нет")
            terminal.press("F5", "26", "Enter")
            terminal.wait_for("Проверьте личность посетителя")
            terminal.press("Ctrl+Q")
            assert terminal.wait_end() == 0
        assert contents(account_home) == home

    def test_no_variable_of_the_client_is_heeded_even_where_the_server_lets_it_in(
        self, server: Sshd, anna: Path, tmp_path: Path
    ) -> None:
        trap = tmp_path / "trap"
        trap.mkdir()
        mark = tmp_path / "mark"
        for module in ("sitecustomize", "usercustomize", "driver"):
            (trap / f"{module}.py").write_text(f"open({str(mark)!r}, 'w')\n")
        sent = {
            "OLVERY_DATABASE_URL": f"sqlite:///{trap}/other.db",
            "OLVERY_LOG_FILE": f"{mark}",
            "OLVERY_EXPORT_DIR": f"{trap}",
            "PYTHONPATH": f"{trap}",
            "PYTHONSTARTUP": f"{trap}/driver.py",
            "PYTHONBREAKPOINT": "driver.open",
            "TEXTUAL": "devtools,debug",
            "TEXTUAL_DRIVER": "driver:Driver",
            "TEXTUAL_LOG": f"{mark}",
            "TEXTUAL_SCREENSHOT": "1",
            "TEXTUAL_SCREENSHOT_LOCATION": f"{trap}",
            "TEXTUAL_PRESS": "v",
            "BROWSER": f"touch {mark}",
        }
        words = " ".join(f'{name}="{value}"' for name, value in sent.items())
        before = contents(trap)
        with server.open(anna, "-o", f"SetEnv={words}") as terminal:
            terminal.wait_for("из 11")
            terminal.press("26", "Enter")
            terminal.wait_for("Проверьте личность посетителя")
            (pid,) = server.sessions()
            (given,) = {
                entry
                for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
                if entry.startswith(b"OLVERY_DATABASE_URL=")
            }
            assert b"trap" not in given
            terminal.press("Ctrl+Q")
            assert terminal.wait_end() == 0
        assert contents(trap) == before
        assert not mark.exists()

    def test_no_start_up_file_of_the_account_is_read(
        self, server: Sshd, account_home: Path, tmp_path: Path
    ) -> None:
        mark = tmp_path / "mark"
        trap = tmp_path / "trap.sh"
        trap.write_text(f"touch {mark}\n")
        site = account_home / ".local/lib/python3.11/site-packages"
        site.mkdir(parents=True)
        (site / "usercustomize.py").write_text(f"open({str(mark)!r}, 'w')\n")
        names = (".bashrc", ".bash_profile", ".profile", ".zshenv", ".kshrc", ".ssh/rc")
        for name in names:
            (account_home / name).write_text(f"touch {mark}\n")
        environment = {
            "HOME": str(account_home),
            "PATH": os.environ["PATH"],
            "SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 22",
            "ENV": str(trap),
        }

        def start(shell: str, words: str, **more: str) -> None:
            """As sshd does: the account's shell is given the command."""
            subprocess.run(
                [shell, "-c", words],
                env={**environment, **more},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=60,
            )

        start("/bin/sh", f"{server.desk} anna")
        assert not mark.exists()
        # The trap itself works: this is what another shell of the account would have done.
        start("bash", f"{server.desk} anna", BASH_ENV=str(trap))
        assert mark.exists()


def test_sshd_understands_the_block_that_is_deployed(server: Sshd) -> None:
    said = server.effective((DEPLOY / "sshd_olvery.conf").read_text(encoding="utf-8"), "olvery")
    for setting in (
        "disableforwarding yes",
        "passwordauthentication no",
        "clientaliveinterval 15",
        "clientalivecountmax 3",
        "forcecommand none",
        "authorizedkeysfile /etc/ssh/olvery/authorized_keys",
    ):
        assert setting in said


def test_the_deployed_keys_have_the_options_that_were_tested() -> None:
    lines = (DEPLOY / "authorized_keys.example").read_text(encoding="utf-8").splitlines()
    keys = [line for line in lines if line and not line.startswith("#")]
    assert keys
    for line in keys:
        command, options = line.split(" ssh-")[0].rsplit('"', 1)
        assert command.startswith('command="/usr/local/libexec/olvery-desk ')
        assert options == f",{OPTIONS}"
