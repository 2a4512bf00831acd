"""The index behind every search by first letters: each folded word of a name, with its person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, select

from olvery_tui.store.models import PersonWord

WORDS = PersonWord.metadata.tables["person_word"]

AFTER_EVERY_LETTER = "\U0010ffff"
"""What begins with `x` stands in `[x, x + AFTER_EVERY_LETTER)`; no word holds it."""


def telling(words: Iterable[str]) -> tuple[str, ...]:
    """The longest first, for few begin so; without those that another one already says."""
    kept: list[str] = []
    for word in sorted(words, key=lambda word: (-len(word), word)):
        if not any(other.startswith(word) for other in kept):
            kept.append(word)
    return tuple(kept)


def values(words: Iterable[str]) -> dict[str, str]:
    """The parameters of the statements below."""
    bounds: dict[str, str] = {}
    for index, word in enumerate(words):
        bounds[f"word_{index}"], bounds[f"word_end_{index}"] = word, word + AFTER_EVERY_LETTER
    return bounds


def people(words: int) -> Select[Any]:
    """The ids of the persons of whom every word begins a name.

    Relies on the primary key of person_word for the first word, on ix_person_word_person for the
    others. Who has two names that begin so comes twice.
    """
    first = WORDS.alias("word_0")
    others = (is_named(index, first.c.person_id) for index in range(1, words))
    return select(first.c.person_id).where(_begins(0, first), *others)


def is_named(index: int, person_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """The word of this index begins a name of the person (ix_person_word_person)."""
    word = WORDS.alias(f"word_{index}")
    return exists().where(word.c.person_id == person_id, _begins(index, word))


def _begins(index: int, words: Any) -> ColumnElement[bool]:
    text = words.c.word.type
    return and_(
        words.c.word >= bindparam(f"word_{index}", type_=text),
        words.c.word < bindparam(f"word_end_{index}", type_=text),
    )
