"""Telling a planner what it can't know."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class unindexed(FunctionElement[Any]):  # noqa: N801  (it reads as a function in a query)
    """A column's value, but not a reason to choose an index.

    SQLite keeps no figures about a table unless it is told to, so it takes any index for as good
    as another: a walk through a million rows looks as cheap as ten of them. On SQLite the column
    gets its unary plus; an engine that knows its tables sees the column as it is.
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
    """A column to order by, once everything that matches is found.

    PostgreSQL has figures and judges well which index finds least. But it takes matches for evenly
    spread: a walk down the key looks to it as if it filled a page at once, and where few match it
    goes through the whole table. So there, too, the key is hidden from it, but only here.
    """

    inherit_cache = True
    name = "sorted_afterwards"


@compiles(sorted_afterwards, "postgresql")
def _plus_nothing(element: sorted_afterwards, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"({_plain(element, compiler, **kwargs)} + 0)"


@compiles(sorted_afterwards, "sqlite")
def _with_plus_too(element: sorted_afterwards, compiler: SQLCompiler, **kwargs: Any) -> str:
    return _with_plus(element, compiler, **kwargs)
