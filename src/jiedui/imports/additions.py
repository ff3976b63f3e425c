"""What the program adds to a whole list where the list says nothing, value by value."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from jiedui.imports.drafts import Staged

ADDED, DERIVED = "added", "derived"


@dataclass(frozen=True)
class Addition:
    """One value of one field in so many records; `by` is ADDED or DERIVED (from other cells).

    A derived value is another in every record, so it is not kept here.
    """

    part: str
    name: str
    value: Any
    times: int
    by: str


def count(staged: Iterable[Staged]) -> list[Addition]:
    """The additions of all rows that would be written, the frequent values first."""
    found: Counter[tuple[str, str, str, str]] = Counter()
    for one in staged:
        for draft in one.drafts:
            found.update(
                (draft.part, name, json.dumps(value), ADDED) for name, value in draft.added.items()
            )
            found.update((draft.part, name, '""', DERIVED) for name in draft.derived)
    return [
        Addition(part, name, json.loads(value), times, by)
        for (part, name, value, by), times in found.most_common()
    ]


def written(additions: Iterable[Addition]) -> str:
    return json.dumps([asdict(one) for one in additions], ensure_ascii=False)


def read(text: str) -> list[Addition]:
    return [Addition(**one) for one in json.loads(text)] if text else []
