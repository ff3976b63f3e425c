"""Records that lie inside the days of another: a visit in its pair, a gift in its household's time.

Who ends a record, or moves its first day, is in an app below those that keep such records. They say
in `INSIDE` what they keep, when they are ready; the action asks before it writes, with the owners
held: one query for each kind of record, however many owners end at once.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Min, Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jiedui.core.bulk import AT_ONCE
from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text
from jiedui.core.users import User


@dataclass(frozen=True)
class Inside:
    """One kind of record that lies inside the days of an owner.

    `path` leads from the record to the owner, `days` are its columns. `ends` and `begins` are the
    sentences, with `%(day)s`, for whoever ends the owner before such a day, or lets it begin after
    one; empty where that may be.
    """

    owner: type[Model]
    path: str
    days: tuple[str, ...]
    rows: Callable[[], QuerySet[Any]]
    ends: Promise | str = ""
    begins: Promise | str = ""


INSIDE: list[Inside] = []


@dataclass(frozen=True)
class Bound:
    """The day that one owner may not end before, or begin after, and the sentence that says so."""

    day: date
    sentence: Promise | str

    def __str__(self) -> str:
        return str(self.sentence) % {"day": day_text(self.day)}


def last(model: type[Model], keys: Collection[int]) -> dict[int, Bound]:
    """Owner → the last day on which something lies inside it; without any, it is not there."""
    found: dict[int, Bound] = {}
    for kind in _declared(model, "ends"):
        for key, day in _days(kind, keys, Max):
            if key not in found or day > found[key].day:
                found[key] = Bound(day, kind.ends)
    return found


def first(model: type[Model], keys: Collection[int]) -> dict[int, Bound]:
    """Owner → the first day on which something lies inside it; without any, it is not there."""
    found: dict[int, Bound] = {}
    for kind in _declared(model, "begins"):
        for key, day in _days(kind, keys, Min):
            if key not in found or day < found[key].day:
                found[key] = Bound(day, kind.begins)
    return found


def check_ends(model: type[Model], ends: Mapping[int, date], *, by: User | None) -> None:
    """Raises `Refused` when one of these is to end before something that lies inside it.

    Hold them before: nobody else writes anything into them meanwhile.
    """
    today = timezone.localdate()
    past = {key: day for key, day in ends.items() if day < today}  # nothing lies in the future
    found = last(model, past)
    late = {key: bound for key, bound in found.items() if bound.day > past[key]}
    if late:
        # With the latest of all, the day in the sentence will do for every one of them.
        key = max(late, key=lambda one: (late[one].day, one))
        raise Refused(_refusal_text(model, key, late[key], by))


def check_begins(model: type[Model], begins: Mapping[int, date], *, by: User | None) -> None:
    """Raises `Refused` when one of these is to begin after something that lies inside it."""
    found = first(model, begins)
    early = {key: bound for key, bound in found.items() if bound.day < begins[key]}
    if early:
        key = min(early, key=lambda one: (early[one].day, one))
        raise Refused(_refusal_text(model, key, early[key], by))


def not_before(model: type[Model], ends: Mapping[int, date]) -> dict[int, date]:
    """Ends that nobody chose but that follow from something else: never before what lies inside."""
    today = timezone.localdate()
    found = last(model, {key for key, day in ends.items() if day < today})
    return {key: max(day, found[key].day) if key in found else day for key, day in ends.items()}


def _declared(model: type[Model], which: str) -> list[Inside]:
    return [one for one in INSIDE if one.owner is model and getattr(one, which)]


def _days(kind: Inside, keys: Collection[int], pick: Any) -> Iterator[tuple[int, date]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), AT_ONCE):
        rows = kind.rows().filter(**{f"{kind.path}__in": ordered[start : start + AT_ONCE]})
        picked = {f"day_{n}": pick(name) for n, name in enumerate(kind.days)}
        found = rows.order_by().values(kind.path).annotate(**picked)
        for key, *days in found.values_list(kind.path, *picked):
            yield from ((key, day) for day in days if day)


def _refusal_text(model: type[Model], key: int, bound: Bound, by: User | None) -> str:
    """The sentence of the bound, with the name of the record for those who may see it."""
    rows: Any = model._default_manager.filter(pk=key)
    if by is not None and hasattr(rows, "visible_to"):
        rows = rows.visible_to(by)
    row = rows.first()
    return _("%(name)s: %(sentence)s") % {"name": row, "sentence": bound} if row else str(bound)
