"""What is typed to find a person, and the words by which an index answers it.

Every term that is typed must begin a word of the person. Digits that are typed as a phone are one
term: `8 (965) 577` is `8965577`. Of three terms or more that are letters one may be a patronymic,
or its initial, and is not asked of somebody whose whole name the other ones are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from olvery_tui.domain.people import (
    PATRONYMIC_ENDINGS,
    PATRONYMIC_PARTICLES,
    PersonFields,
    fold,
    name_words,
    words,
)

TERMS_MAX = 8
INNER = "~"
"""Stands before what follows a letter inside a name; nothing that is typed begins with it."""
RUN_MIN = 3
"""Fewer digits than these are looked for in no phone beside a name."""

# Compiled when they are first used, not while the application opens.
_RUN = r"\(?\+?[\s(]*[0-9](?:[\s().\-–—]*[0-9])*\)?"
_TERM = rf"(?<![^\W_])(?P<digits>{_RUN})(?![^\W_])|[^\W_]+"
_INITIALS = r"(?:[^\W\d_]\.)+[^\W\d_]?"


def terms(text: str) -> tuple[str, ...]:
    """What is looked for, folded: the words of `text`, and its runs of digits, each as one."""
    found = re.finditer(_TERM, fold(text))
    return tuple(digits_of(term[0]) if term["digits"] else term[0] for term in found)


def digits_of(run: str) -> str:
    """`+7 (965)` as `+7965`."""
    return re.sub(r"[^+0-9]", "", run)


def name_parts(text: str) -> tuple[list[str], list[str]]:
    """What a partial search looks for: parts of names, which may be signs, and runs of digits.

    Runs are as they were typed and at least `RUN_MIN` long. Initials are apart: «П.С.».
    """
    folded, runs = fold(text), []
    for term in reversed(list(re.finditer(_TERM, folded))):
        if term["digits"] and len(digits_of(term[0]).lstrip("+")) >= RUN_MIN:
            runs.append(term[0].strip())
            folded = f"{folded[: term.start()]} {folded[term.end() :]}"
    parts: list[str] = []
    for part in folded.split():
        initials = re.fullmatch(_INITIALS, part)
        parts += part.replace(".", " ").split() if initials else [part.strip(",;") or part]
    return list(without_particles(parts[:TERMS_MAX])), runs[:TERMS_MAX]


def index_words(person: PersonFields) -> tuple[str, ...]:
    """Every word under which a person stands in the index, each once.

    Besides the names these are what follows each of their letters, marked with `INNER`, and the
    phone's digits from each of them on, so that any part begins a word; the whole phone with its
    `+`, and with an 8 for +7; and how long the name is, of those without a patronymic.
    """
    found = [_words_of(text) for text in person.searched if text]
    length = [] if person.patronymic else _length(chain(*(one.spelled for one in found)))
    names = chain(*(one.indexed for one in found))
    return tuple(dict.fromkeys((*names, *_phone_words(person.phone), *length)))


class _NameWords(NamedTuple):
    """A name's words, and those under which it stands in the index."""

    spelled: tuple[str, ...]
    indexed: tuple[str, ...]


@lru_cache(maxsize=4_096)  # few names, each of very many people
def _words_of(name: str) -> _NameWords:
    spelled = words(name)
    inner = (INNER + word[start:] for word in spelled for start in range(1, len(word)))
    return _NameWords(spelled, (*name_words(name), *terms(name), *inner))


def part_keys(part: str) -> tuple[str, str]:
    """What begins the words of everybody whose name or phone holds a part, at its start or inside.

    Of a part with signs in it the longest run of letters or digits.
    """
    run = max(re.findall(r"[^\W_]+", part), key=len, default="")
    return run, INNER + run


def _phone_words(phone: str | None) -> list[str]:
    digits = re.sub(r"[^0-9]", "", phone or "")
    if len(digits) < RUN_MIN:
        return []
    runs = [digits[start:] for start in range(len(digits) - RUN_MIN + 1)]
    domestic = ["8" + digits[1:]] if digits.startswith("7") else []
    return ["+" + digits, *domestic, *runs]


def _length(spelled: Iterable[str]) -> list[str]:
    count = sum(word[0].isalpha() for word in spelled)
    return [name_of(count)] if count > 1 else []


def name_of(count: int) -> str:
    """The word of everybody whose name has so many words; nothing that is typed begins it."""
    return f"#{count}"


def without_particles(asked: Sequence[str]) -> tuple[str, ...]:
    """«Алиев Мамед Ахмед оглы» without «оглы», which says nothing beside the father's name."""
    return tuple(
        term for index, term in enumerate(asked) if index < 2 or term not in PATRONYMIC_PARTICLES
    )


def patronymic(asked: Sequence[str]) -> int | None:
    """Which of the terms may be a patronymic that is not stored.

    The first that ends like one; or the last initial; or else the last term, which may be on its
    way to one. Never the first term, and never where fewer than two others name somebody.
    """
    later = [index for index, term in enumerate(asked) if term[0].isalpha()][1:]
    if len(later) < 2:
        return None
    for index in later:
        if asked[index].endswith(PATRONYMIC_ENDINGS):
            return index
    initials = [index for index in later if len(asked[index]) == 1]
    return (initials or later)[-1]


def letters_typed(asked: Sequence[str]) -> int:
    """How many of the terms are words and no digits."""
    return sum(term[0].isalpha() for term in asked)
