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
from jiedui.core.jobs import let_others_write
from jiedui.imports import time_bounds
from jiedui.imports.books import BOOKS
from jiedui.imports.columns import MORE
from jiedui.imports.drafts import CHUNK, Part, current, same
from jiedui.imports.holding import hold_owners
from jiedui.imports.models import StagedRow, Upload
from jiedui.imports.reach import Reach
from jiedui.imports.staging import Tell
from jiedui.imports.turns import Turn, turn
from jiedui.imports.writing import PORTION, WRITTEN, change_entry, updated

Deed = dict[str, Any]  # part, pk, old (None when it was made), new


def undo(upload: Upload, *, by: Any, tell: Tell) -> dict[str, int]:
    """Take back what can be taken back. Returns how many rows were `undone` and `kept`."""
    with turn(upload.pk) as ours:
        take_back(upload, by=by, tell=tell, ours=ours)
    rows = upload.rows.filter(outcome__in=WRITTEN)
    kept = rows.exclude(reason="").count()
    with transaction.atomic(), audit.through("import"):
        audit.record("import.undone", upload, by=by, kind=upload.kind, kept=kept)
        upload.state, upload.undone = Upload.State.UNDONE, timezone.now()
        upload.counts = upload.counts | {"undone": rows.count() - kept, "kept": kept}
        upload.save(update_fields=["state", "undone", "counts"])
    return {"undone": upload.count("undone"), "kept": kept}


def forget(upload: Upload, *, by: Any, tell: Tell) -> None:
    """Take back what attempts that were stopped have written; the list waits as before."""
    with turn(upload.pk) as ours:
        take_back(upload, by=by, tell=tell, ours=ours)
    upload.state = Upload.State.CHECKED
    upload.seal = ""  # it is compared anew before it is applied
    upload.save(update_fields=["state", "seal"])


def take_back(upload: Upload, *, by: Any, tell: Tell, ours: Turn) -> None:
    """Take back all that was written of a list, a portion at a time, the last first.

    A row that stays says why. Stopped and started again, it goes on where it was.
    """
    rows = [
        (order, row.pk, deeds)
        for row in upload.rows.exclude(before="").only("pk", "before")
        for order, deeds in [_read(str(row.before))]
    ]
    rows.sort(key=lambda row: row[0], reverse=True)
    for start in range(0, len(rows), PORTION):
        tell(5 + 90 * start // len(rows), _("Restoring what was before"))
        portion = {pk: deeds for _order, pk, deeds in rows[start : start + PORTION]}
        with transaction.atomic(), audit.through("import"):
            ours.keep()
            undoing = _Undoing(upload.kind, portion, Reach(by))
            undoing.hold()
            kept = undoing.kept()
            with audit.gathered():
                audit.record_many(undoing.restore(set(kept), by=by), by=by)
            said = [[kept.get(pk, "")[:200], "", pk] for pk in portion]
            bulk.update(StagedRow, ["reason", "before"], said)
        let_others_write()


def _read(before: str) -> tuple[int, list[Deed]]:
    kept = json.loads(before)
    if isinstance(kept, list):  # written before the order was kept
        return 0, kept
    return kept["order"], kept["deeds"]


class _Undoing:
    def __init__(self, kind: str, deeds: dict[int, list[Deed]], reach: Reach) -> None:
        self.parts = BOOKS[kind].parts
        self.deeds, self.reach = deeds, reach

    def kept(self) -> dict[int, str]:
        """Row → why it stays: its records changed, or something else needs them."""
        kept: dict[int, str] = {}
        for name, part in self.parts.items():
            found = list(self._of(name))
            here = self.reach.within(part.model, [deed["pk"] for _row, deed in found])
            for row in (row for row, deed in found if deed["pk"] not in here):
                kept.setdefault(row, _("It is not yours to change any more; it stays as it is."))
            for pk in self._changed(part, name):
                kept.setdefault(pk, _("Changed since; it stays as it is."))
            for pk, why in self._out_of_bounds(part, found):
                kept.setdefault(pk, why)
        while more := self._needed(set(kept)):
            for pk in more:
                kept[pk] = _("Something else refers to it by now; it stays.")
        return kept

    def hold(self) -> None:
        deeds = [deed for found in self.deeds.values() for deed in found]
        hold_owners(
            (self.parts[d["part"]], d["pk"], {**d["new"], **(d["old"] or {})}) for d in deeds
        )

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
        counter = [part.counter] if part.counter else []
        for fields, some in groups.items():
            now = current(part, {deed["pk"] for _row, deed in some}, [*fields, *counter])
            changed += [row for row, deed in some if not _is_as_left(deed, now.get(deed["pk"]))]
        return changed

    def _out_of_bounds(
        self, part: Part, found: list[tuple[int, Deed]]
    ) -> Iterable[tuple[int, str]]:
        """Rows whose days before no longer hold all that was written down since."""
        changed = {deed["pk"]: (row, deed) for row, deed in found if deed["old"] is not None}
        changes = {pk: _back(deed) for pk, (_row, deed) in changed.items()}
        time_bounds.hold_changed(part, changes)
        for pk, (_field, why) in time_bounds.out_of_bounds(part, changes).items():
            yield changed[pk][0], why

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

    def restore(self, kept: set[int], *, by: Any) -> list[audit.Entry]:
        """Delete what was made, what hangs on others first, and write the values before."""
        entries: list[audit.Entry] = []
        parts = list(self.parts.items())[::-1]
        for name, part in parts:
            made = [d for row, d in self._of(name) if row not in kept and d["old"] is None]
            entries += _delete(part, made)
        for name, part in parts:
            deeds = [deed for row, deed in self._of(name) if row not in kept]
            changed = [deed for deed in deeds if deed["old"] is not None]
            part.follow({deed["pk"]: _back(deed) for deed in changed}, by)
            entries += self._restore_changed(part, changed)
        return entries

    def _restore_changed(self, part: Part, deeds: list[Deed]) -> list[audit.Entry]:
        with_more = {d["pk"] for d in deeds if any(k.startswith(MORE) for k in d["old"])}
        more = {pk: v["more"] or {} for pk, v in current(part, with_more, ["more"]).items()}
        groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
        for deed in sorted(deeds, key=lambda one: not part.gives_up(one["old"])):
            ready = updated(part, deed["old"], more.get(deed["pk"], {}))
            groups[tuple(ready)].append([*ready.values(), deed["pk"]])
        for names, rows in groups.items():
            bulk.update(part.model, names, rows, raised=part.counter)
        return [_entry(part, deed, part.amended) for deed in deeds]


def _back(deed: Deed) -> dict[str, tuple[Any, Any]]:
    return {name: (deed["new"][name], old) for name, old in deed["old"].items()}


def _is_as_left(deed: Deed, now: dict[str, Any] | None) -> bool:
    """Whether nobody has changed anything of a record, also what the list does not speak of."""
    if now is None or deed.get("version", now.get("version")) != now.get("version"):
        return False
    return all(same(now[name], value) for name, value in deed["new"].items())


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
    return [_entry(part, deed, f"{part.noun}.withdrawn") for deed in deeds]


def _entry(part: Part, deed: Deed, action: str) -> audit.Entry:
    before, after = deed["new"], deed["old"] or {}
    return change_entry(part, deed["pk"], before=before, after=after, action=action)
