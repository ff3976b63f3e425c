"""Checks that days changed by a list do not exclude records that lie between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext as _

from jiedui.core import inside
from jiedui.core.changes import Change
from jiedui.core.records import later_begins, new_ends
from jiedui.imports.matching.drafts import Staged, changes_of

if TYPE_CHECKING:
    from jiedui.imports.matching.comparison import Comparison

SINCE, ENDED = "since", "ended"


def refuse(comparison: Comparison) -> list[Staged]:
    """Report each row with a day that is not possible. Returns these rows."""
    broken = []
    for name, part in comparison.parts.items():
        rows = {
            draft.target: (one, draft)
            for one in comparison.staged
            for draft in one.drafts
            if draft.part == name and draft.target is not None and not one.outcome
            if {SINCE, ENDED} & draft.differences.keys()
        }
        found = changes_of(part, [draft for _one, draft in rows.values()])
        for key, (field, sentence) in out_of_bounds(part.model, found).items():
            one = rows[key][0]
            mend = _("Correct the day in the list, or what is recorded on that day first.")
            comparison.wrong(one.row, part.key_of(field), sentence, mend)
            broken.append(one)
    return broken


def out_of_bounds(model: type[models.Model], found: Sequence[Change]) -> dict[int, tuple[str, str]]:
    """Record → the field with the impossible day, and why; in a few queries."""
    ends, begins = new_ends(found), later_begins(found)
    wrong: dict[int, tuple[str, str]] = {}
    for pk, bound in inside.last(model, ends).items():
        if bound.day > ends[pk]:
            wrong.setdefault(pk, (ENDED, str(bound)))
    for pk, bound in inside.first(model, begins).items():
        if bound.day < begins[pk]:
            wrong.setdefault(pk, (SINCE, str(bound)))
    return wrong
