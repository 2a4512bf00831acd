"""Every letter of the Latin and the Cyrillic alphabets in use folds to one that can be typed."""

from __future__ import annotations

import unicodedata

from olvery_tui.domain.people import fold
from tests.each import each

TYPED = set("абвгдежзийклмнопрстуфхцчшщъыьэюя" + "abcdefghijklmnopqrstuvwxyz")

BLOCKS = {
    "Latin-1 Supplement": (0x00C0, 0x00FF),
    "Latin Extended-A": (0x0100, 0x017F),
    "Latin Extended-B": (0x0180, 0x024F),
    "Latin Extended Additional": (0x1E00, 0x1EFF),
    "Cyrillic": (0x0400, 0x04FF),
    "Cyrillic Supplement": (0x0500, 0x052F),
    "Cyrillic Extended-C": (0x1C80, 0x1C88),
    "Latin Extended-C": (0x2C60, 0x2C7B),
}

NO_NAMES = {
    "TONE": "tone letters that Zhuang gave up in 1982",
    "MIDDLE-WELSH": "medieval Welsh",
    "CLICK": "clicks, written by linguists",
    "MULTIPLICATION SIGN": "no letter",
    "DIVISION SIGN": "no letter",
}
WRITTEN_BY_LINGUISTS = set("ƍƛƪƸƹƻƾȸȹƩẚẟⱷ")


def letters(block: str) -> list[str]:
    first, last = BLOCKS[block]
    return [char for char in map(chr, range(first, last + 1)) if char.isalpha()]


@each("block", BLOCKS)
def test_every_letter_in_use_folds_to_letters_that_can_be_typed(block: str) -> None:
    left = {
        f"{char} {unicodedata.name(char)}"
        for char in letters(block)
        if not set(fold(char)) <= TYPED
        and char not in WRITTEN_BY_LINGUISTS
        and not any(word in unicodedata.name(char) for word in NO_NAMES)
    }
    assert left == set()


def test_what_is_left_as_it_is_could_not_be_typed_otherwise() -> None:
    """The list above holds no letter that is folded by now."""
    assert [char for char in WRITTEN_BY_LINGUISTS if set(fold(char)) <= TYPED] == []


@each(
    ("written", "typed"),
    [
        ("Әлиева", "Алиева"),  # Kazakh
        ("Қайрат Ғабитұлы", "Кайрат Габитулы"),
        ("Өмірбек Үсенов", "Омирбек Усенов"),
        ("Һади Җәмилә Ңуров", "Хади Жамила Нуров"),  # Tatar
        ("Ҙиннур Ҡарасай Ҫәсән", "Зиннур Карасай Сасан"),  # Bashkir
        ("Олексій Ґалаґан", "Олексий Галаган"),  # Ukrainian
        ("Олексiй", "Олексий"),  # the same with a Latin i
        ("Євген Їжакевич", "Евген Ижакевич"),
        ("Ігар Быкаў", "Игар Быкау"),  # Belarusian
        ("Ђорђе Његош Љубиша Џајић", "Джордже Негош Лубиша Джайич"),  # Serbian
        ("Ѓорѓи Ќосев Ѕвездан", "Горги Косев Звездан"),  # Macedonian
        ("Ӯктам Ҳакимов Ҷамшед", "Уктам Хакимов Чамшед"),  # Tajik
        ("Łukasz Żółć", "Lukasz Zolc"),  # Polish
        ("Işıl Yağmur", "Isil Yagmur"),  # Turkish
        ("İPEK", "ipek"),
        ("Əliyev", "Aliyev"),  # Azerbaijani
        ("Groß", "GROSS"),  # German
        ("GROẞ", "gross"),
        ("Søren Kjær", "Soren Kjaer"),  # Danish
        ("Þórður Guðmundsson", "Thordur Gudmundsson"),  # Icelandic
        ("Đặng Thị Ngọc", "Dang Thi Ngoc"),  # Vietnamese
        ("Đorđević", "Dordevic"),  # Croatian
        ("Cœur", "Coeur"),  # French
        ("Ħal Għaxaq", "Hal Ghaxaq"),  # Maltese
        ("Ḥasan", "Hasan"),
        ("Ｉｖａｎ", "Ivan"),  # of double width
        ("Ⱨəmit Ⱪadir", "Hamit Kadir"),  # Uyghur
    ],
)
def test_a_name_is_found_as_it_is_typed_without_its_own_keyboard(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)


def test_a_letter_of_its_own_stays_another_one() -> None:
    assert fold("й") == "й" != fold("и")
    assert fold("Καλός") == fold("Καλος")
    assert fold("가나") == "가나"
    assert fold("が") == "が"
