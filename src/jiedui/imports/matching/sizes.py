"""Keeps the size of households in step with people who come or leave by a list.

When only some rows can be undone, the size is computed from the rows that stay.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from jiedui.core.changes import Change, stored
from jiedui.households.models import Household, Person
from jiedui.imports.matching.drafts import Draft, Part, Staged, current
from jiedui.imports.matching.known_households import Households

Effect = Mapping[str, Any]


@dataclass
class _Change:
    first: Staged  # the row that reports it
    come: int = 0
    left: int = 0


def follow_size(staged: Sequence[Staged], known: Households, part: Part) -> list[Draft]:
    """Set the size that households have after this list, unless the list states one.

    As the forms do: someone who comes raises a size that is below the number of people recorded,
    and someone who leaves lowers it. Returns the drafts with the new sizes.
    """
    changes = _changes(staged, known)
    sizes = {pk: now["size"] for pk, now in current(part, set(changes), ["size"]).items()}
    listed, drafts = _households(staged), []
    for pk, change in changes.items():
        living = len(known.by_pk[pk].people) + change.come - change.left
        size = max(sizes[pk] - change.left, living, 1)
        if size == sizes[pk] or (pk in listed and "size" in listed[pk].values):
            continue
        if pk not in listed:
            listed[pk] = Draft("household", {}, target=pk)
            change.first.drafts.append(listed[pk])
        listed[pk].values["size"] = size
        listed[pk].followed.append("size")
        drafts.append(listed[pk])
    return drafts


def _changes(staged: Sequence[Staged], known: Households) -> dict[int, _Change]:
    found: dict[int, _Change] = {}
    for one in staged:
        for pk, come in _moves(one, known):
            change = found.setdefault(pk, _Change(one))
            change.come += come > 0
            change.left += come < 0
    return found


def _moves(one: Staged, known: Households) -> Iterator[tuple[int, int]]:
    """Known household and change of its people by this row: one more (1) or one less (-1)."""
    for draft in one.drafts if not one.outcome else ():
        home = draft.values.get("household_id")
        if draft.part != "person" or home is None:
            continue
        person = known.person_by_pk.get(draft.target or 0)
        was = person.household if person and person.ended is None else None
        now = home if not draft.values.get("ended") and (draft.is_new or was) else None
        if was != now:
            yield from ((pk, come) for pk, come in ((was, -1), (now, 1)) if pk in known.by_pk)


def _households(staged: Sequence[Staged]) -> dict[int, Draft]:
    """The drafts of households that are on the register, by key."""
    drafts = (draft for one in staged for draft in one.drafts if draft.part == "household")
    return {draft.target: draft for draft in drafts if draft.target is not None}


# Sizes after an undo of only some rows. An effect is the change that a row made
# to one record: part, pk, old, new; of people also `moved`, of followed columns `followed`.


def moved_by(
    draft: Draft, *, old: Mapping[str, Any] | None, new: Mapping[str, Any]
) -> list[Effect]:
    """The households this change of a person moved somebody into, or out of (`left`)."""
    home, is_over = new.get("household_id", draft.values.get("household_id")), new.get("ended")
    if old is None:
        return [] if is_over else [{"household": home, "left": False}]
    found = []
    if "household_id" in new:
        found.append({"household": old["household_id"], "left": True})
        found += [] if is_over else [{"household": home, "left": False}]
    elif is_over and not old.get("ended"):
        found.append({"household": home, "left": True})
    return [one for one in found if one["household"]]


def note_sizes(effects: Iterable[dict[str, Any]]) -> None:
    """Store the present size with each move, to detect later changes of it."""
    moved = [one for effect in effects for one in effect.get("moved", ())]
    sizes = stored(Household, {one["household"] for one in moved}, ["size"], is_held=False)
    for one in moved:
        one["size"] = sizes[one["household"]]["size"]


def concerned(effects: Mapping[int, Sequence[Effect]]) -> Iterator[tuple[int, int]]:
    """Household and row, for every row that affects the size of a household."""
    for row, some in effects.items():
        for effect in some:
            yield from ((one["household"], row) for one in effect.get("moved", ()))
            if effect["part"] == "household":
                yield effect["pk"], row


class SizesAfterUndo:
    """The sizes of households when some rows of a list are undone and others stay."""

    def __init__(self, effects: Mapping[int, Sequence[Effect]], kept: Collection[int]) -> None:
        rows: dict[int, set[int]] = defaultdict(set)
        for household, row in concerned(effects):
            rows[household].add(row)
        partly = {key for key, some in rows.items() if some & {*kept} and some - {*kept}}
        self._left: Counter[int] = Counter()
        gone: Counter[int] = Counter()
        self._base: dict[int, int] = {}
        written: dict[int, int] = {}
        stated: dict[int, tuple[int, Effect]] = {}
        for row, some in effects.items():
            for effect in some:
                if _sets_size(effect):
                    stated[effect["pk"]] = row, effect
                for one in effect.get("moved", ()):
                    written[one["household"]] = one["size"]
                    self._left[one["household"]] += one["left"] and row in kept
                    gone[one["household"]] += not one["left"] and row not in kept
        written |= {key: effect["new"]["size"] for key, (_row, effect) in stated.items()}
        for key, here in stored(Household, partly, ["size"], is_held=True).items():
            if here["size"] != written.get(key, here["size"]):
                continue  # changed by somebody since
            row, effect = stated.get(key, (0, {}))
            if row in kept and "size" not in effect.get("followed", ()):
                continue  # stated by a row that stays
            if not effect:
                self._base[key] = here["size"]
            elif effect["old"]:
                self._base[key] = effect["old"]["size"]
            else:  # a new household stays, without people of undone rows
                self._base[key] = here["size"] - gone[key]

    def changes(self) -> list[Change]:
        """The corrections of sizes still to be written after rows were undone."""
        now = stored(Household, self._base, ["size"], is_held=True)
        rows = Person.objects.filter(household__in=self._base, ended=None).order_by()
        living = dict(rows.values_list("household").annotate(count=Count("pk")))
        found = []
        for key, here in now.items():
            size = max(self._base[key] - self._left[key], living.get(key, 0), 1)
            if size != here["size"]:
                found.append(Change(key, {"size": here["size"]}, {"size": size}))
        return found


def _sets_size(effect: Effect) -> bool:
    return effect["part"] == "household" and "size" in effect["new"]
