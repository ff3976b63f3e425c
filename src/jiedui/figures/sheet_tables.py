"""Snapshot tables of forms filled in and of their answers."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import CharField, F
from django.db.models.functions import Cast, Coalesce

from jiedui.campaigns.models import playbook_of
from jiedui.campaigns.playbook.forms import Form, Question
from jiedui.figures.arrow import fetch, hex_of, look_up, text, whole
from jiedui.figures.register_tables import Source, add, answering, standing
from jiedui.questionnaires import answers as read_answers
from jiedui.questionnaires.models import SUBJECTS, Sheet

NUMBERS = ("whole", "number", "points", "scale5")
HUNDREDTH = Decimal("0.01")
PLACE = Coalesce(
    "place_id", "household__place_id", "organisation__place_id", "team__place_id",
    "team__organisation__place_id", "member__organisation__place_id",
)  # fmt: skip
ORGANISATION = Coalesce("organisation_id", "member__organisation_id", "team__organisation_id")


def sheets(source: Source) -> Any:
    """One row for every sheet in force."""
    import pyarrow as pa

    table, contents = _read(source)
    points = [form.points_of(values) for form, values in contents]
    full = [form.full_points for form, _values in contents]
    return add(
        table,
        points=pa.array(points, pa.int64()),
        full_points=pa.array(full, pa.int64()),
    )


def _read(source: Source) -> tuple[Any, list[tuple[Form, dict[str, Any]]]]:
    """The sheets of the campaign up to the day, and beside each its form with the answers."""
    rows = Sheet.objects.standing().filter(campaign=source.campaign, day__lte=source.as_of)
    table = fetch(
        rows,
        {"uuid": text("pk"), "form": "form_key", "day": text("day"), "answers": text("answers"),
         "asked_by": Cast("playbook_text_id", CharField()), "is_confidential": "is_confidential",
         **{name: f"{name}_id" for name in SUBJECTS if name not in ("organisation", "place")},
         "about": F("organisation_id"), "at": ORGANISATION, "place_id": PLACE},
    )  # fmt: skip
    asked = list(zip(table["asked_by"].to_pylist(), table["form"].to_pylist(), strict=True))
    forms = {one: playbook_of(one[0], source.campaign.key).form(one[1]) for one in set(asked)}
    answered = map(json.loads, table["answers"].to_pylist())
    contents = list(zip(map(forms.__getitem__, asked), answered, strict=True))
    helped_by = answering(source)
    of_family = look_up(
        whole(table["household"]), whole(helped_by["household"]), whole(helped_by["organisation"])
    )
    table = add(
        table, id=hex_of(whole(table["uuid"])), organisation=_either(table["at"], of_family)
    )
    return standing(source, table), contents


def _either(first: Any, second: Any) -> Any:
    """The first of two columns, where it is empty the second."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.coalesce(whole(first).cast(pa.int64()), whole(second).cast(pa.int64()))


def answers(source: Source) -> Any:
    """One row for every answer; of what families told supervision none."""
    import pyarrow as pa

    table, contents = _read(source)
    told = zip(*(table[name].to_pylist() for name in ("is_confidential", "household")), strict=True)
    rows: list[tuple[int, str, str, str | None, Decimal | None]] = []
    for at, ((is_confidential, household), (form, values)) in enumerate(
        zip(told, contents, strict=True)
    ):
        if not (is_confidential and household):
            rows += [(at, *row) for row in _rows(form, values)]
    taken = pa.array([row[0] for row in rows], pa.int64())
    names = ("form", "day", "household", "member", "team", "organisation", "org_path", "place")
    found = table.select(["id", *names]).take(taken).rename_columns(["sheet", *names])
    sheet = found["sheet"].to_pylist()
    return add(
        found,
        id=pa.array([f"{key}-{row[1]}" for key, row in zip(sheet, rows, strict=True)]),
        question=pa.array([row[2] for row in rows], pa.string()),
        word=pa.array([row[3] for row in rows], pa.string()),
        amount=pa.array([row[4] for row in rows], pa.decimal128(14, 2)),
    )


def _rows(
    form: Form, values: dict[str, Any]
) -> Iterator[tuple[str, str, str | None, Decimal | None]]:
    """What is told of each answer: what tells it apart, the question, its word, its number."""
    for question in form.questions:
        if question.key not in values:
            continue
        value = values[question.key]
        number = _number(question, value)
        if not question.answers:
            if number is not None:
                yield question.key, question.key, None, number
            continue
        for word in read_answers.as_words(value):
            yield f"{question.key}-{word}", question.key, word, number


def _number(question: Question, value: Any) -> Decimal | None:
    return Decimal(str(value)).quantize(HUNDREDTH) if question.type in NUMBERS else None
