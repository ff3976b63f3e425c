"""简报 (R19): a red name, number and editor over a red line."""

from typing import Any

from jiedui.core.texts import day_text
from jiedui.reports.documents import paper
from jiedui.reports.documents.content import Content
from jiedui.reports.documents.notice import mark_look
from jiedui.reports.documents.paper import RED, SMALL, WIDTH, Look, blank, put, rule, write


def write_brief(document: Any, content: Content) -> None:
    _head(document, content)
    blank(document)
    paper.title(document, content.title)
    if not content.number:
        write(put(document.add_paragraph(), align="center"), "（送审稿）", Look(paper.KAI))
    blank(document)
    paper.body(document, content.text)


def _head(document: Any, content: Content) -> None:
    blank(document)
    name = put(document.add_paragraph(), align="center", line=48)
    write(name, f"“{content.campaign}”简报", mark_look(f"“{content.campaign}”简报"))
    issue = put(document.add_paragraph(), align="center")
    write(issue, content.number or "第　期")
    line = _two_sides(document.add_paragraph(), content.office, day_text(content.day))
    rule(line, colour=RED, eighths=12, space=4)


def _two_sides(paragraph: Any, left: str, right: str) -> Any:
    tabs = paper.element("tabs")
    tabs.append(paper.element("tab", val="right", pos=int(WIDTH * 20)))
    paragraph._p.get_or_add_pPr().append(tabs)
    write(paragraph, left, Look(paper.KAI, SMALL))
    write(paragraph, f"\t{right}", Look(paper.KAI, SMALL))
    return paragraph
