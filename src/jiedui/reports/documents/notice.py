"""通报 in the layout of GB/T 9704—2012 (R18)."""

from typing import Any

from jiedui.core.texts import day_text
from jiedui.reports.documents import paper
from jiedui.reports.documents.content import Content
from jiedui.reports.documents.paper import (
    LINE,
    RED,
    SMALL,
    SONG,
    WIDTH,
    Look,
    blank,
    put,
    rule,
    write,
)

MARK = 36.0  # size of the red mark; squeezed sideways when the name is long
SHARES = (0.56, 0.44)  # of the imprint: who issues, when
SLIMMEST = 55  # per cent


def write_notice(document: Any, content: Content) -> None:
    _head(document, content)
    blank(document, 2)
    paper.title(document, content.title)
    if not content.number:
        line = put(document.add_paragraph(), align="center")
        write(line, "（送审稿）", Look(paper.KAI))
    blank(document)
    if content.to:
        write(document.add_paragraph(), f"{content.to.rstrip('：:')}：")
    paper.body(document, content.text)
    _attachment(document)
    _signature(document, content)


def mark_look(name: str) -> Look:
    """As large as the name allows within the type area."""
    chars = paper.width_of(name)
    scale = int(min(100, 98 * WIDTH / (chars * MARK)))
    if scale >= SLIMMEST:
        return Look(SONG, MARK, RED, scale=scale)
    size = max(paper.TITLE, MARK * scale / SLIMMEST)
    return Look(SONG, round(size * 2) / 2, RED, scale=SLIMMEST)


def _head(document: Any, content: Content) -> None:
    """The mark 35 mm under the upper edge of the type area, number, red line 4 mm under it."""
    first = document.paragraphs[0] if document.paragraphs else document.add_paragraph()
    blank(document, 2)
    mark = put(document.add_paragraph(), align="center", line=MARK * 1.2)
    write(mark, content.office, mark_look(content.office))
    put(first, line=LINE / 20)
    blank(document, 2)
    number = put(document.add_paragraph(), align="center")
    write(number, content.number or f"{content.word}〔{content.day.year}〕　号")
    rule(number, colour=RED, eighths=12, space=11)  # 11 pt are 4 mm


def _attachment(document: Any) -> None:
    blank(document)
    line = put(document.add_paragraph(), first_line=200)
    write(line, "附件：主要数据及核验表")


def _signature(document: Any, content: Content) -> None:
    """Not sealed: the name 2 characters from the right, the day 2 to the right of its first."""
    blank(document, 2)
    day = day_text(content.day)
    name_width, day_width = paper.width_of(content.signed), paper.width_of(day)
    across = WIDTH / paper.CHARACTER
    start = max(0.0, across - 2 - name_width)
    name = paper.indent(document.add_paragraph(), left=start)
    put(name, keep=True)
    write(name, content.signed)
    if start + 2 + day_width <= across:
        write(paper.indent(document.add_paragraph(), left=start + 2), day)
    else:
        write(paper.indent(put(document.add_paragraph(), align="right"), right=2), day)


def imprint(document: Any, content: Content) -> None:
    """版记: rules across the type area, on the last lines of the last page."""
    paper.small_end(document)  # two tables would grow together
    table = document.add_table(rows=0, cols=2)
    paper.columns(table, SHARES)
    table._tbl.tblPr.insert(
        0,
        paper.element(
            "tblpPr", vertAnchor="margin", horzAnchor="margin", tblpXSpec="left",
            tblpYSpec="bottom", leftFromText=0, rightFromText=0,
        ),
    )  # fmt: skip
    rows = [(f"抄送：{content.copies}。", "")] if content.copies else []
    rows.append((content.office, f"{day_text(content.day)}印发"))
    for number, (left, right) in enumerate(rows):
        _imprint_row(table, left, right, first=number == 0, last=number == len(rows) - 1)
    paper.small_end(document)


def _imprint_row(table: Any, left: str, right: str, *, first: bool, last: bool) -> None:
    cells = table.add_row().cells
    if not right:
        cells[0].merge(cells[1])
    for cell, text, align in ((cells[0], left, "left"), (cells[1], right, "right")):
        if text:
            paragraph = put(cell.paragraphs[0], align=align)
            paragraph._p.get_or_add_pPr().append(
                paper.element("ind", **{f"{align}Chars": 100, align: int(SMALL * 20)})
            )
            room = WIDTH * (SHARES[align == "right"] if right else 1) - 2.2 * SMALL
            scale = paper.squeezed(text, size=SMALL, room=room)
            write(paragraph, text, Look(paper.FANG, SMALL, scale=scale))
        # 0.35 mm is 1 pt for the first and last rule, 0.25 mm is 0.75 pt between.
        borders = paper.element("tcBorders")
        borders.append(paper.element("top", val="single", sz=8 if first else 6, color="000000"))
        if last:
            borders.append(paper.element("bottom", val="single", sz=8, color="000000"))
        cell._tc.get_or_add_tcPr().append(borders)
