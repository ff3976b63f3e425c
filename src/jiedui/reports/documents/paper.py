"""The page of GB/T 9704—2012 and its paragraphs, as pieces for python-docx.

Type area 156 × 225 mm: 22 lines of 28 characters in 3号 (16 pt). All lengths here are in points
unless the name says otherwise; a character is as wide as its size.
"""

import re
from dataclasses import dataclass
from typing import Any

# Twips: 1/20 pt. Margins 37, 35, 28, 26 mm (R18).
PAGE = {"w": 11906, "h": 16838}
MARGINS = {"top": 2098, "bottom": 1984, "left": 1588, "right": 1474}
LINE = 579  # twips: 22 lines on 225 mm
# Twips between characters: 28 of 16 pt on 156 mm. A grid of characters would do the same, but
# word processors disagree on how Latin letters and other sizes sit in it.
TIGHTER = -5
CHARACTER = 15.75  # what one of them takes
FOOTER = 1304  # twips from the lower edge: the number stands 7 mm under the type area
WIDTH = 442.2  # of the type area
RED = "C00000"

SONG, HEI, KAI, FANG = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
PLAIN_SONG = "宋体"
LATIN = "Times New Roman"
# What a computer without the fonts takes in their place: written into the file's font table.
SUBSTITUTES = {
    SONG: "华文中宋,宋体,SimSun,Noto Serif CJK SC",
    HEI: "SimHei,Noto Sans CJK SC",
    KAI: "楷体,KaiTi,FandolKai,Noto Serif CJK SC",
    FANG: "仿宋,FangSong,FandolFang,Noto Serif CJK SC",
    PLAIN_SONG: "SimSun,Noto Serif CJK SC",
}
TITLE, BODY, SMALL = 22.0, 16.0, 14.0  # 2号, 3号, 4号

SECTION = re.compile(r"^[一二三四五六七八九十]+、")
SUBSECTION = re.compile(r"^（[一二三四五六七八九十]+）")


@dataclass(frozen=True)
class Look:
    """How a run of text is set; `scale` squeezes it sideways, in per cent."""

    font: str = FANG
    size: float = BODY
    colour: str = ""
    bold: bool = False
    scale: int = 100


def width_of(text: str) -> float:
    """In characters: Latin letters, digits and their signs take half of one."""
    return sum(0.5 if ord(one) < 0x2000 else 1.0 for one in text)


def element(name: str, /, **attributes: Any) -> Any:
    """`element("jc", val="center")` is <w:jc w:val="center"/>."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def name_of(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{tag}"))


def new_document() -> Any:
    """An empty document with the page, the grid, the default text and odd and even numbers."""
    import docx

    document = docx.Document()
    section = document.sections[0]
    _set_page(section._sectPr)
    _set_default(document.styles)
    _name_substitutes(document)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer, align="right")
    _page_number(section.even_page_footer, align="left")
    return document


def _set_page(sect: Any) -> None:
    from docx.oxml.ns import qn

    for name in ("pgSz", "pgMar", "cols", "docGrid"):
        for old in sect.findall(qn(f"w:{name}")):
            sect.remove(old)
    sect.append(element("pgSz", **PAGE))
    sect.append(element("pgMar", **MARGINS, header=851, footer=FOOTER, gutter=0))
    sect.append(element("docGrid", type="lines", linePitch=LINE))


def _set_default(styles: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    # Hundredths of a character are measured by the default size.
    size = styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:sz')}")
    size.set(qn("w:val"), str(int(BODY * 2)))
    style = styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(BODY)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FANG)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = Pt(LINE / 20)
    style.element.get_or_add_rPr().append(element("spacing", val=TIGHTER))
    style.paragraph_format.widow_control = False


def _name_substitutes(document: Any) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.oxml import serialize_part_xml
    from docx.oxml import parse_xml

    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    fonts = parse_xml(part.blob)
    for name, others in SUBSTITUTES.items():
        font = element("font", name=name)
        font.append(element("altName", val=others))
        font.append(element("charset", val="86"))
        font.append(element("family", val="swiss" if name == HEI else "roman"))
        fonts.append(font)
    part._blob = serialize_part_xml(fonts)


def _page_number(footer: Any, *, align: str) -> None:
    """— 1 — in 4号宋体, one character in from the outer edge."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    put(paragraph, align=align)
    paragraph._p.get_or_add_pPr().append(
        element("ind", **{f"{align}Chars": 100, align: int(SMALL * 20)})
    )
    look = Look(PLAIN_SONG, SMALL)
    write(paragraph, "— ", look)
    run = write(paragraph, "", look)
    for kind in ("begin", None, "end"):
        run._r.append(element("fldChar", fldCharType=kind) if kind else _instruction("PAGE"))
    write(paragraph, " —", look)


def _instruction(text: str) -> Any:
    made = element("instrText")
    made.text = f" {text} "
    return made


def put(
    paragraph: Any,
    *,
    align: str = "",
    first_line: int = 0,
    before: float = 0,
    line: float = 0,
    keep: bool = False,
) -> Any:
    """Layout of a paragraph; `first_line` is in hundredths of a character (200: two).

    One with a `line` height of its own leaves the grid of 22 lines.
    """
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    if align:
        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    if first_line:
        paragraph._p.get_or_add_pPr().append(
            element("ind", firstLineChars=first_line, firstLine=int(first_line / 100 * BODY * 20))
        )
    if before:
        paragraph.paragraph_format.space_before = Pt(before)
    if line:
        paragraph._p.get_or_add_pPr().append(element("snapToGrid", val=0))
        paragraph.paragraph_format.line_spacing = Pt(line)
    paragraph.paragraph_format.keep_with_next = keep
    return paragraph


def write(paragraph: Any, text: str, look: Look = Look()) -> Any:
    """A run with its East Asian font named, so that every word processor finds it."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.font.name, run.font.size = LATIN, Pt(look.size)
    run._r.rPr.rFonts.set(qn("w:eastAsia"), look.font)
    run._r.rPr.rFonts.set(qn("w:hint"), "eastAsia")  # quotation marks are Chinese ones
    if look.bold:
        run.font.bold = True
    if look.colour:
        run.font.color.rgb = RGBColor.from_string(look.colour)
    if look.size != BODY:
        run._r.rPr.append(element("spacing", val=0))
    if look.scale != 100:
        run._r.rPr.append(element("w", val=look.scale))
    return run


def rule(
    paragraph: Any, *, edge: str = "bottom", colour: str, eighths: int, space: int = 1
) -> None:
    """A line across the type area; `eighths` of a point thick, `space` points away."""
    borders = element("pBdr")
    borders.append(element(edge, val="single", sz=eighths, space=space, color=colour))
    paragraph._p.get_or_add_pPr().append(borders)


def blank(document: Any, lines: int = 1, *, keep: bool = False) -> None:
    for _ in range(lines):
        put(document.add_paragraph(), keep=keep)


def indent(paragraph: Any, *, left: float = 0, right: float = 0) -> Any:
    """In characters of 3号."""
    sides: dict[str, int] = {}
    for side, chars in (("left", left), ("right", right)):
        if chars:
            sides |= {f"{side}Chars": int(chars * 100), side: int(chars * BODY * 20)}
    paragraph._p.get_or_add_pPr().append(element("ind", **sides))
    return paragraph


def body(document: Any, text: str) -> None:
    """Paragraphs of the text: 一、 in 黑体, the lead of （一） in 楷体, all else in 仿宋."""
    for line in (one.strip() for one in text.splitlines()):
        if not line:
            continue
        is_heading = bool(SECTION.match(line)) and len(line) < 40
        paragraph = put(document.add_paragraph(), align="justify", first_line=200, keep=is_heading)
        for piece, look in styled(line):
            write(paragraph, piece, look)


def styled(line: str) -> list[tuple[str, Look]]:
    """A paragraph cut into runs by the level it begins with."""
    if SECTION.match(line) and len(line) < 40:
        return [(line, Look(HEI))]
    if SUBSECTION.match(line):
        end = line.find("。") + 1
        if 0 < end <= 40:
            return [(line[:end], Look(KAI)), (line[end:], Look())]
        return [(line, Look(KAI if len(line) < 40 else FANG))]
    return [(line, Look())]


def title(document: Any, text: str) -> None:
    """2号小标宋, centred, broken by meaning where it is too long for one line."""
    for line in broken(text):
        write(put(document.add_paragraph(), align="center", line=34), line, Look(SONG, TITLE))


def broken(text: str, *, most: float = 19) -> list[str]:
    """The title in as many lines as it needs; never inside a quotation, the first one longer."""
    if width_of(text) <= most:
        return [text]
    parts = int(-(-width_of(text) // most))
    goal = width_of(text) / parts
    cuts = [n for n in range(2, len(text) - 1) if _may_break(text, n)]
    fitting = [n for n in cuts if width_of(text[:n]) <= most]
    cut = min(fitting, key=lambda n: abs(width_of(text[:n]) - goal - 1), default=int(most))
    return [text[:cut].strip(), *broken(text[cut:].strip(), most=most)]


def _may_break(text: str, at: int) -> bool:
    before, after = text[:at], text[at:]
    is_quoted = before.count("“") > before.count("”") or before.count("《") > before.count("》")
    is_good = before.endswith(("”", "》", " ", "、")) or after.startswith(
        ("活动", "工作", "进展", "开展", "情况", "期间", "走访", "帮扶")
    )
    return is_good and not is_quoted and not after.startswith(("的", "”", "》", "、"))


def columns(table: Any, shares: tuple[float, ...]) -> None:
    """Fixed columns over the whole type area; rows added later keep them."""
    from docx.shared import Pt

    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Pt(WIDTH * share)


def squeezed(text: str, *, size: float, room: float) -> int:
    """The sideways scale, in per cent, at which the text fits into so many points."""
    return max(60, min(100, int(98 * room / (width_of(text) * size))))


def small_end(document: Any) -> None:
    """A file ends with a paragraph; this one takes no room."""
    from docx.shared import Pt

    paragraph = put(document.add_paragraph(), line=1)
    paragraph.paragraph_format.space_before = Pt(0)
    write(paragraph, "", Look(FANG, 1))
