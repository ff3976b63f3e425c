"""Rows of a list of people joined into families, and mistakes where they do not fit."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from jiedui.engines import words
from jiedui.imports.reading.cells import Cell
from jiedui.imports.tables import families, filling
from jiedui.imports.tables.families import Line
from jiedui.imports.tables.headers import Table
from jiedui.imports.tables.rows import LayoutQuestion, Mistake, Parsed, Row, add_question
from jiedui.imports.values.parsers import plain

# Whose the rows without a number are; of rows without a relation also whether they are people.
FAMILIES, MEMBERS = "families", "members"
OWN = "own"  # each of those rows is a household
_ANSWERS: dict[str, families.Answer] = {"above": "above", "below": "below", "apart": "apart"}
_EXAMPLES = 3
# What rows take over from the row that names their household.
_OF_THE_HOUSEHOLD = {
    "households": ("household_code",),
    "people": ("household_code", "head", "village", "township", "county"),
}


def join(parsed: Parsed, table: Table, rows: list[Row], *, layout: Mapping[str, str]) -> None:
    """Find the family of every row of one list, and ask where the file does not say it."""
    if parsed.kind not in _OF_THE_HOUSEHOLD or not rows:
        return
    key = FAMILIES
    if parsed.kind == "households" and not _is_of_people(parsed, table, rows):
        unnamed = _maybe_members(parsed, rows)
        key = MEMBERS
        if not unnamed or not any(map(_code, rows)):
            return
        if layout.get(MEMBERS) == OWN:
            _add_layout_question(parsed, table, key, [row.number for row in unnamed], OWN)
            return
    answer = layout.get(key, "")
    lines = _lines(parsed, table, rows)
    found = families.sort(
        lines,
        together=_together(parsed, table),
        answer=_ANSWERS.get(answer, ""),
        with_heads=parsed.kind == "households",
    )
    if found.by == "answer":
        open_rows = [x.number for x in lines if not x.code and not x.has_bad_code]
        first = [x.number for x in found.open]
        _add_layout_question(
            parsed, table, key, sorted(open_rows, key=lambda n: n not in first), answer
        )
    doubtful = _doubtful_relations(parsed, table.sheet)
    for row, line in zip(rows, lines, strict=True):
        parsed.families[row.sheet, row.number] = line.family
        if parsed.kind == "households" and row.values.get("relation") is None:
            _set_relation(parsed, row, line, doubtful)
    _write_codes(parsed, rows)
    for row, line in zip(rows, lines, strict=True):
        if not line.family:
            _report_open(parsed, row, answer)


def _is_of_people(parsed: Parsed, table: Table, rows: list[Row]) -> bool:
    """Whether a list of households has a row for every person: somebody in it is no head."""
    relations = {row.number: row.values.get("relation") for row in rows}
    if any(relation not in (None, "head") for relation in relations.values()):
        return True
    if any(number in relations for number in _doubtful_relations(parsed, table.sheet)):
        return True
    # Several rows under one merged number, running number or size, not all of them heads.
    groups = [
        [relations[number] for number in numbers if number in relations]
        for column in _together(parsed, table, "household_code")
        for numbers in column
    ]
    return any(len(group) > 1 and None in group for group in groups)


def _doubtful_relations(parsed: Parsed, sheet: str) -> set[int]:
    """Rows whose relation says something that is not understood, or was left empty."""
    mistakes = (m for m in parsed.mistakes if m.sheet == sheet and m.field == "relation")
    return {mistake.row for mistake in mistakes if mistake.value}


def _maybe_members(parsed: Parsed, rows: list[Row]) -> list[Row]:
    """Rows that name no household where nothing says that they are households themselves."""
    keys = ("household_code", "relation", "size")
    name = next((m.heading for m in parsed.matches[rows[0].sheet] if m.field == "name"), "")
    is_sized = any(_size(row) is not None for row in rows)
    if "户" in words.comparable(name) and "relation" not in rows[0].values and not is_sized:
        return []
    return [row for row in rows if all(row.values.get(key) is None for key in keys)]


def _lines(parsed: Parsed, table: Table, rows: list[Row]) -> list[Line]:
    bad = {m.row for m in parsed.errors if m.sheet == table.sheet and m.field == "household_code"}
    doubtful = _doubtful_relations(parsed, table.sheet)
    blank = {number for number, why in table.skipped if why == "blank"}
    cells = dict(table.rows)
    order = next((m.column for m in parsed.matches[table.sheet] if m.field == "order"), None)
    lines = [
        Line(
            row.number,
            _code(row) or (_named(row) if parsed.kind == "people" else ""),
            row.values.get("relation") == "head",
            has_bad_code=row.number in bad,
            size=_size(row),
            order=_text(cells[row.number], order),
            after_blank=row.number - 1 in blank,
        )
        for row in rows
    ]
    if parsed.kind == "households":
        sure = [pair for pair in zip(rows, lines, strict=True) if pair[0].number not in doubtful]
        _heads_by_number(sure, {line.code for line in lines if line.is_head})
    return lines


def _heads_by_number(pairs: Iterable[tuple[Row, Line]], headed: set[str]) -> None:
    """A row without a relation is its household's head where no other row of its number is."""
    for row, line in pairs:
        if row.values.get("relation") is None and line.code and line.code not in headed:
            line.is_head = True
            headed.add(line.code)


def _set_relation(parsed: Parsed, row: Row, line: Line, doubtful: set[int]) -> None:
    """Set the relation of a row without one; an empty cell alone makes nobody a head."""
    row.values["relation"] = "head" if line.is_head else ""
    if not line.is_head and row.number not in doubtful:
        _add(
            parsed, row, "relation",
            _("The relation to the head of the household is missing."),
            _("Write it; the head's own row says 户主."),
        )  # fmt: skip


def _code(row: Row) -> str:
    return re.sub(r"\s", "", str(row.values.get("household_code") or ""))


def _named(row: Row) -> str:
    head = row.values.get("head")
    return f"{row.values.get('village') or ''} {head}" if head else ""


def _size(row: Row) -> int | None:
    size = row.values.get("size")
    return size if isinstance(size, int) else None


def _text(row: list[Cell], column: int | None) -> str:
    return plain(row[column]) if column is not None and column < len(row) else ""


def _together(parsed: Parsed, table: Table, *more: str) -> list[list[range]]:
    """Merged ranges of columns that speak of a family: its running number, its size."""
    keys = ("order", "size", *more)
    columns = {m.column for m in parsed.matches[table.sheet] if m.field in keys}
    merged = defaultdict(list)
    for (top, left), (bottom, _right) in table.merged:
        if left in columns and bottom > top:
            merged[left].append(range(top + 1, bottom + 2))
    return list(merged.values())


def _add_layout_question(
    parsed: Parsed, table: Table, key: str, numbers: list[int], answer: str
) -> None:
    cells = dict(table.rows)
    shown = [f"{number}: {filling.shown(cells[number])}" for number in numbers[:_EXAMPLES]]
    add_question(parsed.layout, LayoutQuestion(key, len(numbers), tuple(shown), answer))


def _write_codes(parsed: Parsed, rows: list[Row]) -> None:
    """Every row says the number (or head and village) of its household, wherever it stood."""
    first_rows: dict[str, Row] = {}
    keys = _OF_THE_HOUSEHOLD[parsed.kind]
    for row in rows:
        if any(row.values.get(key) for key in keys[:2]):
            first_rows.setdefault(parsed.families[row.sheet, row.number], row)
    for row in rows:
        first = first_rows.get(parsed.families[row.sheet, row.number] or "-")
        for key in keys if first is not None else ():
            if first and row.values.get(key) is None and first.values.get(key) is not None:
                row.values[key] = first.values[key]


def _report_open(parsed: Parsed, row: Row, answer: str) -> None:
    mend = _("Say on the page of sheets whether it is the family of the row above or below.")
    if answer:
        mend = _("Write the household number into the row, and send the file again.")
    message = _("Which family this person belongs to cannot be told: no household number is given.")
    _add(parsed, row, "household_code", message, mend)


def _add(
    parsed: Parsed, row: Row, field: str, message: str, mend: str, *, is_error: bool = True
) -> None:
    column = parsed.column(row.sheet, field)
    severity = "error" if is_error else "warning"
    parsed.mistakes.append(
        Mistake(row.sheet, row.number, column, field, message, mend, severity)  # type: ignore[arg-type]
    )


# What does not fit, over all sheets


def check(parsed: Parsed) -> None:
    """Two heads under one number, a family in two villages, a size that is not the rows'."""
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in parsed.rows:
        if family := parsed.families.get((row.sheet, row.number), ""):
            name = family if family.startswith("number ") else f"{row.sheet} {family}"
            parsed.families[row.sheet, row.number] = name
            groups[name].append(row)
    if parsed.kind == "households":
        for group in groups.values():
            _check_family(parsed, group)


def _check_family(parsed: Parsed, group: list[Row]) -> None:
    heads = [row for row in group if is_head(row)]
    if len(heads) > 1:
        _refuse_two_heads(parsed, group, heads)
        return
    if heads:
        _refuse_other_villages(parsed, group, heads[0])
    first = (heads or group)[0]
    size = next((s for row in (first, *group) if (s := _size(row)) is not None), None)
    if size is not None and size != len(group):
        _add(
            parsed, first, "size",
            _("The household is said to have %(size)d people, but %(rows)d rows are given.")
            % {"size": size, "rows": len(group)},
            _("Correct the number, or add the missing people."),
            is_error=False,
        )  # fmt: skip


def is_head(row: Row) -> bool:
    return row.values.get("relation") in (None, "head")


def _refuse_two_heads(parsed: Parsed, group: list[Row], heads: list[Row]) -> None:
    rows = "、".join(str(row.number) for row in heads[:4])
    for row in group:
        if row not in heads:
            _add(
                parsed, row, "household_code",
                _("This household number has several heads (rows %(rows)s), so nobody can tell "
                  "whose family this is.") % {"rows": rows},
                _("Give each household its own number."),
            )  # fmt: skip


def _refuse_other_villages(parsed: Parsed, group: list[Row], head: Row) -> None:
    home = _village(head)
    for row in group:
        if home and (here := _village(row)) and here != home:
            _add(
                parsed, row, "village",
                _("Another village than that of the head of its household (row %(row)d).")
                % {"row": head.number},
                _("Correct the village or the household number."),
            )  # fmt: skip


def _village(row: Row) -> str:
    village = words.comparable(str(row.values.get("village") or ""))
    return re.sub(r"(村委会|居委会|行政村|村|社区)$", "", village)
