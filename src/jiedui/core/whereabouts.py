"""Where a record belongs: the path of its place and of its organisation, by its foreign keys.

A household leads to its village, a gift to the household and so on. The nearest counts; the
campaign, which covers everything, only where nothing else leads anywhere.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.models import Value
from django.db.models.functions import Coalesce

from jiedui.core import kinds
from jiedui.core.kept_sql import first_row, statement
from jiedui.core.models import AuditEntry

PLACE, ORGANISATION = "places.place", "orgs.organisation"
DEEPEST = 3  # foreign keys in a row
CHUNK = 5_000


class Whereabouts(NamedTuple):
    """Both "" for what concerns the whole installation."""

    place: str = ""
    organisation: str = ""


def of(kind: str, keys: Iterable[Any]) -> dict[str, Whereabouts]:
    """Whereabouts of records by key (as text); of deleted ones what the chain knew last."""
    if not kind:
        return {}
    wanted = list(dict.fromkeys(str(key) for key in keys))
    found: dict[str, Whereabouts] = {}
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        found.update(_standing(apps.get_model(kinds.present(kind)), chunk))
        gone = [key for key in chunk if key not in found]
        if gone:
            found.update(_remembered(kind, gone))
    return found


def _standing(model: type[models.Model], keys: list[str]) -> dict[str, Whereabouts]:
    if len(keys) == 1:
        return _of_one(model, keys[0])
    rows = _rows(model).filter(pk__in=keys).values_list("pk", "place_path", "organisation_path")
    return {str(pk): Whereabouts(place, organisation) for pk, place, organisation in rows}


def _rows(model: type[models.Model]) -> Any:
    return model._base_manager.order_by().annotate(
        place_path=_first(_ways(model, PLACE)), organisation_path=_first(_ways(model, ORGANISATION))
    )


def _of_one(model: type[models.Model], key: str) -> dict[str, Whereabouts]:
    """The same of one record, as nearly every entry of the chain asks for it.

    Three dozen joins are put together once, not for every entry; the key is the last parameter.
    """
    field = model._meta.pk
    assert field is not None
    value = field.to_python(key)
    sql, parameters = statement(
        ("whereabouts", model),
        lambda: _rows(model).filter(pk=value).values_list("place_path", "organisation_path"),
    )
    row = first_row(sql, [*parameters[:-1], field.get_db_prep_value(value, connection)])
    return {key: Whereabouts(*row)} if row else {}


def _remembered(kind: str, keys: list[str]) -> dict[str, Whereabouts]:
    entries = AuditEntry.objects.filter(kind__in=kinds.labels(kind), subject__in=keys).order_by(
        "pk"
    )
    rows = entries.values_list("subject", "place", "organisation")
    return {key: Whereabouts(place, organisation) for key, place, organisation in rows}


def _first(ways: tuple[str, ...]) -> Any:
    return Coalesce(*ways, Value("")) if ways else Value("")


@cache
def _ways(model: type[models.Model], goal: str) -> tuple[str, ...]:
    """Look-ups that lead from the model to the path of the goal, the nearest first."""
    found = sorted(_walk(model, goal, DEEPEST), key=lambda way: ("campaign" in way, len(way)))
    return tuple("__".join(way) for way in found)


def _walk(model: type[models.Model], goal: str, steps: int) -> list[tuple[str, ...]]:
    if model._meta.label_lower == goal:
        return [("path",)]
    if not steps:
        return []
    user = apps.get_model(settings.AUTH_USER_MODEL)
    links = [f for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)]
    return [
        (link.name, *way)
        for link in links
        if link.related_model not in (model, user)
        for way in _walk(link.related_model, goal, steps - 1)
    ]
