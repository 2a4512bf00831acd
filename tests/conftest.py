"""What every test starts from: no settings of the person who runs it, Russian, own folders."""

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from olvery_tui import i18n
from tests import quick_passwords, quick_sqlalchemy
from tests.databases import ENGINES, Databases, remove_the_cluster
from tests.forked import remove_the_forks

# Before anything of Textual is imported: they change how a screen is drawn.
for _name in list(os.environ):
    if _name.startswith("OLVERY_") or _name in {"NO_COLOR", "FORCE_COLOR", "TEXTUAL_THEME"}:
        del os.environ[_name]
# Nor where the tests are run from: whoever came from elsewhere may write less.
for _name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "REMOTEHOST", "SUDO_UID"):
    os.environ.pop(_name, None)

_NAME_MAX = 150

quick_passwords.make_quick()
quick_sqlalchemy.make_quick()

# A quarter of the time went into looking for garbage among what was imported.
gc.set_threshold(100_000, 20, 50)


def pytest_collection_finish() -> None:
    """Exempt what was imported and collected from every later collection."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Three more than processors: some always wait for a terminal, a server or the disk."""
    return len(os.sched_getaffinity(0)) + 3


def pytest_sessionfinish() -> None:
    """Stop the servers now, and collect once: pytest-xdist kills a process that takes long to end,
    and pytest, which asks what was left open, looks through all that is alive five times.
    """
    remove_the_cluster()
    remove_the_forks()
    gc.collect()
    gc.freeze()


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
def same_variables() -> Iterator[None]:
    """A test leaves the environment to the next one as it found it."""
    before = _variables()
    yield
    assert _variables() == before


def _variables() -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


@pytest.fixture(autouse=True)
def nobodys_folders(same_variables: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


OF_A_FILE = {"database", "empty_database", "plain"}
"""Who asks for one of these works on SQLite's file itself, past the application."""


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A value of a thousand letters makes no name: a test's name is in the environment of every
    program it starts, and with one that is too long none starts.
    """
    if isinstance(val, str | bytes) and len(val) > _NAME_MAX:
        return f"{argname} of {len(val)}"
    return None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What stands on a database is proved on both engines, unless it is about the one's own ways.

    `pytest.mark.only("postgresql")` says that it is, for a test or for a whole file.
    """
    if "engine" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("only")
        engines = only.args if only else ENGINES
        if OF_A_FILE & set(metafunc.fixturenames):
            engines = ("sqlite",)
        metafunc.parametrize("engine", engines, indirect=True, scope="session")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """A property that is tried on both engines is tried on PostgreSQL with a third of the examples:
    what they vary is the program's, and only the SQL is another.
    """
    test: Any = pyfuncitem.obj
    engine = getattr(pyfuncitem, "callspec", None) and pyfuncitem.callspec.params.get("engine")
    if engine != "postgresql" or not is_hypothesis_test(test):
        return (yield)
    if pyfuncitem.get_closest_marker("only"):
        return (yield)
    usual = test._hypothesis_internal_use_settings
    fewer = settings(usual, max_examples=max(usual.max_examples // 3, 1))
    test._hypothesis_internal_use_settings = fewer
    try:
        return (yield)
    finally:
        test._hypothesis_internal_use_settings = usual


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """On which engine the test's databases are: `sqlite` or `postgresql`."""
    name: str = request.param
    return name


@pytest.fixture
def databases(engine: str) -> Iterator[Databases]:
    """The test's own databases."""
    made = Databases(engine)
    yield made
    made.close()


@pytest.fixture(scope="module")
def module_databases(engine: str) -> Iterator[Databases]:
    """Databases that the tests of a file share."""
    made = Databases(engine)
    yield made
    made.close()
