"""Letters of all alphabets in use, as they are typed on a Russian or an English keyboard.

«Алиева» finds «Әлиева», `Lukasz` finds «Łukasz». Unicode takes most letters with marks apart; the
tables below are for those that it keeps whole.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_WHOLE = frozenset("й")
"""Unicode would take these apart, but each is a letter of its own: й is not и."""

_CYRILLIC = {
    "": "ӏ",  # the palochka of the Caucasus: Russian papers leave it out
    "а": "ә",  # Kazakh, Tatar, Bashkir, Azerbaijani
    "ае": "ӕ",  # Ossetian
    "в": "ԝ",
    "г": "ґғҕӷӻ",  # Ukrainian, Kazakh, Bashkir, Yakut
    "д": "ԁԃ",
    "дж": "ђџԫ",  # Serbian, Macedonian
    "дз": "ӡԇ",
    "е": "єѣѥ",  # Ukrainian
    "ж": "җ",  # Tatar, Turkmen
    "з": "ѕҙԅԑ",  # Macedonian, Bashkir
    "и": "іѵ",  # Ukrainian, Belarusian, Kazakh
    "й": "јҋ",  # Serbian, Macedonian
    "к": "қҝҟҡӄҁԛԟ",  # Kazakh, Uzbek, Tajik, Bashkir
    "кс": "ѯ",
    "л": "љӆԉԓԕԡԯ",  # Serbian, Macedonian, Khanty
    "м": "ӎ",
    "н": "њңҥӈӊԋԣԩ",  # Serbian, Macedonian, Kazakh, Mari, Yakut
    "о": "өѡѻѽҩ",  # Kazakh, Tatar, Bashkir, Mongolian
    "от": "ѿ",
    "п": "ҧԥ",  # Abkhaz
    "пс": "ѱ",
    "р": "ҏԗ",
    "с": "ҫԍ",  # Bashkir, Chuvash
    "т": "ҭԏ",  # Abkhaz
    "у": "үұѫѹ",  # Kazakh, Tatar, Bashkir, Mongolian
    "ф": "ѳ",
    "х": "һҳӽӿԧ",  # Kazakh, Tatar, Bashkir, Uzbek, Tajik
    "ц": "ҵ",  # Abkhaz
    "ч": "ћҷҹӌҽҿԭ",  # Serbian, Tajik, Azerbaijani, Khakas, Abkhaz
    "ь": "ҍ",
    "ю": "ѭ",
    "я": "ѧѩԙ",
}

_LATIN = {
    "": "ɂʔ",  # a glottal stop
    "a": "əɑⱥ",  # Azerbaijani
    "ae": "æ",  # Danish, Norwegian, Icelandic
    "b": "ƀƃɓ",  # Hausa, Fula
    "c": "ƈȼɕ",
    "d": "đðƌȡɖɗ",  # Icelandic, Faroese, Croatian, Vietnamese, Sami, Ewe, Hausa
    "e": "ǝɇɛ",  # Ewe, Akan, Kanuri
    "f": "ƒ",  # Ewe
    "g": "ǥɠɡɣ",  # Skolt Sami, Ewe
    "h": "ħɦ",  # Maltese
    "hv": "ƕ",
    "i": "ıɨɩɪ",  # Turkish, Azerbaijani
    "j": "ȷɉɟʝ",
    "k": "ĸƙ",  # Greenlandic, Hausa
    "l": "łƚȴɫɬɭ",  # Polish
    "m": "ɱ",
    "n": "ŋƞȵɲɳ",  # Sami, Ewe, Wolof
    "o": "øɔɵ",  # Danish, Norwegian, Faroese, Ewe, Akan
    "oe": "œ",  # French
    "oi": "ƣ",
    "ou": "ȣ",
    "p": "ƥ",
    "q": "ɋʠ",
    "r": "ɍɼɽɾ",
    "s": "ȿʂ",
    "t": "ŧƫƭȶʈⱦ",  # Northern Sami
    "th": "þ",  # Icelandic
    "u": "ʉʊ",
    "v": "ʋ",  # Ewe
    "w": "ƿ",
    "y": "ƴɏȝ",  # Hausa, Fula
    "z": "ƶȥɀʐʑʒ",  # Skolt Sami
}

_BASES = {
    letter: base
    for table in (_CYRILLIC, _LATIN)
    for base, letters in table.items()
    for letter in letters
}

_MARKS = frozenset({"Mn", "Me"})


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
    return "".join(_BASES.get(part, part) for part in parts if part.isalpha())


def _is_european(char: str) -> bool:
    """Whether it is a mark, or a letter of an alphabet whose letters lose their marks here."""
    if unicodedata.category(char) in _MARKS or char in _BASES:
        return True
    return char < "\u02b0" or "\u0370" <= char <= "\u052f"
