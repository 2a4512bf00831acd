"""The cursor of an option list whose options are loaded again."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widgets import OptionList
from textual.widgets.option_list import Option


def replace_options(options: OptionList, content: Iterable[Option | None]) -> None:
    """Replace the options; the cursor stays on its option, or goes to what follows there."""
    at = options.highlighted or 0
    before = options.highlighted_option
    options.set_options(content)
    places = [place for place, one in enumerate(options.options) if not one.disabled]
    same = [place for place in places if before and options.options[place].id == before.id]
    after = [place for place in places if place >= at]
    options.highlighted = next(iter(same or after or places[-1:]), None)
