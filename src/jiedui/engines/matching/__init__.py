"""Who is paired with whom: most households covered, then least cost, proven over all pairs."""

from jiedui.engines.matching.plan import Plan, Shortage
from jiedui.engines.matching.problem import Problem, hardest_by_share
from jiedui.engines.matching.solve import solve
from jiedui.engines.matching.verify import verify

__all__ = ["Plan", "Problem", "Shortage", "hardest_by_share", "solve", "verify"]
