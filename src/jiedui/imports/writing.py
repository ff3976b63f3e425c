"""Writing rows of a list into the registers, a portion at a time, so that nobody waits long."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from jiedui.core import audit, bulk, changes
from jiedui.core.refusals import Refused
from jiedui.imports import time_bounds
from jiedui.imports.book import Book
from jiedui.imports.columns import MORE
from jiedui.imports.drafts import Draft, Part, Staged, current, same, written
from jiedui.imports.holding import hold_owners
from jiedui.imports.models import StagedRow

WRITTEN = (StagedRow.Outcome.NEW, StagedRow.Outcome.CHANGED)
PORTION = 200  # rows in one transaction; a family stays together


class Meanwhile(Exception):
    """A record is no longer what it was when the list was compared with it."""


def portions(book: Book) -> list[list[Staged]]:
    """The rows to write, those that others hang on first, in portions of whole families."""
    ready: list[list[Staged]] = [[]]
    for family in _families(book):
        if ready[-1] and len(ready[-1]) + len(family) > PORTION:
            ready.append([])
        for start in range(0, len(family), PORTION):  # a tree of organisations may be longer
            ready[-1].extend(family[start : start + PORTION])
            if start + PORTION < len(family):
                ready.append([])
    return [rows for rows in ready if rows]


def _families(book: Book) -> Iterator[list[Staged]]:
    rows = [one for one in book.staged if one.outcome in WRITTEN]
    below: dict[int, list[Staged]] = defaultdict(list)
    roots: list[Staged] = []
    for one in rows:
        holder = _holder(book, one)
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


def _holder(book: Book, one: Staged) -> Staged | None:
    """The row of this list that has to be written before this one."""
    refs = [ref for draft in one.drafts for ref in draft.links.values()]
    found = (book.holder(ref) for ref in refs)
    return next((h for h in found if h and h is not one and h.outcome in WRITTEN), None)


class Writing:
    """A list on its way into the registers; `keys` are the records its rows refer to."""

    def __init__(self, book: Book, *, by: Any) -> None:
        self.book, self.by = book, by
        self.keys = {
            draft.ref: draft.target
            for one in reversed(book.staged)
            for draft in one.drafts
            if draft.ref and draft.target is not None
        }
        self._deeds: dict[int, list[dict[str, Any]]] = {}

    def write(self, rows: Sequence[Staged]) -> dict[int, list[dict[str, Any]]]:
        """Write these rows; returns for each, by its place among them, what was made or changed.

        Raises `Meanwhile` when a record was changed since it was compared. For use inside a
        transaction.
        """
        self._deeds = {n: [] for n in range(len(rows))}
        known, parts = dict(self.keys), self.book.parts
        hold_owners(
            (parts[draft.part], draft.target, draft.values) for one in rows for draft in one.drafts
        )
        try:
            with audit.gathered():
                for name, part in parts.items():
                    self._write(part, _drafts(rows, name), rows)
        except Exception:
            self.keys = known  # nothing of this portion is there; it may be tried again
            raise
        return self._deeds

    def _write(self, part: Part, drafts: list[tuple[int, Draft]], rows: Sequence[Staged]) -> None:
        known = [(n, d) for n, d in drafts if not d.is_new]
        # First what hangs on nothing new: it may give up what only one may be.
        waiting = [p for p in known if not self._is_ready(p[1])]
        self._change(part, [p for p in known if self._is_ready(p[1])])
        self._make(part, [(n, d) for n, d in drafts if d.is_new], rows)
        self._change(part, waiting)

    # New records: those that others hang on first

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
        """Whether all that it hangs on has a key by now."""
        return all(ref in self.keys for ref in draft.links.values())

    def _insert(self, part: Part, drafts: list[tuple[int, Draft]], rows: Sequence[Staged]) -> None:
        values = [self._values(rows[n], draft) for n, draft in drafts]
        keys = part.make([written(part.model, v) for v in values], by=self.by)
        for (n, draft), pk, new in zip(drafts, keys, values, strict=True):
            if draft.ref:
                self.keys[draft.ref] = pk
            self._note(part, n, pk, old=None, new=new, version=1)

    def _values(self, one: Staged, draft: Draft) -> dict[str, Any]:
        links = {name: self.keys[ref] for name, ref in draft.links.items()}
        return self.book.complete(one, draft) | draft.added | draft.values | links

    # Changed records

    def _change(self, part: Part, drafts: list[tuple[int, Draft]]) -> None:
        for _n, draft in drafts:
            self._link(part, draft)
        changed = [(n, draft) for n, draft in drafts if draft.differences]
        changed.sort(key=lambda pair: not part.gives_up(_new(pair[1])))
        differences = {draft.target or 0: draft.differences for _n, draft in changed}
        time_bounds.hold_changed(part, differences)
        _refuse_changed(part, [draft for _n, draft in changed])
        if time_bounds.out_of_bounds(part, differences):
            raise Meanwhile
        part.follow(differences, self.by)
        more = _more_of(part, [draft for _n, draft in changed])
        groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
        entries: list[audit.Entry] = []
        for n, draft in changed:
            new = _new(draft)
            old = {name: before for name, (before, _after) in draft.differences.items()}
            key = draft.target or 0
            ready = updated(part, new, more.get(key, {}))
            groups[tuple(ready)].append([*ready.values(), key])
            self._note(part, n, key, old=old, new=new, version=(draft.version or 0) + 1)
            entries.append(change_entry(part, key, before=old, after=new))
        for names, values in groups.items():
            bulk.update(part.model, names, values, raised=part.counter)
        audit.record_many(entries, by=self.by)

    def _link(self, part: Part, draft: Draft) -> None:
        for name, ref in draft.links.items():
            now = current(part, {draft.target or 0}, [name]).get(draft.target or 0, {})
            if now.get(name) != self.keys[ref]:
                draft.differences[name] = (now.get(name), self.keys[ref])

    def _note(
        self, part: Part, n: int, pk: int, *, old: Any, new: dict[str, Any], version: int
    ) -> None:
        deed = {"part": part.name, "pk": pk, "old": old, "new": new}
        self._deeds[n].append(deed | ({"version": version} if part.counter else {}))


def _drafts(rows: Sequence[Staged], name: str) -> list[tuple[int, Draft]]:
    found = [(n, draft) for n, one in enumerate(rows) for draft in one.drafts if draft.part == name]
    # What comes along with a row goes first: the head of a household gets its first number.
    return sorted(found, key=lambda pair: pair[1] is rows[pair[0]].drafts[0])


def _new(draft: Draft) -> dict[str, Any]:
    return {name: after for name, (_before, after) in draft.differences.items()}


def _refuse_changed(part: Part, drafts: Sequence[Draft]) -> None:
    """Nothing is overwritten that is no longer what the preview showed."""
    names = {name for draft in drafts for name in draft.differences}
    counter = [part.counter] if part.counter else []
    now = current(part, {draft.target or 0 for draft in drafts}, [*names, *counter])
    for draft in drafts:
        found = now.get(draft.target or 0)
        if found is None or (part.counter and found[part.counter] != draft.version):
            raise Meanwhile
        if not all(same(found[name], old) for name, (old, _new) in draft.differences.items()):
            raise Meanwhile


def deed_text(order: int, deeds: Iterable[dict[str, Any]]) -> str:
    """What a row did, as it is kept until it may be undone: last written, first taken back."""
    return json.dumps({"order": order, "deeds": list(deeds)}, ensure_ascii=False)


def change_entry(
    part: Part, pk: int, *, before: dict[str, Any], after: dict[str, Any], action: str = ""
) -> audit.Entry:
    """What the audit chain is told of a change."""
    return audit.Entry(
        action=action or part.amended,
        kind=part.model._meta.label_lower,
        subject=str(pk),
        before=changes.said(part.model, before),
        after=changes.said(part.model, after),
    )


def _more_of(part: Part, drafts: list[Draft]) -> dict[int, dict[str, Any]]:
    """The whole `more` of records of which an entry changes."""
    wanted = {
        draft.target or 0
        for draft in drafts
        if any(name.startswith(MORE) for name in draft.differences)
    }
    found = current(part, wanted, ["more"]) if wanted else {}
    return {pk: dict(values["more"] or {}) for pk, values in found.items()}


def updated(part: Part, new: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Model fields and their new values, with those that follow from them."""
    ready = written(part.model, new)
    if "more" in ready:
        ready["more"] = {k: v for k, v in {**more, **ready["more"]}.items() if v is not None}
    return ready | part.derive(new)
