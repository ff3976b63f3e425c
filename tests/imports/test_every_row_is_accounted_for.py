"""rows read = new + changed + unchanged + to be decided + with mistakes + left out."""

from dataclasses import replace

import lists
import pytest
import registers

from jiedui.imports.staging import checking, row_counts
from jiedui.imports.staging.row_counts import Unaccounted

pytestmark = pytest.mark.django_db
HEAD = ["序号", "村", "户编号", "户主", "家庭人口"]


def _sheet():
    return lists.xlsx([
        ["困难户名单"],
        HEAD,
        [1, "柳树村", "H1", "张三", 3],
        [],
        ["", "小计", "", "", 3],
        HEAD,
        [2, "柳树村", "H2", "李四", "许多"],
        [3, "柳树村", "H3", "王五", 1],
        ["合计", "", "", "", 5],
        ["填报人：赵六"],
    ])  # fmt: skip


def test_the_account_of_a_sheet_names_every_row(client, office, willow_village):
    upload = registers.send("households", _sheet(), by=office)
    (account,) = row_counts.read(upload.accounts)
    assert account.rows == account.accounted_for == 8
    assert account.entries == {"new": 2, "bad": 1}
    assert account.passed == {"blank": 1, "total": 2, "heading": 1, "remark": 1}
    client.force_login(office)
    for page in (upload.get_absolute_url(), f"{upload.get_absolute_url()}mistakes/"):
        text = " ".join(client.get(page).content.decode().split())
        assert "共读取 8 行 = 2 新增 + 1 有错误 + 5 不导入" in text
        assert "合计、小计 2 行" in text


def test_a_sheet_that_waits_for_a_column_is_accounted_for(office, willow_village):
    content = lists.xlsx([["户主", "家庭人口"], ["张三", 2], ["李四", 1]])
    upload = registers.send("households", content, by=office)
    (account,) = row_counts.read(upload.accounts)
    assert (account.rows, account.passed) == (2, {"unread": 2})


def test_the_sample_line_of_our_template_is_accounted_for(office, willow_village):
    import io

    from jiedui.imports.columns.schemas import HOUSEHOLDS
    from jiedui.imports.workbooks.templates_xlsx import template

    out = io.BytesIO()
    template(HOUSEHOLDS, out)
    upload = registers.send("households", out.getvalue(), by=office)
    (account,) = row_counts.read(upload.accounts)
    assert account.passed == {"sample": 1}


def test_a_row_nobody_speaks_of_is_a_defect_that_stops_the_list(office, willow_village):
    upload = registers.send("households", _sheet(), by=office)
    looked = checking.analyse(upload)
    lost = replace(looked, staged=looked.staged[1:])
    with pytest.raises(Unaccounted, match="8 rows"):
        checking.save(upload, lost)


def test_a_village_for_all_rows_is_said_where_the_list_has_no_such_column(office, willow_village):
    from jiedui.imports import actions

    content = lists.xlsx([["户主", "家庭人口"], ["张三", 2], ["李四", 1]])
    upload = registers.send("households", content, by=office)
    registers.done(
        actions.settle(upload, words={"village": {"\n表1": "柳树村"}}, by=office), upload
    )
    upload.refresh_from_db()
    assert upload.count("new") == 2
