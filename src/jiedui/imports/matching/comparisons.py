"""The kinds of list, and how each is compared with the registers."""

from __future__ import annotations

from jiedui.imports.matching.comparison import Comparison
from jiedui.imports.matching.households import HouseholdComparison
from jiedui.imports.matching.members import MemberComparison
from jiedui.imports.matching.organisations import OrganisationComparison
from jiedui.imports.matching.people import NeedComparison, PeopleComparison
from jiedui.imports.matching.places import PlaceComparison
from jiedui.imports.matching.teams import TeamComparison

COMPARISONS: dict[str, type[Comparison]] = {
    comparison.schema.kind: comparison
    for comparison in (
        *(
            HouseholdComparison,
            PeopleComparison,
            NeedComparison,
            OrganisationComparison,
            MemberComparison,
            TeamComparison,
            PlaceComparison,
        ),
    )
}
