"""Writing what the preview showed: in one transaction, recorded, with what is needed to undo it."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core import audit, bulk
from jiedui.core.changes import HIDDEN
from jiedui.core.fields import EncryptedText
from jiedui.core.refusals import Refused
from jiedui.core.trees import TreeNode
from jiedui.imports import staging
from jiedui.imports.book import Book
from jiedui.imports.columns import MORE
from jiedui.imports.drafts import Draft, Part, Staged, current, written
from jiedui.imports.models import StagedRow, Upload
from jiedui.imports.staging import Looked, Tell
from jiedui.orgs.models import STEP, Organisation
from jiedui.places.models import OWN_STEP

WRITTEN = (StagedRow.Outcome.NEW, StagedRow.Outcome.CHANGED)


class Outdated(Exception):
    """The registers changed since the preview was made; `looked` is what it would show now."""

    def __init__(self, looked: Looked) -> None:
        super().__init__()
        self.looked = looked


@transaction.atomic
def apply(upload: Upload, *, by: Any, tell: Tell) -> dict[str, int]:
    """Write all new and changed rows. Raises `Outdated` when the preview is not true any more."""
    looked = staging.look(upload, tell=tell)
    if looked.seal != upload.seal:
        raise Outdated(looked)
    with audit.through("import"):
        audit.record("import.applied", upload, by=by, kind=upload.kind, counts=upload.counts)
        log = _Writing(looked.book, by=by, tell=tell).run()
        _keep(upload, log)
    upload.state, upload.applied = Upload.State.APPLIED, timezone.now()
    upload.save(update_fields=["state", "applied"])
    return dict(upload.counts)


def _keep(upload: Upload, log: dict[tuple[str, int], list[dict[str, Any]]]) -> None:
    keys = upload.rows.filter(outcome__in=WRITTEN).values_list("pk", "sheet", "number")
    bulk.update(
        StagedRow,
        ["before"],
        [
            [json.dumps(log[sheet, number], ensure_ascii=False), pk]
            for pk, sheet, number in keys
            if (sheet, number) in log
        ],
    )


class _Writing:
    """One list being written, part by part; `log` says for each row what was made or changed."""

    def __init__(self, book: Book, *, by: Any, tell: Tell) -> None:
        self.book, self.by, self.tell = book, by, tell
        self.keys: dict[str, int] = {}
        self.log: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
        self.entries: list[audit.Entry] = []

    def run(self) -> dict[tuple[str, int], list[dict[str, Any]]]:
        self._note_known()
        for done, (name, part) in enumerate(self.book.parts.items()):
            self.tell(60 + 20 * done, _("Writing the register"))
            drafts = self._drafts(name)
            self._make(part, [(s, d) for s, d in drafts if d.is_new])
            self._change(part, [(s, d) for s, d in drafts if not d.is_new])
        self.tell(95, _("Recording the changes"))
        audit.record_many(self.entries, by=self.by)
        return self.log

    def _note_known(self) -> None:
        for one in self.book.staged:
            for draft in one.drafts:
                if draft.ref and draft.target is not None:
                    self.keys.setdefault(draft.ref, draft.target)

    def _drafts(self, name: str) -> list[tuple[Staged, Draft]]:
        found = [
            (one, draft)
            for one in self.book.staged
            if one.outcome in WRITTEN
            for draft in one.drafts
            if draft.part == name
        ]
        # What comes along with a row goes first: the head of a household gets its first number.
        return sorted(found, key=lambda pair: pair[1] is pair[0].drafts[0])

    # New records: those that others hang on first

    def _make(self, part: Part, drafts: list[tuple[Staged, Draft]]) -> None:
        pending = drafts
        while pending:
            ready = [p for p in pending if all(r in self.keys for r in p[1].links.values())]
            if not ready:
                raise Refused(_("The rows refer to each other in a circle."))
            self._insert(part, ready)
            made = {id(draft) for _one, draft in ready}
            pending = [p for p in pending if id(p[1]) not in made]

    def _insert(self, part: Part, drafts: list[tuple[Staged, Draft]]) -> None:
        values = [self._values(part, one, draft) for one, draft in drafts]
        if issubclass(part.model, TreeNode):
            _give_paths(part.model, values)
        rows = [written(part.model, v) | part.derive(v) for v in values]
        for (one, draft), pk, said in zip(drafts, bulk.make(part.model, rows), values, strict=True):
            if draft.ref:
                self.keys[draft.ref] = pk
            self._say(part, one, pk, old=None, new=said)

    def _values(self, part: Part, one: Staged, draft: Draft) -> dict[str, Any]:
        links = {name: self.keys[ref] for name, ref in draft.links.items()}
        return self.book.complete(one, draft) | draft.added | draft.values | links

    # Changed records

    def _change(self, part: Part, drafts: list[tuple[Staged, Draft]]) -> None:
        for _one, draft in drafts:
            self._link(part, draft)
        changed = [(one, draft) for one, draft in drafts if draft.differences]
        more = _more_of(part, [d for _one, d in changed])
        groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
        for one, draft in changed:
            new = {name: after for name, (_before, after) in draft.differences.items()}
            old = {name: before for name, (before, _after) in draft.differences.items()}
            ready = _updated(part, new, more.get(draft.target or 0, {}))
            groups[tuple(ready)].append([*ready.values(), draft.target])
            self._say(part, one, draft.target or 0, old=old, new=new)
        for names, rows in groups.items():
            bulk.update(part.model, names, rows, raised=part.counter)

    def _link(self, part: Part, draft: Draft) -> None:
        for name, ref in draft.links.items():
            now = current(part, {draft.target or 0}, [name]).get(draft.target or 0, {})
            if now.get(name) != self.keys[ref]:
                draft.differences[name] = (now.get(name), self.keys[ref])

    def _say(
        self, part: Part, one: Staged, pk: int, *, old: dict[str, Any] | None, new: dict[str, Any]
    ) -> None:
        self.log[one.place].append({"part": part.name, "pk": pk, "old": old, "new": new})
        self.entries.append(
            audit.Entry(
                action=part.amended if old is not None else part.made,
                kind=part.model._meta.label_lower,
                subject=str(pk),
                before=said(part, old or {}),
                after=said(part, new),
            )
        )


def said(part: Part, values: dict[str, Any]) -> dict[str, Any]:
    """Values as the audit chain may keep them: of sensitive fields only that there is one."""
    return {
        name: (HIDDEN if value else "") if _is_secret(part, name) else value
        for name, value in values.items()
    }


def _is_secret(part: Part, name: str) -> bool:
    if name.startswith(MORE):
        return False
    field = part.model._meta.get_field(name.removesuffix("_id"))
    return isinstance(field, EncryptedText)


def _more_of(part: Part, drafts: list[Draft]) -> dict[int, dict[str, Any]]:
    """The whole `more` of records of which an entry changes."""
    wanted = {
        draft.target or 0
        for draft in drafts
        if any(name.startswith(MORE) for name in draft.differences)
    }
    found = current(part, wanted, ["more"]) if wanted else {}
    return {pk: dict(values["more"] or {}) for pk, values in found.items()}


def _updated(part: Part, new: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Model fields and their new values, with those that follow from them."""
    ready = written(part.model, new)
    if "more" in ready:
        ready["more"] = {k: v for k, v in {**more, **ready["more"]}.items() if v is not None}
    return ready | part.derive(new)


def _give_paths(model: type[TreeNode], values: list[dict[str, Any]]) -> None:
    """Paths below their parents, one past the last brother each."""
    step = STEP if model is Organisation else OWN_STEP
    parents = {one.get("parent_id") for one in values}
    above: dict[Any, str] = dict(
        model._default_manager.filter(pk__in=parents - {None}).values_list("pk", "path")
    )
    rows = model._default_manager.filter(
        models.Q(parent_id__in=parents - {None}) | models.Q(parent=None)
    )
    lasts = dict(rows.values_list("parent_id").annotate(last=Max("path")))
    for one in values:
        parent = one.get("parent_id")
        last = lasts.get(parent)
        number = int(last[-step:]) + 1 if last else 1
        if number >= 10**step:
            raise Refused(_("No more than %(most)d fit directly below one.") % {"most": 10**step})
        one["path"] = lasts[parent] = f"{above.get(parent, '')}{number:0{step}d}"
        if model is not Organisation:
            one["code"] = one["path"]
