"""附件: every figure of the text with its exact value, and where anybody can verify it."""

from io import BytesIO
from typing import Any

from jiedui.core.texts import day_text
from jiedui.reports import wording
from jiedui.reports.documents import paper
from jiedui.reports.documents.content import Content
from jiedui.reports.documents.paper import HEI, SONG, TITLE, Look, put, write

HEADS = ("序号", "指标", "文中写作", "准确数值", "单位", "口径", "记录数")
SHARES = (0.08, 0.24, 0.15, 0.21, 0.1, 0.1, 0.12)
# What is counted; 人 and 人次, 户 and 人 are never mixed up.
COUNTED = {
    "people": "人", "person_times": "人次", "households": "户", "money": "金额", "items": "件",
    "share": "比率", "services": "次", "days": "天", "activities": "次",
    "sheets": "份", "projects": "个", "requests": "件", "points": "分",
}  # fmt: skip
CELL = 10.5  # 五号
QR_MM = 26


def write_annex(document: Any, content: Content) -> None:
    """A new page: 附件 in 黑体 at the upper left, the title centred on the third line."""
    label = document.add_paragraph()
    label.paragraph_format.page_break_before = True
    write(label, "附件", Look(HEI))
    paper.blank(document)
    write(
        put(document.add_paragraph(), align="center", line=34),
        "主要数据及核验表",
        Look(SONG, TITLE),
    )
    note = put(document.add_paragraph(), align="center", line=22)
    write(note, f"截至{day_text(content.as_of)}", Look(paper.KAI, 12))
    _table(document, content)
    _proof(document, content)


def _table(document: Any, content: Content) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT

    table = document.add_table(rows=1, cols=len(HEADS))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER  # else the padding of its cells sticks out left
    paper.columns(table, SHARES)
    _fill(table.rows[0], HEADS, font=HEI)
    table.rows[0]._tr.get_or_add_trPr().append(paper.element("tblHeader"))
    for number, entry in enumerate(content.figures, 1):
        value = wording.number_of(entry["value"])
        row = (
            str(number), entry["name"], entry["shown"],
            wording.MISSING if value is None else f"{value:,f}".removesuffix(".00"),
            entry["unit"], COUNTED.get(entry["counts"], "个"), f"{entry['records']:,}",
        )  # fmt: skip
        line = table.add_row()
        line._tr.get_or_add_trPr().append(paper.element("cantSplit"))
        _fill(line, row, font=paper.FANG)


def _fill(row: Any, texts: tuple[str, ...], *, font: str) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT

    for index, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        is_number = index in (2, 3, 6) and font != HEI
        align = "right" if is_number else "left" if index == 1 and font != HEI else "center"
        put(cell.paragraphs[0], align=align, line=17)
        write(cell.paragraphs[0], text, Look(font, CELL))


def _proof(document: Any, content: Content) -> None:
    """The address as a picture and as text, and the snapshot the figures were counted from."""
    from docx.shared import Mm

    paper.blank(document)
    table = document.add_table(rows=1, cols=2)
    paper.columns(table, (0.2, 0.8))
    picture, words = table.rows[0].cells
    put(picture.paragraphs[0], line=QR_MM * 72 / 25.4 + 6)
    picture.paragraphs[0].add_run().add_picture(BytesIO(qr_png(content.address)), width=Mm(QR_MM))
    lines = (
        "本件所列数据均由系统从原始记录统计，可扫码或登录下列网址逐项核验，核验页面不含任何个人信息。",
        f"核验网址：{content.address}",
        f"数据快照：{content.snapshot}",
        *([f"操作记录链：{content.chain}"] if content.chain else []),
    )
    for number, text in enumerate(lines):
        paragraph = words.paragraphs[0] if number == 0 else words.add_paragraph()
        put(paragraph, line=16)
        write(paragraph, text, Look(paper.FANG, CELL))


def qr_png(address: str) -> bytes:
    import segno

    picture = BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="png", scale=8, border=1)
    return picture.getvalue()
