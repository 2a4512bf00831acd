"""The words for the columns of imported tables."""

from olvery_tui.domain.spreadsheet import FIELDS
from olvery_tui.wording.import_tables import meaning_text


def test_whatever_a_column_may_mean_has_words() -> None:
    for fields in FIELDS.values():
        words = {meaning_text(name) for name in fields}
        assert len(words) == len(set(fields))
