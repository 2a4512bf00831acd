"""Run blocking calls of the desk in threads, without blocking the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.message import Message

from olvery_tui.domain.errors import OlveryError, StoreUnavailable

if TYPE_CHECKING:
    from textual.widget import Widget

    from olvery_tui.widgets.application import Application

    _Base = Widget
else:
    _Base = object

_T = TypeVar("_T")


class Asking(_Base):
    """Mixin for screens and widgets: `ask` runs a call of the desk in a thread.

    Only the result of a group's latest call is used; stale results are dropped. A refusal is shown
    as a message, a lost database as the application's banner; any other error is logged and shown
    as a message with a code.
    """

    app: Application

    class Answer(Message, bubble=False):
        """The result of a call, posted by its thread to the widget that asked."""

        def __init__(self, group: str, epoch: int, result: Any, error: Exception | None) -> None:
            super().__init__()
            self.group = group
            self.epoch = epoch
            self.result = result
            self.error = error

    desk_is_asked: ClassVar[bool] = True
    """Whether a refusal for missing rights ends the session; False for sign-in screens."""

    def ask(
        self,
        group: str,
        call: Callable[[], _T],
        then: Callable[[_T], None],
        refused: Callable[[OlveryError], None] | None = None,
        *,
        opens: bool = False,
    ) -> None:
        """Run `call` in a thread and pass its result to `then`, or its refusal to `refused`.

        Both callbacks run on the event loop. If the result `opens` a window, keys typed meanwhile
        are held for that window.
        """
        if opens:
            self.app.input.hold((self, group))
        epoch = self._epochs[group] = self._epochs.get(group, 0) + 1
        self._open_questions[group] = (epoch, then, refused)

        def run() -> None:
            result: Any = None
            problem: Exception | None = None
            try:
                result = call()
            except Exception as error:  # reported on the loop, whatever it is
                problem = error
            self.post_message(Asking.Answer(group, epoch, result, problem))

        self.run_worker(run, thread=True, group=group, exclusive=True, exit_on_error=False)

    def when_answered(self, group: str, call: Callable[[], None]) -> None:
        """Call now, or once the group's pending result has arrived.

        Several calls while waiting are merged into one. Asking again with every change would never
        yield a result if changes arrive faster than results.
        """
        if self.is_asking(group):
            self._after_answers[group] = call
        else:
            call()

    def is_asking(self, group: str) -> bool:
        """Whether a call of this group is pending."""
        return group in self._open_questions

    @property
    def asking(self) -> bool:
        """Whether any call is pending."""
        return bool(self._open_questions)

    @property
    def is_going(self) -> bool:
        """Whether the widget is being removed, so that nothing can be shown."""
        return not self.display or not self.is_attached

    @property
    def _epochs(self) -> dict[str, int]:
        found: dict[str, int] = self.__dict__.setdefault("_asking_epochs", {})
        return found

    @property
    def _open_questions(self) -> dict[str, tuple[int, Callable[[Any], None], Any]]:
        found: dict[str, tuple[int, Callable[[Any], None], Any]] = self.__dict__.setdefault(
            "_asking_open", {}
        )
        return found

    @property
    def _after_answers(self) -> dict[str, Callable[[], None]]:
        found: dict[str, Callable[[], None]] = self.__dict__.setdefault("_asking_after", {})
        return found

    def _on_asking_answer(self, answer: Answer) -> None:
        answer.stop()
        try:
            self._take_answer(answer)
        finally:
            if not self.is_asking(answer.group):
                self.app.input.release((self, answer.group))

    def _take_answer(self, answer: Answer) -> None:
        question = self._open_questions.get(answer.group)
        if question is None or question[0] != answer.epoch:
            return
        if self.is_going:
            return
        del self._open_questions[answer.group]
        if (after := self._after_answers.pop(answer.group, None)) is not None:
            self.call_later(self.when_answered, answer.group, after)
        _epoch, then, refused = question
        app = self.app
        if answer.error is None:
            then(answer.result)
        elif isinstance(answer.error, OlveryError):
            if isinstance(answer.error, StoreUnavailable):
                app.errors.set_outage(answer.error)
            if self.desk_is_asked and app.session.sign_out_after(answer.error):
                return
            if refused is not None:
                refused(answer.error)
            elif not isinstance(answer.error, StoreUnavailable):
                app.errors.show(answer.error)
        else:
            app.errors.report(answer.error)
