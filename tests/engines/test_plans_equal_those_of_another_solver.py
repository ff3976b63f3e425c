"""Larger problems of every family, with quotas on a tree: the optimum of a flow over all pairs."""

import sys
from pathlib import Path

import pytest

from jiedui.engines.matching import solve

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
from all_arcs import found, or_tools
from instances import FAMILIES, instance


@pytest.mark.parametrize("quotas", [False, True])
@pytest.mark.parametrize("seed", [3, 4])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_optimum_is_that_of_a_flow_over_all_pairs(family, seed, quotas):
    problem = instance(family, 240, 150, seed=seed, quotas=quotas)
    assert found(problem, solve(problem)) == or_tools(problem)
