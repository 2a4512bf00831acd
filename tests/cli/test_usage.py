"""Wrong words: one sentence in the reader's language, exit 2, nothing on the output."""

import tomllib
from pathlib import Path

import pytest

from olvery_tui import i18n
from tests.cli.conftest import Run

ROOT = Path(__file__).resolve().parent.parent.parent

WRONG = [
    (["tikets"], "Команды «tikets» нет. Возможно: tickets, ticket.", "olvery-tui"),
    (["db", "drop"], "Команды «drop» нет.", "olvery-tui db"),
    (["tickets", "--vistor", "x"], "Параметра --vistor нет. Возможно: --visitor.", None),
    (["tickets", "--limit"], "Параметру --limit нужно значение.", "olvery-tui tickets"),
    (["--lang"], "Параметру --lang нужно значение.", "olvery-tui"),
    (["worker", "--once=yes"], "Параметр --once пишется без значения.", "olvery-tui worker"),
    (["tickets", "--limit", "x"], "--limit не может быть «x». Нужно целое число от 1", None),
    (["tickets", "--limit", "0"], "--limit не может быть «0». Нужно целое число от 1", None),
    (["ticket", "99999999999999999999"], "НОМЕР не может быть «99999999999999999999».", None),
    (["ticket"], "Не указано: НОМЕР.", "olvery-tui ticket"),
    (["import"], "Не указано: ФАЙЛ.", "olvery-tui import"),
    (["ticket", "26", "move", "PM №2", "27"], "Это лишнее: «27».", "olvery-tui ticket"),
    (["ticket", "-5"], "Параметра -5 нет.", "olvery-tui ticket"),
    (["tickets", "--status", "Активен"], "--status не может быть «Активен». Возможно: new,", None),
    (["ticket", "26", "--format", "csv"], "--format не может быть «csv». Возможно: table,", None),
    (["tickets", "\x1b[2J"], "Это лишнее: «[2J».", None),
]


@pytest.mark.parametrize(("words", "said", "path"), WRONG)
def test_wrong_words_are_told_and_where_the_help_is(
    run: Run, words: list[str], said: str, path: str | None
) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    first, second = done.err.splitlines()
    assert first.startswith(said)
    assert second.startswith(f"Справка: {path or 'olvery-tui ' + words[0]} --help")


@pytest.mark.parametrize("words", [case[0] for case in WRONG])
def test_in_english_too(run: Run, words: list[str]) -> None:
    done = run("--lang", "en", *words)
    assert done.code == 2
    assert done.err.isascii() or "“" in done.err
    assert "Help: olvery-tui" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ("tickets", "--visitor"),
        ("orders", "--customer"),
        ("events", "--manager"),
        ("managers", "disable"),
        ("people", "erase"),
        ("managers", "add", "bob", "--first-name", "B", "--last-name"),
    ],
)
def test_bytes_that_are_no_letters_are_told(run: Run, words: list[str]) -> None:
    """A terminal that speaks KOI8-R."""
    done = run(*words, "\udcf4\udcc5")
    assert (done.code, done.out) == (2, "")
    assert "UTF-8" in done.err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://anna@db/olvery?password=s3cret&nonsense=1", "password=***"),
        ("postgresql://anna:s3cret@db/?sslpassword=s3cret", "anna:***@db/?sslpassword=***"),
        ("postgresql://anna:x@s3cret@db/olvery", "anna:***@db/olvery"),
        ("postgresql://anna:x/s3cret@db:x/olvery", "anna:***@db"),
        ("mysql://anna:s3cret@db/olvery?password=s3cret", "mysql://anna:***@db/olvery?password=**"),
        ("sqlite:///x.db?password=s3cret", "sqlite:///x.db?password=***"),
    ],
)
def test_no_password_in_the_address_of_a_database_is_told(run: Run, url: str, said: str) -> None:
    for words in (("tickets",), ("doctor",), ("--debug", "db", "check")):
        done = run("--database", url, *words)
        assert done.code > 0
        assert said in done.out + done.err
        assert "s3cret" not in done.out + done.err
    done = run("db", "copy", "--to", "x.db", url)
    assert "s3cret" not in done.err


def test_a_group_without_a_command_shows_its_help(run: Run) -> None:
    done = run("db")
    assert (done.code, done.out) == (2, "")
    assert "upgrade" in done.err


@pytest.mark.parametrize(
    ("variable", "text"), [("OLVERY_NOW", "soon"), ("OLVERY_LANG", "de"), ("OLVERY_FREEZE", "?")]
)
def test_a_bad_setting_is_told_by_its_name(
    run: Run, monkeypatch: pytest.MonkeyPatch, variable: str, text: str
) -> None:
    monkeypatch.setenv(variable, text)
    done = run("tickets")
    assert (done.code, done.out) == (2, "")
    assert variable in done.err


@pytest.mark.parametrize(
    "url", ["mysql://desk@db/olvery", "sqlite://", "sqlite:///:memory:", "nonsense://", "://"]
)
def test_a_bad_address_of_a_database_is_told(run: Run, url: str) -> None:
    done = run("--database", url, "tickets")
    assert (done.code, done.out) == (2, "")
    assert "не адрес базы данных" in done.err


def test_a_password_in_the_address_is_not_repeated(run: Run) -> None:
    done = run("--database", "mysql://desk:secret@db/olvery", "tickets")
    assert "secret" not in done.err


class TestVersion:
    def test_it_is_the_packages(self, run: Run) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        done = run("--version")
        assert (done.code, done.out, done.err) == (0, f"olvery-tui {project['version']}\n", "")

    def test_neither_a_database_nor_a_command_is_wanted(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OLVERY_DATABASE_URL", "nonsense://")
        for words in (("--version",), ("--demo", "--version"), ("--version", "tickets")):
            assert run(*words).out.startswith("olvery-tui ")

    def test_it_stands_in_the_help(self, run: Run) -> None:
        assert "--version " in run("--help").out


class TestHelp:
    @pytest.mark.parametrize(
        "words",
        [
            [],
            ["tickets"],
            ["ticket"],
            ["admit"],
            ["worker"],
            ["import"],
            ["doctor"],
            ["db"],
            ["db", "upgrade"],
            ["db", "check"],
            ["db", "backup"],
            ["db", "restore"],
        ],
    )
    def test_every_command_explains_itself_in_both_languages(
        self, run: Run, words: list[str]
    ) -> None:
        russian, english = run(*words, "--help"), run("--lang", "en", *words, "-h")
        assert (russian.code, russian.err) == (english.code, english.err) == (0, "")
        assert russian.out.startswith(f"Как вызывать: {' '.join(['olvery-tui', *words])} ")
        assert english.out.startswith(f"Usage: {' '.join(['olvery-tui', *words])} ")
        assert "Показать эту справку." in russian.out
        assert not any("а" <= letter <= "я" for letter in english.out)

    def test_the_environments_language_holds_for_the_help_too(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OLVERY_LANG", "en")
        assert run("--help").out.startswith("Usage:")
        assert i18n.language() == "en"

    def test_all_commands_stand_in_it(self, run: Run) -> None:
        out = run("--help").out
        for command in ("tickets", "ticket", "admit", "worker", "import", "doctor", "db"):
            assert f"\n  {command}  " in out

    def test_in_a_pipe_it_is_plain(self, run: Run) -> None:
        out = run("--help").out
        assert "\x1b" not in out
        assert max(map(len, out.splitlines())) <= 100
