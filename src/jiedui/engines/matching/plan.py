"""What the engine answers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from jiedui.engines.matching.problem import IntArray


@dataclass(frozen=True)
class Shortage:
    """One reason why something asked for could not be had: `needed` but only `available`.

    `kind` is a stable key for translation; `where` the helper or node of a minimum.
    """

    kind: str
    needed: int
    available: int
    where: int = -1

    @property
    def missing(self) -> int:
        return self.needed - self.available

    def __str__(self) -> str:
        return _SENTENCES[self.kind].format(
            needed=self.needed, available=self.available, missing=self.missing, where=self.where
        )


_SENTENCES = {
    "no_permitted_helper": "{needed} households may go to no helper at all.",
    "leader_places": (
        "{needed} of the hardest households need a leader, but leaders have only {available}"
        " places for them: {missing} too few."
    ),
    "places": (
        "{needed} households depend on helpers who have only {available} places for them:"
        " {missing} too few."
    ),
    "helper_minimum": "Helper {where} should have {needed} households but gets {available}.",
    "node_minimum": "Node {where} should have {needed} households but gets {available}.",
}


@dataclass(frozen=True, eq=False)
class Certificate:
    """Prices that prove a plan: whoever checks them needs to trust nothing else.

    A household pays `value`: its pair, the change if it is one, and the price of its helper.
    No pair at all may be cheaper than that. `price` is of helpers and then of nodes, against a root
    at nought. The plan is best when what it costs equals what these prices say any plan must cost
    at least (linear programming duality), with an uncovered household, a missing place of a minimum
    and a change costing `uncovered`, `minimum` and `change` each.
    """

    value: IntArray  # (N,)
    price: IntArray  # (M + T,)
    uncovered: int
    minimum: int
    change: int


@dataclass(frozen=True, eq=False)
class Plan:
    """A pairing. `cost` is the sum of the pairs' costs, without charges for change or load."""

    assignment: IntArray  # helper of each household, -1 uncovered
    cost: int
    certified: bool  # no pair at all could improve it: proven, not assumed
    shortages: list[Shortage] = field(default_factory=list)
    changed: int = 0  # households that had a current helper and get another
    certificate: Certificate | None = None
    rounds: int = 0
    seconds: float = 0.0

    @property
    def uncovered(self) -> IntArray:
        return np.flatnonzero(self.assignment < 0)
