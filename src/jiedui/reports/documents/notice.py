"""通报 in the layout of GB/T 9704—2012 (R18)."""

from typing import Any

from jiedui.core.texts import day_text
from jiedui.reports.documents import paper
from jiedui.reports.documents.content import Content
from jiedui.reports.documents.paper import (
    LINE,
    RED,
    SONG,
    WIDTH,
    Look,
    blank,
    put,
    rule,
    write,
)

MARK = 36.0  # size of the red mark; squeezed sideways when the name is long
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
    mark = put(document.add_paragraph(), align="center", line=MARK * 1.2, before=8)
    write(mark, content.office, mark_look(content.office))
    put(first, line=LINE / 20)
    blank(document, 2)
    number = put(document.add_paragraph(), align="center")
    write(number, content.number or f"{content.word}〔{content.day.year}〕　号")
    rule(
        number, colour=RED, eighths=12, space=4
    )  # and what the line leaves under its letters: 4 mm


def _attachment(document: Any) -> None:
    blank(document, keep=True)
    line = put(document.add_paragraph(), first_line=200, keep=True)
    write(line, "附件：主要数据及核验表")


def _signature(document: Any, content: Content) -> None:
    """Not sealed: the longer 2 characters from the right, the day 2 to the right of the name.

    It keeps to the line of the attachment: no page may carry a signature alone.
    """
    blank(document, 2, keep=True)
    day = day_text(content.day)
    widest = max(paper.width_of(content.signed), paper.width_of(day) + 2)
    start = max(0.0, WIDTH / paper.CHARACTER - 2 - widest)
    name = paper.indent(document.add_paragraph(), left=start)
    write(put(name, keep=True), content.signed)
    write(paper.indent(document.add_paragraph(), left=start + 2), day)
