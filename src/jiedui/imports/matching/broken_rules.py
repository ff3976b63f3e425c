"""The rules of the forms hold for rows of lists too: a broken rule is a mistake of its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jiedui.core.faults import Fault
from jiedui.imports.matching.drafts import Draft, Part, Staged, written

if TYPE_CHECKING:
    from jiedui.imports.matching.comparison import Comparison


def report_faults(comparison: Comparison, staged: Staged) -> bool:
    """Report every rule that the records of a row would break. Returns whether there is one."""
    found = [
        (_column(staged, part, fault), fault)
        for draft in staged.drafts
        for part in [comparison.parts[draft.part]]
        for fault in _faults(comparison, staged, draft, part)
    ]
    # Faults at a cell of the row hide those at values that only the program added.
    first = dict(reversed([one for one in found if one[0]] or found))  # one for each column
    for key, fault in reversed(first.items()):
        comparison.wrong(staged.row, key, fault.sentence, fault.mend, is_open=True)
    return bool(found)


def _faults(comparison: Comparison, staged: Staged, draft: Draft, part: Part) -> Iterator[Fault]:
    if draft.is_new:
        values: dict[str, Any] = comparison.added(staged, draft) | draft.values
        yield from part.rules(written(part.model, values))
        return
    for fault in part.rules(written(part.model, draft.days | draft.values)):
        # A fault that the record had before is no mistake of the list.
        if any(name in draft.differences for name in fault.fields):
            yield fault


def _column(staged: Staged, part: Part, fault: Fault) -> str:
    """The column of the list to be corrected, "" where the row fills none of the fault's fields."""
    keys = [part.key_of(name) for name in fault.fields]
    return next((key for key in keys if staged.row.values.get(key) is not None), "")
