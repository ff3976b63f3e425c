"""Of any column that people write once for a group of rows the sender may say so, on the page."""

import json

import lists
import pytest
from django.urls import reverse
from registers import done, send

from jiedui.households.models import Household, Need
from jiedui.imports import actions
from jiedui.imports.models import Upload
from jiedui.orgs.models import Member
from jiedui.places.models import Place

pytestmark = pytest.mark.django_db

HEAD = [
    "村",
    "户编号",
    "户主姓名",
    "户属性",
    "致贫原因",
    "帮扶责任人",
    "联系电话",
    "人均纯收入",
    "家庭人口",
]
ROWS = [
    ["柳树村", "H1", "李安平", "低保户", "因病", "周明", "13900000001", 2800, 2],
    ["柳树村", "H2", "王大山", "", "", "", "", "", ""],
    ["柳树村", "H3", "赵小山", "特困户", "因残", "", "", "", 1],
    ["柳树村", "H4", "陈光", "", "", "何静", "", "", ""],
]


def _offered(upload):
    return {offer["key"]: offer["rows"] for offer in upload.layout_offers}


def test_what_the_sender_says_holds_for_the_column_and_is_kept(office, willow_village):
    upload = send("households", lists.xlsx([HEAD, *ROWS]), by=office)
    assert _offered(upload) == {"above kind": 2, "above cause": 2, "above helper": 2}
    assert upload.unanswered == 0
    upload = done(actions.lay_out(upload, {"above kind": "yes"}, by=office), upload)
    assert [o["answer"] for o in upload.layout_offers] == ["yes", "", ""]
    upload = done(actions.check(upload, by=office), upload)  # remembered with the upload
    done(actions.apply(upload, by=office), upload)
    one, two, three, four = Household.objects.order_by("number").values_list("kind", flat=True)
    assert one == two == "allowance" and three == four != one
    assert [home.cause for home in Household.objects.order_by("number")][1] == ""


def test_it_is_marked_in_the_preview_and_can_be_taken_back(client, office, willow_village):
    client.force_login(office)
    upload = send("households", lists.xlsx([HEAD, *ROWS]), by=office)
    address = reverse("imports:layout", args=[upload.pk])
    page = client.get(address).content.decode()
    assert 'name="above kind"' in page and 'name="above phone"' not in page
    client.post(address, {"above kind": "yes", "above cause": "no", "above helper": "yes"})
    upload = done(Upload.objects.get().job, upload)
    row = upload.rows.get(number=3)
    assert {"kind", "helper"} == set(json.loads(str(row.drafts))[0]["above"])
    page = client.get(reverse("imports:show", args=[upload.pk])).content.decode()
    assert page.count("取自上一行的值") == 4
    client.post(address, {"above kind": "no", "above cause": "no", "above helper": "no"})
    upload = done(Upload.objects.get().job, upload)
    page = client.get(reverse("imports:show", args=[upload.pk])).content.decode()
    assert "取自上一行的值" not in page


@pytest.mark.parametrize(
    "key", ["phone", "identity", "name", "household_code", "size", "income_per_head", "relation"]
)
def test_what_is_one_entrys_own_never_comes_from_above(office, willow_village, key):
    head = [*HEAD, "证件号码", "与户主关系"]
    rows = [[*row, "", ""] for row in ROWS]
    rows[0][-2:] = [lists.identity(1), "户主"]
    upload = send("households", lists.xlsx([head, *rows]), by=office)
    assert f"above {key}" not in _offered(upload)
    with pytest.raises(actions.Refused):
        actions.lay_out(upload, {f"above {key}": "yes"}, by=office)
    upload.layout = {f"above {key}": "yes"}  # as from the command line
    upload.save()
    upload = done(actions.check(upload, by=office), upload)
    for row in upload.rows.exclude(drafts=""):
        for draft in json.loads(str(row.drafts)):
            assert not draft["above"]


def test_a_village_from_above_is_marked_as_well(client, office, willow_village):
    client.force_login(office)
    rows = [[*row] for row in ROWS]
    rows[1][0] = rows[2][0] = rows[3][0] = ""
    upload = send("households", lists.xlsx([HEAD, *rows]), by=office)
    assert [q["key"] for q in upload.layout_questions] == ["village"]
    assert "above village" not in _offered(upload)
    upload = done(actions.lay_out(upload, {"village": "above"}, by=office), upload)
    assert json.loads(str(upload.rows.get(number=3).drafts))[0]["above"] == {"village": "柳树村"}
    page = client.get(reverse("imports:show", args=[upload.pk])).content.decode()
    assert page.count("取自上一行的值") == 3


def test_members_needs_and_places_and_a_text_file(office, zhou, qin_family):
    rows = ["姓名,单位,政治面貌", "陈光,农业局机关党支部,中共党员", "王强,农业局机关党支部,"]
    upload = send("members", "\n".join(rows).encode("gb18030"), by=office, name="a.csv")
    upload = done(actions.lay_out(upload, {"above political": "yes"}, by=office), upload)
    done(actions.apply(upload, by=office), upload)
    chen, wang = Member.objects.filter(name__in=("陈光", "王强"))
    assert chen.political and wang.political == chen.political

    head = ["户编号", "需求类型", "需求内容", "紧急程度"]
    rows = [head, ["H1", "住房", "修屋顶", "紧急"], ["H1", "住房", "修墙", ""]]
    upload = send("needs", lists.xlsx(rows), by=office)
    upload = done(actions.lay_out(upload, {"above urgency": "yes"}, by=office), upload)
    done(actions.apply(upload, by=office), upload)
    assert len(set(Need.objects.values_list("urgency", flat=True))) == 1

    rows = [["村", "小区", "楼栋"], ["柳树村", "柳园", "1号楼"], ["柳树村", "", "2号楼"]]
    upload = send("places", lists.xlsx(rows), by=office)
    upload = done(actions.lay_out(upload, {"above estate": "yes"}, by=office), upload)
    done(actions.apply(upload, by=office), upload)
    parents = Place.objects.filter(level="building").values_list("parent__name", flat=True)
    assert list(parents) == ["柳园", "柳园"]
