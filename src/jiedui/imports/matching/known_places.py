"""Finds the place a list names by county, township and village; results are cached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from jiedui.imports.matching.ended_places import EndedPlaces
from jiedui.imports.matching.place_names import Known, Missing, bare, in_full, stem, within
from jiedui.imports.matching.reach import Reach
from jiedui.orgs.models import Organisation
from jiedui.places.models import Level, Place

_NEAR = 45
VILLAGE_DIGITS = 12  # a village's path is its code (R2)
_LEVELS = (Level.COUNTY, Level.TOWN, Level.VILLAGE)


class Villages:
    """Villages and communities by code, by name within their town, and by full name."""

    def __init__(self, reach: Reach) -> None:
        self.is_own = reach.has_place
        self.is_everywhere = reach.by is None
        self._ended = EndedPlaces(reach, (Level.VILLAGE,))
        self.by_code: dict[str, Known] = {}
        self.by_pk: dict[int, Known] = {}
        self.by_name: dict[str, list[Known]] = defaultdict(list)
        self.by_stem: dict[str, list[Known]] = defaultdict(list)
        self._memo: dict[tuple[str, ...], Known | Missing] = {}
        self._load()

    def _load(self) -> None:
        names: dict[str, str] = {}
        rows = Place.objects.standing().filter(level__in=_LEVELS).order_by("path")
        for pk, path, code, name, level in rows.values_list("pk", "path", "code", "name", "level"):
            names[path] = name
            town, county = names.get(path[:9], ""), names.get(path[:6], "")
            place = Known(pk, path, code, name, level, town, county)
            if level == Level.VILLAGE:
                self.by_pk[pk] = self.by_code[code] = place
                self.by_name[bare(name)].append(place)
                self.by_stem[stem(name)].append(place)

    def full_name(self, path: str) -> str:
        """Names of the town and village of a place; "" where the village is unknown."""
        village = self.by_code.get(path[:VILLAGE_DIGITS])
        return village.full if village else ""

    def find(
        self, village: str, *, township: str = "", county: str = "", here: Known | None = None
    ) -> Known | Missing:
        """The village named; of several with one name that of `here`, or `here` by its own name.

        Results are cached.
        """
        if here and (now := self._now(here, village, township, county)):
            return now
        query = (village, township, county)
        if query not in self._memo:
            found = self._find(village, township, county)
            if isinstance(found, Known) and not self.is_own(found.path):
                found = _foreign(found)
            self._memo[query] = found
        return self._memo[query]

    def _now(self, here: Known, village: str, township: str, county: str) -> Known | None:
        now = self.by_code.get(here.path[:VILLAGE_DIGITS])
        if bare(here.name) == bare(village):
            # Of a stairwell our own lists give the building or village above it as the town.
            is_below = len(here.path) > VILLAGE_DIGITS
            if is_below or now is None or within([now], township, county):
                return here
        is_here = now and bare(now.name) == bare(village) and within([now], township, county)
        return now if is_here else None

    def _find(self, village: str, township: str, county: str) -> Known | Missing:
        if village.isascii() and village.isdecimal() and len(village) >= 9:
            known = self.by_code.get(village.ljust(12, "0"))
            return known or self._ended.missing(village, field="village") or _no_code(village)
        everywhere = self.by_name.get(bare(village)) or self.by_stem.get(stem(village)) or []
        everywhere = everywhere or in_full(village, self.by_name)
        here = within(everywhere, township, county)
        if len(here) > 1 and not self.is_everywhere:
            here = [place for place in here if self.is_own(place.path)] or here
        if len(here) == 1:
            return here[0]
        if here:
            return _ambiguous(village, here)
        return self._unknown(village, township, county, everywhere)

    def _unknown(
        self, village: str, township: str, county: str, elsewhere: Sequence[Known]
    ) -> Missing:
        if gone := self._ended.missing(village, field="village", town=township, county=county):
            return gone
        if elsewhere:
            names = "、".join(place.full for place in elsewhere[:3])
            return Missing(
                "township",
                _("“%(village)s” does not lie in “%(town)s”.")
                % {"village": village, "town": township},
                _("Did you mean %(names)s?") % {"names": names},
            )
        near = self._near(village, township)
        mend = _("Did you mean %(names)s?") % {"names": "、".join(near)} if near else ""
        return Missing(
            "village",
            _("No village or community is called “%(name)s”.") % {"name": village[:40]},
            mend or _("Write its name as in the list of places, or its 12-digit code."),
        )

    def _near(self, village: str, township: str) -> list[str]:
        pool = [place for place in self.by_pk.values() if self.is_own(place.path)]
        pool = within(pool, township, "") or pool
        found = process.extract(
            bare(village),
            {place.pk: bare(place.name) for place in pool},
            scorer=fuzz.ratio,
            limit=3,
            score_cutoff=_NEAR,
        )
        return [self.by_pk[pk].full for _text, _score, pk in found]


class Anywhere:
    """Places of every level by code and by name: where an organisation or a team is at work."""

    def __init__(self, reach: Reach) -> None:
        self._ended = EndedPlaces(reach)
        self.by_code: dict[str, Known] = {}
        self.by_pk: dict[int, Known] = {}
        self.by_name: dict[str, list[Known]] = defaultdict(list)
        self._of_organisations: dict[int, int | None] = {}
        names: dict[str, str] = {}
        rows = Place.objects.standing().order_by("path")
        for pk, path, code, name, level in rows.values_list("pk", "path", "code", "name", "level"):
            names[path] = name
            town, county = names.get(path[:9], ""), names.get(path[:6], "")
            place = Known(pk, path, code, name, level, town, county)
            self.by_pk[pk] = self.by_code[code] = place
            self.by_name[bare(name)].append(place)

    def of_organisation(self, pk: int) -> int | None:
        """The place an organisation has in the register."""
        if not self._of_organisations:
            self._of_organisations = dict(Organisation.objects.values_list("pk", "place"))
        return self._of_organisations.get(pk)

    def find(self, text: str, *, town: str = "", here: int | None = None) -> Known | Missing:
        """By code or name; of several with one name the one that is `here` already."""
        if known := self.by_code.get(text):
            return known
        found = self.by_name.get(bare(text), [])
        if now := next((place for place in found if place.pk == here), None):
            return now
        inside = within(found, town, "")
        if len(inside) == 1:
            return inside[0]
        if inside:
            return _ambiguous(text, inside, field="place")
        return self._ended.missing(text, field="place", town=town) or Missing(
            "place",
            _("No place is called “%(name)s”.") % {"name": text[:40]},
            _("Write its name as in the list of places, or its code."),
        )


def _foreign(place: Known) -> Missing:
    return Missing(
        "village",
        _("%(name)s does not belong to your area.") % {"name": place.full},
        _("Delete the row, or let the office responsible for it import it."),
    )


def _no_code(code: str) -> Missing:
    return Missing(
        "village",
        _("No village or community has the code %(code)s.") % {"code": code},
        _("Write the 12-digit code of the list of places, or the name."),
    )


def _ambiguous(village: str, places: Sequence[Known], *, field: str = "township") -> Missing:
    names = "、".join(place.full for place in places[:4])
    return Missing(
        field,
        _("Several places are called “%(name)s”.") % {"name": village},
        _("Write the township beside it: %(names)s.") % {"names": names},
    )
