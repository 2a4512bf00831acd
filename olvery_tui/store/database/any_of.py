"""Bind many values as one parameter: binding five hundred takes longer than looking them up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Many(TypeDecorator[Sequence[int] | Sequence[str]]):
    """A PostgreSQL array of numbers or texts, or a JSON text for SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, *, texts: bool) -> None:
        super().__init__()
        self.texts = texts

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(Text() if self.texts else Integer()))
        return dialect.type_descriptor(Text())

    def process_bind_param(
        self, value: Sequence[int] | Sequence[str] | None, dialect: Dialect
    ) -> Any:
        if value is None:
            return None
        return list(value) if dialect.name == "postgresql" else json.dumps(list(value))


class any_of(FunctionElement[bool]):  # noqa: N801  (it reads as a function in a query)
    """Whether a column's value is one of those in the parameter of this name."""

    inherit_cache = True
    name = "any_of"
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], parameter: str) -> None:
        many = _Many(texts=not isinstance(column.type, Integer))
        super().__init__(column, bindparam(parameter, type_=many))

    def self_group(self, against: Any = None) -> any_of:
        """Return self: SQLAlchemy would make SQLite compare it with 1, which uses no index."""
        return self


@compiles(any_of, "sqlite")
def _in_json(element: any_of, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, values = (compiler.process(each, **kwargs) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(any_of, "postgresql")
def _in_array(element: any_of, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, values = (compiler.process(each, **kwargs) for each in element.clauses)
    return f"{column} = ANY({values})"
