"""Builds a bulletin as the bytes of a .docx file."""

from io import BytesIO
from typing import Any

from jiedui.reports.documents import annex, brief, foot, notice, paper
from jiedui.reports.documents.content import Content, content_of
from jiedui.reports.models import Bulletin


def build(bulletin: Bulletin, *, address: str) -> bytes:
    """`address` is the full address of the page where the public can verify it."""
    with bulletin.in_own_language():
        return laid_out(content_of(bulletin, address=address), layout=bulletin.layout)


def laid_out(content: Content, *, layout: str) -> bytes:
    """The content as a notice or a brief, with its annex; 版记 on the last page."""
    document = paper.new_document()
    if layout == "brief":
        brief.write_brief(document, content)
        annex.write_annex(document, content)
        foot.brief_foot(document, content)
    else:
        notice.write_notice(document, content)
        annex.write_annex(document, content)
        foot.notice_foot(document, content)
    return _bytes(document, content)


def file_name(bulletin: Bulletin) -> str:
    return f"{bulletin.number}{bulletin.title}.docx"


def _bytes(document: Any, content: Content) -> bytes:
    core = document.core_properties
    # Properties of a document take no more than 255 characters each.
    core.title, core.author = content.title[:255], content.office[:255]
    core.subject, core.comments = content.number[:255], content.address[:255]
    core.language = "zh-CN"
    file = BytesIO()
    document.save(file)
    return file.getvalue()
