"""Whether units move many at once or one by one, and however the engine was started."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_cases import by_hand, oracle, problems, worth
from scipy.optimize import linear_sum_assignment

from jiedui.engines.matching import Problem, flow, solve, verify

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.append(str(BENCHMARKS))
from instances import FAMILIES, instance  # noqa: E402  (benchmarks are no package)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("quotas", [False, True])
def test_every_family_is_solved_alike_many_at_once_and_one_by_one(family, quotas, monkeypatch):
    problem = instance(family, 600, 375, seed=2, quotas=quotas)
    plan = solve(problem)
    for call in (-1 << 40, 1 << 40):
        monkeypatch.setattr(flow, "CALL", call)
        alone = solve(problem)
        assert verify(problem, plan) == verify(problem, alone) == []
        assert plan.cost == alone.cost


@settings(max_examples=100, deadline=None)
@given(problem=problems())
def test_one_by_one_is_best_too(problem):
    usual, flow.CALL = flow.CALL, -1 << 40
    try:
        plan = solve(problem)
    finally:
        flow.CALL = usual
    assert verify(problem, plan) == []
    assert worth(problem, plan) == oracle(problem)


FRESH = """
import sys, numba, jiedui.engines.matching.__main__ as start
start.compile_all()
rooms = [room for name, room in sys.modules.items() if name.startswith("jiedui.engines")]
kernels = {f for room in rooms for f in vars(room).values() if hasattr(f, "py_func")}
before = {f: len(f.signatures) for f in kernels}
sys.path.append(sys.argv[1])
from instances import FAMILIES, instance
from jiedui.engines.matching import Change, repair, solve
for family in FAMILIES:
    problem = instance(family, 800, 500, quotas=True)
    for one in vars(problem).values():  # as what was kept is read again
        getattr(one, "setflags", dict)(write=False)
    repair(problem, solve(problem), Change(leaving=[0, 1, 2]))
print([f.py_func.__name__ for f in kernels if len(f.signatures) > before[f]], len(kernels) > 20)
"""


def test_installing_compiles_all_that_plans_need():
    done = subprocess.run(
        [sys.executable, "-c", FRESH, str(BENCHMARKS)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[] True"


SAME = """
import sys, hashlib
sys.path.append(sys.argv[1])
from instances import instance
from jiedui.engines.matching import solve
plan = solve(instance("ties", 600, 375, quotas=True), seed=5)
print(hashlib.sha256(plan.assignment.tobytes()).hexdigest())
"""


def test_another_process_with_other_threads_makes_the_same_plan():
    here = solve(instance("ties", 600, 375, quotas=True), seed=5)
    said = [sha256(here.assignment.tobytes()).hexdigest()]
    for threads in ("1", "2"):
        env = {**os.environ, "NUMBA_NUM_THREADS": threads, "PYTHONHASHSEED": threads}
        done = subprocess.run(
            [sys.executable, "-c", SAME, str(BENCHMARKS)], capture_output=True, text=True,
            check=True, env=env,
        )  # fmt: skip
        said.append(done.stdout.strip())
    assert len(set(said)) == 1


@settings(max_examples=40, deadline=None)
@given(problem=problems(), seed=st.integers(0, 99))
def test_how_nodes_are_numbered_makes_no_plan_better_or_worse(problem, seed):
    nodes = len(problem.parent)
    new = np.random.default_rng(seed).permutation(nodes)  # the number each node gets
    old = np.argsort(new)
    again = replace(
        problem, node=np.r_[new, -1][problem.node], parent=np.r_[new, -1][problem.parent[old]],
        lower=problem.lower[old], upper=problem.upper[old],
    )  # fmt: skip
    assert worth(again, solve(again)) == worth(problem, solve(problem))


def test_thousands_who_are_all_alike_are_paired_soon():
    n, m = 900, 600
    spot = Problem(capacity=np.full(m, 2), household_xy=np.zeros((n, 2)), helper_xy=np.ones((m, 2)))
    table = Problem.from_matrix(np.ones((n, n), int))
    for problem in (spot, table):
        plan = solve(problem)
        assert verify(problem, plan) == []
        assert len(plan.uncovered) == 0
        assert plan.rounds < 10


def test_helpers_at_a_few_places_and_households_in_a_few_villages():
    r = np.random.default_rng(4)
    villages, places = r.integers(0, 30_000, (12, 2)), r.integers(0, 30_000, (5, 2))
    problem = Problem(
        capacity=r.integers(1, 4, 260), household_xy=villages[r.integers(0, 12, 400)],
        helper_xy=places[r.integers(0, 5, 260)], avoid=np.c_[r.integers(0, 400, 90), np.zeros(90)],
    )  # fmt: skip
    cost, ok = by_hand(problem)
    columns = np.repeat(np.where(ok, cost, 1 << 30), problem.capacity, axis=1)
    plan = solve(problem)
    assert verify(problem, plan) == []
    assert plan.cost == columns[linear_sum_assignment(columns)].sum()
