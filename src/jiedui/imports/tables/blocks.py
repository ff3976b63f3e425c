"""Every list in a workbook: which are read, which are left out, and why.

A sheet may hold one list, two beside each other, or one below the other. Nothing that says
something is passed over in silence: what is not read is a block with its reason, and a person may
say that it shall be read all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jiedui.imports.columns.declarations import Schema, guess, is_somebody_else, letter, normalise
from jiedui.imports.reading.cells import Cell, Range
from jiedui.imports.reading.sheets import Sheet, Workbook
from jiedui.imports.tables.headers import Table, find_table, headless, no_headings, with_unheaded
from jiedui.imports.values.parsers import plain

_FEW = 2
_SEARCHED_ROWS = 40
_HEADINGS = 3  # known headings that make a row the head of another list
READ, HIDDEN_ROWS = "read ", "hidden "  # what keys of the layout begin with
HEADLESS = "headless"  # read with its first row as an entry


@dataclass(frozen=True)
class Block:
    """One list of a sheet; `key` is what rows call their sheet, `area` its cells, e.g. A2:H40.

    `reason` says why it is not read: hidden, few_headings, no_headings, chosen (a person said so),
    no_required; `skipped` counts rows that are no entries: total, remark, heading, sample, hidden.
    `hidden_rows` are entries nobody sees in the file; they are read unless a person says not.
    """

    key: str
    sheet: str
    area: str
    rows: int
    is_read: bool
    reason: str = ""
    skipped: Mapping[str, int] = field(default_factory=dict)
    has_headings: bool = True
    has_known_headings: bool = True
    hidden_rows: int = 0


@dataclass(frozen=True)
class Found:
    tables: list[Table]
    blocks: list[Block]


def find(workbook: Workbook, schema: Schema, *, layout: Mapping[str, str] | None = None) -> Found:
    """All blocks of a workbook, and the tables to be read.

    `layout` may say of a block that it shall be read ("read KEY" → yes, headless or no), or its
    hidden rows ("hidden KEY" → no). Raises BadWorkbook when there is nothing to read.
    """
    layout = layout or {}
    pieces = [
        (sheet, piece, _table_of(piece, schema, layout))
        for sheet in workbook.sheets
        if not sheet.is_empty
        for piece in _pieces(sheet, schema)
    ]
    shown = [table for sheet, _piece, table in pieces if table and not sheet.hidden]
    best = max((table.score for table in shown), default=0)
    tables, blocks = [], []
    for sheet, piece, table in pieces:
        reason = _reason(sheet, table, schema, best)
        answer = layout.get(READ + piece.name, "")
        if table and answer:
            reason = "chosen" if answer == "no" else ""
        blocks.append(_block(sheet, piece, table, reason))
        if table and not reason:
            tables.append(with_unheaded(table))
    if not tables:
        raise no_headings()
    return Found(tables, blocks)


def _table_of(piece: Sheet, schema: Schema, layout: Mapping[str, str]) -> Table | None:
    """The list in a piece; one without headings only where somebody says that it is a list."""
    with_hidden = layout.get(HIDDEN_ROWS + piece.name) != "no"
    table = find_table(piece, schema, with_hidden=with_hidden)
    answer = layout.get(READ + piece.name)
    if answer == HEADLESS or (answer == "yes" and table is None):
        return headless(piece, with_hidden=with_hidden)
    return table


def _reason(sheet: Sheet, table: Table | None, schema: Schema, best: int) -> str:
    if table is None:
        return "no_headings"
    if sheet.hidden:
        return "hidden"
    known = {guess(schema, heading.parts)[0] for heading in table.headings}
    if table.score >= _HEADINGS and all(f.key in known for f in schema.fields if f.required):
        return ""
    # Far fewer known headings than the best list has: a note, not a list.
    is_list = table.score * 2 >= best and table.score >= min(best, _FEW)
    return "" if is_list else "few_headings"


def _block(sheet: Sheet, piece: Sheet, table: Table | None, reason: str) -> Block:
    used = [n for n, row in enumerate(piece.rows) if any(not _is_blank(cell) for cell in row)]
    ends = [_ends(piece.rows[n]) for n in used]
    left, right = min(end[0] for end in ends), max(end[1] for end in ends)
    area = f"{letter(left)}{used[0] + 1}:{letter(right)}{used[-1] + 1}"
    if table is None:
        return Block(piece.name, sheet.name, area, len(used), False, reason, {}, False)
    skipped = Counter(why for _number, why in table.skipped if why != "blank")
    return Block(
        piece.name, sheet.name, area, len(table.rows), not reason, reason, dict(skipped),
        has_headings=any(heading.text for heading in table.headings),
        has_known_headings=table.score > 0, hidden_rows=len(table.hidden),
    )  # fmt: skip


def _ends(row: list[Cell]) -> tuple[int, int]:
    """The first and the last column of a row that says something."""
    first = next(n for n, cell in enumerate(row) if not _is_blank(cell))
    last = next(n for n in range(len(row) - 1, -1, -1) if not _is_blank(row[n]))
    return first, last


def _is_blank(cell: Cell) -> bool:
    return cell is None or cell == "" or (isinstance(cell, str) and not cell.strip())


# One sheet, several lists


def _pieces(sheet: Sheet, schema: Schema) -> Iterator[Sheet]:
    """The parts of a sheet that hold one list each; the first keeps the name of the sheet."""
    for part in _beside(sheet, schema):
        yield from _below(part, schema)


def _beside(sheet: Sheet, schema: Schema) -> list[Sheet]:
    """A list whose headings begin again further right is another list."""
    table = find_table(sheet, schema)
    if table is None:
        return [sheet]
    start, row = _again(table, schema), table.header_row
    if start is None:
        start, row = _behind_a_gap(sheet, table, schema)
    if start is None:
        start, row = _touching(sheet, table, schema)
    if start is None:
        return [sheet]
    name = sheet.name.partition(":")[0]
    width = max(map(len, sheet.rows))
    first = _cut(sheet, sheet.name, columns=range(start))
    key = f"{name}:{letter(start)}{row}"
    rest = _cut(sheet, key, columns=range(start, width))
    return [*_beside(first, schema), *_beside(rest, schema)] if not rest.is_empty else [first]


def _behind_a_gap(sheet: Sheet, table: Table, schema: Schema) -> tuple[int | None, int]:
    """The column where a list begins behind an empty one, and the row of its headings."""
    width = max(map(len, sheet.rows))
    for column in _gaps(sheet, table, width):
        left = find_table(_cut(sheet, sheet.name, columns=range(column)), schema)
        right = find_table(_cut(sheet, sheet.name, columns=range(column, width)), schema)
        if left and right and right.score and _are_two(left, right, schema):
            return column, right.header_row
    return None, 0


def _touching(sheet: Sheet, table: Table, schema: Schema) -> tuple[int | None, int]:
    """The column where another list begins that touches the first and starts higher or lower."""
    width = max(map(len, sheet.rows))
    for column in _edges(sheet, table, schema, width):
        left = find_table(_cut(sheet, sheet.name, columns=range(column)), schema)
        right = find_table(_cut(sheet, sheet.name, columns=range(column, width)), schema)
        if (
            left
            and right
            and left.score
            and right.score
            and _starts_apart(sheet, left, right, schema)
        ):
            return column, right.header_row
    return None, 0


def _edges(sheet: Sheet, table: Table, schema: Schema, width: int) -> list[int]:
    """Columns at which a row of headings begins or ends beside other cells."""
    head = sheet.rows[table.header_row - 1]
    spanned = {
        column
        for (top, left), (bottom, right) in sheet.merged
        if top <= table.header_row - 1 <= bottom
        for column in range(left, right + 1)
    }
    is_filled = [(n < len(head) and not _is_blank(head[n])) or n in spanned for n in range(width)]
    found = {n for n in range(1, width) if is_filled[n - 1] != is_filled[n]}
    known = _Known(schema)
    for row in sheet.rows[:_SEARCHED_ROWS]:
        names = [n for n, cell in enumerate(row) if known.is_name(cell)]
        # Entries hold single words that are headings as well (户主, 健康), but not side by side.
        if len(names) >= _FEW and len(names) >= (names[-1] - names[0] + 1) * 0.6:
            found |= {names[0], names[-1] + 1}
    return sorted(found & set(range(1, width)))


def _starts_apart(sheet: Sheet, left: Table, right: Table, schema: Schema) -> bool:
    """Whether the headings of one list stand beside entries of the other, nothing above them."""
    column = min(heading.column for heading in right.headings)
    high, low = sorted((left, right), key=lambda table: table.header_row)
    known = _Known(schema)
    entries = [row for number, row in high.rows if number <= low.header_row]
    if not any(sum(map(known.is_data, row)) >= _FEW for row in entries):
        return False  # the lower part of the same headings
    side = slice(column, None) if low is right else slice(None, column)
    above = sheet.rows[high.header_row - 1 : low.header_row - 1]
    # A title of its own may stand there: one cell.
    return all(sum(not _is_blank(cell) for cell in row[side]) <= 1 for row in above)


def _gaps(sheet: Sheet, table: Table, width: int) -> Iterator[int]:
    """Columns that say something and have an empty one to their left."""
    top = table.header_row - 1
    spanned = {
        column
        for (_top, left), (bottom, right) in sheet.merged
        if bottom >= top
        for column in range(left, right + 1)
    }
    rows, is_behind = sheet.rows[top:], False
    for column in range(width):
        is_used = any(len(row) > column and not _is_blank(row[column]) for row in rows)
        if is_used and is_behind:
            yield column
        is_behind = column > 0 and not is_used and column not in spanned


def _are_two(left: Table, right: Table, schema: Schema) -> bool:
    """Whether what stands on both sides of an empty column are two lists and not one."""
    ours, theirs = ({guess(schema, h.parts)[0] for h in x.headings} - {None} for x in (left, right))
    if left.header_row != right.header_row:
        return len(ours) >= _FEW and len(theirs) >= _FEW
    required = {one.key for one in schema.fields if one.required}
    if ours & theirs & required:  # 户主姓名 and, with a relation, the 姓名 of members are one list
        return len(ours & theirs) >= _FEW or "relation" not in theirs
    return required <= ours and _names_others(right, schema)


def _names_others(table: Table, schema: Schema) -> bool:
    """Whether a list begins with other people than the entries of such lists: 村干部 and 电话."""
    first = table.headings[0]
    return not guess(schema, first.parts)[0] and is_somebody_else(schema, first.text)


def _again(table: Table, schema: Schema) -> int | None:
    """The column where headings begin again, among them the one that names an entry."""
    names = [" ".join(normalise(part) for part in heading.parts) for heading in table.headings]
    required = {one.key for one in schema.fields if one.required}
    for n, name in enumerate(names[1:], 1):
        if name not in names[:n]:
            continue
        repeated = [k for k in range(n, len(names)) if names[k] in names[:n]]
        found = {guess(schema, table.headings[k].parts)[0] for k in repeated}
        if len(repeated) >= _FEW and found & required:
            return table.headings[n].column
    return None


def _below(sheet: Sheet, schema: Schema) -> Iterator[Sheet]:
    """A row of other headings further down begins another list."""
    table = find_table(sheet, schema)
    start = _next_head(sheet, table, schema) if table else None
    if table is None or start is None:
        yield sheet
        return
    name = sheet.name.partition(":")[0]
    yield _cut(sheet, sheet.name, rows=range(start))
    column = letter(min(heading.column for heading in table.headings))
    rest = _cut(sheet, f"{name}:{column}{start + 1}", rows=range(start, len(sheet.rows)))
    yield from _below(rest, schema)


def _next_head(sheet: Sheet, table: Table, schema: Schema) -> int | None:
    own = {normalise(part) for heading in table.headings for part in heading.parts}
    known = _Known(schema)
    for number, row in table.rows:
        cells = [cell for cell in row if cell not in ("", None)]
        if len(cells) < _HEADINGS or not known.are(cells):
            continue
        if not {normalise(plain(cell)) for cell in cells} <= own:
            return _with_its_title(sheet, number - 1)
    return None


class _Known:
    """Whether most of some cells are names of columns; names are few, so each is asked once."""

    def __init__(self, schema: Schema) -> None:
        self.schema, self.seen = schema, dict[str, bool]()

    def are(self, cells: Sequence[Cell]) -> bool:
        # Nearly every row ends here: its first cells are a number, a village, somebody's name.
        if not (self.is_name(cells[0]) or self.is_name(cells[1])):
            return False
        return sum(map(self.is_name, cells)) >= max(_HEADINGS, len(cells) * 0.6)

    def is_data(self, cell: Cell) -> bool:
        return not _is_blank(cell) and not self.is_name(cell)

    def is_name(self, cell: Cell) -> bool:
        if not isinstance(cell, str):
            return False
        if cell not in self.seen:
            self.seen[cell] = normalise(plain(cell)) in self.schema.normalised
        return self.seen[cell]


def _with_its_title(sheet: Sheet, row: int) -> int:
    while row and sum(not _is_blank(cell) for cell in sheet.rows[row - 1]) <= 1:
        row -= 1
    return row


def _cut(
    sheet: Sheet, name: str, *, rows: range | None = None, columns: range | None = None
) -> Sheet:
    """A part of a sheet, its cells where they were."""
    rows = rows or range(len(sheet.rows))
    columns = columns or range(max(map(len, sheet.rows), default=0))

    def inside(row: int, column: int) -> bool:
        return row in rows and column in columns

    kept = [
        [cell if n in columns else "" for n, cell in enumerate(row[: columns.stop])]
        if at in rows
        else []
        for at, row in enumerate(sheet.rows[: rows.stop])
    ]
    merged: list[Range] = [area for area in sheet.merged if inside(*area[0])]
    marks = {place: mark for place, mark in sheet.marks.items() if inside(*place)}
    return replace(sheet, name=name, rows=kept, merged=merged, marks=marks)
