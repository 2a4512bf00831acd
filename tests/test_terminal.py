"""Whether a screen can be shown, and that it is written in UTF-8."""

import io
import os
import pty
import sys
from pathlib import Path

import pytest

from olvery_tui import terminal


class Stream:
    """A standard stream that is a terminal, or is not."""

    def __init__(self, is_terminal: bool) -> None:
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


class Closed:
    def isatty(self) -> bool:
        raise ValueError("I/O operation on closed file")


@pytest.fixture
def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "__stdin__", Stream(True))
    monkeypatch.setattr(sys, "__stderr__", Stream(True))
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.usefixtures("on_a_terminal")
class TestTrouble:
    def test_there_is_none_on_a_terminal(self) -> None:
        assert terminal.trouble() is None

    @pytest.mark.parametrize("stream", ["__stdin__", "__stderr__"])
    @pytest.mark.parametrize("instead", [Stream(False), Closed(), None])
    def test_both_ends_have_to_be_one(
        self, monkeypatch: pytest.MonkeyPatch, stream: str, instead: object
    ) -> None:
        monkeypatch.setattr(sys, stream, instead)
        assert terminal.trouble() == "no_terminal"

    def test_the_output_may_go_elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "__stdout__", Stream(False))
        assert terminal.trouble() is None

    @pytest.mark.parametrize("name", ["dumb", "unknown", ""])
    def test_a_terminal_that_draws_nothing(
        self, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setenv("TERM", name)
        assert terminal.trouble() == "dumb"

    def test_a_terminal_without_a_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("TERM")
        assert terminal.trouble() == "dumb"


class TestElsewhere:
    @pytest.mark.parametrize("name", ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "SUDO_UID"])
    def test_who_came_through_the_network_or_sudo_is_not_at_their_own_machine(
        self, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        assert terminal.is_own_machine()
        monkeypatch.setenv(name, "1")
        assert not terminal.is_own_machine()

    def test_variables_that_make_the_library_do_things_are_dropped(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "environ", dict(os.environ))
        for name in ("TEXTUAL", "TEXTUAL_DRIVER", "TEXTUAL_LOG", "TEXTUAL_SCREENSHOT"):
            monkeypatch.setenv(name, "devtools")
        monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
        terminal.forget_variables()
        left = {name for name in os.environ if name.startswith("TEXTUAL")}
        assert left <= terminal._LOOKS
        assert "TEXTUAL_ANIMATIONS" in left

    @pytest.mark.parametrize(
        ("shell", "home_is_own", "found"),
        [
            ("/bin/sh", False, ()),
            ("/bin/bash", False, ()),
            ("/bin/sh", True, (".ssh/authorized_keys", ".ssh/rc", ".ssh/environment")),
            ("/bin/bash", True, (".bashrc", ".bash_profile", ".bash_login", ".profile")),
            ("/usr/bin/zsh", True, (".zshenv", ".zprofile", ".zshrc")),
        ],
    )
    def test_start_up_files_that_could_be_written_are_found(
        self, tmp_path: Path, shell: str, home_is_own: bool, found: tuple[str, ...]
    ) -> None:
        (tmp_path / ".bashrc").touch()
        names = terminal.writable_start_up_files(tmp_path, shell, lambda _path: home_is_own)
        assert names[: len(found)] == found
        assert bool(names) is home_is_own

    def test_a_file_of_root_in_a_folder_of_ones_own_can_be_replaced(self, tmp_path: Path) -> None:
        (tmp_path / ".bashrc").touch()
        names = terminal.writable_start_up_files(
            tmp_path, "/bin/bash", lambda path: path == tmp_path
        )
        assert ".bashrc" in names


class TestUtf8:
    def test_streams_write_it_whatever_they_were_told(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="koi8-r"))
        terminal.speak_utf8()
        print("Семенова №1 \udc80", flush=True)
        assert written.getvalue() == "Семенова №1 ?\n".encode()

    def test_a_closed_stream_swallows_what_is_written(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "stdout", None)
        terminal.speak_utf8()
        with sys.stdout as made:
            assert made.name == os.devnull


class TestGone:
    def test_a_terminal_is_there_until_its_other_end_is_closed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ours, theirs = pty.openpty()
        with open(theirs, "rb", buffering=0) as stream:
            monkeypatch.setattr(sys, "__stdin__", stream)
            assert not terminal.is_gone()
            os.close(ours)
            assert terminal.is_gone()
