"""The lines of a form, one below the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input

from olvery_tui.domain.errors import InvalidForm
from olvery_tui.domain.people import NOTE_MAX
from olvery_tui.widgets.fields.field import PHONE, TYPED_MAX
from olvery_tui.widgets.fields.form_field import FormField
from olvery_tui.wording.errors import field_name, sentence


class FormFields(VerticalScroll, can_focus=False):
    """Lines that `Enter` goes through, each with its error below.

    Args:
        given: The fields' names, as in the checks, and their initial values.
        secret: Those that are passwords.
        labels: Labels that differ from the fields' usual ones.
    """

    class Submitted(Message):
        """`Enter` was pressed in the last line."""

    def __init__(
        self,
        given: Mapping[str, str],
        *,
        secret: Collection[str] = (),
        labels: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(id="fields")
        self._labels = labels or {}
        self._given = dict(given)
        self._secret = secret

    def compose(self) -> ComposeResult:
        for name, value in self._given.items():
            label = self._labels.get(name) or field_name(name)
            takes = PHONE if name == "phone" else ""
            limit = NOTE_MAX if name in ("note", "ban_reason") else TYPED_MAX
            yield FormField(
                name, label, value, secret=name in self._secret, limit=limit, takes=takes
            )

    def field(self, name: str) -> FormField:
        """The line of a field."""
        return self.query_one(f"#{name}", FormField)

    @property
    def values(self) -> dict[str, str]:
        """What is typed, by field."""
        return {name: self.field(name).value for name in self._given}

    @property
    def is_changed(self) -> bool:
        """Whether any line differs from its initial value."""
        return self.values != self._given

    def complain(self, error: InvalidForm) -> None:
        """Show each problem at its field, and focus the first one."""
        wrong = {problem.field: sentence(problem) for problem in error.problems}
        for name, text in wrong.items():
            self.field(name).complain(text)
        self.field(next(name for name in self._given if name in wrong)).take_focus()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.input.query_ancestor(FormField).complain("")

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        message.stop()
        names = list(self._given)
        at = names.index(message.input.query_ancestor(FormField).id or "")
        if at + 1 < len(names):
            self.field(names[at + 1]).take_focus()
        else:
            self.post_message(self.Submitted())
