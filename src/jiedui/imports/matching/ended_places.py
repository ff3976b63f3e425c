"""Places within reach that have ended; older lists still name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from functools import cached_property

from jiedui.imports.matching.ended import closed, instead
from jiedui.imports.matching.place_names import Known, Missing, bare, in_full, stem, within
from jiedui.imports.matching.reach import Reach
from jiedui.places.models import Place


class EndedPlaces:
    """Ended places of some levels by code and name; loaded when a name is not found otherwise."""

    def __init__(self, reach: Reach, levels: Collection[str] = ()) -> None:
        self._reach, self._levels = reach, levels
        self._end: dict[int, date] = {}
        self._heirs: dict[int, int | None] = {}
        self._by_code: dict[str, Known] = {}

    @cached_property
    def _by_name(self) -> dict[str, list[Known]]:
        rows = Place.objects.exclude(ended=None).order_by("path")
        rows = rows.filter(level__in=self._levels) if self._levels else rows
        names = dict(Place.objects.filter(level__in=("county", "town")).values_list("path", "name"))
        found: dict[str, list[Known]] = defaultdict(list)
        for *row, ended, heir in rows.values_list(
            "pk", "path", "code", "name", "level", "ended", "successor"
        ):
            pk, path, code, name, level = row
            self._end[pk], self._heirs[pk] = ended, heir
            if self._reach.has_place(path):
                town, county = names.get(path[:9], ""), names.get(path[:6], "")
                place = Known(pk, path, code, name, level, town, county)
                self._by_code[code] = place
                for key in {bare(name), stem(name)}:
                    found[key].append(place)
        return found

    def missing(self, text: str, *, field: str, town: str = "", county: str = "") -> Missing | None:
        """The mistake for a place of this name or code that has ended; None when there is none."""
        by_name = self._by_name
        numbered = self._by_code.get(text) or self._by_code.get(text.ljust(12, "0"))
        places = by_name.get(bare(text)) or by_name.get(stem(text)) or in_full(text, by_name)
        found = [numbered] if numbered else within(places, town, county)
        if not found:
            return None
        # Of several, the one that ended last; any would do, as all have ended.
        last = max(found, key=lambda place: self._end[place.pk])
        heir = self._heir(last.pk)
        offers = (heir,) if heir else ()
        return Missing(field, closed(last.full, self._end[last.pk]), instead(heir), offers)

    def _heir(self, pk: int) -> str:
        """The full name of the present successor, where it is within reach."""
        seen, heir = {pk}, self._heirs.get(pk)
        while heir and heir not in seen and heir in self._end:
            seen.add(heir)
            heir = self._heirs[heir]
        found = Place.objects.standing().filter(pk=heir or 0).select_related("parent").first()
        if found is None or not self._reach.has_place(found.path):
            return ""
        return f"{found.parent.name}{found.name}" if found.parent else found.name
