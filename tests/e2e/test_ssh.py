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

from olvery_tui.domain.managers import SignIn
from olvery_tui.store.engine import Store
from tests.e2e.sshd import OPTIONS, Sshd
from tests.e2e.terminal import COMMAND
from tests.ways_in import come_in_by, login_of

_PATIENCE = 20.0


@pytest.fixture
def server(database: Path, tmp_path: Path) -> Iterator[Sshd]:
    """An SSH server for the managers of the database."""
    server = Sshd(
        tmp_path / "ssh",
        {
            "OLVERY_DATABASE_URL": f"sqlite:///{database}",
            "OLVERY_NOW": "2022-12-06T10:00:00+03:00",
            "OLVERY_LOG_FILE": str(tmp_path / "olvery-tui.log"),
            "TEXTUAL_DISABLE_KITTY_KEY": "1",
            "PYTHONPATH": os.getcwd(),
        },
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
    with closing(Store.open(f"sqlite:///{database}")) as store:
        come_in_by(store, SignIn.PASSWORD)
    with server.open(anna) as terminal:
        assert terminal.wait_end() == 1
        assert "другим способом" in terminal.text
        assert "Мария" not in terminal.text
    refused = rows(database, "SELECT data FROM event WHERE kind = 'manager.sign_in_refused'")
    assert refused == [('{"way": "ssh-key", "reason": "way"}',)]


def test_the_window_can_be_resized(server: Sshd, anna: Path) -> None:
    with server.open(anna, columns=80, lines=24) as terminal:
        terminal.wait_for("из 11")
        terminal.resize(120, 40)
        terminal.wait_until(
            lambda text: any(len(line) > 100 for line in text.splitlines()), "a wider window"
        )
        terminal.wait_for("Фильтр", "Период аренды", "из 11")


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
    done = subprocess.run(
        [*COMMAND, "--database", str(database), "db", "check"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OLVERY_NOW": "2022-12-06T10:00:00+03:00"},
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_two_managers_work_at_once_each_under_their_own_name(
    server: Sshd, anna: Path, database: Path
) -> None:
    with closing(Store.open(f"sqlite:///{database}")) as store:
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
        done = subprocess.run(
            [*COMMAND, "--database", str(database), "managers", "disable", "anna"],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0
        terminal.press("F5")
        assert terminal.wait_end() == 1
        assert "Ваш доступ отключён" in terminal.text


def test_where_the_account_is_the_login_it_signs_in_by_itself(
    server: Sshd, anna: Path, database: Path, tmp_path: Path
) -> None:
    from olvery_tui import terminal as place

    with closing(Store.open(f"sqlite:///{database}")) as store:
        login_of(store, f"Пётр {place.account()}")
        come_in_by(store, SignIn.OS_USER)
    keys = tmp_path / "ssh" / "authorized_keys"
    keys.write_text(keys.read_text().replace(" --login anna", ""))
    with server.open(anna, columns=120) as screen:
        screen.wait_for("из 11", f"Пётр {place.account()}")


DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


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
        assert command.startswith('command="/usr/local/bin/olvery-tui --login ')
        assert options == f",{OPTIONS}"
