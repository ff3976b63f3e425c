"""Whatever is altered in a plan or its proof, nothing passes that is not the best."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matching_cases import by_hand, oracle, problems, town, worth

from jiedui.engines.matching import Certificate, Plan, Problem, solve, verify


def told(problem: Problem, assignment: Any, proof: Certificate | None) -> Plan:
    """A plan that says of itself what is true, whoever made it."""
    assignment = np.array(assignment)
    rows = np.flatnonzero(assignment >= 0)
    cost, _ = by_hand(problem)
    had = problem.current[rows]
    return Plan(
        assignment, int(cost[rows, assignment[rows]].sum()), proof is not None, certificate=proof,
        changed=int(((had >= 0) & (had != assignment[rows])).sum()),
    )  # fmt: skip


def test_a_plan_that_covers_nobody_does_not_pass_by_charging_nothing():
    problem = Problem.from_matrix([[3, 5], [4, 2]])
    nothing = Certificate(np.zeros(2, int), np.zeros(2, int), 0, 0, 0)
    said = verify(problem, told(problem, [-1, -1], nothing))
    assert said == ["An uncovered household is charged 0: 10 saved might outweigh it."]


def test_a_plan_that_moves_pairs_to_save_way_does_not_pass_where_pairs_are_to_be_kept():
    problem = Problem.from_matrix([[1, 9], [9, 1]], current=[1, 0])
    plan = solve(problem)
    assert verify(problem, plan) == []
    assert any("charged 0" in one for one in verify(replace(problem, keeps=True), plan))


def test_a_charge_for_change_is_the_one_that_was_asked_for():
    problem = Problem.from_matrix([[1, 9], [9, 1]], current=[1, 0], change_cost=3)
    plan = solve(problem)
    assert verify(problem, plan) == []
    other = replace(problem, change_cost=4)
    assert "A change is charged 3, not 4." in verify(other, plan)


def test_a_minimum_left_unmet_does_not_pass_by_charging_little():
    problem = Problem.from_matrix([[1, 9], [1, 9]], capacity=[2, 2], min_load=[0, 1])
    cheap = solve(replace(problem, min_load=[0, 0]))
    proof = replace(cheap.certificate, minimum=0)
    assert any("missing place" in one for one in verify(problem, told(problem, [0, 0], proof)))


def test_sums_that_wrap_around_prove_nothing():
    problem = Problem.from_matrix([[3, 5], [4, 2]])
    huge = (1 << 62) - 1
    proof = Certificate(np.full(2, huge), np.full(2, huge - 9), huge, 0, 0)
    assert verify(problem, told(problem, [1, 0], proof)) != []


@pytest.mark.parametrize(
    "broken",
    [
        {"value": np.zeros(39, int)},
        {"price": np.zeros(31, int)},
        {"value": np.zeros(40)},
        {"uncovered": -1},
        {"uncovered": 1e9},
        {"minimum": 1 << 70},
    ],
)
def test_a_proof_that_is_none_is_told_in_words(broken):
    problem = town(40, 30, seed=1)
    plan = solve(problem)
    said = verify(problem, replace(plan, certificate=replace(plan.certificate, **broken)))
    assert said[0].startswith(("The certificate", "The charges"))


def test_a_plan_says_of_itself_what_it_is():
    problem = town(40, 30, seed=1)
    plan = solve(problem)
    for broken in (
        {"certified": False},
        {"certificate": None},
        {"assignment": plan.assignment[:-1]},
        {"assignment": np.r_[plan.assignment[:-1], 30]},
        {"assignment": np.r_[plan.assignment[:-1], -2]},
        {"assignment": plan.assignment.astype(float)},
        {"changed": 1},
    ):
        assert len(verify(problem, replace(plan, **broken))) == 1


EASIER: tuple[dict[str, Any], ...] = (
    {"keeps": False, "change_cost": 0},
    {"min_load": ()},
    {"lower": ()},
    {"upper": ()},
    {"load_cost": ()},
    {"hardest": ()},
    {"avoid": ()},
    {"group_cost": np.zeros((3, 3), int)},
)


@settings(max_examples=150, deadline=None)
@given(problem=problems(), easier=st.sampled_from(EASIER))
def test_the_plan_of_an_easier_question_passes_only_if_it_is_the_best_here_too(problem, easier):
    plan = solve(replace(problem, **easier))
    _, ok = by_hand(problem)
    taken = [(h, m) for h, m in enumerate(plan.assignment.tolist()) if m >= 0]
    assume(all(ok[pair] for pair in taken))
    found = verify(problem, told(problem, plan.assignment, plan.certificate))
    if not any("room for" in one for one in found) and worth(problem, plan) != oracle(problem):
        assert found


@settings(max_examples=150, deadline=None)
@given(problem=problems(), data=st.data())
def test_a_worse_plan_passes_with_no_charges_whatever_they_are(problem, data):
    plan = solve(problem)
    proof = plan.certificate
    assert proof is not None
    gone = data.draw(st.sets(st.integers(0, problem.households - 1), min_size=1, max_size=3))
    fewer = plan.assignment.copy()
    fewer[sorted(gone)] = -1
    charge = st.sampled_from([0, 1, 7, 1 << 20, proof.uncovered, proof.minimum, proof.change])
    other = replace(
        proof, uncovered=data.draw(charge), minimum=data.draw(charge),
        price=proof.price // data.draw(st.sampled_from([1, 1, 2, 1 << 40])),
    )  # fmt: skip
    other = replace(other, value=proof.value.clip(max=other.uncovered))
    altered = told(problem, fewer, other)
    if verify(problem, altered) == []:
        assert worth(problem, altered) == oracle(problem)


ALONE = """
import sys
from jiedui.engines.matching import Problem, improving, solve
from jiedui.engines.matching.verify import verify
own = {"problem", "plan", "proof", "definition", "improving", "verify"}
names = {one for one in sys.modules if one.startswith("jiedui.engines.matching.")}
tree = {"node": [0, 0], "parent": [-1], "lower": [2], "min_load": [1, 1]}
problem = Problem.from_matrix([[1, 2], [2, 1]], **tree)
plan = solve(problem)
for name in names:
    if name.rpartition(".")[2] not in own:
        for one in list(vars(sys.modules[name])):
            if not one.startswith("__"):
                delattr(sys.modules[name], one)
for name in ("below", "rising", "closed", "avoid_keys", "stored_keys"):
    delattr(Problem, name)
print(verify(problem, plan))
"""


def test_the_checker_shares_no_code_with_the_solver():
    """It still works where all that the solver is made of has been taken away."""
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
