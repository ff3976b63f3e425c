"""Two lists beside each other that touch, one beginning lower: never read as columns of one."""

import lists
import pytest
from django.urls import reverse
from registers import send
from test_no_list_of_a_sheet_is_lost import HEAD, _left, _names, _read, _right

from jiedui.imports.columns.schemas import SCHEMAS
from jiedui.imports.reading.workbook import read
from jiedui.imports.tables.parsing import parse


def _touching(lower, *, right=HEAD, entry=_right, title=False):
    """The right list begins `lower` rows below the left one, without an empty column between."""
    rows = [[*HEAD], *(_left(n) for n in range(6))]
    if title:
        rows[lower - 1] = [*rows[lower - 1], "榆树村名单"]
    rows[lower] = [*rows[lower], *right]
    for n, row in enumerate(range(lower + 1, 7)):
        rows[row] = [*rows[row], *entry(n)]
    return rows


@pytest.mark.parametrize("lower", [1, 2, 3, 4])
def test_both_are_read(lower):
    parsed = _read(_touching(lower))
    assert len(parsed.rows) == 6 + (6 - lower)
    assert sum("赵" in name for name in _names(parsed)) == 6 - lower
    assert [block.area for block in parsed.blocks] == ["A1:D7", f"E{lower + 1}:H7"]
    assert not any("赵" in str(row.values) for row in parsed.rows if row.sheet == "表1")


def test_a_title_above_the_lower_one_changes_nothing():
    assert len(_read(_touching(3, title=True)).rows) == 9


def test_the_left_one_may_begin_lower():
    rows = [[None] * 4 + HEAD, [None] * 4 + _right(0), [*HEAD, *_right(1)]]
    rows += [[*_left(n), *_right(n + 2)] for n in range(3)]
    parsed = _read(rows)
    assert len(parsed.rows) == 8


def test_other_columns_in_another_order():
    right = ["姓名", "所在村", "联系电话", "人数", "户类型"]
    rows = _touching(
        2,
        right=right,
        entry=lambda n: [f"赵大{n}"[:2] + "平伟芳敏"[n], "榆树村", "13900000001", 1, "特困户"],
    )
    parsed = _read(rows)
    assert len(parsed.rows) == 10
    assert not any(row.values.get("phone") for row in parsed.rows if row.sheet == "表1")


def test_what_cannot_be_read_is_told_with_a_button(client, office, willow_village):
    client.force_login(office)
    rows = _touching(2, right=["村干部", "电话"], entry=lambda n: [f"钱三{n}", f"1390000000{n}"])
    upload = send("households", lists.xlsx(rows), by=office)
    assert upload.counts["new"] == 6
    assert not any("1390000" in str(row.drafts) for row in upload.rows.all())
    assert [block["is_read"] for block in upload.blocks] == [True, False]
    page = client.get(reverse("imports:layout", args=[upload.pk])).content.decode()
    assert 'name="read 表1:E3"' in page


@pytest.mark.parametrize("kind", ["csv", "members"])
def test_a_text_file_and_a_list_of_members(kind):
    if kind == "csv":
        text = "\n".join(",".join(str(c or "") for c in row) for row in _touching(2))
        parsed = parse(read(text.encode("gb18030"), name="a.csv"), SCHEMAS["households"])
        assert len(parsed.rows) == 10
        return
    head = ["姓名", "单位", "性别"]
    rows = [head, ["周明", "农业局", "男"], ["何静", "农业局", "女", *head]]
    rows += [["陈光", "农业局", "男", "王强", "林业局", "男"]]
    parsed = parse(read(lists.xlsx(rows), name="a.xlsx"), SCHEMAS["members"])
    assert _names(parsed) == ["何静", "周明", "王强", "陈光"]


def test_a_heading_of_two_rows_is_one_list():
    rows = [
        ["村", "户主信息", None, None, "帮扶信息", None],
        [None, "姓名", "家庭人口", "联系电话", "帮扶人", "帮扶单位"],
    ]
    rows += [["柳树村", f"李安{c}", 2, "13900000001", "周明", "农业局"] for c in "平伟芳"]
    for merged in ((), ("B1:D1", "E1:F1", "A1:A2")):
        parsed = parse(read(lists.xlsx(rows, merged=merged), name="a.xlsx"), SCHEMAS["households"])
        assert len(parsed.blocks) == 1
    assert parsed.rows[0].values["village"] == "柳树村"


def test_remarks_in_a_column_without_a_heading_are_no_list():
    rows = [[*HEAD], [*_left(0)], [*_left(1), "电话", "关系"], [*_left(2), "已通知", "同村"]]
    assert len(_read(rows).rows) == 3
