"""Which columns of a list no row has a value for."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Max,
    Q,
    QuerySet,
    TextField,
    UUIDField,
    Value,
    When,
)

from jiedui.core.kept_sql import first_row, statement
from jiedui.core.lists.columns import Column

if TYPE_CHECKING:
    from jiedui.core.lists.listing import Listing

# So many rows, in the order of the list, decide for all its pages; a page further back that has a
# value shows its column all the same. All rows of a register would take longer than the page.
PROBED = 200


def without_values(listing: "Listing", columns: list[Column]) -> set[str]:
    """Keys of those of these columns that are empty in the first `PROBED` rows of the result.

    One query for all of them, whatever their number. A column the database does not know is never
    among them: whether it has a value elsewhere cannot be told, and it would come and go.
    """
    filled = {c.key: found for c in columns if (found := is_filled(listing.model, c)) is not None}
    if not filled or not listing.probed:
        return set()
    of = ("empties", listing.model, listing.key, *filled)
    sql, parameters = statement(of, lambda: _rows(listing.model, list(filled.values())))
    prepare = listing.model._meta.pk.get_db_prep_value
    keys = [prepare(key, connection) for key in listing.probed]
    keys += keys[-1:] * (PROBED - len(keys))  # one may stand there twice
    has_values = first_row(sql, [*parameters[:-PROBED], *keys]) or ()
    return {key for key, has_value in zip(filled, has_values, strict=True) if not has_value}


def _rows(model: Any, conditions: list[Q]) -> QuerySet[Any, Any]:
    """Whether any of `PROBED` rows meets each condition; their keys are its last parameters."""
    is_uuid = isinstance(model._meta.pk, UUIDField)
    some = [UUID(int=n) if is_uuid else n for n in range(PROBED)]
    rows = model._base_manager.filter(pk__in=some).order_by().values(one=Value(1))
    tests = {f"has_{n}": _is_some(one) for n, one in enumerate(conditions)}
    found: QuerySet[Any, Any] = rows.annotate(**tests).values_list(*tests)
    return found


def _is_some(found: Q) -> Max:
    return Max(Case(When(found, then=1), default=0))


def is_filled(model: Any, column: Column) -> Q | None:
    """The condition that a row has a value in this column; None where no field says so."""
    if column.filled is not None:
        return column.filled
    paths = [] if callable(column.value) else [(column.value or column.key).replace(".", "__")]
    paths += [field.lstrip("-") for field in column.sort_fields]
    return next((found for path in paths if (found := _has_value(model, path))), None)


def _has_value(model: Any, path: str) -> Q | None:
    field = _field(model, path)
    if field is None:
        return None
    is_there = Q(**{f"{path}__isnull": False})
    return is_there & ~Q(**{path: ""}) if isinstance(field, CharField | TextField) else is_there


def _field(model: Any, path: str) -> Any:
    """The field at the end of a path of foreign keys; None where a step is none."""
    *steps, last = path.split("__")
    for step in steps:
        field = _own_field(model, step)
        if field is None or not field.many_to_one:
            return None
        model = field.related_model
    return _own_field(model, last)


def _own_field(model: Any, name: str) -> Any:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if getattr(field, "column", None) else None
