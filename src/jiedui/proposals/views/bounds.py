"""The rules that bind rows of a plan, in words: read from its proof, for several rows at once."""

from collections.abc import Sequence

from jiedui.core.refusals import Refused
from jiedui.orgs.models import Member
from jiedui.proposals import explanation, stored_plans, words
from jiedui.proposals.models import Proposal, ProposedPair
from jiedui.proposals.stored_plans import SolvedProblem


class Bounds:
    """Why rows are not with the helper who suits them best by themselves.

    Of a row changed by hand the proof says nothing, nor of a plan that was altered.
    """

    def __init__(
        self, proposal: Proposal, rows: Sequence[ProposedPair], *, kept: SolvedProblem | None = None
    ) -> None:
        self.kept = kept or (_kept(proposal) if rows else None)
        self.found = {row.pk: self._bound(row) for row in rows}
        best = {found.best for found in self.found.values() if found}
        self.names = dict(Member.objects.filter(pk__in=best).values_list("pk", "name"))

    def _bound(self, row: ProposedPair) -> explanation.Bound | None:
        if self.kept is None or row.is_by_hand or row.household_id not in self.kept.households:
            return None
        household = self.kept.households[row.household_id]
        has = int(self.kept.plan.assignment[household])
        if has < 0 or self.kept.built.helpers[has] != row.member_id:
            return None
        return explanation.bound(self.kept, household)

    def of(self, row: ProposedPair) -> explanation.Bound | None:
        return self.found.get(row.pk)

    def reasons(self, row: ProposedPair) -> list[str]:
        """One sentence for each rule, the weightiest first."""
        found = self.of(row)
        if found is None or row.member is None or self.kept is None:
            return []
        names = {0: row.member.name, 1: self.names.get(found.best, "—")}
        minimum = int(self.kept.problem.min_load[self.kept.helpers[row.member.pk]])
        return [words.bound(one, names=names, minimum=minimum) for one in found.rules]


def _kept(proposal: Proposal) -> SolvedProblem | None:
    try:
        return stored_plans.of(proposal)
    except Refused:  # altered; the page of the proof says so
        return None
