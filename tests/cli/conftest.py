"""The command line over a copy of the demonstration, at a clock that stands still."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from olvery_tui import cli, i18n
from olvery_tui.cli.app import app
from olvery_tui.store import demo

NOW = "2022-12-06T10:00:00+03:00"


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manual's example, made once."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    demo.create(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def database(demo_database: Path, tmp_path: Path) -> Path:
    """A copy that the test may change."""
    return Path(shutil.copy(demo_database, tmp_path / "olvery.db"))


@cache
def _command(_language: i18n.Language) -> Any:
    return _get_command(app)


_get_command = typer.main.get_command


@pytest.fixture(autouse=True)
def built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typer makes the same commands each time, for half of what a command costs."""
    monkeypatch.setattr(typer.main, "get_command", lambda _app: _command(i18n.language()))


@pytest.fixture
def run(database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on the copy, in this process."""
    monkeypatch.setenv("OLVERY_DATABASE_URL", f"sqlite:///{database}")
    monkeypatch.setenv("OLVERY_NOW", NOW)
    monkeypatch.setenv("OLVERY_FREEZE", "1")

    def run_command(*words: object) -> Done:
        capsys.readouterr()
        code = cli.run([str(word) for word in words])
        out, err = capsys.readouterr()
        return Done(code, out, err)

    return run_command
