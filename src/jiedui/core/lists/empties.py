"""Which columns of a list no row has a value for."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Case, CharField, Max, Q, TextField, When

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
    if not filled:
        return set()
    rows = listing.model._base_manager.filter(pk__in=listing.probed).order_by()
    values = rows.aggregate(
        **{f"has_{key}": Max(Case(When(found, then=1), default=0)) for key, found in filled.items()}
    )
    return {key for key in filled if not values[f"has_{key}"]}


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
