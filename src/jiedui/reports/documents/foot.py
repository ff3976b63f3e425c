"""版记: rows between rules, on the last lines of the last page (R18, R19)."""

from collections.abc import Sequence
from typing import Any

from jiedui.core.texts import day_text
from jiedui.reports.documents import paper
from jiedui.reports.documents.content import Content
from jiedui.reports.documents.paper import SMALL, WIDTH, Look, put, write

Row = tuple[str, str]  # what stands left and right
SHARES = (0.56, 0.44)
# Eighths of a point: 0.35 mm for the first and the last rule, 0.25 mm between.
OUTER, INNER = 8, 6


def notice_foot(document: Any, content: Content) -> None:
    """抄送, then who issues it and when."""
    rows = [(f"抄送：{content.copies}。", "")] if content.copies else []
    _write(document, [*rows, (content.office, f"{day_text(content.day)}印发")])


def brief_foot(document: Any, content: Content) -> None:
    """报, 送, and room for how many were printed."""
    rows = [(f"{word}：{whom}", "") for word, whom in (("报", content.copies), ("送", content.to))]
    _write(document, [*(row for row in rows if len(row[0]) > 2), ("", "共印　　份")])


def _write(document: Any, rows: Sequence[Row]) -> None:
    paper.small_end(document)  # two tables would grow together
    table = document.add_table(rows=0, cols=2)
    paper.columns(table, SHARES)
    _to_foot(table)
    for number, (left, right) in enumerate(rows):
        cells = table.add_row().cells
        if not right:
            cells[0].merge(cells[1])
        if left:
            _left(cells[0], left, is_alone=not right)
        if right:
            _right(cells[1], right)
        for cell in cells:
            _rules(cell, first=number == 0, last=number == len(rows) - 1)
    paper.small_end(document)


def _to_foot(table: Any) -> None:
    """Anchored to the edge of the page: LibreOffice lets a table as wide as the text float for no
    other anchor, and would set it where the text ends."""
    table._tbl.tblPr.insert(
        0,
        paper.element(
            "tblpPr", vertAnchor="margin", horzAnchor="page", tblpX=paper.MARGINS["left"],
            tblpYSpec="bottom", leftFromText=0, rightFromText=0,
        ),
    )  # fmt: skip
    padding = paper.element("tblCellMar")
    for side in ("left", "right"):
        padding.append(paper.element(side, w=0, type="dxa"))
    table._tbl.tblPr.find(paper.name_of("tblLook")).addprevious(padding)


def _left(cell: Any, text: str, *, is_alone: bool) -> None:
    """One character in; a second line begins under the first word after the colon."""
    head = text.find("：") + 1 if is_alone else 0
    sides: dict[str, Any] = {"leftChars": 100 + 100 * head, "left": int(SMALL * 20 * (1 + head))}
    if head:
        sides |= {"hangingChars": 100 * head, "hanging": int(SMALL * 20 * head)}
    if is_alone:
        sides |= {"rightChars": 100, "right": int(SMALL * 20)}
    paragraph = put(cell.paragraphs[0], align="left")
    paragraph._p.get_or_add_pPr().append(paper.element("ind", **sides))
    room = WIDTH * SHARES[0] - SMALL
    scale = 100 if is_alone else paper.squeezed(text, size=SMALL, room=room)
    write(paragraph, text, Look(paper.FANG, SMALL, scale=scale))


def _right(cell: Any, text: str) -> None:
    paragraph = put(cell.paragraphs[0], align="right")
    paragraph._p.get_or_add_pPr().append(
        paper.element("ind", rightChars=100, right=int(SMALL * 20))
    )
    write(paragraph, text, Look(paper.FANG, SMALL))


def _rules(cell: Any, *, first: bool, last: bool) -> None:
    borders = paper.element("tcBorders")
    borders.append(_line("top", OUTER if first else INNER))
    if last:
        borders.append(_line("bottom", OUTER))
    properties = cell._tc.get_or_add_tcPr()
    for old in properties.findall(paper.name_of("tcBorders")):  # merged cells are one
        properties.remove(old)
    properties.append(borders)


def _line(edge: str, eighths: int) -> Any:
    return paper.element(edge, val="single", sz=eighths, space=0, color="000000")
