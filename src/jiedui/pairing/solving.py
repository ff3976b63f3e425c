"""The plan of a small problem, which a page asks for and waits for."""

from jiedui.core.apart import apart
from jiedui.engines.matching import Plan, Problem, solve, verify


@apart
def solved(problem: Problem) -> Plan:
    """The best plan, checked against every rule. Raises RuntimeError where it breaks one."""
    plan = solve(problem)
    if broken := verify(problem, plan):
        raise RuntimeError(f"The plan breaks its rules: {broken[:3]}")
    return plan
