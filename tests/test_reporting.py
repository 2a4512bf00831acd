"""The log: private, never on the screen, always somewhere."""

import errno
import io
import logging
import os
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.drivers._writer_thread import WriterThread

from olvery_tui import reporting


@pytest.fixture(autouse=True)
def only_ours() -> Iterator[None]:
    """What a test sets up is taken away again."""
    root = logging.getLogger()
    for handler in reporting._ours():  # of a test before this one
        root.removeHandler(handler)
        handler.close()
    former, level = root.handlers[:], root.level
    yield
    for handler in root.handlers[:]:
        if handler not in former:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)


@pytest.fixture
def spare_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the log goes if it can't go where it should."""
    folder = tmp_path / "shared"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_read_the_log(tmp_path: Path) -> None:
    path = tmp_path / "state" / "olvery-tui.log"
    assert reporting.set_up(path) == path
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700


def test_a_log_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "olvery-tui.log"
    path.touch(mode=0o644)
    reporting.set_up(path)
    assert mode(path) == 0o600


def test_a_fault_is_in_the_log_under_the_code_that_is_told(tmp_path: Path) -> None:
    path = tmp_path / "olvery-tui.log"
    reporting.set_up(path)
    error = ZeroDivisionError("division by zero")
    code = reporting.fault(error)
    text = path.read_text()
    assert code in text
    assert "ZeroDivisionError" in text
    assert reporting.last_fault() is error


def test_a_fault_before_the_settings_are_known_is_in_the_default_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    code = reporting.fault(ValueError("early"))
    assert code in (tmp_path / "olvery-tui" / "olvery-tui.log").read_text()
    assert capsys.readouterr() == ("", "")


def test_two_faults_have_two_codes(tmp_path: Path) -> None:
    reporting.set_up(tmp_path / "olvery-tui.log")
    assert reporting.fault(ValueError()) != reporting.fault(ValueError())


def test_where_it_cant_be_written_the_temporary_folder_has_it(
    tmp_path: Path, spare_folder: Path
) -> None:
    (tmp_path / "file").touch()
    used = reporting.set_up(tmp_path / "file" / "olvery-tui.log")
    assert used == spare_folder / f"olvery-tui-{os.getuid()}.log"
    assert mode(used) == 0o600


def test_a_link_that_somebody_laid_into_the_temporary_folder_is_not_followed(
    tmp_path: Path, spare_folder: Path
) -> None:
    (tmp_path / "file").touch()
    target = tmp_path / "target"
    target.write_text("mine")
    (spare_folder / f"olvery-tui-{os.getuid()}.log").symlink_to(target)
    assert reporting.set_up(tmp_path / "file" / "olvery-tui.log") is None
    logging.getLogger("olvery_tui").warning("nothing to see")
    assert target.read_text() == "mine"


def test_a_pipe_is_no_log_and_nobody_waits_at_it(tmp_path: Path, spare_folder: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert reporting.set_up(tmp_path / "pipe") == spare_folder / f"olvery-tui-{os.getuid()}.log"


def test_a_database_is_no_log(tmp_path: Path, spare_folder: Path) -> None:
    file = tmp_path / "copy.db"
    file.write_bytes(b"SQLite format 3\0" + bytes(84))
    before = file.read_bytes()
    reporting.set_up(file)
    logging.getLogger("olvery_tui").warning("to be kept elsewhere")
    assert file.read_bytes() == before


def test_no_password_of_a_database_is_logged(tmp_path: Path) -> None:
    path = tmp_path / "olvery-tui.log"
    reporting.set_up(path)
    try:
        raise ValueError("postgresql://anna:s3cret@db/olvery?sslpassword=s3cret")
    except ValueError as error:
        reporting.fault(error)
    log = logging.getLogger("olvery_tui")
    log.warning("can't connect with %s", "host=db password='s3cret' user=anna")
    text = path.read_text()
    assert "postgresql://anna:***@db/olvery?sslpassword=***" in text
    assert "s3cret" not in text


def test_set_up_again_leaves_the_former_file_alone(tmp_path: Path) -> None:
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    reporting.set_up(first)
    reporting.set_up(second)
    logging.getLogger("olvery_tui").warning("once")
    assert first.read_text() == ""
    assert second.read_text().count("once") == 1


def test_a_full_log_is_turned_over_and_stays_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "_BYTES", 200)
    path = tmp_path / "olvery-tui.log"
    reporting.set_up(path)
    for number in range(20):
        logging.getLogger("olvery_tui").warning("line %s %s", number, "x" * 50)
    logs = sorted(tmp_path.glob("olvery-tui.log*"))
    assert len(logs) == reporting._KEPT + 1
    assert {mode(log) for log in logs} == {0o600}


class Full:
    """A disk without room."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def flush(self) -> None:
        self.write("")

    close = flush

    def seek(self, *_where: int) -> int:
        return 0

    def tell(self) -> int:
        return 0


def test_a_full_disk_prints_nothing_over_the_screen(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    reporting.set_up(tmp_path / "olvery-tui.log")
    (handler,) = reporting._ours()
    assert isinstance(handler, logging.StreamHandler)
    handler.stream.close()
    handler.stream = Full()
    logging.getLogger("olvery_tui").warning("nobody will read this")
    assert reporting.fault(ValueError("nor this")).startswith("E-")
    reporting.set_up(tmp_path / "other.log")  # closes the full one
    assert capfd.readouterr() == ("", "")


def test_a_faulty_thread_writes_to_the_log_and_not_to_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    path = tmp_path / "olvery-tui.log"
    reporting.set_up(path)
    reporting.keep_off_the_screen()

    def fail() -> None:
        raise ValueError("in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "in a thread" in path.read_text()
    assert capsys.readouterr() == ("", "")


def test_a_terminal_that_was_closed_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    path = tmp_path / "olvery-tui.log"
    reporting.set_up(path)
    reporting.keep_off_the_screen()

    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.EIO, "Input/output error")

    thread = WriterThread(Closed())
    thread.start()
    thread.write("a frame")
    thread.stop()
    told = path.read_text()
    assert "the terminal is gone" in told
    assert "fault" not in told


def test_the_log_has_the_place_of_a_fault_but_no_names_or_phones(tmp_path: Path) -> None:
    path = tmp_path / "olvery-tui.log"
    reporting.set_up(path)
    known, wanted, other = {"Иванова Мария": "+79161234567"}, "Петров Пётр", "O'Neil in 'Smith'"
    try:
        try:
            known[wanted]
        except KeyError as error:
            raise ValueError(f"no room for {known} and {other}") from error
    except ValueError as error:
        reporting.fault(error)
    told = [line for line in path.read_text().splitlines() if not line.startswith("    ")]
    assert "KeyError: …" in told
    assert any(line.startswith("ValueError: no room for") for line in told)
    assert any("test_reporting.py" in line for line in told)
    for private in ("Мария", "9161234567", "Smith", "Neil", "Петров"):
        assert not any(private in line for line in told)
