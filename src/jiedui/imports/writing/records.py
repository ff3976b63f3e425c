"""Writing rows of a list into the registers, in portions, so that locks are short."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from jiedui.core import audit
from jiedui.core.refusals import Refused, unless_taken
from jiedui.core.users import User
from jiedui.households.models import Household, Person
from jiedui.imports.matching.comparison import Comparison
from jiedui.imports.matching.drafts import Draft, Part, Staged, changes_of, current, written
from jiedui.imports.matching.sizes import moved_by, note_sizes
from jiedui.imports.models import StagedRow
from jiedui.imports.writing.holding import hold_owners

WRITTEN = (StagedRow.Outcome.NEW, StagedRow.Outcome.CHANGED)
PORTION = 200  # rows in one transaction; a family stays together


def portions(comparison: Comparison) -> list[list[Staged]]:
    """The rows to write in portions of whole families, those that others refer to first."""
    ready: list[list[Staged]] = [[]]
    for family in _families(comparison):
        if ready[-1] and len(ready[-1]) + len(family) > PORTION:
            ready.append([])
        for start in range(
            0, len(family), PORTION
        ):  # a portion with a tree of organisations may have more
            ready[-1].extend(family[start : start + PORTION])
            if start + PORTION < len(family):
                ready.append([])
    return [rows for rows in ready if rows]


def _families(comparison: Comparison) -> Iterator[list[Staged]]:
    rows = [one for one in comparison.staged if one.outcome in WRITTEN]
    below: dict[int, list[Staged]] = defaultdict(list)
    roots: list[Staged] = []
    for one in rows:
        holder = _holder(comparison, one)
        (below[id(holder)] if holder else roots).append(one)
    reached = 0
    for root in roots:
        family, waiting = [], [root]
        while waiting:
            one = waiting.pop()
            family.append(one)
            waiting.extend(reversed(below[id(one)]))
        reached += len(family)
        yield family
    if reached != len(rows):
        raise Refused(_("The rows refer to each other in a circle."))


def _holder(comparison: Comparison, one: Staged) -> Staged | None:
    """The row of this list that must be written before this one."""
    refs = [ref for draft in one.drafts for ref in draft.links.values()]
    found = (comparison.holder(ref) for ref in refs)
    return next((h for h in found if h and h is not one and h.outcome in WRITTEN), None)


class Writing:
    """A list that is being written; `keys` maps the refs of its rows to keys of records."""

    def __init__(self, comparison: Comparison, *, by: User | None) -> None:
        self.comparison, self.by = comparison, by
        self.keys = {
            draft.ref: draft.target
            for one in reversed(comparison.staged)
            for draft in one.drafts
            if draft.ref and draft.target is not None
        }
        self._effects: dict[int, list[dict[str, Any]]] = {}

    def write(self, rows: Sequence[Staged]) -> dict[int, list[dict[str, Any]]]:
        """Write these rows. Returns the effects of each, by its index.

        Raises `Stale` when a record was changed since it was compared. For use inside a
        transaction.
        """
        self._effects = {n: [] for n in range(len(rows))}
        known, parts = dict(self.keys), self.comparison.parts
        hold_owners(
            (parts[draft.part], draft.target, draft.values) for one in rows for draft in one.drafts
        )
        try:
            with unless_taken(), audit.gathered():
                for name, part in parts.items():
                    self._write(part, _drafts(rows, name), rows)
            note_sizes(effect for some in self._effects.values() for effect in some)
        except Exception:
            self.keys = known  # nothing of this portion was written; it may be retried
            raise
        return self._effects

    def _write(self, part: Part, drafts: list[tuple[int, Draft]], rows: Sequence[Staged]) -> None:
        known = [(n, d) for n, d in drafts if not d.is_new]
        # First drafts that refer to no new record: they may free a unique value (who is head).
        waiting = [p for p in known if not self._is_ready(p[1])]
        self._change(part, [p for p in known if self._is_ready(p[1])])
        self._make(part, [(n, d) for n, d in drafts if d.is_new], rows)
        self._change(part, waiting)

    # New records: those that others refer to first

    def _make(self, part: Part, drafts: list[tuple[int, Draft]], rows: Sequence[Staged]) -> None:
        pending = drafts
        while pending:
            ready = [p for p in pending if self._is_ready(p[1])]
            if not ready:
                raise Refused(_("The rows refer to each other in a circle."))
            self._insert(part, ready, rows)
            made = {id(draft) for _n, draft in ready}
            pending = [p for p in pending if id(p[1]) not in made]

    def _is_ready(self, draft: Draft) -> bool:
        """Whether all records it refers to have keys by now."""
        return all(ref in self.keys for ref in draft.links.values())

    def _insert(self, part: Part, drafts: list[tuple[int, Draft]], rows: Sequence[Staged]) -> None:
        values = [self._values(rows[n], draft) for n, draft in drafts]
        keys = part.make([written(part.model, v) for v in values], by=self.by)
        for (n, draft), pk, new in zip(drafts, keys, values, strict=True):
            if draft.ref:
                self.keys[draft.ref] = pk
            self._note(part, n, draft, pk, old=None, new=new, version=1)

    def _values(self, one: Staged, draft: Draft) -> dict[str, Any]:
        links = {name: self.keys[ref] for name, ref in draft.links.items()}
        return self.comparison.complete(one, draft) | draft.added | draft.values | links

    # Changed records

    def _change(self, part: Part, drafts: list[tuple[int, Draft]]) -> None:
        for _n, draft in drafts:
            self._link(part, draft)
        changed = [(n, draft) for n, draft in drafts if draft.differences]
        if not changed:
            return
        part.amend(changes_of(part, [draft for _n, draft in changed]), by=self.by)
        versions = _versions(part, {draft.target or 0 for _n, draft in changed})
        for n, draft in changed:
            old = {name: before for name, (before, _after) in draft.differences.items()}
            new = {name: after for name, (_before, after) in draft.differences.items()}
            key = draft.target or 0
            self._note(part, n, draft, key, old=old, new=new, version=versions.get(key, 0))

    def _link(self, part: Part, draft: Draft) -> None:
        for name, ref in draft.links.items():
            now = current(part, {draft.target or 0}, [name]).get(draft.target or 0, {})
            if now.get(name) != self.keys[ref]:
                draft.differences[name] = (now.get(name), self.keys[ref])

    def _note(
        self,
        part: Part,
        n: int,
        draft: Draft,
        pk: int,
        *,
        old: dict[str, Any] | None,
        new: dict[str, Any],
        version: int,
    ) -> None:
        effect: dict[str, Any] = {"part": part.name, "pk": pk, "old": old, "new": new}
        if part.counter:
            effect["version"] = version
        if part.model is Person and (moved := moved_by(draft, old=old, new=new)):
            effect["moved"] = moved
        # The size of a new household is counted by the program where the list states none.
        followed = [*draft.followed, *(["size"] if old is None and "size" in draft.added else [])]
        if part.model is Household and followed:
            effect["followed"] = followed
        self._effects[n].append(effect)


def _drafts(rows: Sequence[Staged], name: str) -> list[tuple[int, Draft]]:
    found = [(n, draft) for n, one in enumerate(rows) for draft in one.drafts if draft.part == name]
    # The other records of the row first: the head of a household gets the first number.
    return sorted(found, key=lambda pair: pair[1] is rows[pair[0]].drafts[0])


def _versions(part: Part, keys: set[int]) -> dict[int, int]:
    """The present versions of these records, where the register has any."""
    found = current(part, keys, [part.counter]) if part.counter else {}
    return {key: values[part.counter] for key, values in found.items()}


def effects_text(order: int, effects: Iterable[dict[str, Any]]) -> str:
    """The effects of a row as JSON, with their order: the last one is undone first."""
    return json.dumps({"order": order, "deeds": list(effects)}, ensure_ascii=False)  # stored key
