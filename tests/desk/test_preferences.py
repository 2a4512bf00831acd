"""Each manager's own choices, at any terminal."""

from sqlalchemy import func, select

from olvery_tui.domain.preferences import Preference
from tests.desk.making import TABLES


def test_a_managers_choices_are_theirs_alone_and_leave_no_event(store, desk, other):
    def events() -> int:
        with store.reading() as session:
            counted = session.connection().execute(
                select(func.count()).select_from(TABLES["event"])
            )
            return counted.scalar_one()

    before = events()
    assert desk.preferences.get() == {}

    desk.preferences.choose(Preference.THEME, "olvery-light")
    desk.preferences.choose(Preference.LANGUAGE, "en")
    desk.preferences.choose(Preference.THEME, "olvery-contrast")

    assert desk.preferences.get() == {
        Preference.THEME: "olvery-contrast",
        Preference.LANGUAGE: "en",
    }
    assert other.preferences.get() == {}
    assert events() == before
