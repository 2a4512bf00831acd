"""The turnstile's answer in words."""

from olvery_tui.domain.tickets import Admission
from olvery_tui.i18n import set_language
from olvery_tui.wording.admission import admission_text
from tests.each import each


@each("lang", ["ru", "en"])
def test_every_answer_has_its_own_sentence_with_the_number(lang: str) -> None:
    set_language(lang)  # type: ignore[arg-type]
    told = {admission_text(decision, 26) for decision in Admission}
    assert len(told) == len(Admission)
    assert all("26" in text for text in told)


def test_only_the_admitted_are_let_in() -> None:
    letting_in = [one for one in Admission if "вход разрешён" in admission_text(one, 26)]
    assert letting_in == [Admission.ADMITTED]
