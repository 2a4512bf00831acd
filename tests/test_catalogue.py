"""The Russian texts are complete, and the tool that keeps them does what it says."""

import gettext
import json
import struct
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from olvery_tui import i18n
from tools import catalogue


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one module, `olvery_tui/desk.py`, and an empty catalogue."""
    package = tmp_path / "olvery_tui"
    po = package / "locale" / "ru" / "LC_MESSAGES" / "olvery_tui.po"
    for name, value in {"ROOT": tmp_path, "PACKAGE": package, "PO": po}.items():
        monkeypatch.setattr(catalogue, name, value)
    monkeypatch.setattr(catalogue, "MO", po.with_suffix(".mo"))
    package.mkdir()
    return tmp_path


def write(project: Path, code: str, name: str = "desk.py") -> None:
    (project / "olvery_tui" / name).write_text(code, "utf-8")


def add(project: Path, content: object, *, replace: bool = False) -> list[str]:
    file = project / "new.json"
    file.write_text(json.dumps(content), "utf-8")
    return catalogue.add(file, replace=replace)


class TestOurs:
    def test_every_text_of_the_code_has_its_russian(self) -> None:
        assert catalogue.check() == []

    def test_the_compiled_catalogue_is_that_of_the_source(self) -> None:
        assert catalogue.MO.read_bytes() == catalogue.compiled()

    def test_the_source_is_laid_out_as_the_tool_lays_it_out(self) -> None:
        assert catalogue.PO.read_bytes() == catalogue.written(catalogue.read_catalogue())


class TestCheck:
    def test_a_text_without_russian(self, project: Path) -> None:
        write(project, 'def f(): return _("Ticket")')
        assert catalogue.check() == ["olvery_tui/desk.py:1: no Russian for 'Ticket'"]

    def test_a_translation_that_no_code_uses(self, project: Path) -> None:
        add(project, {"Ticket": "Билет"})
        assert catalogue.check() == ["olvery_tui.po: not used any more: 'Ticket'"]

    @pytest.mark.parametrize(
        "call",
        [
            '_("A")',
            'i18n._("A")',
            'N_("A")',
            'N_(\n    "A"\n)',
            'pgettext("c", "A")',
            'ngettext("A", "B", 1)',
        ],
    )
    def test_every_way_to_name_a_text_is_seen(self, project: Path, call: str) -> None:
        write(project, f"def f(x, y): return {call}")
        seen = {key.msgid for key in catalogue.read_sources().used}
        assert seen == {"A"}

    def test_one_english_text_in_two_contexts(self, project: Path) -> None:
        write(project, 'def f(): return _("New"), pgettext("order", "New")')
        add(project, [{"msgid": "New", "str": "Новое"}])
        assert catalogue.check() == ["olvery_tui/desk.py:1: no Russian for 'New' (in 'order')"]
        add(project, [{"msgid": "New", "context": "order", "str": "Новый"}])
        assert catalogue.check() == []

    def test_cyrillic_in_the_code(self, project: Path) -> None:
        write(project, '"""Quotes «Билет»."""\ndef f(x): return f"Билет {x}"')
        assert catalogue.check() == [
            "olvery_tui/desk.py:2: Cyrillic letters in the code: 'Билет '",
        ]

    def test_letters_but_not_words_where_a_table_of_letters_is_kept(self, project: Path) -> None:
        (project / "pyproject.toml").write_text(
            '[tool.olvery.catalogue]\ncyrillic-allowed = ["olvery_tui/keys.py"]'
        )
        write(project, 'TWIN = {"v": "м"}', "keys.py")
        assert catalogue.check() == []
        write(project, 'LABEL = "Добавить заказ"', "keys.py")
        assert catalogue.check() == [
            "olvery_tui/keys.py:1: Cyrillic words, not only letters, in: 'Добавить заказ'"
        ]

    def test_a_text_that_is_put_together_before_it_is_looked_up(self, project: Path) -> None:
        write(project, 'def f(x): return _(f"Ticket {x}")')
        assert catalogue.check() == [
            "olvery_tui/desk.py:1: _() needs a plain text; format its result instead"
        ]

    @pytest.mark.parametrize(
        "code", ['A = _("A")', 'def f(a=_("A")): ...', '@d(_("A"))\ndef f(): ...']
    )
    def test_a_translation_at_import_would_freeze_the_language(
        self, project: Path, code: str
    ) -> None:
        write(project, code)
        add(project, {"A": "А"})
        (problem,) = catalogue.check()
        assert "_() at import freezes the language" in problem

    def test_a_plural_that_differs_between_two_places(self, project: Path) -> None:
        write(project, 'def f(n): return ngettext("day", "days", n), ngettext("day", "DAYS", n)')
        add(project, [{"msgid": "day", "plural": "days", "str": ["день", "дня", "дней"]}])
        assert catalogue.check() == [
            "olvery_tui/desk.py:1: olvery_tui/desk.py:1 gives 'day' another plural: 'days'"
        ]


class TestAdd:
    def test_translations_are_compiled_at_once(self, project: Path) -> None:
        days = {
            "msgid": "{n} day",
            "plural": "{n} days",
            "str": ["{n} день", "{n} дня", "{n} дней"],
        }
        assert add(project, [days, {"msgid": "Ticket", "str": "Билет"}]) == []
        with catalogue.MO.open("rb") as file:
            read = gettext.GNUTranslations(file)
        assert read.gettext("Ticket") == "Билет"
        assert [read.ngettext("{n} day", "{n} days", n)[4:] for n in (1, 22, 11)] == [
            "день",
            "дня",
            "дней",
        ]

    @pytest.mark.parametrize(
        ("entry", "fault"),
        [
            ({"msgid": "{a} of {b}", "str": "{a} из {c}"}, "{a}, {b} and {a}, {c}"),
            ({"msgid": "{a}", "plural": "{a}s", "str": ["{a}", "{a}"]}, "needs 3 forms"),
            ({"msgid": "a", "str": ""}, "needs 1 form"),
            ({"msgid": "a", "str": "{"}, "Single '{' encountered"),
        ],
    )
    def test_a_translation_that_would_break_is_refused(
        self, project: Path, entry: dict[str, object], fault: str
    ) -> None:
        refused = add(project, [entry])
        assert fault in refused[0]
        assert catalogue.entries_of(catalogue.read_catalogue()) == {}

    def test_another_text_that_is_there_stays_until_it_is_told_to_go(self, project: Path) -> None:
        add(project, {"Ticket": "Билет"})
        key = catalogue.Key(None, "Ticket")
        assert add(project, {"Ticket": "Талон"}) != []
        assert catalogue.entries_of(catalogue.read_catalogue())[key].texts == ("Билет",)
        assert add(project, {"Ticket": "Талон"}, replace=True) == []
        assert catalogue.entries_of(catalogue.read_catalogue())[key].texts == ("Талон",)

    def test_many_at_once_lose_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "olvery_tui").mkdir()
        (tmp_path / "tools").mkdir()
        tool = tmp_path / "tools" / "catalogue.py"
        tool.write_bytes(Path(catalogue.__file__).read_bytes())
        running = []
        for number in range(6):
            file = tmp_path / f"{number}.json"
            file.write_text(json.dumps({f"Text {number}": f"Текст {number}"}), "utf-8")
            running.append(subprocess.Popen([sys.executable, str(tool), "add", str(file)]))
        assert [process.wait() for process in running] == [0] * 6
        written = (tmp_path / catalogue.PO.relative_to(catalogue.ROOT)).read_text("utf-8")
        assert all(f'"Текст {number}"' in written for number in range(6))


class TestUpdate:
    def test_new_texts_come_in_and_unused_ones_go_when_told(self, project: Path) -> None:
        write(project, 'def f(): return _("New")')
        add(project, {"Old": "Старый"})
        assert catalogue.update(prune=False) == ["no Russian yet: 'New'", "not used: 'Old'"]
        assert catalogue.update(prune=True) == ["no Russian yet: 'New'", "dropped: 'Old'"]
        assert {key.msgid for key in catalogue.entries_of(catalogue.read_catalogue())} == {"New"}

    def test_a_second_time_changes_no_byte(self, project: Path) -> None:
        write(project, 'def f(n): return _("New"), ngettext("{n} b", "{n} bs", n), _("A\\nb")')
        catalogue.update(prune=False)
        first = catalogue.PO.read_bytes()
        catalogue.update(prune=False)
        assert catalogue.PO.read_bytes() == first


class TestLanguage:
    def test_it_is_russian_unless_told_otherwise(self) -> None:
        assert i18n.language() == "ru"

    def test_english_is_what_the_code_says(self) -> None:
        i18n.set_language("en")
        assert i18n._("Ticket") == "Ticket"
        assert i18n.ngettext("{n} day", "{n} days", 2) == "{n} days"

    def test_an_empty_text_stays_empty(self) -> None:
        assert i18n._("") == ""

    def test_each_text_is_that_of_the_compiled_catalogue(self) -> None:
        with catalogue.MO.open("rb") as file:
            read = gettext.GNUTranslations(file)
        for key, entry in catalogue.entries_of(catalogue.read_catalogue()).items():
            context, message, plural = key.context, key.msgid, entry.plural
            if plural is None and context is None:
                assert i18n._(message) == read.gettext(message)
            elif plural is None:
                assert i18n.pgettext(context, message) == read.pgettext(context, message)
            else:
                for n in (*range(25), 101, 111, 1_000_021):
                    if context is None:
                        told = i18n.ngettext(message, plural, n)
                        assert told == read.ngettext(message, plural, n)
                    else:
                        told = i18n.npgettext(context, message, plural, n)
                        assert told == read.npgettext(context, message, plural, n)

    def test_a_text_that_is_not_in_the_catalogue_is_told_in_english(self) -> None:
        assert i18n._("Nobody wrote this") == "Nobody wrote this"
        assert i18n.pgettext("order", "Nobody wrote this") == "Nobody wrote this"
        assert [i18n.ngettext("{n} elk", "{n} elks", n) for n in (1, 2)] == ["{n} elk", "{n} elks"]

    def test_the_catalogue_of_a_machine_with_the_other_byte_order_is_read(self) -> None:
        words = struct.pack(">7I", 0x950412DE, 0, 1, 28, 36, 0, 44)
        words += struct.pack(">4I", 1, 44, 2, 46) + b"A\0" + "Я".encode()
        assert i18n._Catalogue(words).text("A", "A") == "Я"

    def test_a_language_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no such language: 'de'; there are ru, en"):
            i18n.set_language("de")  # type: ignore[arg-type]

    def test_a_catalogue_that_was_not_compiled_is_said_and_english_is_shown(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(i18n, "_LOCALE", tmp_path)
        i18n._load.cache_clear()
        try:
            with pytest.warns(RuntimeWarning, match="make locale"):
                i18n.set_language("ru")
            assert i18n._("Ticket") == "Ticket"
        finally:
            monkeypatch.undo()
            i18n._load.cache_clear()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                i18n.set_language("ru")
