"""Locks the rows that a portion of a list changes or refers to, in one order, before it writes.

Visits lock theirs in the same order (`fieldwork.inside`): otherwise a list and a visit could wait
for each other (a deadlock).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db import models

from jiedui.core.bulk import AT_ONCE
from jiedui.core.locking import hold
from jiedui.households.models import Household
from jiedui.imports.matching.drafts import Part
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.places.models import Place

ORDER: tuple[type[models.Model], ...] = (Organisation, Household, Team, Member, Place)


def hold_owners(records: Iterable[tuple[Part, int | None, Mapping[str, Any]]]) -> None:
    """Lock these records: (part, key of an existing record, values by column)."""
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for part, key, values in records:
        if key is not None:
            wanted[part.model].add(key)
        for name, owner in _owners(part.model):
            if (value := values.get(name)) is not None:
                wanted[owner].add(value)
    for model in ORDER:
        keys = sorted(wanted[model])
        for start in range(0, len(keys), AT_ONCE):
            rows = model._default_manager.filter(pk__in=keys[start : start + AT_ONCE])
            list(hold(rows).order_by("pk").values_list("pk", flat=True))


@cache
def _owners(model: type[models.Model]) -> tuple[tuple[str, type[models.Model]], ...]:
    """Columns that refer to other records, each with the model of those."""
    return tuple(
        (field.attname, field.related_model)
        for field in model._meta.concrete_fields
        if isinstance(field.related_model, type) and field.attname.endswith("_id")
    )
