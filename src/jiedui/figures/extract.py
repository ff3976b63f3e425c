"""Reading all tables of a snapshot: small ones whole, dated ones only where a year has changed."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jiedui.campaigns.playbook.tables import TABLES
from jiedui.figures import activity_tables, arrow, register_tables, schemas, store, work_tables
from jiedui.figures.register_tables import Source

File = dict[str, Any]  # part (a year, or empty), rows, sha256, digest
Tables = Mapping[str, Any]

# Small tables are read anew each time; equal rows give the file that is there already.
SMALL: Mapping[str, Callable[[Source], Any]] = {
    "places": register_tables.places,
    "organisations": register_tables.organisations,
    "members": register_tables.members,
    "teams": register_tables.teams,
    "households": register_tables.households,
    "pairs": register_tables.pairs,
    "funds": work_tables.funds,
    "tasks": work_tables.tasks,
    "issues": work_tables.issues,
    "measures": work_tables.measures,
    "measure_issues": work_tables.measure_issues,
}


@dataclass(frozen=True)
class Family:
    """Tables read together, a year at a time."""

    tables: tuple[str, ...]
    digests: Callable[[Source], activity_tables.Digests]
    read: Callable[[Source, str], Mapping[str, Any]]


FAMILIES = (
    Family(
        ("activities", "attendances", "outputs"),
        activity_tables.activity_digests,
        activity_tables.done_in,
    ),
    Family(("gifts",), activity_tables.gift_digests, activity_tables.given_in),
)


def tables(
    source: Source, before: Tables, *, progress: Callable[[int, int], None]
) -> Iterator[tuple[str, Any]]:
    """Every table with its files, as `Snapshot.tables` keeps them.

    `progress` is called for each with how many have been read, of how many.
    """
    marks = {name: annex.mark() for name, annex in activity_tables.ANNEXES.items()}
    for done, (name, files) in enumerate(_all(source, before), 1):
        progress(done, len(TABLES))
        facts = {
            "rows": sum(file["rows"] for file in files),
            "sha256": hash_of([file["sha256"] for file in files]),
            "files": files,
        }
        yield name, facts | ({"mark": marks[name]} if name in marks else {})


def hash_of(facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _all(source: Source, before: Tables) -> Iterator[tuple[str, list[File]]]:
    for name, read in SMALL.items():
        yield name, [_put(name, read(source), part="", digest="")]
    goods = sorted(activity_tables.goods_keys(source).items())
    salt = [store.FORMAT, source.trees.digest, _kinds_of_visit(source), goods]
    for family in FAMILIES:
        yield from _by_year(family, source, before, salt).items()


def _kinds_of_visit(source: Source) -> list[str]:
    kinds = source.campaign.playbook.activities
    return sorted(one.key for one in kinds if one.is_call)


def _by_year(
    family: Family, source: Source, before: Tables, salt: list[Any]
) -> dict[str, list[File]]:
    """Years in which nothing has changed keep their files; the others are read."""
    changed = _years_changed(family, source, before)
    parts: dict[str, list[File]] = {name: [] for name in family.tables}
    for year, facts in sorted(family.digests(source).items()):
        digest = hash_of([salt, year, facts])
        is_same = changed is not None and year not in changed
        kept = _kept(family, before, year, digest) if is_same else None
        files = kept or _read_year(family, source, year, digest)
        for name in family.tables:
            parts[name].append(files[name])
    for name in family.tables:
        if not parts[name]:
            parts[name] = [_put(name, schemas.arrow(name).empty_table(), part="", digest="")]
    return parts


def _years_changed(family: Family, source: Source, before: Tables) -> set[str] | None:
    """Years in which rows without a day of their own have come; None: any may have changed."""
    changed: set[str] = set()
    for name in family.tables:
        if name not in activity_tables.ANNEXES:
            continue
        mark = before.get(name, {}).get("mark", {})
        years = activity_tables.ANNEXES[name].years_changed(source, mark)
        if years is None:
            return None
        changed |= years
    return changed


def _kept(family: Family, before: Tables, year: str, digest: str) -> dict[str, File] | None:
    found = {
        name: file
        for name in family.tables
        for file in before.get(name, {}).get("files", ())
        if file["part"] == year and file["digest"] == digest
    }
    is_there = all(store.path(file["sha256"]).exists() for file in found.values())
    return found if is_there and len(found) == len(family.tables) else None


def _read_year(family: Family, source: Source, year: str, digest: str) -> dict[str, File]:
    read = family.read(source, year)
    return {name: _put(name, read[name], part=year, digest=digest) for name in family.tables}


def _put(name: str, table: Any, *, part: str, digest: str) -> File:
    shaped = arrow.shape(table, schemas.arrow(name))
    return {"part": part, "rows": len(shaped), "sha256": store.put(shaped), "digest": digest}
