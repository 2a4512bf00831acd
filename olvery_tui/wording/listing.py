"""Texts around the list's rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from olvery_tui.domain.pages import Count
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _, ngettext
from olvery_tui.wording.periods import instant_text


def number_text(value: int) -> str:
    """Return a count in groups of three digits: 12 345."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")


def count_text(count: Count) -> str:
    """Return how many there are, or that there are more than were counted."""
    value = number_text(count.value)
    return _("more than {value}").format(value=value) if count.capped else value


def position_text(first: int | None, last: int | None, total: Count | None) -> str:
    """Return the visible positions, `1–40 of 12 345`, without what is unknown."""
    if total is None:
        return ""
    if total.value == 0:
        return "0"
    if first is None or last is None:
        return _("of {total}").format(total=count_text(total))
    seen = number_text(first) if first == last else f"{number_text(first)}–{number_text(last)}"
    return _("{seen} of {total}").format(seen=seen, total=count_text(total))


def empty_text(summary: Sequence[tuple[str, str]], *, sells: bool) -> str:
    """Return the text of an empty list: the filter and the key that resets it, or how to begin.

    `sells` is whether anything can be ordered.
    """
    if not summary and sells:
        return _("There are no tickets yet.\n\na adds an order.")
    if not summary:
        return _(
            "There are no tickets yet, and nothing to sell.\n\n"
            "s sets up services and places.\n\n"
            "Look at the demo:  olvery-tui --demo"
        )
    asked = "\n".join(text for _field, text in summary)
    return _("Nothing found for:\n\n{asked}\n\nx resets the filter.").format(asked=asked)


def no_orders_text(summary: Sequence[tuple[str, str]], *, sells: bool) -> str:
    """As `empty_text`, for the list of orders; `sells`: whether anything can be ordered."""
    if not summary and sells:
        return _("There are no orders yet.\n\na adds one.")
    if not summary:
        return _(
            "There are no orders yet, and no services to order.\n\ns sets up services and places."
        )
    return empty_text(summary, sells=sells)


def marked_text(count: int) -> str:
    """Return `Отмечено: 3`."""
    return _("Marked: {count}").format(count=number_text(count))


def exported_text(name: str, count: int, file: str) -> str:
    """Return how much was written, and where."""
    value = number_text(count)
    if name == "tickets":
        lines = ngettext("{count} ticket", "{count} tickets", count).format(count=value)
    else:
        lines = ngettext("{count} order", "{count} orders", count).format(count=value)
    return _("{lines} written: {file}").format(lines=lines, file=shown(file, 1_000))


def stuck_text(since: datetime, zone: tzinfo) -> str:
    """Return that due statuses have not moved, as no worker is running."""
    return _(
        "Statuses have not moved since {time}: no status worker is running. "
        "Start it: olvery-tui worker"
    ).format(time=instant_text(since, zone))
