"""Days that a list changes: nothing leaves out what lies inside it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from jiedui.core import inside
from jiedui.core.locking import hold
from jiedui.imports.drafts import Changes, Part, Staged, day

if TYPE_CHECKING:
    from jiedui.imports.book import Book

SINCE, ENDED = "since", "ended"


def refuse(book: Book) -> list[Staged]:
    """Tell each row whose days cannot be so; returns these rows."""
    broken = []
    for name, part in book.parts.items():
        rows = {
            draft.target: (one, draft.differences)
            for one in book.staged
            for draft in one.drafts
            if draft.part == name and draft.target is not None and not one.outcome
            if {SINCE, ENDED} & draft.differences.keys()
        }
        wrong = out_of_bounds(part, {key: changes for key, (_one, changes) in rows.items()})
        for key, (field, sentence) in wrong.items():
            one = rows[key][0]
            mend = _("Correct the day in the list, or what is recorded on that day first.")
            book.wrong(one.row, part.key_of(field), sentence, mend)
            broken.append(one)
    return broken


def out_of_bounds(part: Part, changes: Changes) -> dict[int, tuple[str, str]]:
    """Record → the field that cannot be so, and why; a few questions in all."""
    ends = {pk: _new(one, ENDED) for pk, one in changes.items() if _new(one, ENDED)}
    begins = {pk: _new(one, SINCE) for pk, one in changes.items() if _is_later(one)}
    if not ends and not begins:
        return {}
    found: dict[int, tuple[str, str]] = {}
    for pk, bound in inside.last(part.model, set(ends)).items():
        if bound.day > (ends[pk] or bound.day):
            found.setdefault(pk, (ENDED, str(bound)))
    for pk, bound in inside.first(part.model, set(begins)).items():
        if bound.day < (begins[pk] or bound.day):
            found.setdefault(pk, (SINCE, str(bound)))
    return found


def hold_changed(part: Part, changes: Changes) -> None:
    """Records whose days change, for ourselves: nobody writes anything into them meanwhile."""
    keys = [pk for pk, one in changes.items() if _new(one, ENDED) or _is_later(one)]
    if keys:
        hold(part.model._default_manager.filter(pk__in=keys)).order_by("pk").in_bulk()


def _new(change: Any, field: str) -> date | None:
    value = change.get(field, (None, None))[1]
    return day(value) if value else None


def _is_later(change: Any) -> bool:
    """Whether it begins later than before; who comes back begins a time of its own."""
    old, new = change.get(SINCE, (None, None))
    if not new or change.get(ENDED, ("", ""))[1] is None:
        return False
    return not old or day(new) > day(old)
