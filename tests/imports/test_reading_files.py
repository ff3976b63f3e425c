import io
import zipfile

import lists
import pytest

from jiedui.imports.reading.workbook import BadWorkbook, Limits, read


def test_every_sheet_is_read_and_cells_keep_their_places():
    book = read(lists.xlsx([[], ["", "姓名"], ["", "张三"]], 第二页=[["a"]]))
    assert [sheet.name for sheet in book.visible] == ["表1", "第二页"]
    assert book.visible[0].rows[1] == ["", "姓名"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";", "，", "|"])
def test_text_files_are_read_in_every_usual_encoding(encoding, sign):
    text = sign.join(["姓名", "村", "电话"]) + "\r\n" + sign.join(["张三", "柳树村", '="0427123"'])
    rows = read(text.encode(encoding)).visible[0].rows
    assert rows == [["姓名", "村", "电话"], ["张三", "柳树村", "0427123"]]


def test_a_comma_inside_quotes_splits_nothing():
    rows = read('姓名,需求\n张三,"修房, 换瓦\n两间"\n'.encode()).visible[0].rows
    assert rows[1] == ["张三", "修房, 换瓦\n两间"]


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def _with_sheet(xml: bytes) -> bytes:
    """A sound workbook whose first sheet has this text instead."""
    out = io.BytesIO()
    sound = zipfile.ZipFile(io.BytesIO(lists.xlsx([["姓名"], ["张三"]])))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sound.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            archive.writestr(name, xml if is_sheet else sound.read(name))
    return out.getvalue()


_FAR_CELL = b"<row\tr='1'><c\tr='XFD1048576'><v>1</v></c></row>"
FAR = b"<worksheet><sheetData>" + _FAR_CELL + b"</sheetData></worksheet>"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
HOSTILE = {
    "empty": (b"", "0 bytes"),
    "blank text": (b"\n\n , \n", "no rows"),
    "blank workbook": (lists.xlsx([]), "no rows"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "web page": (b"\r\n<html><table><tr><td>1</td></tr></table>", "web page"),
    "binary": (b"\x00\x01\x02" * 50, "not readable text"),
    "locked": (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
    "broken old format": (OLE + b"\0" * 4000, "damaged"),
    "broken zip": (lists.xlsx([["姓名"], ["张三"]])[:-400], "damaged"),
    "torn part": (_with_sheet(b"<worksheet><sheetData><row"), "damaged|no rows"),
    "a packed document": (_zip(word__document=b"x"), "not a spreadsheet"),
    "a packed list": (_zip(a=b"x"), "not a spreadsheet"),
    "no workbook inside": (_zip(xl__strange=b"x"), "damaged"),
    "far cell": (_with_sheet(FAR), "row 1048576"),
    "bomb": (_zip(xl__workbook=b"0" * 30_000_000), "unpack"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_that_cannot_be_read_is_answered_with_a_sentence(case):
    content, words = HOSTILE[case]
    with pytest.raises(BadWorkbook, match=words) as refused:
        read(content)
    assert refused.value.mend.endswith(".")


def test_a_file_over_the_limit_is_not_even_opened(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK" + b"0" * 3_000_000)
    with pytest.raises(BadWorkbook, match="2 MB; at most 1 MB"):
        read(path, limits=Limits(size=2_000_000 - 900_000))


def test_a_packed_part_that_lies_about_its_length_is_refused():
    content = bytearray(_zip(xl__workbook=b"0" * 100_000))
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    with pytest.raises(BadWorkbook, match="damaged"):
        read(bytes(content))


def test_too_many_sheets_are_refused():
    with pytest.raises(BadWorkbook, match="3 sheets; at most 2"):
        read(lists.xlsx([["a"]], [["b"]], [["c"]]), limits=Limits(sheets=2))


TABLE = "<table><tr><td>村</td><td>户主</td></tr></table>"
URN = "urn:schemas-microsoft-com:office:spreadsheet"
MARKED_UP = {
    **{
        f"begins with {start[:12]}": (f"{start}{TABLE}", "HTML")
        for start in (
            "<center>", "<br>", "<br/>", "<form action='x'>", "<font size=2>", "<tr>", "<p>x</p>",
            "<b>t</b>", "<h1>t</h1>", "<span>t</span>", "<script>1</script>", "<link rel=x>",
            "<thead>", "<title>x</title>", "<TABLE border=1>", f"<!-- {'x' * 5000} --><html>",
            "<!DOCTYPE html>", '<?xml version="1.0"?><html>',
        )
    },
    "mhtml, date first": ("From: <WPS>\nDate: y\nMIME-Version: 1.0\nContent-Type: x", "MHTML"),
    "mhtml, own header": ("X-Own: 1\r\n  goes on\r\nMIME-Version: 1.0\r\n\r\nx", "MHTML"),
    "mhtml, type first": ("X-Own: 1\nContent-Type: multipart/related; boundary=x\n", "MHTML"),
    "xml of excel": (f'<?xml version="1.0"?><Workbook xmlns="{URN}"></Workbook>', "2003"),
    "xml of excel, bare": (f'<Workbook xmlns="{URN}"></Workbook>', "2003"),
    "xml of excel, prefix": (f'<ss:Workbook xmlns:ss="{URN}"></ss:Workbook>', "2003"),
    "other xml": ("<root><row>1</row></root>", "XML"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), MARKED_UP.values(), ids=MARKED_UP)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_marked_up_text_is_called_what_it_is(text, kind, encoding):
    with pytest.raises(BadWorkbook, match=kind):
        read(text.encode(encoding))


@pytest.mark.parametrize("first", ["<低保户>", "<1>", "< 村", "村:<br>", "说明: 一", "a<b"])
def test_a_sign_alone_makes_no_text_a_web_page(first):
    assert read(f"{first},户主\n柳树村,张三\n".encode()).visible[0].rows[1] == ["柳树村", "张三"]
