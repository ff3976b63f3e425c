"""Why something could not be had, read from the prices of the proof."""

from __future__ import annotations

import numpy as np

from jiedui.engines.matching.costs import permitted
from jiedui.engines.matching.plan import Certificate, Shortage
from jiedui.engines.matching.problem import FORBIDDEN, IntArray, Problem


def shortages(
    problem: Problem, assignment: IntArray, *, certificate: Certificate
) -> list[Shortage]:
    """Readable reasons: who has no permitted helper, which places are too few, minimums unmet."""
    lone = without_helper(problem, np.flatnonzero(assignment < 0))
    found = [Shortage("no_permitted_helper", len(lone), 0)] if len(lone) else []
    return (
        found
        + _too_few_places(problem, assignment, certificate, lone)
        + _unmet(problem, assignment)
    )


def without_helper(problem: Problem, households: IntArray) -> IntArray:
    """Which of these households no helper with any capacity may take."""
    helpers = np.flatnonzero(problem.capacity > 0)
    possible = [permitted(problem, np.full(len(helpers), one), helpers).any() for one in households]
    return households[~np.array(possible, np.bool_)]


def emptied_by(problem: Problem, household: int) -> str:
    """The rule that leaves a household without a helper it may go to; "" when one is left.

    Rules are tried in turn: "full" (nobody has a place), "leader", "group", "avoid".
    """
    helpers = np.flatnonzero(problem.capacity > 0)
    if not len(helpers):
        return "full"
    if problem.hardest[household]:
        helpers = helpers[problem.is_leader[helpers]]
        if not len(helpers):
            return "leader"
    group = problem.household_group[household]
    helpers = helpers[problem.group_cost[group, problem.helper_group[helpers]] != FORBIDDEN]
    if not len(helpers):
        return "group"
    return "" if permitted(problem, np.full(len(helpers), household), helpers).any() else "avoid"


def _too_few_places(
    problem: Problem, assignment: IntArray, certificate: Certificate, lone: IntArray
) -> list[Shortage]:
    """The households whose value says that one more place would cover one more of them.

    They may only go to helpers who are full with them (a Hall set), so the covered among them are
    all the places there are.
    """
    # Theirs is at least 7/8 of the stake; of households merely full up, at most 9/16.
    dear = certificate.value > certificate.uncovered * 3 // 4
    dear[lone] = False
    dear[problem.fixed[:, 0]] = False
    needed, available = int(dear.sum()), int((dear & (assignment >= 0)).sum())
    if needed == available:
        return []
    kind = "leader_places" if problem.hardest[dear].all() else "places"
    return [Shortage(kind, needed, available)]


def _unmet(problem: Problem, assignment: IntArray) -> list[Shortage]:
    load = np.bincount(assignment[assignment >= 0], minlength=problem.helpers)
    return [
        Shortage(kind, int(lower[one]), int(got[one]), int(one))
        for kind, lower, got in (
            ("helper_minimum", problem.min_load, load),
            ("node_minimum", problem.lower, problem.below(load)),
        )
        for one in np.flatnonzero(got < lower)
    ]
