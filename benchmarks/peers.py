"""Assignment solvers others wrote, each in a process that loads nothing of ours.

    python benchmarks/peers.py SOLVER TABLE.npy

The table has a row for each household and a column for each place of a helper. Prints CPU and wall
seconds, megabytes and the cost it found, as JSON.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def scipy_lsa(table: np.ndarray) -> int:
    from scipy.optimize import linear_sum_assignment

    return int(table[linear_sum_assignment(table)].sum())


def lapx(table: np.ndarray) -> int:
    import lap

    return round(lap.lapjv(table, extend_cost=True, return_cost=True)[0])


def pot(table: np.ndarray) -> int:
    import ot

    spare = table.shape[1] - table.shape[0]
    grown = np.vstack([table, np.zeros((1, table.shape[1]))])
    mass = np.r_[np.ones(table.shape[0]), spare]
    plan = ot.emd(mass, np.ones(table.shape[1]), grown, numItermax=100_000_000)
    return round((plan * grown).sum())


PEERS: dict[str, Callable[[np.ndarray], int]] = {"scipy": scipy_lsa, "lapx": lapx, "pot": pot}


def measured(solver: Callable[[Any], int], asked: Any) -> dict[str, Any]:
    """Run it: seconds, the cost it found, and the most memory of this process, in megabytes.

    `own` leaves out the pages of program files, which all processes share and the system takes
    back at will; `resident` counts them; `more` is what came on top of the loaded program.
    """
    before = memory("VmHWM")
    wall, cpu = time.perf_counter(), time.process_time()
    cost = solver(asked)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = memory("VmHWM")
    return {"cpu": cpu, "wall": wall, "cost": cost, "resident": peak,
            "own": peak - memory("RssFile"), "more": peak - before}  # fmt: skip


def memory(what: str) -> int:
    """Megabytes of this process, as Linux counts them."""
    found = re.search(rf"^{what}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1]) // 1024 if found else 0


def main() -> None:
    solver = PEERS[sys.argv[1]]
    solver(np.eye(2))  # its library is loaded
    program = memory("VmHWM")
    found = measured(solver, np.load(sys.argv[2]))
    print(json.dumps({**found, "more": found["resident"] - program}))


if __name__ == "__main__":
    main()
