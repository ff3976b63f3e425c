"""Lists written in traditional characters, as every Big5 file is, are read like simplified ones."""

import lists
import pytest
from registers import bring_in, done, send

from jiedui.households.models import Household, Person
from jiedui.imports import actions
from jiedui.imports.columns.schemas import SCHEMAS
from jiedui.imports.reading.sheets import Sheet, Workbook
from jiedui.imports.tables.parsing import parse
from jiedui.orgs.models import Member
from jiedui.places.models import Place

pytestmark = pytest.mark.django_db

HEAD = (
    "序號,村(社區),戶編號,姓名,身份證號碼,與戶主關係,性別,民族,健康狀況,聯繫電話,家庭人口,"
    "貧困戶屬性,是否危房,人均純收入,首次識別時間"
)
WANG = (
    "1,興隆村,H1,王鳳蘭,,戶主,女,漢族,長期慢性病,13900000001,3,一般貧困戶,無危房,約2800圓,"
    "二〇一六年三月五號"
)
SON = "2,興隆村,H1,張國慶,,長子,男,漢族,健康,無,,,,,"
GIRL = "3,興隆村,H1,張曉燕（已遷出）,,孫女,女,滿族,健康,暫無,,,,,"
TOTAL = "合計：3戶,,,,,,,,,,,,,,"
FOOT = "填報人：趙會計,,,,,,,,,,,,,,"


@pytest.fixture
def xinglong(willow_village):
    Place.objects.filter(pk=willow_village.pk).update(name="兴隆村")
    willow_village.refresh_from_db()
    return willow_village


def _big5(*lines):
    return "\r\n".join([HEAD, *lines]).encode("big5hkscs")


def test_a_big5_list_goes_from_upload_to_the_registers(office, xinglong):
    content = _big5(WANG, SON, GIRL, TOTAL, FOOT)
    upload = send("households", content, by=office, name="台帳.csv")
    assert upload.counts["mistakes"] == 0, [f.message for f in upload.flaws.all()]
    assert upload.count("rows") == 3
    done(actions.apply(upload, by=office), upload)
    home = Household.objects.get()
    assert (home.number, home.head, home.kind, home.size) == ("H1", "王鳳蘭", "poor", 3)
    assert home.place == xinglong
    assert home.more["dangerous_house"] is False
    assert home.more["income_per_head"] == "2800.00"
    assert str(home.since) == "2016-03-05"
    people = list(Person.objects.order_by("number").values_list("name", "relation", "gender"))
    assert people == [
        ("王鳳蘭", "head", "female"),
        ("張國慶", "son", "male"),
        ("張曉燕", "grandchild", "female"),
    ]
    assert list(Person.objects.values_list("ethnic", flat=True)) == ["han", "han", "manchu"]


def test_that_a_place_was_found_under_other_characters_is_said_once(office, xinglong):
    upload = send("households", _big5(WANG, SON, GIRL), by=office, name="台帳.csv")
    told = [f for f in upload.flaws.filter(field="village") if "兴隆村" in f.message]
    assert [(f.row, f.is_error) for f in told] == [(2, False)]
    assert "興隆村" in told[0].message
    same = lists.xlsx([HEAD.replace("興", "兴").split(","), WANG.replace("興", "兴").split(",")])
    assert not send("households", same, by=office).flaws.filter(field="village")


def test_somebody_of_the_register_is_asked_about_under_other_characters(office, xinglong):
    known = [["村", "户主姓名", "人口数"], ["兴隆村", "王凤兰", 3]]
    bring_in("households", lists.xlsx(known), by=office)
    written = [["村", "戶主姓名", "人口數"], ["興隆村", "王鳳蘭", 3]]
    upload = send("households", lists.xlsx(written), by=office)
    assert upload.counts["duplicates"] == 1
    row = upload.rows.get(is_doubtful=True)
    assert "The same name in another way of writing." in str(row.drafts)
    actions.decide(upload, [row.pk], "same", by=office)
    done(actions.apply(upload, by=office), upload)
    assert Household.objects.get().head == "王鳳蘭"


def test_people_and_needs_find_their_household(office, xinglong):
    known = [["村", "户主姓名", "人口数"], ["兴隆村", "王凤兰", 3], ["兴隆村", "张红军", 1]]
    bring_in("households", lists.xlsx(known), by=office)
    people = [["村", "戶主姓名", "姓名", "與戶主關係"], ["興隆村", "王鳳蘭", "張曉燕", "孫女"]]
    upload = send("people", lists.xlsx(people), by=office)
    assert (upload.counts["new"], upload.counts["mistakes"]) == (1, 0)
    told = {f.field: f.message for f in upload.flaws.all()}
    assert "王凤兰" in told["head"] and "兴隆村" in told["village"]
    needs = [["村", "戶主姓名", "需求類型", "需求內容"], ["興隆村", "王鳳蘭", "住房", "修屋頂"]]
    upload = send("needs", lists.xlsx(needs), by=office)
    assert (upload.counts["new"], upload.counts["mistakes"]) == (1, 0)
    needs[1][1] = "張宏軍"  # only sounds like a head of the register
    assert send("needs", lists.xlsx(needs), by=office).counts["mistakes"] == 1


def test_gb18030_files_and_titles_in_traditional_characters(office, xinglong):
    lines = ["興隆村低保戶名單,,,", "村,戶主姓名,聯絡電話,備註", "興隆村,王鳳蘭,13900000001,已簽約"]
    content = "\n".join(lines).encode("gb18030")
    upload = send("households", content, by=office, name="a.csv")
    done(actions.apply(upload, by=office), upload)
    home = Household.objects.get()
    assert (home.kind, home.phone, home.more["note"]) == ("allowance", "13900000001", "已簽約")


def test_members_teams_and_units_in_traditional_characters(office, zhou, he):
    head = ["編號", "姓名", "單位", "性別", "政治面貌", "職務級別"]
    row = ["M9", "陳衛國", "農業局機關黨支部", "男", "中共黨員", "鄉科級正職"]
    bring_in("members", lists.xlsx([head, row]), by=office)
    member = Member.objects.get(number="M9")
    assert (member.name, member.organisation) == ("陳衛國", zhou.organisation)
    head = ["隊伍名稱", "所屬組織", "隊長"]
    upload = send(
        "teams", lists.xlsx([head, ["柳樹勸導隊", "農業局機關黨支部", "陈卫国"]]), by=office
    )
    assert upload.counts["mistakes"] == 0
    assert {f.field for f in upload.flaws.all()} == {"organisation", "leader"}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("戶主姓名", "name"), ("性別", "gender"), ("村(社區)", "village"), ("鄉鎮", "township"),
        ("身份證號碼", "identity"), ("聯繫電話", "phone"), ("家庭人口", "size"),
        ("貧困戶屬性", "kind"), ("貧困類型", "kind"), ("與戶主關係", "relation"),
        ("戶編號", "household_code"), ("幫扶責任人", "helper"),
        ("2015年人均純收入（元）", "income_per_head"),
    ],
)  # fmt: skip
def test_headings_in_traditional_characters(heading, field):
    rows = [["村", "姓名" if field != "name" else "戶編號", heading], ["興隆村", "王鳳蘭", "1"]]
    if field == "village":
        rows[0][0] = "鄉鎮"
    parsed = parse(Workbook("a", [Sheet("表", rows)]), SCHEMAS["households"])
    assert parsed.matches["表"][2].field == field
