"""Reading all tables of a snapshot: small ones whole, dated ones only where a part has changed."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

from jiedui.campaigns.playbook.tables import TABLES
from jiedui.fieldwork.models import Activity
from jiedui.figures import (
    activity_tables,
    arrow,
    need_tables,
    project_tables,
    register_tables,
    schemas,
    sheet_tables,
    store,
    work_tables,
)
from jiedui.figures.changes import Touched
from jiedui.figures.register_tables import Source
from jiedui.ledger.models import Gift

File = dict[str, Any]  # part (a month, a year, or empty), rows, sha256, digest
Tables = Mapping[str, Any]
NOTHING = Touched()

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
    "sheets": sheet_tables.sheets,
    "answers": sheet_tables.answers,
    "projects": project_tables.projects,
    "project_answers": project_tables.project_answers,
    "needs": need_tables.needs,
}


@dataclass(frozen=True)
class Family:
    """Tables read together, a part at a time."""

    tables: tuple[str, ...]
    model: Any
    keys: Callable[[Touched], Collection[UUID]]
    digests: Callable[[Source], activity_tables.Digests]
    read: Callable[[Source, activity_tables.Which], Mapping[str, Any]]


FAMILIES = (
    Family(
        ("activities", "attendances", "outputs"),
        Activity,
        attrgetter("activities"),
        activity_tables.activity_digests,
        activity_tables.done,
    ),
    Family(
        ("gifts",), Gift, attrgetter("gifts"), activity_tables.gift_digests, activity_tables.given
    ),
)


def tables(
    source: Source,
    before: Tables,
    *,
    progress: Callable[[int, int], None],
    touched: Touched = NOTHING,
) -> Iterator[tuple[str, Any]]:
    """Every table with its files, as `Snapshot.tables` keeps them.

    `touched` are the records that are known to have changed since `before`. `progress` is called
    for each table with how many have been read, of how many.
    """
    marks = {name: annex.mark() for name, annex in activity_tables.ANNEXES.items()}
    for done, (name, files) in enumerate(_all(source, before, touched), 1):
        progress(done, len(TABLES))
        yield name, facts(files, mark=marks.get(name))


def facts(files: list[File], *, mark: Any = None) -> dict[str, Any]:
    """What `Snapshot.tables` keeps of a table."""
    found = {
        "rows": sum(file["rows"] for file in files),
        "sha256": hash_of([file["sha256"] for file in files]),
        "files": files,
    }
    return found if mark is None else found | {"mark": mark}


def hashes(tables: Tables) -> Iterator[str]:
    """The hash of every file of a snapshot."""
    return (file["sha256"] for table in tables.values() for file in table["files"])


def hash_of(values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _all(source: Source, before: Tables, touched: Touched) -> Iterator[tuple[str, list[File]]]:
    for name, read in SMALL.items():
        yield name, [put(name, read(source), part="", digest="")]
    goods = sorted(activity_tables.goods_keys(source).items())
    salt = [store.FORMAT, source.trees.digest, _kinds_of_visit(source), goods]
    for family in FAMILIES:
        changed = _parts_changed(family, source, before, touched)
        yield from _by_part(family, source, before, salt, changed=changed).items()


def _kinds_of_visit(source: Source) -> list[str]:
    kinds = source.campaign.playbook.activities
    return sorted(one.key for one in kinds if one.is_call)


def _by_part(
    family: Family, source: Source, before: Tables, salt: list[Any], *, changed: set[str] | None
) -> dict[str, list[File]]:
    """Parts in which nothing has changed keep their files; the others are read."""
    files_of: dict[str, list[File]] = {name: [] for name in family.tables}
    for part, sums in sorted(family.digests(source).items()):
        digest = hash_of([salt, part, sums])
        is_same = changed is not None and part not in changed
        kept = _kept(family, before, part, digest) if is_same else None
        files = kept or _read_part(family, source, part, digest)
        for name in family.tables:
            files_of[name].append(files[name])
    for name in family.tables:
        if not files_of[name]:
            files_of[name] = [put(name, schemas.arrow(name).empty_table(), part="", digest="")]
    return files_of


def _parts_changed(
    family: Family, source: Source, before: Tables, touched: Touched
) -> set[str] | None:
    """Parts that have changed whatever their digests say; None: any may have changed.

    Those of records that were touched: where one is taken out and another stands again, sums are
    what they were. And those in which rows without a day of their own have come.
    """
    changed = activity_tables.parts_of(source, family.model, family.keys(touched))
    for name in family.tables:
        if name not in activity_tables.ANNEXES:
            continue
        mark = before.get(name, {}).get("mark", {})
        fresh = activity_tables.ANNEXES[name].parts_changed(source, mark)
        if fresh is None:
            return None
        changed |= fresh
    return changed


def _kept(family: Family, before: Tables, part: str, digest: str) -> dict[str, File] | None:
    found = {
        name: file
        for name in family.tables
        for file in before.get(name, {}).get("files", ())
        if file["part"] == part and file["digest"] == digest
    }
    is_there = all(store.path(file["sha256"]).exists() for file in found.values())
    return found if is_there and len(found) == len(family.tables) else None


def _read_part(family: Family, source: Source, part: str, digest: str) -> dict[str, File]:
    read = family.read(source, activity_tables.in_part(part))
    return {name: put(name, read[name], part=part, digest=digest) for name in family.tables}


def put(name: str, table: Any, *, part: str, digest: str) -> File:
    """Write a part of a table; `digest` is that of the records it was read from."""
    shaped = arrow.shape(table, schemas.arrow(name))
    return {"part": part, "rows": len(shaped), "sha256": store.put(shaped), "digest": digest}
