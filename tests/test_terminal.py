"""Whether a screen can be shown, and that it is written in UTF-8."""

import io
import os
import pty
import sys

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
