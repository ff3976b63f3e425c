"""Who is paired with whom: most households covered, then least cost, proven over all pairs."""

from jiedui.engines.matching.explain import Binding, WhyNot, binding, why_not
from jiedui.engines.matching.plan import Certificate, Plan, Shortage
from jiedui.engines.matching.problem import Problem, hardest_by_share
from jiedui.engines.matching.repair import Change, Repaired, repair
from jiedui.engines.matching.second import second_helpers
from jiedui.engines.matching.solve import solve
from jiedui.engines.matching.verify import verify

__all__ = [
    "Binding", "Certificate", "Change", "Plan", "Problem", "Repaired", "Shortage", "WhyNot",
    "binding", "hardest_by_share", "repair", "second_helpers", "solve", "verify", "why_not",
]  # fmt: skip
