"""Hints for query planners."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class unindexed(FunctionElement[Any]):  # noqa: N801  (it reads as a function in a query)
    """A column's value, hidden from the choice of an index.

    SQLite keeps no statistics unless told to, so any index looks as good as another: a scan of a
    million rows looks as cheap as one of ten. On SQLite the column gets a unary plus; engines with
    statistics see the plain column.
    """

    inherit_cache = True
    name = "unindexed"

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(unindexed)
def _plain(element: unindexed, compiler: SQLCompiler, **kwargs: Any) -> str:
    return str(compiler.process(next(iter(element.clauses)), **kwargs))


@compiles(unindexed, "sqlite")
def _with_plus(element: unindexed, compiler: SQLCompiler, **kwargs: Any) -> str:
    return "+" + _plain(element, compiler, **kwargs)


class sorted_afterwards(unindexed):  # noqa: N801
    """A column to order by after all matches are found.

    PostgreSQL has statistics and chooses selective indexes well. But it assumes that matches are
    evenly spread: a scan along the key seems to fill a page at once, and with few matches it reads
    the whole table. So the key is hidden from PostgreSQL too, but only here.
    """

    inherit_cache = True
    name = "sorted_afterwards"


@compiles(sorted_afterwards, "postgresql")
def _plus_nothing(element: sorted_afterwards, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"({_plain(element, compiler, **kwargs)} + 0)"


@compiles(sorted_afterwards, "sqlite")
def _with_plus_too(element: sorted_afterwards, compiler: SQLCompiler, **kwargs: Any) -> str:
    return _with_plus(element, compiler, **kwargs)
