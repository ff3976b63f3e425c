"""What can be put right once for all rows: each wrong word of a list with its answers."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from jiedui.imports.columns.declarations import Schema
from jiedui.imports.tables.answers import Answers, as_written, sheet_of
from jiedui.imports.tables.rows import Mistake, Parsed
from jiedui.imports.values.parsers import Name

_MOST = 40  # different words of one column; past them the column is left empty or the file mended


@dataclass(frozen=True)
class Question:
    """One word of a column that was not understood, or was read as something else.

    `key` is its name in answers; `replacement` is what is read instead, None without an answer;
    `is_remembered` when that was answered for an earlier list.
    """

    field: str
    key: str
    times: int
    message: str = ""
    offers: tuple[str, ...] = ()
    is_error: bool = False
    replacement: str | None = None
    is_remembered: bool = False

    @property
    def shown(self) -> str:
        """What the cells say; "" when they are empty."""
        return as_written(self.key)[:100]

    @property
    def sheet(self) -> str:
        """The sheet whose empty cells are meant."""
        return sheet_of(self.key)

    @property
    def name(self) -> str:
        """What its answer is called in a form."""
        return f"word-{hashlib.sha256(f'{self.field} {self.key}'.encode()).hexdigest()[:20]}"

    # In the database the replacement is called "said".

    def stored(self) -> dict[str, Any]:
        return {"said" if k == "replacement" else k: value for k, value in asdict(self).items()}

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Question:
        values = {"replacement" if k == "said" else k: value for k, value in stored.items()}
        return cls(**values | {"offers": tuple(stored["offers"])})


@dataclass(frozen=True)
class Questions:
    """All questions of a list, and how many more words each column has than there are questions."""

    items: tuple[Question, ...] = ()
    more: Mapping[str, int] | None = None

    def written(self) -> str:
        return json.dumps(
            {"asked": [one.stored() for one in self.items], "more": self.more or {}},
            ensure_ascii=False,
        )

    @classmethod
    def read(cls, text: str) -> Questions:
        if not text:
            return cls()
        kept: dict[str, Any] = json.loads(text)
        return cls(tuple(Question.restored(one) for one in kept["asked"]), kept["more"])


def open_questions(parsed: Parsed, schema: Schema, answers: Answers) -> Questions:
    """The open questions of a parsed list, column by column, the frequent words first."""
    found: dict[tuple[str, str], Question] = {}
    times = Counter((one.field, one.key) for one in parsed.mistakes if one.is_open)
    for mistake in parsed.mistakes:
        place = (mistake.field, mistake.key)
        if place not in found and _has_common_answer(mistake, schema):
            found[place] = _open(mistake, times[place])
    for (field, key), count in parsed.settled.items():
        question = found.get((field, key)) or Question(field, key, count)
        found[field, key] = replace(
            question,
            replacement=answers.replacement_by_name(field, key),
            is_remembered=key not in answers.words.get(field, {}),
        )
    return _in_order(list(found.values()), schema)


def _has_common_answer(mistake: Mistake, schema: Schema) -> bool:
    """Whether one answer may hold for all rows: a name cannot, where the cells are empty."""
    column = schema.by_key.get(mistake.field)
    if column is None or not mistake.is_open:
        return False
    return not (sheet_of(mistake.key) and isinstance(column.parser, Name))


def _open(mistake: Mistake, times: int) -> Question:
    return Question(
        field=mistake.field,
        key=mistake.key,
        times=times,
        message=mistake.message,
        offers=mistake.offers,
        is_error=mistake.severity == "error",
    )


def _in_order(questions: list[Question], schema: Schema) -> Questions:
    columns: dict[str, list[Question]] = defaultdict(list)
    for question in sorted(
        questions, key=lambda one: (one.replacement is not None, -one.times, one.key)
    ):
        columns[question.field].append(question)
    order = [field.key for field in schema.fields if field.key in columns]
    return Questions(
        tuple(question for key in order for question in columns[key][:_MOST]),
        {key: len(columns[key]) - _MOST for key in order if len(columns[key]) > _MOST},
    )
