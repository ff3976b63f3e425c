"""The size of a household on the register follows who comes and who leaves by a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jiedui.imports.drafts import Draft, Part, Staged, current
from jiedui.imports.known_households import Households


@dataclass
class _Change:
    first: Staged  # the row that tells it
    come: int = 0
    left: int = 0


def follow_size(staged: Sequence[Staged], known: Households, part: Part) -> list[Draft]:
    """Households get the size they have after this list, unless it says one itself.

    As on the pages: whoever comes is counted where the size was less than those written down,
    and whoever leaves is taken off. Returns the drafts that say it.
    """
    changes = _changes(staged, known)
    sizes = {pk: now["size"] for pk, now in current(part, set(changes), ["size"]).items()}
    said, drafts = _households(staged), []
    for pk, change in changes.items():
        living = len(known.by_pk[pk].people) + change.come - change.left
        size = max(sizes[pk] - change.left, living, 1)
        if size == sizes[pk] or (pk in said and "size" in said[pk].values):
            continue
        if pk not in said:
            said[pk] = Draft("household", {}, target=pk)
            change.first.drafts.append(said[pk])
        said[pk].values["size"] = size
        drafts.append(said[pk])
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
    """Which households on the register one more (1) or one less (-1) lives in by this row."""
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
    """The rows of the list that speak of households on the register."""
    drafts = (draft for one in staged for draft in one.drafts if draft.part == "household")
    return {draft.target: draft for draft in drafts if draft.target is not None}
