"""The records a list may refer to: those its sender may change, in areas of the import right.

Other records are not loaded, so no comparison, candidate or sentence can disclose them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from jiedui.core.bulk import AT_ONCE
from jiedui.core.users import User
from jiedui.households.models import Household, Income, Need, Person
from jiedui.orgs.models import Member, Organisation, Team, TeamMember
from jiedui.orgs.scopes import of
from jiedui.places.models import Place

_BY_PLACE: dict[type[models.Model], str] = {
    Place: "path",
    Household: "place__path",
    Person: "household__place__path",
    Income: "household__place__path",
    Need: "household__place__path",
}
_BY_ORGANISATION: dict[type[models.Model], str] = {
    Organisation: "path",
    Member: "organisation__path",
    Team: "organisation__path",
    TeamMember: "team__organisation__path",
}


class Reach:
    """The records within reach of a user; `None`, the command line, reaches all."""

    def __init__(self, by: User | None) -> None:
        self.by = by
        # Areas of roles without the import right (a leader's county, say) do not count.
        self.scope = None if by is None else of(by).holding("import")
        self.places = self.scope.place_roots() if self.scope else ()
        self.organisations = self.scope.organisation_roots() if self.scope else ()

    def has_place(self, path: str) -> bool:
        return self.by is None or path.startswith(self.places)

    def has_organisation(self, path: str) -> bool:
        return self.by is None or path.startswith(self.organisations)

    def rows(self, model: type[models.Model]) -> models.QuerySet[Any]:
        """The records of a register that the sender may change."""
        rows = model._default_manager.all()
        if self.scope is None:
            return rows
        if field := _BY_PLACE.get(model):
            return rows.filter(self.scope.places(field))
        return rows.filter(self.scope.organisations(_BY_ORGANISATION[model]))

    def within(self, model: type[models.Model], keys: Iterable[int]) -> set[int]:
        """Those of these records that are within reach now."""
        ordered = sorted(set(keys))
        found: set[int] = set()
        for start in range(0, len(ordered), AT_ONCE):
            rows = self.rows(model).filter(pk__in=ordered[start : start + AT_ONCE])
            found.update(rows.values_list("pk", flat=True))
        return found
