"""The candidates of doubtful rows, as far as the user may change them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from jiedui.core.users import User
from jiedui.imports.matching.comparisons import COMPARISONS
from jiedui.imports.matching.drafts import Part
from jiedui.imports.matching.reach import Reach
from jiedui.imports.models import StagedRow


def doubtful(row: StagedRow) -> dict[str, Any] | None:
    """The draft with candidates to be decided on, as it is stored for the preview."""
    drafts = json.loads(str(row.drafts)) if row.drafts else []
    return next((one for one in drafts if one["candidates"]), None)


def part(kind: str, draft: dict[str, Any]) -> Part:
    return COMPARISONS[kind].parts[draft["part"]]


def twins(row: StagedRow) -> dict[int, StagedRow]:
    """The rows of the same list that a doubtful row may repeat, by their candidate keys."""
    draft = doubtful(row)
    places = {(sheet, number): int(key) for key, (sheet, number) in _twins(draft).items()}
    rows = row.upload.rows.filter(number__in={number for _sheet, number in places})
    found = {places.get((one.sheet, one.number)): one for one in rows}
    return {key: one for key, one in found.items() if key is not None}


def _twins(draft: dict[str, Any] | None) -> dict[str, list[Any]]:
    return draft.get("twins", {}) if draft else {}


def within_reach(
    kind: str, rows: Iterable[StagedRow], *, by: User | None
) -> dict[int, dict[int, str]]:
    """Row → its candidates with their reasons, the likeliest first.

    Uses the user's present reach: it may have become smaller since the list was read.
    """
    found = {row.pk: draft for row in rows if (draft := doubtful(row))}
    wanted: dict[str, set[int]] = {}
    for draft in found.values():
        wanted.setdefault(draft["part"], set()).update(pk for pk, _why in draft["candidates"])
    reach = Reach(by)
    models = COMPARISONS[kind].parts
    here = {name: reach.within(models[name].model, keys) for name, keys in wanted.items()}
    offered: dict[int, dict[int, str]] = {row.pk: {} for row in rows}
    for key, draft in found.items():
        kept = here[draft["part"]]
        # Negative keys are rows of the same list.
        offered[key] = {pk: why for pk, why in draft["candidates"] if pk < 0 or pk in kept}
    return offered
