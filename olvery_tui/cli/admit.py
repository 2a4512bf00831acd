"""`olvery-tui admit NUMBER`: the answer for a turnstile."""

from __future__ import annotations

from olvery_tui.cli.formats import PlainFormat
from olvery_tui.cli.opening import opened
from olvery_tui.domain.tickets import Admission
from olvery_tui.export.json_lines import json_text
from olvery_tui.start import DONE, NO, USAGE, StartOptions
from olvery_tui.wording.admission import admission_text


def answer(options: StartOptions, number: int, output_format: PlainFormat) -> int:
    """Print the answer; 0 admitted, 1 refused, 2 where there is no such ticket."""
    with opened(options) as services:
        decision = services.desk.tickets.admission(number)
    admitted = decision is Admission.ADMITTED
    if output_format is PlainFormat.JSON:
        reason = None if admitted else decision.value
        print(json_text({"number": number, "admitted": admitted, "reason": reason}))
    else:
        print(admission_text(decision, number))
    if decision is Admission.NO_SUCH_TICKET:
        return USAGE
    return DONE if admitted else NO
