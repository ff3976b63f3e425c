"""Pairing: our certified plans against assignment solvers, and what a repair costs.

    python benchmarks/matching.py [--quick] [--only CASE]

Every line is a process of its own, so that its CPU seconds and its peak memory are its own (see
`peers.measured` for what is counted). Compiled code is loaded before the clock starts, except for
"cold start". Peers get every place of a helper as a column of a full matrix (they know nothing
else), forbidden pairs at a prohibitive cost; ours proves its plan over all pairs without a matrix.
Costs are compared whenever two solvers ran.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))
sys.path.insert(0, str(Path(__file__).parent))

from all_arcs import found, or_tools
from instances import FAMILIES, instance
from jiedui.engines.matching import Change, Problem, repair, solve, verify
from jiedui.engines.matching.__main__ import compile_all
from jiedui.engines.matching.costs import pair_costs, permitted
from peers import measured

FORBIDDEN = 10_000_000.0
PATIENCE = 3600  # seconds for one line


def ours(problem: Problem) -> int:
    plan = solve(problem)
    assert plan.certified
    assert not len(plan.uncovered)
    return plan.cost


def columns(problem: Problem, path: str) -> int:
    """Write the matrix peers need, households by places; returns its columns."""
    owner = np.repeat(np.arange(problem.helpers), problem.capacity)
    size = problem.households, len(owner)
    table = np.lib.format.open_memmap(path, mode="w+", dtype=np.float64, shape=size)
    helpers = np.arange(problem.helpers)
    for h in range(problem.households):
        row = np.full(problem.helpers, h)
        cost = np.where(permitted(problem, row, helpers), pair_costs(problem, row, helpers), np.inf)
        table[h] = np.where(np.isinf(cost), FORBIDDEN, cost)[owner]
    table.flush()
    return len(owner)


def one(case: dict[str, Any]) -> dict[str, Any]:
    """Run one line in this process: CPU seconds, peak megabytes, cost."""
    if case["solver"] == "cold":
        started = time.process_time()
        cost = ours(instance("clustered", 1_600, 1_000))
        return {"cpu": time.process_time() - started, "cost": cost}
    size = case["households"], case["helpers"]
    problem = instance(case["family"], *size, seed=case["seed"], quotas=case["quotas"])
    compile_all()  # or rather, what is compiled is loaded
    if case["solver"] == "repairs":
        return repairs(problem)
    if case["solver"] == "columns":
        return {"columns": columns(problem, case["table"])}
    return measured(ours, problem)


def repairs(problem: Problem) -> dict[str, Any]:
    """A hundred retirements one by one, then one household in a hundred more."""
    started = time.process_time()
    plan = solve(problem)
    full = time.process_time() - started
    r, load = np.random.default_rng(7), np.bincount(plan.assignment, minlength=problem.helpers)
    repair(problem, plan, Change(leaving=np.array([load.argmax()])))  # compiled code is loaded
    seconds, extra = [], 0
    for leaver in r.permutation(np.flatnonzero(load))[:100].tolist():
        started = time.process_time()
        done = repair(problem, plan, Change(leaving=np.array([leaver])))
        seconds.append(time.process_time() - started)
        extra += int((done.plan.assignment != plan.assignment).sum()) - int(load[leaver])
    count = problem.households // 100
    like = r.integers(0, problem.households, count)
    new = {"household_xy": problem.household_xy[like] + r.integers(-2_000, 2_000, (count, 2)),
           "needs": problem.needs[like]}  # fmt: skip
    started = time.process_time()
    done = repair(problem, plan, Change(added=new))
    added = time.process_time() - started
    old = done.plan.assignment[: problem.households]
    return {
        "full": full, "median": float(np.median(seconds)), "p95": float(np.percentile(seconds, 95)),
        "extra": extra, "added": added, "moved": int((old != plan.assignment).sum()),
    }  # fmt: skip


def run(solver: str, households: int, helpers: int, **more: Any) -> dict[str, Any]:
    case = {"family": "clustered", "seed": 1, "quotas": False} | more
    case |= {"solver": solver, "households": households, "helpers": helpers}
    return printed(__file__, "--one", json.dumps(case))


def peer(name: str, households: int, helpers: int) -> dict[str, Any]:
    """What another solver needs for the same problem, given as a matrix."""
    with tempfile.TemporaryDirectory() as folder:
        table = f"{folder}/table.npy"
        run("columns", households, helpers, table=table)
        return printed(str(Path(__file__).with_name("peers.py")), name, table)


def printed(*command: str) -> dict[str, Any]:
    """The JSON that a script prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if done.returncode:
        raise SystemExit(f"{command} failed: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def against(name: str, us: dict[str, Any], them: dict[str, Any]) -> str:
    same = (
        "same cost" if us["cost"] == them["cost"] else f"COSTS DIFFER {us['cost']} {them['cost']}"
    )
    cpu, own, all_of_it, more = (
        them[key] / max(us[key], 0.01) for key in ("cpu", "own", "resident", "more")
    )
    return (f"  against {name}: {them['cpu']:.1f} CPU s, {them['own']:,} MB; ratio CPU {cpu:.1f},"
            f" memory {own:.1f} (with program files {all_of_it:.1f}, beyond the loaded program"
            f" {more:.1f}); {same}")  # fmt: skip


def told(name: str, us: dict[str, Any]) -> None:
    print(
        f"{name}: {us['cpu']:.2f} CPU s, {us['own']:,} MB ({us['resident']:,} MB with program"
        f" files, {us['more']:,} MB beyond the loaded program), cost {us['cost']:,}",
        flush=True,
    )


def peers(quick: bool) -> None:
    n, m = (2_000, 1_250) if quick else (16_000, 10_000)
    us = run("ours", n, m)
    told(f"{n:,} × {m:,}, certified", us)
    for name in ("lapx", "scipy"):
        print(against(name, us, peer(name, n, m)), flush=True)
    told(f"{n:,} × {m:,}, certified, quotas on a tree", run("ours", n, m, quotas=True))
    quotas(n, m)


def quotas(n: int, m: int, **more: Any) -> None:
    """With and without quotas on a tree, by turns, the least of three each: machines waver."""
    by_turns = [run("ours", n, m, quotas=asked, **more)["cpu"] for asked in (False, True) * 3]
    without, asked = min(by_turns[::2]), min(by_turns[1::2])
    name = f"{more['family']}, seed {more['seed']}: " if more else ""
    print(f"  {name}without quotas {without:.2f} CPU s, with quotas {asked:.2f}:"
          f" ratio {asked / without:.2f}", flush=True)  # fmt: skip


def arcs(quick: bool) -> None:
    """Quotas on a tree: the same optimum as a flow solver's that is given every pair."""
    n, m = (400, 250) if quick else (1_600, 1_000)
    compile_all()
    for family in FAMILIES:
        problem = instance(family, n, m, quotas=True)
        clock = [time.process_time()]
        plan = solve(problem)
        clock.append(time.process_time())
        other = or_tools(problem)
        clock.append(time.process_time())
        us, them = np.diff(clock)
        same = "same optimum" if found(problem, plan) == other else "OPTIMA DIFFER"
        print(f"{family}, {n:,} × {m:,}, quotas on a tree: against OR-Tools on all arcs"
              f" ratio {them / us:.1f}; {same}: uncovered {other.uncovered}, minimums"
              f" unmet {other.unmet}, cost {other.cost:,}", flush=True)  # fmt: skip


def transport(quick: bool) -> None:
    n, m = (1_000, 625) if quick else (8_000, 5_000)
    us = run("ours", n, m)
    told(f"{n:,} × {m:,}, certified", us)
    print(against("POT ot.emd", us, peer("pot", n, m)), flush=True)


def large(quick: bool) -> None:
    n, m = (16_000, 10_000) if quick else (160_000, 100_000)
    for asked in (False, True):
        told(f"{n:,} × {m:,}, certified, quotas {asked}", run("ours", n, m, quotas=asked))


def families(quick: bool) -> None:
    n, m = (1_600, 1_000) if quick else (16_000, 10_000)
    for family in FAMILIES:
        for seed in (1, 2, 3):
            quotas(n, m, family=family, seed=seed)


def mending(quick: bool) -> None:
    n, m = (1_600, 1_000) if quick else (16_000, 10_000)
    us = run("repairs", n, m, quotas=True)
    median, p95, times = us["median"] * 1e3, us["p95"] * 1e3, us["full"] / us["median"]
    print(f"one retirement at {n:,}: median {median:.0f} ms, p95 {p95:.0f} ms (CPU); a full solve"
          f" takes {times:.0f} times the median;"
          f" pairs changed beyond the leavers' own: {us['extra']}")  # fmt: skip
    print(f"1 % households more: {us['added']:.2f} CPU s, {us['added'] / us['full']:.2f} of a full"
          f" solve; existing pairs changed: {us['moved']}", flush=True)  # fmt: skip


def proof(quick: bool) -> None:
    n, m = (1_600, 1_000) if quick else (16_000, 10_000)
    problem = instance("clustered", n, m, quotas=True)
    whole = seconds_to_check(problem)
    print(f"the independent check of all {n * m:,} pairs: {whole:.2f} CPU s")
    stored = only_nearest(problem, 19)
    part = seconds_to_check(stored)
    print(f"of a sparse matrix of {stored.matrix.nnz:,} pairs: {part:.2f} CPU s;"
          f" {whole / part:.1f} times less than of all")  # fmt: skip


def seconds_to_check(problem: Problem) -> float:
    plan = solve(problem)
    verify(problem, plan)  # compiled code is loaded
    started = time.process_time()
    assert verify(problem, plan) == []
    return time.process_time() - started


def only_nearest(problem: Problem, count: int) -> Problem:
    """Costs by distance alone, stored for so many helpers of each household."""
    metres, helper = cKDTree(problem.helper_xy).query(problem.household_xy, k=count)
    costs = (metres // 10).astype(np.int64)
    ends = np.arange(0, costs.size + 1, count)
    shape = problem.households, problem.helpers
    return Problem(matrix=csr_matrix((costs.ravel(), helper.ravel(), ends), shape=shape),
                   capacity=problem.capacity)  # fmt: skip


def cold(_quick: bool) -> None:
    started = time.perf_counter()
    run("cold", 0, 0)
    print(
        f"cold start, first plan at 1,600: {time.perf_counter() - started:.1f} s from process start"
    )


CASES = {"cold": cold, "peers": peers, "arcs": arcs, "transport": transport,
         "families": families, "mending": mending, "proof": proof, "large": large}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--only", choices=CASES, help="one case")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.one:
        print(json.dumps(one(json.loads(said.one))))
        return
    for name, case in CASES.items():
        if said.only in (None, name):
            case(said.quick)


if __name__ == "__main__":
    main()
