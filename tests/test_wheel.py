"""What is installed from the wheel is whole: outside of the source tree nothing is missing."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "olvery_tui"

# Run inside the installed copy: where it is, what came with it, and that every module loads.
LOOK = """
import importlib, json, pkgutil
from importlib.resources import files
import olvery_tui
skipped = "olvery_tui.store.migrations", "olvery_tui.__main__"
for module in pkgutil.walk_packages(olvery_tui.__path__, "olvery_tui."):
    if not module.name.startswith(skipped):
        importlib.import_module(module.name)
catalogue = files("olvery_tui") / "locale/ru/LC_MESSAGES/olvery_tui.mo"
print(json.dumps({"where": olvery_tui.__file__, "catalogue": catalogue.is_file()}))
"""


def run(*command: str | Path, cwd: Path) -> str:
    """Run it as from a shell that knows nothing of the source tree."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    words = [str(part) for part in command]
    done = subprocess.run(
        words, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made from the sdist, as a release is."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the wheel, and sees the packages of this one."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    run(*pip, "--no-deps", "--no-index", wheel, cwd=folder)
    # A line of a .pth file only adds a folder to the path; that folder's own .pth files, such as
    # that of an editable install of the source tree, are not read.
    (purelib,) = folder.glob("venv/lib/python*/site-packages")
    (purelib / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def test_the_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("olvery_tui/")}
    sources = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    assert sources - packed == set()
    assert "olvery_tui/locale/ru/LC_MESSAGES/olvery_tui.mo" in packed


@pytest.mark.parametrize(
    "needed",
    [
        "styles/*.tcss",
        "locale/*/LC_MESSAGES/*.mo",
        "store/migrations/env.py",
        "store/migrations/versions/*.py",
    ],
)
def test_the_wheel_has_what_is_read_while_it_runs(wheel: Path, needed: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert [n for n in archive.namelist() if Path(n).match(f"olvery_tui/{needed}")]


def test_every_module_of_the_installed_copy_can_be_imported(installed: Path) -> None:
    told = json.loads(run(installed, "-I", "-c", LOOK, cwd=installed.parent))
    assert Path(told["where"]).is_relative_to(installed.parent.parent)
    assert told["catalogue"]


def test_the_command_is_installed_and_answers(installed: Path) -> None:
    assert "olvery-tui" in run(installed.parent / "olvery-tui", "--help", cwd=installed.parent)
