"""Values the program adds to the records of a list where the list has none."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from jiedui.imports.columns.declarations import Schema
from jiedui.imports.matching.drafts import Staged
from jiedui.imports.values.choices import in_words

ADDED, DERIVED = "added", "derived"


@dataclass(frozen=True)
class Addition:
    """One value of one field in so many records; `by` is ADDED or DERIVED (from other cells).

    A derived value differs from record to record, so it is not stored here.
    """

    part: str
    name: str
    value: Any
    times: int
    by: str


Added = tuple[str, str, str, str]  # part, name, value as JSON, by


def added_to(one: Staged) -> Iterator[Added]:
    """The additions in one row."""
    for draft in one.drafts:
        for name, value in draft.added.items():
            yield draft.part, name, json.dumps(value), ADDED
        for name in draft.derived:
            yield draft.part, name, '""', DERIVED


def counted(found: Counter[Added]) -> list[Addition]:
    """The additions in all rows to be written, the most frequent values first."""
    return [
        Addition(part, name, json.loads(value), times, by)
        for (part, name, value, by), times in found.most_common()
    ]


def mark_above(staged: Iterable[Staged], schema: Schema) -> None:
    """Note for the preview which values a row took from a row above."""
    known = schema.by_key
    for one in staged:
        for draft in one.drafts[:1] if one.row.above else ():
            draft.above = {
                key: in_words(known[key].choices, one.row.values.get(key))
                for key in sorted(one.row.above)
            }


def written(additions: Iterable[Addition]) -> str:
    return json.dumps([asdict(one) for one in additions], ensure_ascii=False)


def read(text: str) -> list[Addition]:
    return [Addition(**one) for one in json.loads(text)] if text else []
