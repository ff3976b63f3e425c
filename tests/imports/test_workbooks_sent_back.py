import io

import lists
import openpyxl
import pytest
from django.utils.translation import override

from jiedui.imports.columns.schemas import HOUSEHOLDS, SCHEMAS
from jiedui.imports.reading.workbook import read
from jiedui.imports.tables.parsing import parse
from jiedui.imports.workbooks.annotate import annotate
from jiedui.imports.workbooks.templates_xlsx import template


def _annotated(rows, **kwargs):
    content = lists.xlsx(rows, **kwargs)
    out = io.BytesIO()
    annotate(content, parse(read(content), HOUSEHOLDS).mistakes, out)
    return openpyxl.load_workbook(io.BytesIO(out.getvalue()))


def test_the_annotated_workbook_leads_from_the_list_to_each_wrong_cell():
    book = _annotated(
        [["台账"], ["村", "户主", "人口"], ["柳树村", "张三", "很多"]], merged=["A1:C1"]
    )
    first = book.worksheets[0]
    assert first["B2"].hyperlink.location == "'表1'!C3"
    assert "not a number" in first["E2"].value
    cell = book["表1"]["C3"]
    assert cell.value == "很多" and "not a number" in cell.comment.text
    assert cell.fill.fgColor.rgb == "FFF8CBAD"
    assert str(book["表1"].merged_cells.ranges.pop()) == "A1:C1"


def test_a_cell_of_the_sender_never_becomes_a_formula():
    book = _annotated([["村", "户主"], ["=1+1", "张三"], ["http://x.example", "李四"]])
    assert book["表1"]["A2"].data_type == "s"
    assert book["表1"]["A3"].hyperlink is None


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_template_is_read_again_in_full_and_its_sample_is_no_entry(kind, language):
    schema, out = SCHEMAS[kind], io.BytesIO()
    with override(language):
        template(schema, out)
    parsed = parse(read(out.getvalue()), schema)
    (matches,) = parsed.matches.values()
    assert [m.field for m in matches] == [field.key for field in schema.fields if field.is_kept]
    assert (parsed.rows, parsed.mistakes) == ([], [])


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_sample_is_sound_once_it_is_changed_a_little(kind):
    schema = SCHEMAS[kind]
    kept = [field for field in schema.fields if field.is_kept]
    rows = [[field.aliases[0] for field in kept], [field.example for field in kept]]
    spoken = next(n for n, f in enumerate(kept) if f.key in ("name", "title", "estate"))
    rows[1][spoken] = "改过"
    parsed = parse(read(lists.xlsx(rows)), schema)
    assert len(parsed.rows) == 1
    assert parsed.mistakes == []


def test_templates_have_drop_downs_and_text_columns():
    out = io.BytesIO()
    with override("zh-hans"):
        template(HOUSEHOLDS, out)
    page = openpyxl.load_workbook(io.BytesIO(out.getvalue())).worksheets[0]
    heads = {cell.value.rstrip("*"): cell.column_letter for cell in page[2]}
    ranges = [str(rule.sqref) for rule in page.data_validations.dataValidation]
    assert any(area.startswith(f"{heads['与户主关系']}3") for area in ranges)
    column = page[f"{heads['证件号码']}2"].column
    # Neighbours of one width and format are stored as one range of columns.
    spans = page.column_dimensions.values()
    assert [s.number_format for s in spans if s.min <= column <= s.max] == ["@"]
    assert page[f"{heads['证件号码']}2"].comment is not None


def test_no_alias_means_two_fields_of_one_schema():
    for schema in SCHEMAS.values():
        owners: dict[str, str] = {}
        for field in schema.fields:
            for alias in field.aliases:
                owner = field.beside or field.key  # two columns of one sheet, told apart later
                assert owners.setdefault(alias, owner) == owner, (schema.kind, alias)
