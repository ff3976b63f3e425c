"""Whether units move many at once or one by one, and however the engine was started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from matching_cases import oracle, problems, worth

from jiedui.engines.matching import flow, solve, verify

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.append(str(BENCHMARKS))
from instances import FAMILIES, instance  # noqa: E402  (benchmarks are no package)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("quotas", [False, True])
def test_every_family_is_solved_alike_many_at_once_and_one_by_one(family, quotas, monkeypatch):
    problem = instance(family, 600, 375, seed=2, quotas=quotas)
    plan = solve(problem)
    monkeypatch.setattr(flow, "WORTH_IT", 1 << 40)
    alone = solve(problem)
    assert verify(problem, plan) == verify(problem, alone) == []
    assert plan.cost == alone.cost


@settings(max_examples=100, deadline=None)
@given(problem=problems())
def test_one_by_one_is_best_too(problem):
    usual, flow.WORTH_IT = flow.WORTH_IT, 1 << 40
    try:
        plan = solve(problem)
    finally:
        flow.WORTH_IT = usual
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
