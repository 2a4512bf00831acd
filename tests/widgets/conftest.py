"""Parts of the application, each in an application of its own."""

import pytest

from tests import quiet
from tests.quick_textual import make_quick

make_quick()


@pytest.fixture(autouse=True)
def quiet_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed text waits until the test lets the moment of quiet pass."""
    quiet.hold(monkeypatch)
