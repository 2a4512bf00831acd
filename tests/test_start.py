"""Opening the application: its words, its settings, the terminal it needs, and how light it is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from olvery_tui import i18n, start, terminal
from olvery_tui.settings import BadSetting
from olvery_tui.start import StartOptions, open_application, settings_of, start_options
from tests.each import each

HEAVY = (
    "alembic", "babel", "email_validator", "openpyxl", "phonenumbers", "pydantic", "sqlalchemy",
    "sqlite3", "sqlmodel", "typer", "olvery_tui.cli", "olvery_tui.desk", "olvery_tui.store",
    "olvery_tui.wording.errors", "olvery_tui.domain.access", "olvery_tui.domain.conflicts",
    "olvery_tui.domain.orders", "olvery_tui.domain.people", "olvery_tui.domain.tickets",
)  # fmt: skip


class TestWords:
    @each(
        ("words", "options"),
        [
            ([], StartOptions()),
            (["--demo"], StartOptions(demo=True)),
            (["--database", "a.db"], StartOptions(database="a.db")),
            (["--database=a=b.db", "--debug"], StartOptions(database="a=b.db", debug=True)),
            (["--lang", "en", "--demo"], StartOptions(demo=True, lang="en")),
            (["--database="], StartOptions(database="")),
        ],
    )
    def test_a_plain_start_is_understood_without_the_command_line(
        self, words: list[str], options: StartOptions
    ) -> None:
        assert start_options(words) == options

    @each(
        "words",
        [
            ["tickets"],
            ["--demo", "tickets"],
            ["--help"],
            ["--lang"],
            ["--demo=1"],
            ["--nonsense"],
            ["--", "--demo"],
        ],
    )
    def test_anything_else_is_left_to_it(self, words: list[str]) -> None:
        assert start_options(words) is None


class TestSettings:
    def test_the_application_speaks_the_language_that_is_asked_for(self) -> None:
        assert settings_of(StartOptions(lang="en")).lang == "en"
        assert i18n.language() == "en"

    def test_also_where_another_setting_is_bad(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OLVERY_LANG", "en")
        monkeypatch.setenv("OLVERY_NOW", "soon")
        with pytest.raises(BadSetting):
            settings_of(StartOptions())
        assert i18n.language() == "en"


class TestOpening:
    def test_without_a_terminal_there_is_a_sentence_and_no_screen(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(terminal, "trouble", lambda: "no_terminal")
        assert open_application(StartOptions()) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert "ssh -t" in err

    def test_a_bad_setting_is_told_in_the_language_asked_for(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OLVERY_NOW", "soon")
        assert open_application(StartOptions(lang="en")) == 2
        assert "OLVERY_NOW is “soon”" in capsys.readouterr().err

    @pytest.mark.parametrize("debug", [False, True])
    def test_a_fault_is_a_sentence_with_a_code_and_a_traceback_only_for_debug(
        self,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        debug: bool,
    ) -> None:
        def broken(*_: object) -> None:
            raise ZeroDivisionError("as arranged")

        monkeypatch.setattr(terminal, "trouble", lambda: None)
        monkeypatch.setattr("olvery_tui.app.app.DeskApp", broken)
        assert open_application(StartOptions(debug=debug)) == 2
        err = capsys.readouterr().err
        assert "E-" in err
        assert ("Traceback" in err) == debug


def test_nothing_heavy_is_imported_before_the_first_frame() -> None:
    look = f"""
import json, sys
import olvery_tui.__main__, olvery_tui.start, olvery_tui.app.app, olvery_tui.screens.list.tickets
from olvery_tui.settings import Settings
olvery_tui.start.settings_of(olvery_tui.start.StartOptions(demo=True))
olvery_tui.app.app.DeskApp(Settings("sqlite:////nowhere.db"))
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""
    done = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout) == []


def test_a_word_before_a_command_does_not_hide_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from olvery_tui import cli

    assert cli.run(["--database", str(tmp_path / "none.db"), "admit", "1"]) == start.USAGE
    assert "none.db" in capsys.readouterr().err
