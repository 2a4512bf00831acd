"""Parts of the application, each in an application of its own."""

import pytest

from olvery_tui.widgets import filter_form, person_search
from tests.quick_textual import make_quick
from tests.widgets.filter_host import LONG

make_quick()


@pytest.fixture(autouse=True)
def quiet_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed text waits until the test lets the moment of quiet pass."""
    for module in (filter_form, person_search):
        monkeypatch.setattr(module, "DEBOUNCE", LONG)
