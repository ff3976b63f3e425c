"""Undoing an applied list: former values are restored, and new records deleted.

A record that was changed since, or that something else refers to by now, stays as it is, and its
row has the reason.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core import audit, bulk, collector
from jiedui.core.bulk import AT_ONCE
from jiedui.core.changes import Change, entry, stored
from jiedui.core.jobs import let_others_write
from jiedui.core.users import User
from jiedui.households import actions as households
from jiedui.households.models import Household
from jiedui.imports.matching import time_bounds
from jiedui.imports.matching.comparisons import COMPARISONS
from jiedui.imports.matching.drafts import Part, change_of, current, same
from jiedui.imports.matching.reach import Reach
from jiedui.imports.matching.sizes import SizesAfterUndo, concerned
from jiedui.imports.models import StagedRow, Upload
from jiedui.imports.staging.checking import ReportProgress
from jiedui.imports.writing.holding import hold_owners
from jiedui.imports.writing.records import PORTION, WRITTEN
from jiedui.imports.writing.turns import Turn, turn

Effect = dict[str, Any]  # part, pk, old (None for a new record), new


def undo(upload: Upload, *, by: User | None, report: ReportProgress) -> dict[str, int]:
    """Undo what can be undone. Returns the numbers of rows `undone` and `kept`."""
    with turn(upload.pk) as ours:
        take_back(upload, by=by, report=report, ours=ours)
    rows = upload.rows.filter(outcome__in=WRITTEN)
    kept = rows.exclude(reason="").count()
    with transaction.atomic(), audit.through("import"):
        audit.record("import.undone", upload, by=by, kind=upload.kind, kept=kept)
        upload.state, upload.undone = Upload.State.UNDONE, timezone.now()
        upload.counts = upload.counts | {"undone": rows.count() - kept, "kept": kept}
        upload.save(update_fields=["state", "undone", "counts"])
    return {"undone": upload.count("undone"), "kept": kept}


def forget(upload: Upload, *, by: User | None, report: ReportProgress) -> None:
    """Undo what interrupted attempts have written; the list is open again."""
    with turn(upload.pk) as ours:
        take_back(upload, by=by, report=report, ours=ours)
    upload.state = Upload.State.CHECKED
    upload.seal = ""  # it is compared again before it is applied
    upload.save(update_fields=["state", "seal"])


def take_back(upload: Upload, *, by: User | None, report: ReportProgress, ours: Turn) -> None:
    """Undo all that was written of a list, in portions, the last rows first.

    A row that stays gets the reason. When interrupted and restarted, it continues.
    """
    rows = [
        (order, row.pk, effects)
        for row in upload.rows.exclude(before="").only("pk", "before")
        for order, effects in [_read(str(row.before))]
    ]
    rows.sort(key=lambda row: row[0], reverse=True)
    effects_of = {pk: effects for _order, pk, effects in rows}
    ready = _portions(effects_of)
    for done, keys in enumerate(ready):
        report(5 + 90 * done // len(ready), _("Restoring what was before"))
        portion = {pk: effects_of[pk] for pk in keys}
        with collector.waits(), transaction.atomic(), audit.through("import"):
            ours.keep()
            undoing = _Undoing(upload.kind, portion, Reach(by))
            undoing.hold()
            kept = undoing.kept()
            with audit.gathered():
                undoing.restore(set(kept), by=by)
            reasons = [[kept.get(pk, "")[:200], "", pk] for pk in portion]
            bulk.update(StagedRow, ["reason", "before"], reasons)
        let_others_write()


def _portions(effects: dict[int, list[Effect]]) -> list[list[int]]:
    """Rows in order, in portions; rows that affect the size of one household stay together."""
    group = {row: {row} for row in effects}
    first: dict[int, int] = {}
    for household, row in concerned(effects):
        mine, other = group[row], group[first.setdefault(household, row)]
        if mine is not other:
            other |= mine
            group |= dict.fromkeys(mine, other)
    at = {row: n for n, row in enumerate(effects)}
    ready: list[list[int]] = [[]]
    done: set[int] = set()
    for row in effects:
        if row in done:
            continue
        if ready[-1] and len(ready[-1]) + len(group[row]) > PORTION:
            ready.append([])
        ready[-1] += sorted(group[row], key=at.__getitem__)
        done |= group[row]
    return [rows for rows in ready if rows]


def _read(before: str) -> tuple[int, list[Effect]]:
    kept = json.loads(before)
    if isinstance(kept, list):  # stored before the order was
        return 0, kept
    return kept["order"], kept["deeds"]


class _Undoing:
    def __init__(self, kind: str, effects: dict[int, list[Effect]], reach: Reach) -> None:
        self.parts = COMPARISONS[kind].parts
        self.effects, self.reach = effects, reach

    def kept(self) -> dict[int, str]:
        """Row → why it stays: its records changed, or others refer to them."""
        kept: dict[int, str] = {}
        for name, part in self.parts.items():
            found = list(self._of(name))
            here = self.reach.within(part.model, [effect["pk"] for _row, effect in found])
            for row in (row for row, effect in found if effect["pk"] not in here):
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
        effects = [effect for found in self.effects.values() for effect in found]
        hold_owners(
            (self.parts[d["part"]], d["pk"], {**d["new"], **(d["old"] or {})}) for d in effects
        )
        homes = {household for household, _row in concerned(self.effects)}
        stored(Household, homes, [], is_held=True)
        for name, part in self.parts.items():
            stored(part.model, {d["pk"] for _row, d in self._of(name)}, [], is_held=True)

    def _of(self, name: str) -> Iterable[tuple[int, Effect]]:
        for row, effects in self.effects.items():
            for effect in effects:
                if effect["part"] == name:
                    yield row, effect

    def _changed(self, part: Part, name: str) -> list[int]:
        found = list(self._of(name))
        groups: dict[frozenset[str], list[tuple[int, Effect]]] = defaultdict(list)
        for row, effect in found:
            groups[frozenset(effect["new"])].append((row, effect))
        changed = []
        counter = [part.counter] if part.counter else []
        for fields, some in groups.items():
            now = current(part, {effect["pk"] for _row, effect in some}, [*fields, *counter])
            changed += [
                row for row, effect in some if not _is_as_left(effect, now.get(effect["pk"]))
            ]
        return changed

    def _out_of_bounds(
        self, part: Part, found: list[tuple[int, Effect]]
    ) -> Iterable[tuple[int, str]]:
        """Rows whose former days would exclude records written since."""
        rows = {effect["pk"]: row for row, effect in found if effect["old"] is not None}
        back = [_back(part, effect) for _row, effect in found if effect["old"] is not None]
        for pk, (_field, why) in time_bounds.out_of_bounds(part.model, back).items():
            yield rows[pk], why

    def _needed(self, kept: set[int]) -> set[int]:
        """Rows whose new records are referred to by records that stay."""
        going: dict[type[models.Model], dict[int, int]] = defaultdict(dict)
        for name, part in self.parts.items():
            for row, effect in self._of(name):
                if effect["old"] is None and row not in kept:
                    going[part.model][effect["pk"]] = row
        needed: set[int] = set()
        for model, rows in going.items():
            for relation in model._meta.related_objects:
                leaving = going.get(relation.related_model, {})
                for pk in _referred(relation, set(rows), set(leaving)):
                    needed.add(rows[pk])
        return needed

    def restore(self, kept: set[int], *, by: User | None) -> None:
        """Delete new records, those that refer to others first, and write the former values."""
        parts = list(self.parts.items())[::-1]
        sizes = SizesAfterUndo(self.effects, kept)
        for name, part in parts:
            made = [d for row, d in self._of(name) if row not in kept and d["old"] is None]
            audit.record_many(_delete(part, made), by=by)
        for name, part in parts:
            effects = [effect for row, effect in self._of(name) if row not in kept]
            back = [_back(part, effect) for effect in effects if effect["old"] is not None]
            if back:
                part.amend(back, by=by, is_undo=True)
        households.amend_many(sizes.changes(), by=by, is_undo=True)


def _back(part: Part, effect: Effect) -> Change:
    return change_of(
        part, effect["pk"], effect["new"], effect["old"], version=effect.get("version")
    )


def _is_as_left(effect: Effect, now: dict[str, Any] | None) -> bool:
    """Whether a record is unchanged since, fields that the list does not have included."""
    if now is None or effect.get("version", now.get("version")) != now.get("version"):
        return False
    return all(same(now[name], value) for name, value in effect["new"].items())


def _referred(relation: Any, keys: set[int], leaving: set[int]) -> set[int]:
    """The records that others refer to, apart from those that are deleted with them."""
    field, found = relation.field, set()
    ordered = sorted(keys)
    for start in range(0, len(ordered), AT_ONCE):
        rows = relation.related_model._base_manager.filter(
            **{f"{field.name}__in": ordered[start : start + AT_ONCE]}
        )
        if field.many_to_many:
            found.update(rows.values_list(field.name, flat=True))
        else:
            pairs = rows.values_list("pk", field.attname)
            found.update(target for pk, target in pairs if pk not in leaving)
    return found & keys


def _delete(part: Part, effects: list[Effect]) -> list[audit.Entry]:
    # Deepest first: in a tree a newer path is below or beside the older ones.
    keys = sorted((effect["pk"] for effect in effects), reverse=True)
    for start in range(0, len(keys), AT_ONCE):
        rows = part.model._default_manager.filter(pk__in=keys[start : start + AT_ONCE])
        rows._raw_delete(rows.db)
    action = f"{part.noun}.withdrawn"
    return [
        entry(part.model, change_of(part, effect["pk"], effect["new"], {}, version=None), action)
        for effect in effects
    ]
