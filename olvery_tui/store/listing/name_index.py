"""The index behind every search by first letters: each folded word of a name, each run of a phone's
digits, with its person (`domain.name_search`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select

from olvery_tui.domain import name_search
from olvery_tui.store.database.tables import PERSON_WORDS

AFTER_EVERY_LETTER = "\U0010ffff"
"""What begins with `x` stands in `[x, x + AFTER_EVERY_LETTER)`; no word holds it."""

_AFTER_THE_WORD = "!"
"""`x` alone stands in `[x, x + _AFTER_THE_WORD)`: no sign that sorts before it is in a word."""


@dataclass(frozen=True, slots=True)
class Named:
    """Who is looked for: each word must begin one of the person's.

    With `spared` the last of the words is not asked of those who have `spared` as a word.
    """

    words: tuple[str, ...] = ()
    spared: str | None = None

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of the statements below."""
        bounds: dict[str, Any] = {"spared": self.spared} if self.spared else {}
        for index, word in enumerate(self.words):
            bounds[f"word_{index}"] = word
            bounds[f"word_end_{index}"] = word + self._end(word)
        return bounds

    def _end(self, word: str) -> str:
        """A digit or two beside a name are a name's too («Гость 7»), and no part of a phone."""
        is_short = word.isdecimal() and len(word) < name_search.RUN_MIN
        return _AFTER_THE_WORD if is_short and len(self.words) > 1 else AFTER_EVERY_LETTER


NOBODY_ASKED = Named()


def named(terms: Sequence[str]) -> Named:
    """Who is looked for by these terms (`name_search.terms`)."""
    asked = name_search.without_particles(terms)
    index = name_search.patronymic(asked)
    if index is None:
        return Named(telling(asked))
    required = telling((*asked[:index], *asked[index + 1 :]))
    if any(word.startswith(asked[index]) for word in required):
        return Named(required)
    length = name_search.name_of(name_search.letters_typed(asked) - 1)
    return Named((*required, asked[index]), length)


def telling(words: Iterable[str]) -> tuple[str, ...]:
    """The longest first, for few begin so; without those that another one already says."""
    kept: list[str] = []
    for word in sorted(words, key=lambda word: (-len(word), word)):
        if not any(other.startswith(word) for other in kept):
            kept.append(word)
    return tuple(kept)


def people(words: int, *, spared: bool) -> Select[Any]:
    """The ids of the persons who are looked for by so many words.

    Relies on the primary key of person_word for the first word, on ix_person_word_person for the
    others. Who has two names that begin so comes twice.
    """
    first = PERSON_WORDS.alias("word_0")
    others = are_named(first.c.person_id, range(1, words), words, spared=spared)
    return select(first.c.person_id).where(_begins(0, first), *others)


def are_named(
    person_id: ColumnElement[Any], indexes: Iterable[int], words: int, *, spared: bool
) -> list[ColumnElement[bool]]:
    """The words of these indexes, of so many in all, begin words of the person
    (ix_person_word_person).
    """
    last = words - 1
    return [_is_named(index, person_id, spared=spared and index == last) for index in indexes]


def _is_named(index: int, person_id: ColumnElement[Any], *, spared: bool) -> ColumnElement[bool]:
    word = PERSON_WORDS.alias(f"word_{index}")
    fits = _begins(index, word)
    if spared:
        fits = or_(fits, word.c.word == bindparam("spared", type_=word.c.word.type))
    return exists().where(word.c.person_id == person_id, fits)


def has_word(parameter: str, person_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """The parameter of this name is a word of the person (person_word's primary key)."""
    word = PERSON_WORDS.alias("had")
    wanted = bindparam(parameter, type_=word.c.word.type)
    return exists().where(word.c.person_id == person_id, word.c.word == wanted)


def _begins(index: int, words: Any) -> ColumnElement[bool]:
    text = words.c.word.type
    return and_(
        words.c.word >= bindparam(f"word_{index}", type_=text),
        words.c.word < bindparam(f"word_end_{index}", type_=text),
    )
