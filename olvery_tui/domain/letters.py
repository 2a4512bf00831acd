"""Letters of all alphabets in use, as they are typed on a Russian or an English keyboard.

«Алиева» finds «Әлиева», `Lukasz` finds «Łukasz». Unicode takes most letters with marks apart. Of
those that it keeps whole the name tells the base letter: «KA WITH DESCENDER», «BARRED O». The
tables below are for those that have a name of their own.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WHOLE = frozenset("й")
"""Unicode would take these apart, but each is a letter of its own: й is not и."""

_CYRILLIC = {
    "": "ӏ",  # the palochka of the Caucasus: Russian papers leave it out
    "а": "ә",  # Kazakh, Tatar, Bashkir, Azerbaijani
    "ае": "ӕ",  # Ossetian
    "в": "ԝ",
    "д": "ԃ",
    "дж": "ђџԫ",  # Serbian, Macedonian
    "дз": "ӡԇ",
    "е": "ѣѥ",
    "з": "ѕԅ",  # Macedonian
    "и": "ѵ",
    "й": "ј",  # Serbian, Macedonian
    "к": "ҁԛ",
    "кс": "ѯ",
    "л": "љԕ",  # Serbian, Macedonian
    "н": "њҥ",  # Serbian, Macedonian, Yakut
    "о": "ѡҩ",  # Abkhaz
    "от": "ѿ",
    "пс": "ѱ",
    "р": "ԗ",
    "с": "ԍ",
    "т": "ԏ",
    "у": "ѫѹ",
    "ф": "ѳ",
    "х": "һ",  # Kazakh, Tatar, Bashkir
    "ч": "ћԭ",  # Serbian
    "ь": "ҍ",
    "ю": "ѭ",
    "я": "ѧѩԙ",
}

_LATIN = {
    "": "ɂʔ",  # a glottal stop
    "a": "əɑ",  # Azerbaijani
    "ae": "æ",  # Danish, Norwegian, Icelandic
    "d": "ð",  # Icelandic, Faroese
    "g": "ɣ",  # Ewe
    "hv": "ƕ",
    "i": "ɩ",
    "k": "ĸ",  # Greenlandic
    "n": "ŋ",  # Sami, Ewe, Wolof
    "oe": "œ",  # French
    "oi": "ƣ",
    "ou": "ȣ",
    "th": "þ",  # Icelandic
    "u": "ʉʊ",
    "w": "ƿ",
    "y": "ȝ",
    "z": "ʒ",  # Skolt Sami
}

_BASES = {
    letter: base
    for table in (_CYRILLIC, _LATIN)
    for base, letters in table.items()
    for letter in letters
}

_MARKS = frozenset({"Mn", "Me"})
_NAME = r"((LATIN|CYRILLIC)(?: SMALL)? (?:LETTER|LIGATURE)(?: [A-Z-]+)*? ([A-Z-]+))(?: WITH .*)?"


@lru_cache(4096)
def base(char: str) -> str:
    """The letters that are typed for one letter of lower case; nothing for a mark alone.

    What belongs to another script than the Latin, the Cyrillic or the Greek stays as it is, and so
    does what is not a letter.
    """
    category = unicodedata.category(char)
    if category in _MARKS:
        return ""
    if category[0] != "L" or char in _WHOLE:
        return char
    parts = unicodedata.normalize("NFKD", char).casefold()
    if not all(map(_is_european, parts)):
        return char
    return "".join(map(_plain, filter(str.isalpha, parts)))


def _plain(letter: str) -> str:
    """What is typed for a letter that Unicode keeps whole, by the table or by its name."""
    if letter in _BASES or letter.isascii():
        return _BASES.get(letter, letter)
    if found := re.fullmatch(_NAME, unicodedata.name(letter, "")):
        for name in (found[1], f"{found[2]} SMALL LETTER {found[3]}"):
            try:
                based = unicodedata.lookup(name)
            except KeyError:
                continue
            if based != letter:
                return _plain(based)
    return letter


def _is_european(char: str) -> bool:
    """Whether it is a mark, or a letter of an alphabet whose letters lose their marks here."""
    if unicodedata.category(char) in _MARKS or char < "\u02b0":
        return True
    return unicodedata.name(char, "").startswith(("LATIN ", "CYRILLIC ", "GREEK "))
