"""Files broken at random (the same ones every time): a workbook or a sentence, never a crash."""

import io
import random
import zipfile
from pathlib import Path

import lists
import pytest

from jiedui.imports.columns.schemas import HOUSEHOLDS
from jiedui.imports.reading import reader
from jiedui.imports.reading.refused_file import BadWorkbook
from jiedui.imports.tables.parsing import parse
from jiedui.imports.tables.rows import Mistake
from jiedui.imports.workbooks.annotate import annotate

CASES = Path(__file__).parent / "cases"
SOUND = ("err_src.xlsx", "err_src.xls", "err_src.ods", "xlsb_far.xlsb", "unclosed-quote.csv")


def _bytes_changed(content, rng):
    broken = bytearray(content)
    for _n in range(rng.choice((1, 3, 20))):
        at = rng.randrange(len(broken))
        way = rng.randrange(3)
        if way == 0:
            broken[at] = rng.randrange(256)
        elif way == 1:
            del broken[at : at + rng.randrange(1, 40)]
        else:
            broken[at:at] = rng.randbytes(rng.randrange(1, 40))
    return bytes(broken)


_WORDS = (
    *(b'"', b"<", b">", b"&#0;", b"&x;", b"-1", b"99999999999999999999", b"1e309", b'r="A0"'),
    *(b'r="ZZZ9999999"', b't="e"', b't="s"', b"<row>", b"</row>", b"<c/>", b"\xff", b"\x00"),
    *(
        b'hidden="1"',
        b'<mergeCell ref="A1:XFD1048576"/>',
        b'table:number-rows-repeated="2147483648"',
    ),
)


def _parts_changed(content, rng):
    """The package stays sound; one of its parts says something absurd."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as sound, zipfile.ZipFile(out, "w") as odd:
        chosen = rng.choice(sound.namelist())
        for name in sound.namelist():
            part = bytearray(sound.read(name))
            if name == chosen and part:
                for _n in range(rng.choice((1, 2, 6))):
                    at = rng.randrange(len(part))
                    part[at : at + rng.randrange(0, 12)] = rng.choice(_WORDS)
            odd.writestr(name, bytes(part))
    return out.getvalue()


def _answer(content):
    try:
        return parse(reader.read(content), HOUSEHOLDS)
    except BadWorkbook as bad:
        assert str(bad)
        return None


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", SOUND)
def test_changed_bytes_are_answered(name, seed):
    content = (CASES / name).read_bytes()
    _answer(_bytes_changed(content, random.Random(f"{name} {seed}")))


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(
    "name", ["err_src.xlsx", "err_src.ods", "village-merged-over-two-columns.xlsx"]
)
def test_absurd_parts_are_answered(name, seed):
    content = (CASES / name).read_bytes()
    _answer(_parts_changed(content, random.Random(f"{name} {seed}")))


def _mistakes(sheet):
    return [
        Mistake(sheet, row, column, "name", "wrong", "mend")
        for row, column in ((1, ""), (2, "A"), (3, "XFD"), (1_048_577, "A"), (2, "AAAA"))
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + "村,户主\n柳树村,秦\x00安\n".encode(),
        ("村,户主\n" + "柳树村,秦安\n" * 10).encode(),
        ("村,户主" + "," * 17_000 + "x\n柳树村,秦安\n").encode(),
        lists.xlsx([["村", "户主"], ["x" * 40_000 if n == 9 else "柳树村" for n in range(2)]]),
        (CASES / "err_src.ods").read_bytes(),
    ],
    ids=["nul", "plain", "wide", "long", "ods"],
)
def test_the_workbook_with_mistakes_marked_is_made_of_whatever_was_read(content):
    out = io.BytesIO()
    annotate(content, _mistakes(reader.read(content).sheets[0].name), out)
    assert out.getvalue().startswith(b"PK")
