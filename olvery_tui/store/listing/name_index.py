"""The index of every prefix search for people (`domain.name_search`).

It holds each folded word of a name and each run of a phone's digits, with its person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select

from olvery_tui.domain import name_search
from olvery_tui.store.database.tables import PERSON_WORDS

AFTER_EVERY_LETTER = "\U0010ffff"
"""Words beginning with `x` are in `[x, x + AFTER_EVERY_LETTER)`; no word contains it."""

AFTER_THE_WORD = "!"
"""The word `x` alone is in `[x, x + AFTER_THE_WORD)`: no word contains a lower character."""


@dataclass(frozen=True, slots=True)
class Named:
    """A search for people: each word must begin one of the person's words.

    With `spared`, the last word is not required of those who have `spared` as a word.
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
        """Return the end of a word's range.

        One or two digits beside a name match a whole word («Гость 7»), not a part of a phone.
        """
        is_short = word.isdecimal() and len(word) < name_search.RUN_MIN
        return AFTER_THE_WORD if is_short and len(self.words) > 1 else AFTER_EVERY_LETTER


NOBODY_ASKED = Named()


def named(terms: Sequence[str]) -> Named:
    """Return the search for these terms (`name_search.terms`)."""
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
    """Return the words without those implied by others, the longest, as most selective, first."""
    kept: list[str] = []
    for word in sorted(words, key=lambda word: (-len(word), word)):
        if not any(other.startswith(word) for other in kept):
            kept.append(word)
    return tuple(kept)


def people(words: int, *, spared: bool) -> Select[Any]:
    """Select the ids of the persons matching so many words.

    Uses the primary key of person_word for the first word, and ix_person_word_person for the
    others. A person with two matching names is returned twice.
    """
    first = PERSON_WORDS.alias("word_0")
    others = are_named(first.c.person_id, range(1, words), words, spared=spared)
    return select(first.c.person_id).where(_begins(0, first), *others)


def are_named(
    person_id: ColumnElement[Any], indexes: Iterable[int], words: int, *, spared: bool
) -> list[ColumnElement[bool]]:
    """Match persons by the words with these indexes, of `words` in all (ix_person_word_person)."""
    last = words - 1
    return [_is_named(index, person_id, spared=spared and index == last) for index in indexes]


def _is_named(index: int, person_id: ColumnElement[Any], *, spared: bool) -> ColumnElement[bool]:
    word = PERSON_WORDS.alias(f"word_{index}")
    fits = _begins(index, word)
    if spared:
        fits = or_(fits, word.c.word == bindparam("spared", type_=word.c.word.type))
    return exists().where(word.c.person_id == person_id, fits)


def has_word(parameter: str, person_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Match persons with the parameter as a whole word (person_word's primary key)."""
    word = PERSON_WORDS.alias("had")
    wanted = bindparam(parameter, type_=word.c.word.type)
    return exists().where(word.c.person_id == person_id, word.c.word == wanted)


def _begins(index: int, words: Any) -> ColumnElement[bool]:
    text = words.c.word.type
    return and_(
        words.c.word >= bindparam(f"word_{index}", type_=text),
        words.c.word < bindparam(f"word_end_{index}", type_=text),
    )
