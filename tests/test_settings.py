"""Where settings come from, which source is stronger, and what is said of a bad one."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from olvery_tui.clock import FrozenClock, ShiftedClock, SystemClock
from olvery_tui.i18n import set_language
from olvery_tui.settings import (
    BadSetting,
    Settings,
    config_file,
    default_database,
    load,
    wished_language,
)
from olvery_tui.wording.settings import bad_setting


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def loaded(config: Path, **environ: str) -> Settings:
    return load(config=config, environ={f"OLVERY_{name}": text for name, text in environ.items()})


class TestSources:
    def test_without_any_there_are_defaults(self, config: Path) -> None:
        settings = loaded(config)
        assert settings.database_url == f"sqlite:///{default_database()}"
        assert settings.lang == "ru"
        assert settings.theme == "olvery-dark"
        assert settings.embedded_worker
        assert settings.now is settings.login is None
        assert settings.log_file.name == "olvery-tui.log"
        assert settings.export_dir is None

    def test_the_file_is_stronger_than_the_defaults(self, config: Path) -> None:
        config.write_text('lang = "en"\nembedded_worker = false\n')
        settings = loaded(config)
        assert (settings.lang, settings.embedded_worker) == ("en", False)

    def test_the_environment_is_stronger_than_the_file(self, config: Path) -> None:
        config.write_text('lang = "en"\ntheme = "nord"\n')
        settings = loaded(config, LANG="ru")
        assert (settings.lang, settings.theme) == ("ru", "nord")

    def test_the_command_line_is_strongest(self, config: Path) -> None:
        settings = load(
            config=config,
            environ={"OLVERY_LANG": "ru", "OLVERY_DATABASE_URL": "sqlite:////of/environment.db"},
            lang="en",
            database_url="/of/words.db",
        )
        assert (settings.lang, settings.database_url) == ("en", "sqlite:////of/words.db")

    def test_an_empty_variable_counts_as_unset(self, config: Path) -> None:
        config.write_text('lang = "en"\n')
        settings = loaded(config, LANG="", EMBEDDED_WORKER="", DATABASE_URL=" ", NOW="")
        assert settings.lang == "en"
        assert settings.embedded_worker
        assert settings.now is None
        assert settings.database_url == f"sqlite:///{default_database()}"

    def test_the_default_file_lies_in_the_config_folder(self, home: Path) -> None:
        assert config_file() == home / "config" / "olvery-tui" / "config.toml"
        config_file().parent.mkdir(parents=True, exist_ok=True)
        config_file().write_text('theme = "nord"\n')
        try:
            assert load(environ={}).theme == "nord"
        finally:
            config_file().unlink()


class TestDatabase:
    def test_a_path_is_as_good_as_a_url(
        self, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("HOME", str(tmp_path))
        assert (
            loaded(config, DATABASE_URL="desk.db").database_url == f"sqlite:///{tmp_path}/desk.db"
        )
        assert loaded(config, DATABASE_URL="~/a.db").database_url == f"sqlite:///{tmp_path}/a.db"

    def test_a_home_of_nobody_is_an_ordinary_name(self, config: Path) -> None:
        settings = loaded(
            config, DATABASE_URL="~no-such-account/a.db", LOG_FILE="~no-such-account/l"
        )
        assert settings.database_url.endswith("/~no-such-account/a.db")
        assert settings.log_file.name == "l"

    def test_a_url_is_left_as_it_is(self, config: Path) -> None:
        url = "postgresql+psycopg://desk@db/olvery"
        assert loaded(config, DATABASE_URL=url).database_url == url

    def test_an_empty_one_is_not_taken_for_the_default(self, config: Path) -> None:
        with pytest.raises(BadSetting) as caught:
            load(config=config, environ={}, database_url="")
        assert bad_setting(caught.value).startswith("--database: пусто")

    def test_none_may_be_named_beside_the_demonstration(self, config: Path) -> None:
        with pytest.raises(BadSetting) as caught:
            load(config=config, environ={}, database_url="desk.db", demo=True)
        assert caught.value.code == "demo"
        url = "sqlite:////of/environment.db"
        assert load(config=config, environ={"OLVERY_DATABASE_URL": url}, demo=True).demo


class TestClock:
    def test_unless_told_otherwise_it_is_the_systems(self, config: Path) -> None:
        assert isinstance(loaded(config).clock(), SystemClock)

    def test_it_starts_at_a_given_time_and_runs_on(self, config: Path) -> None:
        settings = loaded(config, NOW="2022-12-06T10:00:00+03:00")
        assert settings.now == datetime(2022, 12, 6, 7, tzinfo=UTC)
        assert isinstance(settings.clock(), ShiftedClock)

    def test_it_may_stand_still(self, config: Path) -> None:
        clock = loaded(config, NOW="2022-12-06T10:00:00+03:00", FREEZE="1").clock()
        assert isinstance(clock, FrozenClock)
        assert clock.now() == datetime(2022, 12, 6, 7, tzinfo=UTC)

    def test_a_time_in_the_file_may_be_toml_s_own(self, config: Path) -> None:
        config.write_text("now = 2022-12-06T10:00:00+03:00\n")
        assert loaded(config).now == datetime(2022, 12, 6, 7, tzinfo=UTC)


class TestBadSettings:
    @pytest.mark.parametrize(
        ("variable", "text", "code"),
        [
            ("LANG", "de", "choice"),
            ("FREEZE", "perhaps", "choice"),
            ("EMBEDDED_WORKER", "2", "choice"),
            ("NOW", "yesterday", "moment"),
            ("NOW", "2022-12-06T10:00:00", "moment"),
        ],
    )
    def test_a_bad_variable_is_named_with_its_value(
        self, config: Path, variable: str, text: str, code: str
    ) -> None:
        with pytest.raises(BadSetting) as caught:
            loaded(config, **{variable: text})
        assert caught.value.code == code
        for lang in ("ru", "en"):
            set_language(lang)
            assert f"OLVERY_{variable}" in bad_setting(caught.value)
            assert text in bad_setting(caught.value)

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            ("lang = ", "toml"),
            ('colour = "red"', "unknown"),
            ('[database_url]\nhost = "db"', "kind"),
            ("lang = ['ru']", "kind"),
            ('lang = "de"', "choice"),
            ("now = 2022-12-06T10:00:00", "moment"),
        ],
    )
    def test_a_bad_line_of_the_file_is_told_with_the_file(
        self, config: Path, content: str, code: str
    ) -> None:
        config.write_text(content)
        with pytest.raises(BadSetting) as caught:
            loaded(config)
        assert caught.value.code == code
        assert str(config) in bad_setting(caught.value)

    def test_a_pipe_in_its_place_is_told_and_nobody_waits_at_it(self, config: Path) -> None:
        os.mkfifo(config)
        with pytest.raises(BadSetting) as caught:
            loaded(config)
        assert caught.value.code == "special"
        assert str(config) in bad_setting(caught.value)

    @pytest.mark.parametrize("name", ["desk.db", "desk.db-wal", "DESK.db", "config.toml"])
    def test_the_log_is_no_file_of_the_database_or_of_the_settings(
        self, config: Path, tmp_path: Path, name: str
    ) -> None:
        with pytest.raises(BadSetting) as caught:
            loaded(config, DATABASE_URL=str(tmp_path / "desk.db"), LOG_FILE=str(tmp_path / name))
        assert caught.value.code == "own"
        assert "OLVERY_LOG_FILE" in bad_setting(caught.value)

    def test_the_database_is_not_made_where_the_settings_are(self, config: Path) -> None:
        with pytest.raises(BadSetting) as caught:
            loaded(config, DATABASE_URL=str(config))
        assert (caught.value.code, caught.value.name) == ("own", "OLVERY_DATABASE_URL")

    @pytest.mark.parametrize(
        "words", [{"login": "\udcf4"}, {"database_url": "postgresql://\udcf4"}]
    )
    def test_bytes_that_are_no_letters_are_told(self, config: Path, words: dict[str, str]) -> None:
        with pytest.raises(BadSetting) as caught:
            load(config=config, environ={}, **words)  # type: ignore[arg-type]
        assert "UTF-8" in bad_setting(caught.value)

    def test_no_password_of_a_database_is_told(self, config: Path) -> None:
        with pytest.raises(BadSetting) as caught:
            loaded(config, LANG="postgresql://anna:s3cret@db/olvery?password=s3cret")
        assert "s3cret" not in bad_setting(caught.value)

    def test_a_file_that_is_not_text_is_told(self, config: Path) -> None:
        config.write_bytes(b"lang = '\xff\xfe'")
        with pytest.raises(BadSetting) as caught:
            loaded(config)
        assert caught.value.code == "toml"

    def test_what_is_said_of_it_is_safe_to_print(self, config: Path) -> None:
        with pytest.raises(BadSetting) as caught:
            loaded(config, LANG="\x1b]0;ru\x07")
        assert "\x1b" not in bad_setting(caught.value)

    def test_every_code_has_its_own_sentence_in_both_languages(self) -> None:
        codes = (
            "choice",
            "moment",
            "empty",
            "demo",
            "lasting",
            "opening",
            "toml",
            "unknown",
            "kind",
            "special",
            "own",
            "not_text",
        )
        for lang in ("ru", "en"):
            set_language(lang)
            told = {bad_setting(BadSetting("NAME", "value", code, "allowed")) for code in codes}
            assert len(told) == len(codes)


class TestLanguage:
    def test_it_is_known_even_where_settings_are_wrong(self, config: Path) -> None:
        config.write_text('lang = "en"\ncolour = "red"\n')
        assert wished_language(config=config, environ={}) == "ru"
        assert wished_language(config=config, environ={"OLVERY_LANG": "en"}) == "en"
        assert wished_language("en", config=config, environ={"OLVERY_LANG": "ru"}) == "en"

    def test_what_is_no_language_is_passed_over(self, config: Path) -> None:
        config.write_text('lang = "en"\n')
        assert wished_language("de", config=config, environ={"OLVERY_LANG": "fr"}) == "en"
