"""Taking an applied list back: values before are restored, what it made goes, unless it lives on.

A record that was changed since, or that something else refers to by now, stays as it is, and its
row says why.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core import audit, bulk
from jiedui.imports.applying import WRITTEN, _updated, said
from jiedui.imports.books import BOOKS
from jiedui.imports.columns import MORE
from jiedui.imports.drafts import CHUNK, Part, current, same
from jiedui.imports.models import StagedRow, Upload
from jiedui.imports.staging import Tell

Deed = dict[str, Any]  # part, pk, old (None when it was made), new


@transaction.atomic
def undo(upload: Upload, *, by: Any, tell: Tell) -> dict[str, int]:
    """Take back what can be taken back. Returns how many rows were `undone` and `kept`."""
    rows = list(upload.rows.filter(outcome__in=WRITTEN).order_by("pk"))
    undoing = _Undoing(upload.kind, {row.pk: json.loads(str(row.before) or "[]") for row in rows})
    tell(20, _("Looking for what changed since"))
    kept = undoing.kept()
    with audit.through("import"):
        audit.record("import.undone", upload, by=by, kind=upload.kind, kept=len(kept))
        tell(50, _("Restoring what was before"))
        audit.record_many(undoing.restore(set(kept)), by=by)
    bulk.update(StagedRow, ["reason"], [[reason[:200], pk] for pk, reason in kept.items()])
    upload.state, upload.undone = Upload.State.UNDONE, timezone.now()
    upload.counts = upload.counts | {"undone": len(rows) - len(kept), "kept": len(kept)}
    upload.save(update_fields=["state", "undone", "counts"])
    return {"undone": len(rows) - len(kept), "kept": len(kept)}


class _Undoing:
    def __init__(self, kind: str, deeds: dict[int, list[Deed]]) -> None:
        self.parts = BOOKS[kind].parts
        self.deeds = deeds

    def kept(self) -> dict[int, str]:
        """Row → why it stays: its records changed, or something else needs them."""
        kept: dict[int, str] = {}
        for name, part in self.parts.items():
            for pk in self._changed(part, name):
                kept.setdefault(pk, _("Changed since; it stays as it is."))
        while more := self._needed(set(kept)):
            for pk in more:
                kept[pk] = _("Something else refers to it by now; it stays.")
        return kept

    def _of(self, name: str) -> Iterable[tuple[int, Deed]]:
        for row, deeds in self.deeds.items():
            for deed in deeds:
                if deed["part"] == name:
                    yield row, deed

    def _changed(self, part: Part, name: str) -> list[int]:
        found = list(self._of(name))
        groups: dict[frozenset[str], list[tuple[int, Deed]]] = defaultdict(list)
        for row, deed in found:
            groups[frozenset(deed["new"])].append((row, deed))
        changed = []
        for fields, some in groups.items():
            now = current(part, {deed["pk"] for _row, deed in some}, fields)
            for row, deed in some:
                values = now.get(deed["pk"])
                if values is None or not all(same(values[k], v) for k, v in deed["new"].items()):
                    changed.append(row)
        return changed

    def _needed(self, kept: set[int]) -> set[int]:
        """Rows whose new records are referred to by records that stay."""
        going: dict[type[models.Model], dict[int, int]] = defaultdict(dict)
        for name, part in self.parts.items():
            for row, deed in self._of(name):
                if deed["old"] is None and row not in kept:
                    going[part.model][deed["pk"]] = row
        needed: set[int] = set()
        for model, rows in going.items():
            for relation in model._meta.related_objects:
                leaving = going.get(relation.related_model, {})
                for pk in _referred(relation, set(rows), set(leaving)):
                    needed.add(rows[pk])
        return needed

    def restore(self, kept: set[int]) -> list[audit.Entry]:
        """Write the values before and delete what was made, what hangs on others first."""
        entries: list[audit.Entry] = []
        for name, part in list(self.parts.items())[::-1]:
            deeds = [deed for row, deed in self._of(name) if row not in kept]
            entries += self._restore_changed(part, [d for d in deeds if d["old"] is not None])
        for name, part in list(self.parts.items())[::-1]:
            made = [d for row, d in self._of(name) if row not in kept and d["old"] is None]
            entries += _delete(part, made)
        return entries

    def _restore_changed(self, part: Part, deeds: list[Deed]) -> list[audit.Entry]:
        with_more = {d["pk"] for d in deeds if any(k.startswith(MORE) for k in d["old"])}
        more = {pk: v["more"] or {} for pk, v in current(part, with_more, ["more"]).items()}
        groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
        for deed in deeds:
            ready = _updated(part, deed["old"], more.get(deed["pk"], {}))
            groups[tuple(ready)].append([*ready.values(), deed["pk"]])
        for names, rows in groups.items():
            bulk.update(part.model, names, rows, raised=part.counter)
        return [_entry(part, deed, part.amended) for deed in deeds]


def _referred(relation: Any, keys: set[int], leaving: set[int]) -> set[int]:
    """Which of these records something refers to that does not leave with them."""
    field, found = relation.field, set()
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        rows = relation.related_model._base_manager.filter(
            **{f"{field.name}__in": ordered[start : start + CHUNK]}
        )
        if field.many_to_many:
            found.update(rows.values_list(field.name, flat=True))
        else:
            pairs = rows.values_list("pk", field.attname)
            found.update(target for pk, target in pairs if pk not in leaving)
    return found & keys


def _delete(part: Part, deeds: list[Deed]) -> list[audit.Entry]:
    # Deepest first: in a tree the youngest path is below or beside the older ones.
    keys = sorted((deed["pk"] for deed in deeds), reverse=True)
    for start in range(0, len(keys), CHUNK):
        rows = part.model._default_manager.filter(pk__in=keys[start : start + CHUNK])
        rows._raw_delete(rows.db)
    noun = part.made.split(".")[0]
    return [_entry(part, deed, f"{noun}.withdrawn") for deed in deeds]


def _entry(part: Part, deed: Deed, action: str) -> audit.Entry:
    return audit.Entry(
        action=action,
        kind=part.model._meta.label_lower,
        subject=str(deed["pk"]),
        before=said(part, deed["new"]),
        after=said(part, deed["old"] or {}),
    )
