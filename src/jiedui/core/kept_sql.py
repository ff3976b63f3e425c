"""Queries that are asked again and again with other values: their SQL is put together once.

Django takes several times as long to put a query together as the database to answer it, where rows
are found by their keys.
"""

from collections.abc import Callable, Hashable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Statement = tuple[str, tuple[Any, ...]]
_statements: dict[Hashable, Statement] = {}


def statement(of: Hashable, build: Callable[[], QuerySet[Any, Any]]) -> Statement:
    """The SQL of the query that `build` makes, and its parameters in their order.

    It is kept under `of`, for each kind of database: nothing else may change what `build` makes but
    the values of parameters, which the caller puts in the place of these.
    """
    key = (connection.vendor, of)
    if key not in _statements:
        _statements[key] = build().query.sql_with_params()
    return _statements[key]


def first_row(sql: str, parameters: list[Any]) -> tuple[Any, ...] | None:
    """The first row of the answer, as the database gives it."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row
