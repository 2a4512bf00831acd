"""What every test starts from: no settings of the person who runs it, Russian, own folders."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from olvery_tui import i18n

# Before anything of Textual is imported: they change how a screen is drawn.
for _name in list(os.environ):
    if _name.startswith("OLVERY_") or _name in {"NO_COLOR", "FORCE_COLOR", "TEXTUAL_THEME"}:
        del os.environ[_name]


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One for each processor: with more, every test's waiting grows, and nothing gets quicker."""
    return len(os.sched_getaffinity(0))


settings.register_profile(
    "default",
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder that is nobody's."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def nobodys_folders(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the real configuration, data or logs."""
    monkeypatch.setenv("HOME", str(home))
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    """Each test starts in the default language, whatever the one before it set."""
    i18n.set_language(i18n.DEFAULT_LANGUAGE)
    yield
    i18n.set_language(i18n.DEFAULT_LANGUAGE)
