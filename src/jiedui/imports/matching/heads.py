"""Keeps the head's name of a household and the person who is its head the same."""

from __future__ import annotations

from collections.abc import Collection

from jiedui.households.heads import HEAD
from jiedui.imports.matching.drafts import Draft, Staged
from jiedui.imports.matching.known_households import KnownHousehold


def follow_head(
    one: Staged, home: KnownHousehold, listed_people: Collection[int | None]
) -> list[Draft]:
    """Changes of people where the row of a known household names another head.

    `listed_people` have rows of their own in the list, which take precedence.
    """
    name, former = one.drafts[0].values["head"], home.head_person
    made: list[Draft] = []
    head = next((draft for draft in one.drafts if draft.part == "person"), None)
    if head is None:
        if former is None or name == former.name:
            return []
        living = [person for person in home.people if person.name == name]
        if len(living) != 1:  # the same head under another name
            return [Draft("person", {"name": name}, target=former.pk)]
        head = Draft("person", {"relation": HEAD}, target=living[0].pk)
        made.append(head)
    if former and former.pk != head.target and former.pk not in listed_people:
        made.append(Draft("person", {"relation": "other"}, target=former.pk))
    return made
