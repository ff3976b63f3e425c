"""Pages and figures with once, five and ten times the records, and how their cost grows.

    python benchmarks/scale.py [FOLDER] [--times 1 5 10]

The panjin demonstration (or a copy of the installation in FOLDER) is multiplied by SQL on SQLite:
each household with its people, needs, pairs, visits and gifts is there so many times. Then a server
of its own answers one reader. Told are the milliseconds at p50 and the growth as an exponent: with
0 they do not depend on the records, with 1 they grow as those do. Peer in the same run is the
smallest multiple; the worker counts the figures from nothing, and after one visit more.
"""

import argparse
import math
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

import freshness
import load

ROUNDS = 15
SHIFT = 10_000_000  # between the number of a row and that of its copy
PAGES = {
    "office": (
        "/", "/households/", "/households/?q=wang", "/households/people/", "/pairs/",
        "/pairs/uncovered/", "/activities/", "/activities/?page=2000", "/gifts/", "/gifts/?q=wang",
        "/gifts/goods/", "/campaigns/tasks/", "/search/?q=wang", "/visits/new/", "/map/",
    ),
    "leader": ("/",),
    "helper": ("/", "/pairs/"),
    "village_officer": ("/", "/households/", "/visits/new/"),
}  # fmt: skip
# Tables in the order they refer to each other: what of a row becomes something else in its copy.
# `id`, and keys that lead to a table named above, follow by themselves.
NUMBER = "number || '-' || :n"
SEALED = "x''"  # a ciphertext belongs to its row alone: copies have none
COPIED: dict[str, dict[str, str]] = {
    "households_household": {
        "number": NUMBER,
        **dict.fromkeys(("phone", "address", "coordinates", "bank_card"), SEALED),
    },
    "households_person": {
        "number": NUMBER,
        **dict.fromkeys(("identity", "health", "disability", "phone"), SEALED),
    },
    "households_need": {},
    "pairing_pair": {"previous_id": "NULL", "proposal_id": "NULL"},
    "fieldwork_activity": {"corrects_id": "NULL", "private": SEALED},
    "fieldwork_attendance": {},
    "fieldwork_output": {},
    "ledger_gift": {"corrects_id": "NULL"},
}


def multiply(database: Path, times: int, *, have: int) -> None:
    """Add copies until every row is there so many times; `have` times it is there already."""
    with sqlite3.connect(database) as own:
        own.executescript("PRAGMA synchronous=OFF; PRAGMA cache_size=-400000;")
        for number in range(have, times):
            for table, other in COPIED.items():
                copy(own, table, {**other, **keys(own, table)}, number)
        own.execute("ANALYZE")
    own.close()


def keys(own: sqlite3.Connection, table: str) -> dict[str, str]:
    """The key of the copy of a row, and of the copies it leads to."""
    found = {"id": key_of(own, table, "id")}
    for row in own.execute(f"PRAGMA foreign_key_list({table})"):
        above, column = row[2], row[3]
        if above in COPIED and above != table:
            copied = key_of(own, above, column)
            # A pair of a whole village is not copied: its visits stay with it.
            is_there = f"SELECT 1 FROM {above} WHERE id = {copied}"
            found[column] = f"CASE WHEN EXISTS ({is_there}) THEN {copied} ELSE {column} END"
    return found


def key_of(own: sqlite3.Connection, table: str, column: str) -> str:
    """Numbers are shifted; of a UUID the last eight digits become the number of the copy."""
    if has_uuids(own, table):
        return f"substr({column}, 1, 24) || printf('%08x', :n)"
    return f"{column} + :n * {SHIFT}"


def copy(own: sqlite3.Connection, table: str, other: dict[str, str], number: int) -> None:
    columns = [row[1] for row in own.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(other.get(name, name) for name in columns)
    is_first = f"id < {SHIFT}"
    if has_uuids(own, table):
        is_first = "id NOT LIKE '%000000__'"
    if table == "pairing_pair":
        is_first += " AND household_id IS NOT NULL"
    own.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {is_first}",
        {"n": number},
    )


def has_uuids(own: sqlite3.Connection, table: str) -> bool:
    kinds = {row[1]: row[2] for row in own.execute(f"PRAGMA table_info({table})")}
    return "char" in kinds["id"]


def read(folder: str) -> dict[str, float]:
    """Milliseconds at p50 of each page, by role."""
    accounts = load.made_accounts(folder)
    found = {}
    with load.served(folder) as (port, _server):
        for role, pages in PAGES.items():
            client = load.signed_in(port, accounts, role, 0)
            for page in pages:
                found[f"{role} {page}"] = p50(client, page)
    return found


def p50(client: load.Client, page: str) -> float:
    taken = []
    for _round in range(ROUNDS + 2):
        began = time.perf_counter()
        status, _page, _to = client.get(page)
        taken.append((time.perf_counter() - began) * 1000)
        if status not in (200, 302):
            raise SystemExit(f"{page} answered {status}")
    return statistics.median(taken[2:])


def tell(found: dict[int, dict[str, float]]) -> None:
    times = sorted(found)
    print(f"{'':<40}" + "".join(f"{f'{n} ×':>10}" for n in times) + f"{'exponent':>10}")
    for name in found[times[0]]:
        values = [found[n][name] for n in times]
        growth = math.log(values[-1] / values[0]) / math.log(times[-1] / times[0])
        print(f"{name:<40}" + "".join(f"{v:>10.1f}" for v in values) + f"{growth:>10.2f}")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("folder", nargs="?")
    ask.add_argument("--times", type=int, nargs="+", default=[1, 5, 10])
    asked = ask.parse_args()
    if len(asked.times) < 2:
        ask.error("growth needs two multiples")
    with tempfile.TemporaryDirectory() as empty:
        folder = str(Path(empty) / "installation")
        if asked.folder:
            shutil.copytree(asked.folder, folder)
        else:
            load.load_demonstration(folder)
        have, found = 1, {}
        for times in sorted(asked.times):
            multiply(Path(folder) / "jiedui.sqlite3", times, have=have)
            have = times
            print(f"with {times} times the records:", flush=True)
            freshness.measure(folder)
            found[times] = read(folder)
        tell(found)


if __name__ == "__main__":
    sys.exit(main())
