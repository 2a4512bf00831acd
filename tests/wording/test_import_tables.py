"""The words for the columns of imported tables, and for what is wrong with their rows."""

import re

from olvery_tui.domain.errors import ImportCode
from olvery_tui.domain.import_lines import Problem
from olvery_tui.domain.spreadsheet import FIELDS
from olvery_tui.i18n import set_language
from olvery_tui.store.importing.spreadsheet import RowProblem
from olvery_tui.wording.import_tables import meaning_text, row_problem_text, row_reason
from tests.each import each

OF_LINES = {
    ImportCode.TOO_LONG_LINE, ImportCode.NOT_UTF8, ImportCode.NOT_JSON, ImportCode.NOT_FINITE,
    ImportCode.TOO_DEEP, ImportCode.NOT_OBJECT, ImportCode.DUPLICATE, ImportCode.MISSING,
    ImportCode.UNKNOWN_FIELD, ImportCode.NOT_TEXT, ImportCode.NOT_LIST, ImportCode.INSTANT,
    ImportCode.NAIVE, ImportCode.TWO_PERIODS, ImportCode.NO_PERIOD, ImportCode.VALIDATED_ALONE,
    ImportCode.DEPENDS,
}  # fmt: skip
"""What may be wrong with a line that somebody has written, and never with one of a row."""


NAMES = "text limit least most choices first last days ticket wanted workplace room reason name"
PARAMS: dict[str, object] = dict.fromkeys(f"{NAMES} number status line".split(), "x")


def test_whatever_a_column_may_mean_has_words() -> None:
    for fields in FIELDS.values():
        words = {meaning_text(name) for name in fields}
        assert len(words) == len(set(fields))


@each("language", ["ru", "en"])
@each("code", sorted(set(ImportCode) - OF_LINES))
def test_a_row_is_told_what_is_wrong_as_people_write_it(code: ImportCode, language: str) -> None:
    set_language(language)
    found = RowProblem(12, "Дата", Problem(12, code, params={**PARAMS, "tickets": 2}))
    for told in (row_problem_text(found), row_reason(found)):
        assert not re.search(r"\d{4}-\d{2}|[a-z]_[a-z]|JSON|[«“]\d|\b[lL]ine\b|None", told), told
