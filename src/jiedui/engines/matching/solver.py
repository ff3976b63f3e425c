"""Cover every household that can be covered, at least cost, and prove it.

Prices from an auction choose the candidates; a cheapest flow over these is exact and has prices of
its own; all pairs are checked against them; pairs that would improve become candidates; and so on,
until no pair at all improves (column generation for the transportation problem, Dantzig & Wolfe
1960; Ahuja, Magnanti & Orlin, Network Flows, 1993).
"""

from __future__ import annotations

import time
from functools import cached_property

import numpy as np

from jiedui.engines.matching.auction import auction_prices
from jiedui.engines.matching.cells import stand_ins
from jiedui.engines.matching.costs import highest_cost, pair_costs, permitted
from jiedui.engines.matching.flow import settle
from jiedui.engines.matching.nearest import NEVER, Found, Nearest
from jiedui.engines.matching.network import (
    FREE,
    Arcs,
    Stakes,
    State,
    detach,
    flow_bounds,
    net_of,
    placed,
    values,
)
from jiedui.engines.matching.plan import Certificate, Plan
from jiedui.engines.matching.problem import IntArray, Problem
from jiedui.engines.matching.shortages import shortages
from jiedui.engines.matching.solve import Progress

CANDIDATES = 24  # per household
CALLED = 8  # households each helper with a minimum looks for
MORE = 8  # per household and round
MORE_PER_HELPER = 24
ALL_PAIRS = 1 << 17  # so few pairs are all looked at from the start
PATIENCE = 24  # rounds after which twice as many are looked at
MOST_ROUNDS = 200
TOO_LARGE = 1 << 58  # stakes beyond this might overflow when prices add up


class Solver:
    """One problem being solved."""

    def __init__(self, problem: Problem, *, nearest: Nearest | None = None) -> None:
        _check_fixed(problem)
        self.problem = problem
        self.nearest = nearest or Nearest(problem)
        self.net = net_of(problem)
        self.usable = ~problem.closed[: problem.helpers]
        self.held = _held(problem)
        self.stand_in = np.arange(problem.helpers)
        if not problem.has_matrix:
            self.stand_in = stand_ins(problem, self.usable)
        self.gentle, self.strict = stakes_of(problem)

    def solve(
        self, *, seed: int = 0, progress: Progress | None = None, price: IntArray | None = None
    ) -> Plan:
        """As `solve`; `price`, (M + T + 1,), takes the place of an auction."""
        started = time.perf_counter()
        report = progress or (lambda _what, _share: None)
        report("candidates", 0.05)
        start = self.first_prices(seed) if price is None else price
        arcs = self.first_arcs(start)
        report("pairing", 0.5)
        state = placed(self.problem, self.net, arcs, price=start, stakes=self.gentle)
        stakes, rounds = self.gentle, 0
        while True:
            arcs, steps = self._prove(arcs, state, stakes, report=report)
            rounds += steps
            if stakes == self.strict or not self._is_short(state):
                break
            stakes = self.strict
            self._raise(state)
        report("done", 1.0)
        return self._plan(state, stakes, rounds=rounds, seconds=time.perf_counter() - started)

    @cached_property
    def turned(self) -> Nearest:
        """For minimums: the best households of a helper."""
        return Nearest(self.problem, turned=True)

    def first_prices(self, seed: int) -> IntArray:
        """(M + T + 1,) prices to start from; only whoever has nobody to keep bids."""
        problem, bidders = self.problem, np.arange(self.problem.households)
        room, required = self.net.upper[:-1].copy(), self.net.lower[:-1]
        room[: problem.helpers] *= self.usable
        if problem.keeps:
            bidders = bidders[self.held < 0]
            kept = np.bincount(self.held[self.held >= 0], minlength=problem.helpers)
            kept = np.r_[kept, problem.below(kept)]
            room, required = (room - kept).clip(min=0), (required - kept).clip(min=0)
        if not len(bidders) or not room[: problem.helpers].any() or problem.has_matrix:
            return np.zeros(len(room) + 1, np.int64)
        found = auction_prices(
            problem,
            self.nearest,
            self.turned if required.any() else None,
            bidders,
            room=room,
            required=required,
            stand_in=self.stand_in,
            ceiling=2 * highest_cost(problem),
            seed=seed,
        )
        return np.r_[np.where(found >= NEVER, 0, found), 0]

    def first_arcs(self, price: IntArray) -> Arcs:
        """The best candidates of each household at these prices, and its current helper."""
        problem = self.problem
        everyone = np.arange(problem.households)
        households = everyone[(self.held < 0) | (not problem.keeps)]
        households = households[~np.isin(households, problem.fixed[:, 0])]
        household, helper, cost = self._candidates(households, price)
        cost = cost + self.stakes_change(household, helper, self.gentle)
        has = np.flatnonzero(self.held >= 0)
        keys = np.r_[household, has, problem.fixed[:, 0]] * problem.helpers
        keys += np.r_[helper, self.held[has], problem.fixed[:, 1]]
        costs = np.r_[cost, pair_costs(problem, has, self.held[has]), self._fixed_costs()]
        return _arcs(keys, costs, problem)

    def _candidates(self, households: IntArray, price: IntArray) -> tuple[IntArray, ...]:
        """Household, helper and cost of the pairs to begin with."""
        helpers = np.flatnonzero(self.usable)
        if self.problem.keeps and len(households) * len(helpers) <= ALL_PAIRS:
            household, helper = (
                np.repeat(households, len(helpers)),
                np.tile(helpers, len(households)),
            )
            ok = permitted(self.problem, household, helper)
            household, helper = household[ok], helper[ok]
            return household, helper, pair_costs(self.problem, household, helper)
        limit = np.full(len(households), NEVER)
        found = self.nearest.best(households, price=self._open(price), limit=limit, most=CANDIDATES)
        further = self._with_room if self.problem.keeps else self._called
        parts = (
            _flat(households, found),
            further(households, found, price),
            self._unlike(households, price),
        )
        return tuple(np.concatenate(one) for one in zip(*parts, strict=True))

    def _unlike(self, households: IntArray, price: IntArray) -> tuple[IntArray, ...]:
        """Where many helpers are alike, the best of any one kind would be all a household sees:
        one of each of the best kinds, every household another one."""
        order = np.argsort(self.stand_in, kind="stable")
        first, size = np.unique(self.stand_in[order], return_index=True, return_counts=True)[1:]
        if not len(size) or size.max() == 1:
            return (first[:0],) * 3
        kind = np.searchsorted(self.stand_in[order[first]], np.arange(self.problem.helpers))
        is_first = self.stand_in == np.arange(self.problem.helpers)
        some = np.where(is_first, self._open(price), NEVER)
        limit = np.full(len(households), NEVER)
        found = self.nearest.best(households, price=some, limit=limit, most=MORE)
        household, helper, cost = _flat(households, found)
        kind = kind[helper]
        helper = order[first[kind] + household % size[kind]]
        ok = permitted(self.problem, household, helper)
        return household[ok], helper[ok], cost[ok]

    def _with_room(
        self, households: IntArray, _found: Found, price: IntArray
    ) -> tuple[IntArray, ...]:
        """Pairs that change nobody else's: the best helpers with room beside those they keep, and
        of these the best whose minimum, or that of a node above, is not met."""
        problem, m = self.problem, self.problem.helpers
        kept = np.bincount(self.held[self.held >= 0], minlength=problem.helpers)
        load = np.r_[kept, problem.below(kept)]
        full, short = load >= self.net.upper[:-1], load < self.net.lower[:-1]
        full, short = (
            full[:m] | problem.under(full[m:])[:m],
            short[:m] | problem.under(short[m:])[:m],
        )
        found = []
        for mask in (~full, ~full & short):
            some = np.where(mask, self._open(price), NEVER)
            limit = np.full(len(households), NEVER)
            found.append(
                _flat(households, self.nearest.best(households, price=some, limit=limit, most=MORE))
            )
        return tuple(np.concatenate(one) for one in zip(*found, strict=True))

    def _called(self, households: IntArray, found: Found, price: IntArray) -> tuple[IntArray, ...]:
        """Pairs that a minimum calls for: the best households of each helper it lies on."""
        helpers = self._with_minimum()
        if not len(helpers):
            return (helpers,) * 3
        has = found.filled > 0
        value = np.full(self.problem.households, NEVER)
        value[households[has]] = -found.cost[has, 0] - price[found.helper[has, 0]]
        limit = np.full(len(helpers), NEVER)
        helper, household, cost = _flat(
            helpers, self.turned.best(helpers, price=value, limit=limit, most=CALLED)
        )
        return household, helper, cost

    def _with_minimum(self) -> IntArray:
        """Helpers on whom, or on a node above whom, a minimum lies."""
        is_bounded = self.problem.under(self.problem.lower > 0)[: self.problem.helpers]
        return np.flatnonzero(self.usable & (is_bounded | (self.problem.min_load > 0)))

    def stakes_change(self, household: IntArray, helper: IntArray, stakes: Stakes) -> IntArray:
        """What these pairs are charged for change."""
        had = self.problem.current[household]
        return np.where((had >= 0) & (had != helper), stakes.change, 0)

    def _fixed_costs(self) -> IntArray:
        household, helper = self.problem.fixed.T
        return pair_costs(self.problem, household, helper) + self.stakes_change(
            household, helper, self.gentle
        )

    def _open(self, price: IntArray) -> IntArray:
        return np.where(self.usable, price[: self.problem.helpers], NEVER)

    def _prove(
        self, arcs: Arcs, state: State, stakes: Stakes, *, report: Progress
    ) -> tuple[Arcs, int]:
        """Settle and ask all pairs, until none improves; the candidates then, and the rounds."""
        had = self.problem.current >= 0
        is_free = np.ones(self.problem.households, np.bool_)
        is_free[self.problem.fixed[:, 0]] = False
        everyone = np.flatnonzero(is_free)
        most = 4 * MORE if self.problem.keeps else MORE  # few households move: let them see more
        for step in range(1, MOST_ROUNDS + 1):
            report("proving", 1 - 0.45 * 0.7 ** (step - 1))
            settle(self.net, arcs, state, stakes)
            grown = 1 << step // PATIENCE  # a proof that takes its time: let them see more
            limit = (values(state, stakes.uncovered) - np.where(had, stakes.change, 0))[everyone]
            found = self.nearest.best(
                everyone, price=self._open(state.price), limit=limit,
                most=min(most * grown, max(1, self.problem.helpers)),
            )  # fmt: skip
            if not found.filled.any():
                return arcs, step
            household, helper, cost = self._spread(everyone, found, state, limit, grown)
            cost = cost + self.stakes_change(household, helper, stakes)
            arcs = _joined(arcs, household * self.problem.helpers + helper, cost, self.problem)
            detach(self.net, state, np.unique(household))
        raise ArithmeticError(f"No proof was found in {MOST_ROUNDS} rounds.")

    def _spread(
        self, households: IntArray, found: Found, state: State, limit: IntArray, grown: int
    ) -> tuple[IntArray, IntArray, IntArray]:
        """At most so many new pairs a helper, the best: thousands after one place help nobody."""
        household, helper, cost = _flat(households, found)
        gain = cost + state.price[helper] - np.repeat(limit, found.filled)
        order = np.lexsort((gain, helper))
        first = np.searchsorted(helper[order], helper[order])
        chosen = np.sort(order[np.arange(len(order)) - first < MORE_PER_HELPER * grown])
        return household[chosen], helper[chosen], cost[chosen]

    def _is_short(self, state: State) -> bool:
        root = len(state.price) - 1
        return bool((state.home == root).any() or (state.flow < self.net.lower)[:-1].any())

    def _raise(self, state: State) -> None:
        """Let everything that is short look for a way again, at the strict stakes."""
        root = len(state.price) - 1
        detach(self.net, state, np.flatnonzero(state.home == root))
        state.leave[state.leave < NEVER] = self.strict.uncovered
        must, _may = flow_bounds(self.net, state.price, minimum=self.strict.minimum)
        missing = (must - state.flow).clip(min=0)
        missing[-1] = 0
        state.flow[:] += missing
        state.lacks[:] += missing
        np.add.at(state.excess, self.net.parent[:-1], missing[:-1])

    def _plan(self, state: State, stakes: Stakes, *, rounds: int, seconds: float) -> Plan:
        problem = self.problem
        assignment = np.where(state.home < problem.helpers, state.home, FREE)
        covered = np.flatnonzero(assignment >= 0)
        had = problem.current[covered]
        paid = values(state, stakes.uncovered) - state.price[-1]
        price = (state.price - state.price[-1])[:-1]
        # Nobody was asked about what is closed; a price there costs nothing, so it may be any.
        price[problem.closed] += stakes.uncovered - min(0, int(price.min(initial=0)))
        proof = Certificate(paid, price, *stakes)
        return Plan(
            assignment=assignment,
            cost=int(pair_costs(problem, covered, assignment[covered]).sum()),
            certified=True,
            shortages=shortages(problem, assignment, certificate=proof),
            changed=int(((had >= 0) & (had != assignment[covered])).sum()),
            certificate=proof,
            rounds=rounds,
            seconds=seconds,
        )


def stakes_of(problem: Problem) -> tuple[Stakes, Stakes]:
    """Stakes to begin with, and the least that keep coverage before minimums before the rest.

    Where nobody is uncovered and every minimum is met, any stakes prove as much as the strict.
    """
    # A simple cycle of the network passes a helper once, so it swaps at most this many pairs.
    pairs = min(problem.households, problem.helpers) + 1
    highest = highest_cost(problem)
    change = pairs * (highest + 1) if problem.keeps else problem.change_cost
    dearest = highest + change + 1
    minimum = pairs * dearest
    # It passes each node of the tree once too: two arcs to the nodes below it.
    parent = np.r_[problem.node, problem.parent]
    wanted = np.r_[problem.min_load, problem.lower] > 0
    touched = int(np.minimum(np.bincount(parent[wanted] + 1), 2).sum()) if wanted.any() else 0
    # Eight times what it takes keeps values of those left out well apart from all others, also in
    # the middle of the highest and lowest prices (see `shortages`).
    strict = Stakes(8 * minimum * (touched + 1), minimum, change)
    if strict.uncovered > TOO_LARGE:
        raise OverflowError("The costs are too large to be added up exactly in 64 bits.")
    gentle = Stakes(min(32 * dearest, strict.uncovered), min(4 * dearest, strict.minimum), change)
    return gentle, strict


def _held(problem: Problem) -> IntArray:
    """(N,) The current helper of each household, where it may stay; -1 else."""
    has = np.flatnonzero(problem.current >= 0)
    held = np.full(problem.households, -1)
    ok = permitted(problem, has, problem.current[has])
    held[has[ok]] = problem.current[has[ok]]
    held[problem.fixed[:, 0]] = -1
    return held


def _flat(households: IntArray, found: Found) -> tuple[IntArray, IntArray, IntArray]:
    """Household, helper and cost of everything found."""
    there = np.arange(found.helper.shape[1]) < found.filled[:, None]
    return np.repeat(households, found.filled), found.helper[there], found.cost[there]


def _arcs(keys: IntArray, cost: IntArray, problem: Problem) -> Arcs:
    keys, first = np.unique(keys, return_index=True)
    household, helper = np.divmod(keys, max(1, problem.helpers))
    start = np.searchsorted(household, np.arange(problem.households + 1))
    return Arcs(start.astype(np.int64), helper.astype(np.int32), cost[first])


def _joined(arcs: Arcs, keys: IntArray, cost: IntArray, problem: Problem) -> Arcs:
    """These pairs put in among those there are, without sorting all of them again."""
    old = np.repeat(np.arange(problem.households), np.diff(arcs.start))
    old *= problem.helpers
    old += arcs.helper
    keys, first = np.unique(keys, return_index=True)
    place = np.searchsorted(old, keys)
    is_known = place < len(old)
    is_known[is_known] = old[place[is_known]] == keys[is_known]
    keys, place, cost = keys[~is_known], place[~is_known], cost[first][~is_known]
    more = np.searchsorted(keys, np.arange(problem.households + 1) * problem.helpers)
    return Arcs(
        arcs.start + more,
        np.insert(arcs.helper, place, keys % max(1, problem.helpers)),
        np.insert(arcs.cost, place, cost),
    )


def _check_fixed(problem: Problem) -> None:
    household, helper = problem.fixed.T
    if len(np.unique(household)) != len(household):
        raise ValueError("A household is fixed to more than one helper.")
    if not permitted(problem, household, helper).all():
        raise ValueError("A fixed pair is not permitted by the other rules.")
    load = np.bincount(helper, minlength=problem.helpers)
    if (load > problem.capacity).any() or (problem.below(load) > problem.upper).any():
        raise ValueError("The fixed pairs exceed a capacity or an upper bound.")
