"""Translation of the application's texts.

Source strings are English and are translated when they are *used*, so a process can change its
language at any time:

    from olvery_tui.i18n import _, ngettext

    _("Add order")
    ngettext("{count} ticket", "{count} tickets", count).format(count=count)

A string at module level is only marked there (`N_("Ticket")`) and translated where it is shown
(`_(label)`).

The Russian texts are in `locale/ru/LC_MESSAGES/olvery_tui.po`; `tools/catalogue.py` checks and
compiles them.
"""

import struct
import warnings
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from typing import Final, Literal, get_args

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "NP_",
    "N_",
    "Language",
    "_",
    "in_all_languages",
    "language",
    "ngettext",
    "npgettext",
    "pgettext",
    "set_language",
]

Language = Literal["ru", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DEFAULT_LANGUAGE: Final[Language] = "ru"

_LOCALE = Path(__file__).parent / "locale"


class _Catalogue(dict[str, list[str]]):
    """The texts of a language: the forms of each message, by `message` or `context\\4message`.

    They are looked up in the content of a GNU `.mo` file when they are first asked for. Python's
    own `gettext` reads all of them at once: a thirtieth of the time to the first frame, which
    shows a few dozen.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__()
        order = "<" if content.startswith(b"\xde\x12\x04\x95") else ">"
        count, originals, translations = struct.unpack_from(f"{order}3I", content, 8)
        keys = struct.unpack_from(f"{order}{2 * count}I", content, originals)
        self._content = content
        self._texts = struct.unpack_from(f"{order}{2 * count}I", content, translations)
        self._places = {  # a plural follows its singular after a null byte
            content[start : start + size].partition(b"\0")[0]: place
            for place, (size, start) in enumerate(zip(keys[::2], keys[1::2], strict=True))
        }

    def __missing__(self, key: str) -> list[str]:
        forms = []
        place = self._places.get(key.encode())
        if place is not None:
            size, start = self._texts[2 * place : 2 * place + 2]
            forms = self._content[start : start + size].decode().split("\0")
        self[key] = forms
        return forms

    def text(self, key: str, message: str) -> str:
        """Return the text for a key, or the message itself."""
        forms = self[key]
        return forms[0] if forms else message

    def form(self, key: str, singular: str, plural: str, n: int) -> str:
        """Return the text for a key and a number, or the message in English."""
        forms = self[key]
        if not forms:
            return singular if n == 1 else plural
        return forms[self._form_of(n)]

    @cached_property
    def _form_of(self) -> Callable[[int], int]:
        """The rule that gives the form for a number."""
        from gettext import c2py

        _start, _plural, rule = self[""][0].partition("plural=")
        return c2py(rule.partition(";")[0])


_NO_TEXTS = bytes(20)
"""The header of a `.mo` file without texts."""


class _Current:
    """The current language and its catalogue, one per process, loaded on first use."""

    language: Language = DEFAULT_LANGUAGE
    catalogue: _Catalogue | None = None


def set_language(new: Language) -> None:
    """Switch to another language; texts translated before stay as they are.

    Raises:
        ValueError: There is no such language.
    """
    if new not in LANGUAGES:
        raise ValueError(f"no such language: {new!r}; there are {', '.join(LANGUAGES)}")
    _Current.language = new
    _Current.catalogue = _load(new)


def language() -> Language:
    """Return the current language."""
    return _Current.language


def _(message: str) -> str:
    """Translate `message` into the current language."""
    return _catalogue().text(message, message) if message else ""


def in_all_languages(message: str) -> list[str]:
    """Return `message` in every language, the current one or not."""
    return [_load(each).text(message, message) for each in LANGUAGES]


def ngettext(singular: str, plural: str, n: int) -> str:
    """Translate the plural form for `n`; the caller inserts the number with `.format`."""
    return _catalogue().form(singular, singular, plural, n)


def pgettext(context: str, message: str) -> str:
    """Translate `message` in a `context`, where one English text needs several translations."""
    return _catalogue().text(f"{context}\4{message}", message)


def npgettext(context: str, singular: str, plural: str, n: int) -> str:
    """Translate the plural form for `n` in a `context`."""
    return _catalogue().form(f"{context}\4{singular}", singular, plural, n)


def N_(message: str) -> str:  # noqa: N802 - gettext's conventional name
    """Mark `message` for the catalogue without translating it, for tables built at import."""
    return message


def NP_(context: str, message: str) -> str:  # noqa: N802, ARG001 - as N_
    """Mark `message` in a `context`, to be translated with `pgettext(context, message)`."""
    return message


def _catalogue() -> _Catalogue:
    if _Current.catalogue is None:
        _Current.catalogue = _load(_Current.language)
    return _Current.catalogue


@cache
def _load(wanted: Language) -> _Catalogue:
    if wanted == "en":
        return _Catalogue(_NO_TEXTS)
    compiled = _LOCALE / wanted / "LC_MESSAGES" / "olvery_tui.mo"
    try:
        return _Catalogue(compiled.read_bytes())
    except FileNotFoundError:
        warnings.warn(
            f"the {wanted!r} texts are not compiled ({compiled}); run `make locale`",
            RuntimeWarning,
            stacklevel=2,
        )
        return _Catalogue(_NO_TEXTS)
