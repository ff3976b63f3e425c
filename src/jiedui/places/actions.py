"""Places of one's own: bringing a county in, and estates, stairwells, zones below its villages."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core import audit, inside, records
from jiedui.core.changes import Change, Values
from jiedui.core.faults import Fault, out_of_order, to_come
from jiedui.core.locking import held, hold
from jiedui.core.refusals import Refused, unless_taken
from jiedui.core.users import User
from jiedui.places import atlas
from jiedui.places.models import OFFICIAL_CUTS, Level, Place

OWN_LEVELS = (Level.ESTATE, Level.BUILDING, Level.STAIRWELL, Level.GRID, Level.ZONE, Level.POST)


# Apps above add functions that count, as text, their rows that are left in a place.
LEFT_THERE: list[Callable[[Place], str]] = []


@transaction.atomic
def bring_in(code: str, *, by: User | None) -> int:
    """Bring a place of the national tree in, with all above it and all below it.

    Places that are here already stay as they are. Returns how many were added.
    Raises `Refused` for an unknown code.
    """
    root = atlas.find(code)
    if root is None:
        raise Refused(_("No place of the national list has the code %(code)s.") % {"code": code})
    path = _path(root.code)
    found = {p.path: p for p in Place.objects.filter(path__in=Place.cuts(path))}
    added = 0
    for level in _by_level([*atlas.ancestors(root.code), *atlas.subtree(root.code)]):
        rows = [_row(p, found) for p in level if _path(p.code) not in found]
        known = set(
            Place.objects.filter(path__in=[r.path for r in rows]).values_list("path", flat=True)
        )
        fresh = [row for row in rows if row.path not in known]
        Place.objects.bulk_create(fresh, batch_size=2000)
        added += len(fresh)
        paths = [_path(p.code) for p in level]
        found |= {p.path: p for p in Place.objects.filter(path__in=paths)}
    audit.record("places.brought_in", found.get(path), by=by, added=added)
    return added


def _path(code: str) -> str:
    """The path of a 12-digit code: cut at the last level that is not all zeros."""
    return next(code[:n] for n in OFFICIAL_CUTS if not code[n:].strip("0"))


def _by_level(places: list[Any]) -> list[list[Any]]:
    levels: dict[int, list[Any]] = {}
    for place in places:
        levels.setdefault(len(_path(place.code)), []).append(place)
    return [levels[length] for length in sorted(levels)]


def _row(place: Any, found: dict[str, Place]) -> Place:
    path = _path(place.code)
    above = [cut for cut in Place.cuts(path)[:-1] if cut in found]
    return Place(
        parent=found[above[-1]] if above else None,
        path=path,
        code=place.code,
        name=place.name,
        level=place.level,
        kind=_kind(place),
        **Place.derived({"name": place.name}),
    )


def _kind(place: Any) -> str:
    """Below the county the code says the kind (R2); a county's is said by its name."""
    if place.level in (Level.PROVINCE, Level.CITY):
        return ""
    if place.level == Level.COUNTY:
        return "district" if place.name.endswith("区") else "county"
    return str(place.kind)


@transaction.atomic
def add(
    parent: Place, *, name: str, level: str, since: date, by: User | None, kind: str = ""
) -> Place:
    """A place of one's own below a village: an estate, a building, a stairwell, a zone, a post."""
    if level not in OWN_LEVELS:
        raise Refused(_("Places down to the village come from the national list."))
    if len(parent.path) < OFFICIAL_CUTS[-1]:
        raise Refused(_("Choose the village or community that it lies in."))
    row = {"parent_id": parent.pk, "name": name.strip(), "level": level, "kind": kind}
    with unless_taken():
        [key] = add_many([{**row, "since": since}], by=by)
    place: Place = Place.objects.get(pk=key)
    return place


def faults_of(values: Values) -> Iterator[Fault]:
    """What days a place of one's own may have."""
    yield from to_come(values, "since", "ended")
    yield from out_of_order(values, "since", "ended")


@transaction.atomic
def add_many(rows: Sequence[Values], *, by: User | None) -> list[int]:
    """Places of one's own below others (`parent_id`); returns their keys. `rows` are values by
    column. Raises `Refused` for a day that cannot be, and below a place that has ended.
    """
    for above in hold(Place.objects.filter(pk__in={r["parent_id"] for r in rows})).order_by("pk"):
        if above.ended:
            raise Refused(_("%(name)s has ended.") % {"name": above.name})
    return records.create_many(Place, rows, rules=faults_of, action="place.added", by=by)


@transaction.atomic
def amend_many(found: Sequence[Change], *, by: User | None, is_undo: bool = False) -> None:
    """Places get other names or kinds. Raises `Stale`."""
    records.amend_many(
        Place, found, rules=faults_of, action="place.renamed", by=by, is_undo=is_undo
    )


@transaction.atomic
def rename(place: Place, *, name: str, by: User | None) -> None:
    """A new name; the old one stays in the audit chain."""
    name = name.strip()
    if not name:
        raise Refused(_("Give the place a name."))
    records.amend(place, {"name": name}, through=amend_many, by=by)


@transaction.atomic
def close(place: Place, *, on: date, by: User | None) -> None:
    """The place is no more; what happened there stays, and nobody answers for it any longer."""
    if on > timezone.localdate():
        raise Refused(_("This day lies in the future."))
    place = held(place)
    if Place.objects.standing().filter(parent=place).exists():
        raise Refused(_("Close the places below it first."))
    if left := "、".join(filter(None, (count_in(place) for count_in in LEFT_THERE))):
        raise Refused(
            _("This is still in %(name)s: %(what)s. Move it or end it first.")
            % {"name": place.name, "what": left}
        )
    inside.check_ends(Place, {place.pk: on}, by=by)
    if not Place.objects.standing().filter(pk=place.pk).update(ended=on):
        raise Refused(_("%(name)s has ended already.") % {"name": place.name})
    audit.record("place.closed", place, by=by, day=on)
