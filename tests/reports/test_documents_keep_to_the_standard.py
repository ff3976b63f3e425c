"""GB/T 9704—2012 in the file itself: measures, fonts, red head, signature, 版记 (R18, R19)."""

import io
from dataclasses import replace
from datetime import date

import docx
import pytest
from django.utils import translation
from docx.oxml.ns import qn

from jiedui.reports.documents import paper
from jiedui.reports.documents.build import build, laid_out
from jiedui.reports.documents.content import Content

FIGURE = {
    "id": "f1", "key": "visits", "name": "走访人次", "unit": "人次", "counts": "person_times",
    "value": "312345", "shown": "30万余", "records": 300_000,
}  # fmt: skip
NOTICE = Content(
    title="关于“走亲戚 在行动”活动开展情况的通报", number="盘走亲办〔2026〕3号", word="盘走亲办",
    campaign="走亲戚 在行动", office="盘锦市活动办公室", signed="盘锦市活动办公室",
    to="各县区委", copies="市委办公室，市政府办公室", day=date(2026, 3, 5),
    text="一、总体情况\n（一）走访有序。走访30万余人次。",
    as_of=date(2026, 3, 1), snapshot="ab" * 32, figures=(FIGURE,),
    address="https://example.org/verify/x/",
)  # fmt: skip


def _read(content=NOTICE, layout="notice"):
    return docx.Document(io.BytesIO(laid_out(content, layout=layout)))


def _find(document, start):
    return next(one for one in document.paragraphs if one.text.startswith(start))


def _attributes(node, *path):
    """Attributes of the first element at the path below a node, without their namespace."""
    for name in path:
        node = node.find(qn(f"w:{name}"))
    return {key.rpartition("}")[2]: value for key, value in node.attrib.items()}


def _edges(row):
    return [
        {edge.tag.rpartition("}")[2]: edge.get(qn("w:sz")) for edge in cell._tc.tcPr.iter()
         if edge.get(qn("w:sz"))}
        for cell in row.cells
    ]  # fmt: skip


def test_a_page_takes_22_lines_of_28_characters():
    width = paper.PAGE["w"] - paper.MARGINS["left"] - paper.MARGINS["right"]
    height = paper.PAGE["h"] - paper.MARGINS["top"] - paper.MARGINS["bottom"]
    character = paper.BODY * 20 + paper.TIGHTER
    assert width // character == 28
    assert height // paper.LINE == 22
    spacing = _read().styles["Normal"].element.rPr.find(qn("w:spacing"))
    assert int(spacing.get(qn("w:val"))) == paper.TIGHTER


def test_the_imprint_stands_on_the_last_lines_of_the_last_page():
    table = _read().tables[-1]
    place = _attributes(table._tbl.tblPr, "tblpPr")
    assert (place["vertAnchor"], place["tblpYSpec"]) == ("margin", "bottom")
    # A table as wide as the text floats in LibreOffice for this anchor only.
    assert (place["horzAnchor"], place["tblpX"]) == ("page", str(paper.MARGINS["left"]))
    body = list(table._tbl.getparent())
    assert body.index(table._tbl) == len(body) - 3  # a paragraph without height and the section


def test_rules_of_the_imprint_are_as_wide_as_the_text_and_thick_outside():
    table = _read().tables[-1]
    assert sum(column.width.pt for column in table.columns) == pytest.approx(paper.WIDTH, abs=0.2)
    assert _attributes(table._tbl.tblPr, "tblCellMar", "left")["w"] == "0"
    first, last = (_edges(row) for row in table.rows)
    assert first[0] == {"top": "8"}
    assert last == [{"top": "6", "bottom": "8"}] * 2


def test_the_imprint_names_who_gets_copies_who_issued_it_and_when():
    rows = [[cell.text for cell in row.cells] for row in _read().tables[-1].rows]
    assert rows[0][0] == "抄送：市委办公室，市政府办公室。"
    assert rows[1] == ["盘锦市活动办公室", "2026年3月5日印发"]
    copies = _read().tables[-1].rows[0].cells[0].paragraphs[0]._p.pPr
    sides = _attributes(copies, "ind")
    assert (sides["leftChars"], sides["hangingChars"], sides["rightChars"]) == ("400", "300", "100")
    assert _read().tables[-1].rows[1].cells[1].paragraphs[0].runs[0].font.size.pt == 14


def test_nobody_to_send_copies_to_leaves_one_row():
    assert len(_read(replace(NOTICE, copies="")).tables[-1].rows) == 1


def test_a_brief_ends_with_who_gets_it_and_how_many_were_printed():
    rows = _read(replace(NOTICE, number="第3期"), "brief").tables[-1].rows
    texts = [row.cells[0].text or row.cells[1].text for row in rows]
    assert texts == ["报：市委办公室，市政府办公室", "送：各县区委", "共印　　份"]


def test_the_head_is_red_over_a_red_line():
    document = _read()
    mark = _find(document, "盘锦市活动办公室").runs[0]
    assert str(mark.font.color.rgb) == paper.RED
    assert mark._r.rPr.rFonts.get(qn("w:eastAsia")) == paper.SONG
    line = _attributes(_find(document, "盘走亲办")._p.pPr, "pBdr", "bottom")
    assert (line["color"], line["val"]) == (paper.RED, "single")


def test_two_blank_lines_stand_over_number_and_title_and_one_over_whom_it_is_for():
    texts = [one.text for one in _read().paragraphs]
    number, title, to = (
        next(n for n, text in enumerate(texts) if text.startswith(start))
        for start in ("盘走亲办〔2026〕3号", "关于", "各县区委：")
    )
    last = max(n for n, text in enumerate(texts[:to]) if text)
    assert texts[number - 2 : number] == ["", ""]
    assert texts[title - 2 : title] == ["", ""]
    assert to - last == 2


def test_levels_have_their_fonts():
    document = _read()
    fonts = {
        run.text: run._r.rPr.rFonts.get(qn("w:eastAsia"))
        for start in ("一、", "（一）")
        for run in _find(document, start).runs
    }
    assert fonts == {
        "一、总体情况": paper.HEI, "（一）走访有序。": paper.KAI, "走访30万余人次。": paper.FANG,
    }  # fmt: skip


def test_the_attachment_is_named_without_a_full_stop_and_begins_a_page():
    document = _read()
    named = _find(document, "附件：")
    assert named.text == "附件：主要数据及核验表"
    assert _attributes(named._p.pPr, "ind")["firstLineChars"] == "200"
    label = next(one for one in document.paragraphs if one.text == "附件")
    assert label.paragraph_format.page_break_before
    assert label.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == paper.HEI
    texts = [one.text for one in document.paragraphs]
    at = texts.index("附件")
    assert texts[at + 1 : at + 3] == ["", "主要数据及核验表"]


@pytest.mark.parametrize(("name", "day", "name_at"), [
    ("盘锦市活动办公室", date(2026, 3, 5), 18.0),  # 28 − 2 − 8 characters
    ("活动办", date(2026, 11, 22), 17.5),  # the day is longer: it ends 2 from the right
])  # fmt: skip
def test_the_day_begins_two_characters_after_the_name(name, day, name_at):
    document = _read(replace(NOTICE, signed=name, office="某某", day=day))
    paragraphs = [one for one in document.paragraphs if one.text]
    signed = next(one for one in paragraphs if one.text == name)
    dated = next(one for one in paragraphs if one.text.endswith("日") and one.text[0] == "2")
    left = [int(_attributes(one._p.pPr, "ind")["leftChars"]) / 100 for one in (signed, dated)]
    assert left[0] == pytest.approx(name_at, abs=0.6)
    assert left[1] - left[0] == pytest.approx(2, abs=0.01)
    across = paper.WIDTH / paper.CHARACTER
    longer = max(left[0] + paper.width_of(name), left[1] + paper.width_of(dated.text))
    assert across - longer == pytest.approx(2, abs=0.05)


def test_a_signature_does_not_stand_alone_on_a_page():
    texts = list(_read().paragraphs)
    at = next(n for n, one in enumerate(texts) if one.text.startswith("附件："))
    assert all(one.paragraph_format.keep_with_next for one in texts[at : at + 4])


def test_page_numbers_have_a_dash_on_each_side():
    section = _read().sections[0]
    for footer in (section.footer, section.even_page_footer):
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "—  —"
        assert [one.text for one in paragraph._p.iter(qn("w:instrText"))] == [" PAGE "]
        assert [run.font.size.pt for run in paragraph.runs] == [14] * 3
    # The number's upper edge stands 7 mm under the type area: 35 mm less 7 and its own 5 mm.
    assert section.footer_distance.mm == pytest.approx(23, abs=0.1)


def test_every_font_names_what_takes_its_place():
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import parse_xml

    part = _read().part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    fonts = parse_xml(part.blob)
    named = {
        one.get(qn("w:name")): _attributes(one, "altName")["val"]
        for one in fonts
        if one.find(qn("w:altName")) is not None
    }
    assert {paper.SONG, paper.HEI, paper.KAI, paper.FANG, paper.PLAIN_SONG} <= set(named)
    assert all("Noto" in named[font] for font in paper.SUBSTITUTES)


def test_a_reader_of_english_gets_the_same_document(frozen):
    with translation.override("en"):
        document = docx.Document(io.BytesIO(build(frozen, address="https://example.org/x")))
    assert document.tables[-1].rows[-1].cells[1].text.endswith("日印发")
