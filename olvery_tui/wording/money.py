"""Amounts of money in words."""

from __future__ import annotations

from decimal import Decimal

from olvery_tui.domain.text import shown
from olvery_tui.i18n import NP_, language, pgettext

_CURRENCIES = {"RUB": NP_("currency", "RUB")}
_CODE_MAX = 12

_NAMES = {
    "RUB": NP_("currency name", "Russian roubles"),
    "BYN": NP_("currency name", "Belarusian roubles"),
    "KZT": NP_("currency name", "tenge"),
    "KGS": NP_("currency name", "Kyrgyz som"),
    "UZS": NP_("currency name", "Uzbek sum"),
    "AMD": NP_("currency name", "dram"),
    "GEL": NP_("currency name", "lari"),
    "AZN": NP_("currency name", "manat"),
    "EUR": NP_("currency name", "euros"),
    "USD": NP_("currency name", "US dollars"),
}

CURRENCIES = tuple(_NAMES)
"""The codes of the currencies that a location may choose from."""


def currency_name(currency: str) -> str:
    """Return what a currency is called; empty for one that is not offered."""
    return pgettext("currency name", _NAMES[currency]) if currency in _NAMES else ""


def amount_text(amount: Decimal) -> str:
    """Return `1 800` or `1 800,50`: no zero fraction; may be typed like that, too."""
    whole = amount == amount.to_integral_value()
    text = f"{amount:,.0f}" if whole else f"{amount:,.2f}"
    if language() == "ru":
        return text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    return text


def currency_text(currency: str) -> str:
    """Return `руб.`, or the code of a currency without a word."""
    known = _CURRENCIES.get(currency)
    return pgettext("currency", known) if known else shown(currency, _CODE_MAX)


def money_text(amount: Decimal, currency: str) -> str:
    """Return an amount with its currency: `1 800 руб.`."""
    return f"{amount_text(amount)}\N{NO-BREAK SPACE}{currency_text(currency)}"
