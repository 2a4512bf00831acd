"""One promise over many cases is one test."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any


def each(names: str | Sequence[str], cases: Iterable[Any], ids: Any = None) -> Any:
    """Call the test with every case, as `pytest.mark.parametrize` would, but as one test.

    A failure names each case that failed. Two of them nest. For what needs nothing of its own: the
    fixtures of the test are shared by its cases.

    Args:
        names: Parameters of the test; several are separated by commas.
        cases: A value for each test, or a tuple where there are several names.
        ids: As in `parametrize`; what a failure names a case, else the case itself.
    """
    parameters = (
        [one.strip() for one in names.split(",")] if isinstance(names, str) else list(names)
    )
    rows = [_row(case, len(parameters)) for case in cases]
    labels = list(ids) if ids is not None and not callable(ids) else [None] * len(rows)

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def run(*args: Any, **fixtures: Any) -> None:
            failures = []
            for (values, label), other in zip(rows, labels, strict=True):
                case = dict(zip(parameters, values, strict=True))
                try:
                    test(*args, **fixtures, **case)
                except Exception as error:
                    error.add_note(f"case: {label or other or case}")
                    failures.append(error)
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(rows)} cases failed", failures)

        signature = inspect.signature(test)
        kept = [one for name, one in signature.parameters.items() if name not in parameters]
        run.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
        return run

    assert rows, "no case"
    return decorate


def _row(case: Any, width: int) -> tuple[tuple[Any, ...], Any]:
    """The values of a case, and its name; a `pytest.param` has both."""
    if hasattr(case, "marks"):
        assert not case.marks, "a case of its own"
        return tuple(case.values), case.id
    return ((case,) if width == 1 else tuple(case)), None
