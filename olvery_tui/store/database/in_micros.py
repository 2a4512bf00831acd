"""Instants as whole microseconds on every engine: thousands are read without a datetime each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class in_micros(FunctionElement[int]):  # noqa: N801  (it reads as a function in a query)
    """The microseconds since 1970 of a `UtcDateTime` column, as the driver returns them."""

    inherit_cache = True
    name = "in_micros"
    type = BigInteger()

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)


@compiles(in_micros, "sqlite")
def _stored(element: in_micros, compiler: SQLCompiler, **kwargs: Any) -> str:
    return str(compiler.process(element.clauses, **kwargs))


@compiles(in_micros, "postgresql")
def _converted(element: in_micros, compiler: SQLCompiler, **kwargs: Any) -> str:
    column = compiler.process(element.clauses, **kwargs)
    return f"CAST(date_part('epoch', {column}) * 1000000 AS BIGINT)"
