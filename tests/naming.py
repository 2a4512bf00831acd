"""A small model of who is found by which terms, beside the index of the store."""

from __future__ import annotations

from collections.abc import Sequence

from olvery_tui.domain import name_search
from olvery_tui.domain.people import name_words, words


def is_found(last_name: str, first_name: str, phone: str | None, asked: Sequence[str]) -> bool:
    """Whether each term begins a name or is part of the phone; a patronymic may be spared."""
    names = name_words(last_name, first_name)
    asked = name_search.without_particles(asked)

    def fit(terms: Sequence[str]) -> bool:
        told = {one for one in terms if not any(o != one and o.startswith(one) for o in terms)}
        return all(fits(term, alone=len(told) == 1) for term in told)

    def fits(term: str, *, alone: bool) -> bool:
        if term.isdecimal() and len(term) < 3 and not alone:
            return term in names
        return any(name.startswith(term) for name in names) or _is_in(term, phone or "")

    if fit(asked):
        return True
    index = name_search.patronymic(asked)
    if index is None:
        return False
    others = [term for at, term in enumerate(asked) if at != index]
    if any(other.startswith(asked[index]) for other in others):
        return False
    told = sum(word[0].isalpha() for word in (*words(last_name), *words(first_name)))
    typed = sum(term[0].isalpha() for term in asked)
    return told == typed - 1 and fit(others)


def _is_in(term: str, phone: str) -> bool:
    digits = phone.removeprefix("+")
    if term.startswith("+"):
        return phone.startswith(term)
    if not term.isdecimal():
        return False
    domestic = "8" + digits[1:] if digits.startswith("7") else ""
    runs = [digits[start:] for start in range(len(digits) - 2)]
    return any(run.startswith(term) for run in (*runs, domestic))
