"""Lists of estates, buildings, stairwells, grids, zones and posts below villages."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiedui.engines import words
from jiedui.imports.columns.schemas import PLACES
from jiedui.imports.matching.comparison import Comparison, Outcome, text
from jiedui.imports.matching.drafts import Draft, Part, Staged
from jiedui.imports.matching.ended import closed
from jiedui.imports.matching.known_places import Villages
from jiedui.imports.matching.place_names import Known, Missing
from jiedui.imports.tables.rows import Row
from jiedui.places import actions
from jiedui.places.actions import OWN_LEVELS
from jiedui.places.models import Level, Place

PLACE = Part(
    "place",
    Place,
    {
        "village": "parent_id",
        "name": "name",
        "kind": "level",
        "grid": "name",
        "estate": "name",
        "building": "name",
        "stairwell": "name",
    },
    make=actions.add_many,
    amend=actions.amend_many,
    rules=actions.faults_of,
    noun="place",
    links=("parent_id",),
)
_STEPS = ("grid", "estate", "building", "stairwell")


class PlaceComparison(Comparison):
    schema = PLACES
    parts = {"place": PLACE}

    def open(self) -> None:
        self.villages = Villages(self.reach)
        self.below: dict[tuple[str, str, str], list[tuple[int, str]]] = defaultdict(list)
        # (parent, level, name) → the place that was there, and the day it ended
        self.ended: dict[tuple[int | None, str, str], tuple[int, date]] = {}
        rows = Place.objects.filter(level__in=OWN_LEVELS).order_by("path")
        found = rows.values_list("pk", "path", "parent", "level", "name", "ended")
        for pk, path, parent, level, name, ended in found:
            if ended:
                self.ended[parent, level, _key(name)] = (pk, ended)
            else:
                self.below[path[:12], level, _key(name)].append((pk, path))
        self.holders: dict[str, Staged] = {}
        every = Place.objects.values_list("code", "pk", "path", "name", "level", "ended")
        self.by_code = {
            code: (pk, path, name, level, ended) for code, pk, path, name, level, ended in every
        }

    def title(self, row: Row) -> str:
        names = [text(row, key) for key in (*_STEPS, "name")]
        return "".join(filter(None, names))[:120]

    def holder(self, ref: str) -> Staged | None:
        return self.holders.get(ref)

    def is_alone(self, draft: Draft) -> bool:
        return False  # many rows speak of the same estate

    def look_up(self, row: Row) -> None:
        if text(row, "village"):
            place = self._place(row)
            if isinstance(place, Missing):
                self.missing(row, place)

    def _place(self, row: Row) -> Known | Missing:
        return self.villages.find(
            text(row, "village"), township=text(row, "township"), county=text(row, "county")
        )

    def draft(self, row: Row) -> Staged:
        staged = Staged(row, self.title(row))
        if known := self.by_code.get(text(row, "code")):
            return self._registered(staged, *known)
        if not text(row, "village"):
            self.wrong(
                row,
                "village",
                _("The row does not say in which village the place lies."),
                _("Write the village or community, or the code of a place of the register."),
            )
            return staged
        place = self._place(row)
        if isinstance(place, Missing):
            self.missing(row, place)
            return staged
        staged.where = place.full
        self.found_as(row, "village", place.name)
        steps = self._steps(row)
        if not steps:
            self.wrong(
                row,
                "estate",
                _("The row names no place below the village."),
                _("Write an estate, a building, a grid, or the name of a zone or post."),
            )
            return staged
        drafts = self._line(place, steps)
        staged.drafts = [d for d in drafts if d.ref not in self.holders or not d.is_new]
        # The row is about its lowest place.
        staged.drafts = [*staged.drafts[-1:], *staged.drafts[:-1]]
        for draft in staged.drafts:
            self.holders.setdefault(draft.ref, staged)
        return staged

    def _registered(
        self, staged: Staged, pk: int, path: str, name: str, level: str, ended: Any
    ) -> Staged:
        """A row with the code of a known place: it can only rename one, below villages."""
        steps = self._steps(staged.row)
        new_name = steps[-1][1] if steps else name
        if ended and self.villages.is_own(path):
            staged.outcome, staged.reason = Outcome.SKIPPED, closed(name, ended)
            return staged
        if _key(new_name) == _key(name):
            return staged
        if level not in OWN_LEVELS or not self.villages.is_own(path):
            self.wrong(
                staged.row,
                "name",
                _("The place with this code has another name, and is not renamed by a list."),
                _("Correct the name or the code."),
            )
            return staged
        staged.drafts = [Draft("place", {"name": new_name}, path, target=pk)]
        return staged

    def _steps(self, row: Row) -> list[tuple[str, str]]:
        steps = [(key, text(row, key)) for key in _STEPS if text(row, key)]
        name, kind = text(row, "name"), text(row, "kind")
        if name:
            level = kind if kind in OWN_LEVELS else Level.ZONE
            steps.append((level, name))
        for _level, one in steps:
            if len(one) > 60:
                self.wrong(
                    row,
                    "name",
                    _("This name is too long."),
                    _("At most %(most)d characters are kept.") % {"most": 60},
                )
        return steps

    def _line(self, village: Known, steps: list[tuple[str, str]]) -> list[Draft]:
        drafts: list[Draft] = []
        parent: tuple[int, str] | None = (village.pk, village.path)
        ref = village.path
        for level, name in steps:
            above_ref, ref = ref, f"{ref}/{level}:{_key(name)}"
            known = self._known(village, parent, level, name) if parent else None
            values: dict[str, Any] = {"name": name, "level": level}
            draft = Draft("place", values, ref, target=known[0] if known else None)
            if known:
                values.pop("name")  # another spelling of the same name renames nothing
            elif parent:
                values["parent_id"] = parent[0]
                self._add_ended_candidate(draft, self.ended.get((parent[0], level, _key(name))))
            else:
                draft.links = {"parent_id": above_ref}
            parent = known
            drafts.append(draft)
        return drafts

    def _add_ended_candidate(self, draft: Draft, was: tuple[int, date] | None) -> None:
        """Make an ended place of this name a candidate: a person decides whether it is another."""
        if was and draft.ref not in self.holders:
            key, day = was
            sentence = closed(draft.values["name"], day)
            draft.candidates, draft.gone = [(key, sentence)], {key: sentence}

    def _known(
        self, village: Known, parent: tuple[int, str] | None, level: str, name: str
    ) -> tuple[int, str] | None:
        """The known place below its parent; an estate also elsewhere in the village."""
        found = self.below.get((village.path, level, _key(name)), [])
        within = [one for one in found if parent and one[1].startswith(parent[1])]
        if not within and level in (Level.ESTATE, Level.GRID) and len(found) == 1:
            return found[0]
        return within[0] if within else None

    def defaults(self, staged: Staged, draft: Draft) -> dict[str, Any]:
        return {"since": self.today.isoformat()}


def _key(name: str) -> str:
    return words.comparable(name).replace(" ", "").casefold()
