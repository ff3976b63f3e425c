"""Why not this helper, and what is the least that must change when somebody leaves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matching_cases import above, by_hand, loads, oracle, problems, town, worth
from scipy.sparse import csr_array

from jiedui.engines.matching import (
    Change,
    Plan,
    Problem,
    repair,
    second_helpers,
    solve,
    verify,
    why_not,
)


def charged(problem: Problem, plan: Plan, *, by: Plan) -> int:
    """What a plan costs with the charges of another's proof."""
    proof = by.certificate
    assert proof is not None
    unmet = sum(max(0, min(low, top) - load) for load, low, top in loads(problem, plan.assignment))
    steps = problem.load_cost.tolist() + [int(problem.load_cost[-1])] * problem.households
    load = np.bincount(plan.assignment[plan.assignment >= 0], minlength=problem.helpers)
    total = plan.cost + sum(sum(steps[:one]) for one in load.tolist())
    total += proof.change * plan.changed + proof.minimum * unmet
    return total + proof.uncovered * len(plan.uncovered)


@settings(max_examples=120, deadline=None)
@given(problem=problems(), data=st.data())
def test_forcing_a_pair_never_costs_less_than_the_explanation_says(problem, data):
    plan = solve(problem)
    h = data.draw(st.integers(0, problem.households - 1))
    m = data.draw(st.integers(0, problem.helpers - 1))
    why = why_not(problem, plan, h, m)
    assert why.extra >= 0
    fits = problem.capacity[m] > 0 and all(problem.upper[one] > 0 for one in above(problem, m))
    if why.forbidden:
        assert not allowed(problem, h, m) or not fits
        return
    assert allowed(problem, h, m) and fits
    forced = solve(replace(problem, fixed=np.array([(h, m)])))
    worse = charged(problem, forced, by=plan) - charged(problem, plan, by=plan)
    assert worse >= why.extra
    if plan.assignment[h] == m:
        assert why.extra == 0


def allowed(problem: Problem, h: int, m: int) -> bool:
    return bool(by_hand(problem)[1][h, m])


@settings(max_examples=60, deadline=None)
@given(problem=problems())
def test_an_explanation_adds_up(problem):
    plan = solve(problem)
    for h in range(problem.households):
        for m in range(problem.helpers):
            why = why_not(problem, plan, h, m)
            if not why.forbidden and plan.assignment[h] != m:
                assert why.extra == why.cost + why.change + why.scarce - why.paid
                assert why.scarce == why.helper_price + sum(price for _, price in why.node_prices)


def test_an_explanation_names_the_rule_that_forbids_a_pair():
    problem = Problem.from_matrix(
        [[1, 2, -1, 4], [1, 1, 1, 1]], capacity=[1, 1, 1, 0], hardest=[True, False],
        is_leader=[False, True, True, True], avoid=[(1, 2)],
    )  # fmt: skip
    plan = solve(problem)
    rules = [why_not(problem, plan, h, m).forbidden for h, m in ((0, 0), (0, 2), (0, 3), (1, 2))]
    assert rules == ["leader", "matrix", "no_place", "avoid"]


def test_what_stands_fixed_is_a_reason_too():
    problem = Problem.from_matrix(
        [[1, 9, 9], [9, 1, 9]], fixed=[(0, 1)], node=[-1, -1, 0], parent=[-1], upper=[0]
    )
    plan = solve(problem)
    rules = [why_not(problem, plan, h, m).forbidden for h, m in ((0, 1), (0, 0), (1, 1), (1, 2))]
    assert rules == ["", "fixed", "no_place", "no_place"]


@pytest.mark.parametrize(("household", "helper"), [(-1, 0), (1, 0), (0, -1), (0, 1)])
def test_nobody_is_asked_about_who_is_not_there(household, helper):
    problem = Problem.from_matrix([[1]])
    with pytest.raises(ValueError, match="There is no"):
        why_not(problem, solve(problem), household, helper)


def test_only_a_proven_plan_explains_itself():
    problem = Problem.from_matrix([[1]])
    with pytest.raises(ValueError, match="certified"):
        why_not(problem, replace(solve(problem), certificate=None), 0, 0)


@settings(max_examples=120, deadline=None)
@given(problem=problems(), data=st.data())
def test_a_repair_changes_the_fewest_pairs_an_independent_solver_can(problem, data):
    plan = solve(problem)
    leaving = data.draw(st.sets(st.integers(0, problem.helpers - 1), max_size=2))
    gone = data.draw(st.sets(st.integers(0, problem.households - 1), max_size=2))
    done = repair(problem, plan, Change(leaving=sorted(leaving), gone=sorted(gone)))
    assert verify(done.problem, done.plan) == []
    assert not set(done.plan.assignment.tolist()) & leaving
    assert done.before.tolist() == [h for h in range(problem.households) if h not in gone]
    had = plan.assignment[done.before]
    kept = np.where(np.isin(had, sorted(leaving)), -1, had)
    assert done.problem.current.tolist() == kept.tolist()
    assert worth(done.problem, done.plan) == oracle(done.problem)


def test_whoever_leaves_disturbs_only_the_own_households():
    problem = town(300, 220, seed=4, capacity=np.full(220, 3))
    plan = solve(problem)
    leaver = int(np.bincount(plan.assignment).argmax())
    done = repair(problem, plan, Change(leaving=[leaver]))
    moved = np.flatnonzero(done.plan.assignment != plan.assignment)
    assert moved.tolist() == np.flatnonzero(plan.assignment == leaver).tolist()
    assert done.plan.certified


def test_new_households_disturb_nobody():
    problem = town(300, 220, seed=4, capacity=np.full(220, 3))
    plan = solve(problem)
    new = {"household_xy": [[500, 500], [9_000, 9_000]], "needs": np.ones((2, 6), int)}
    done = repair(problem, plan, Change(added=new))
    assert done.plan.assignment[:300].tolist() == plan.assignment.tolist()
    assert len(done.plan.uncovered) == 0
    assert done.before.tolist()[-2:] == [-1, -1]


def test_a_changed_bound_moves_no_more_than_it_must():
    problem = town(60, 40, seed=2, capacity=np.full(40, 3), node=np.arange(40) // 20,
                   parent=[-1, -1])  # fmt: skip
    plan = solve(problem)
    load = np.bincount(plan.assignment // 20, minlength=2)
    busy = int(load.argmax())
    upper = load.copy()
    upper[busy] -= 5
    upper[1 - busy] += 5
    done = repair(problem, plan, Change(rules={"upper": upper}))
    assert done.plan.changed == 5
    assert verify(done.problem, done.plan) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (Change(leaving=[7]), "helper"),
        (Change(gone=[-1]), "household"),
        (Change(added={"colour": [1]}), "need a matrix"),
        (Change(added={"matrix": [[1, 2]], "colour": [1]}), "colour"),
        (Change(added={"matrix": [[1, 2, 3]]}), "matrix of the new households"),
        (Change(added={"matrix": [[1, 2]], "hardest": [True, False]}), "hardest of the new"),
        (Change(rules={"colour": [1]}), "no rule colour"),
        (Change(rules={"current": [1]}), "no rule current"),
    ],
)
def test_a_change_that_names_nobody_or_does_not_fit_is_refused(change, says):
    problem = Problem.from_matrix([[1, 2]])
    with pytest.raises(ValueError, match=says):
        repair(problem, solve(problem), change)


@pytest.mark.parametrize("new", [[[-1, 0]], csr_array(([0], ([0], [1])), shape=(1, 2))])
def test_new_households_come_into_a_sparse_table_too(new):
    problem = Problem.from_matrix(csr_array([[1, 2]]), capacity=[1, 1])
    done = repair(problem, solve(problem), Change(added={"matrix": new}))
    assert done.plan.assignment.tolist() == [0, 1]
    assert verify(done.problem, done.plan) == []


def test_a_rule_that_is_replaced_counts():
    problem = Problem.from_matrix([[1, 2]], is_leader=[False, True])
    done = repair(problem, solve(problem), Change(rules={"hardest": [True]}))
    assert done.plan.assignment.tolist() == [1]


def test_a_bound_left_out_is_none_when_capacities_grow():
    problem = Problem.from_matrix(np.ones((6, 2), int), capacity=[2, 2], node=[0, 0], parent=[-1])
    done = repair(problem, solve(problem), Change(rules={"capacity": [3, 3]}))
    assert len(done.plan.uncovered) == 0


def test_thousands_may_have_to_leave_one_helper_for_one_other():
    n = 2000
    problem = Problem.from_matrix(np.ones((n, 2), int), capacity=[n, n], current=np.zeros(n, int))
    done = repair(problem, solve(problem), Change(rules={"capacity": [0, n]}))
    assert done.plan.changed == n
    assert done.plan.rounds < 60


@settings(max_examples=25, deadline=None)
@given(problem=problems(), data=st.data())
def test_one_repair_after_another_stays_best(problem, data):
    plan = solve(problem)
    for _ in range(8):
        m, t = problem.helpers, len(problem.parent)
        r = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
        change = (
            Change(leaving=r.integers(0, m, 1)),
            Change(gone=r.integers(0, max(1, problem.households), 1)[: problem.households - 1]),
            Change(rules={"capacity": r.integers(0, 5, m), "min_load": r.integers(0, 3, m)}),
            Change(rules={"lower": r.integers(0, 4, t), "upper": r.choice([0, 3, 10**9], t)}),
        )[r.integers(4)]
        done = repair(problem, plan, change)
        problem, plan = done.problem, done.plan
        assert verify(problem, plan) == []
        assert worth(problem, plan) == oracle(problem)


def test_prices_do_not_grow_from_one_repair_to_the_next():
    problem = town(40, 30, seed=1, capacity=np.full(30, 3))
    plan = solve(problem)
    highest = []
    for leaver in (3, 4, 4, 4, 4, 4):
        done = repair(problem, plan, Change(leaving=[leaver]))
        problem, plan = done.problem, done.plan
        highest.append(int(plan.certificate.price.max()))
    assert highest[-1] < 2 * highest[1]


def test_a_proof_that_was_tampered_with_is_found_out():
    problem = town(40, 30, seed=1)
    plan = solve(problem)
    proof = plan.certificate
    assert proof is not None
    assert verify(problem, plan) == []
    for broken in (
        replace(proof, value=proof.value + 1),
        replace(proof, value=proof.value - 1),
        replace(proof, price=proof.price - 3),
        None,
    ):
        assert verify(problem, replace(plan, certificate=broken)) != []


@settings(max_examples=60, deadline=None)
@given(problem=problems(), data=st.data())
def test_no_worse_plan_passes_for_proven(problem, data):
    """Swap two households' helpers: if that costs more, the sums no longer meet."""
    plan = solve(problem)
    covered = np.flatnonzero(plan.assignment >= 0)
    assume(len(covered) > 1)
    a, b = data.draw(st.permutations(covered.tolist()).map(lambda one: one[:2]))
    worse = plan.assignment.copy()
    worse[[a, b]] = worse[[b, a]]
    assume(allowed(problem, a, worse[a]) and allowed(problem, b, worse[b]))
    cost, _ = by_hand(problem)
    rows = np.flatnonzero(worse >= 0)
    had = problem.current[rows]
    other = replace(
        plan, assignment=worse, cost=int(cost[rows, worse[rows]].sum()),
        changed=int(((had >= 0) & (had != worse[rows])).sum()),
    )  # fmt: skip
    is_worse = worth(problem, other) > worth(problem, plan)
    assert (verify(problem, other) != []) == is_worse


@settings(max_examples=60, deadline=None)
@given(problem=problems())
def test_a_second_helper_is_another_one_in_the_room_that_is_left(problem):
    first = solve(problem)
    beside = second_helpers(problem, first)
    second = solve(beside)
    assert verify(beside, second) == []
    has_two = (first.assignment >= 0) & (second.assignment >= 0)
    assert (first.assignment[has_two] != second.assignment[has_two]).all()
    both = np.r_[first.assignment, second.assignment]
    load = np.bincount(both[both >= 0], minlength=problem.helpers)
    assert (load <= problem.capacity).all()
    assert (problem.below(load) <= problem.upper).all()
    assert worth(beside, second) == oracle(beside)
