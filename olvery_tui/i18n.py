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

import gettext as _gettext
import warnings
from functools import cache
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


class _Current:
    """The current catalogue, one per process, loaded on first use."""

    language: Language = DEFAULT_LANGUAGE
    translations: _gettext.NullTranslations | None = None


def set_language(new: Language) -> None:
    """Switch to another language; texts translated before stay as they are.

    Raises:
        ValueError: There is no such language.
    """
    if new not in LANGUAGES:
        raise ValueError(f"no such language: {new!r}; there are {', '.join(LANGUAGES)}")
    _Current.language = new
    _Current.translations = _load(new)


def language() -> Language:
    """Return the current language."""
    return _Current.language


def _(message: str) -> str:
    """Translate `message` into the current language."""
    return _translations().gettext(message) if message else ""


def in_all_languages(message: str) -> list[str]:
    """Return `message` in every language, the current one or not."""
    return [_load(each).gettext(message) for each in LANGUAGES]


def ngettext(singular: str, plural: str, n: int) -> str:
    """Translate the plural form for `n`; the caller inserts the number with `.format`."""
    return _translations().ngettext(singular, plural, n)


def pgettext(context: str, message: str) -> str:
    """Translate `message` in a `context`, where one English text needs several translations."""
    return _translations().pgettext(context, message)


def npgettext(context: str, singular: str, plural: str, n: int) -> str:
    """Translate the plural form for `n` in a `context`."""
    return _translations().npgettext(context, singular, plural, n)


def N_(message: str) -> str:  # noqa: N802 - gettext's conventional name
    """Mark `message` for the catalogue without translating it, for tables built at import."""
    return message


def NP_(context: str, message: str) -> str:  # noqa: N802, ARG001 - as N_
    """Mark `message` in a `context`, to be translated with `pgettext(context, message)`."""
    return message


def _translations() -> _gettext.NullTranslations:
    if _Current.translations is None:
        _Current.translations = _load(_Current.language)
    return _Current.translations


@cache
def _load(wanted: Language) -> _gettext.NullTranslations:
    if wanted == "en":
        return _gettext.NullTranslations()
    compiled = _LOCALE / wanted / "LC_MESSAGES" / "olvery_tui.mo"
    try:
        with compiled.open("rb") as file:
            return _gettext.GNUTranslations(file)
    except FileNotFoundError:
        warnings.warn(
            f"the {wanted!r} texts are not compiled ({compiled}); run `make locale`",
            RuntimeWarning,
            stacklevel=2,
        )
        return _gettext.NullTranslations()
