"""From a file to households, people, needs, organisations, members and places, and back."""

from datetime import date

import lists
import pytest
from registers import HEAD, bring_in, done, everything, facts, home, send, sheet

from jiedui.core import audit
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.households.models import Household, Need, Person
from jiedui.imports import actions
from jiedui.imports.columns.schemas import SCHEMAS
from jiedui.imports.models import Upload
from jiedui.imports.staging import shown
from jiedui.orgs.models import Member, Organisation
from jiedui.places.models import Place

pytestmark = pytest.mark.django_db


def test_nothing_is_in_the_registers_before_the_list_is_applied(office, willow_village):
    before = everything()
    upload = send("households", sheet(home()), by=office)
    assert upload.counts["new"] == 1
    assert everything() == before


def test_a_household_comes_with_its_head_and_its_people(office, willow_village):
    bring_in(
        "households",
        sheet(
            home(name="李小满", relation="子", born="1990-05-06", kind=""),
            home(phone="13900000001", size=2),
        ),
        by=office,
    )
    household = Household.objects.get(number="H7")
    assert (household.head, household.place, household.size) == ("李安平", willow_village, 2)
    assert household.phone == "13900000001"
    assert household.pinyin == "lianping"
    people = household.people.order_by("born").values_list("name", "relation", "number")
    assert list(people) == [("李安平", "head", "H7-01"), ("李小满", "son", "H7-02")]


def test_the_national_order_groups_rows_by_household_number(office, willow_village):
    rows = lists.national(3)
    for row in rows:
        row[2:5] = ["大洼区", "柳河镇", "柳树村"]
    rows[2][6], rows[2][11] = rows[0][6], "配偶"
    bring_in("households", lists.xlsx([["台账"], lists.NATIONAL, *rows]), by=office)
    assert Household.objects.count() == 2
    first = Household.objects.get(number="H000000")
    assert first.people.count() == 2
    assert first.since == date(2014, 6, 1)
    assert first.more["hamlet"] == "0组"


@pytest.mark.parametrize("with_numbers", [True, False])
def test_the_same_file_twice_changes_nothing(office, willow_village, with_numbers):
    number = "H7" if with_numbers else ""
    content = sheet(
        home(number=number, phone="13900000001"),
        home(number="H8" if with_numbers else "", name="王秋月", born=""),
    )
    bring_in("households", content, by=office)
    before = everything()
    again = bring_in("households", content, by=office)
    assert (again.counts["same"], again.counts["new"], again.counts["changed"]) == (2, 0, 0)
    assert everything() == before


def test_changes_are_shown_field_by_field_and_an_empty_cell_changes_nothing(office, willow_village):
    bring_in("households", sheet(home(phone="13900000001")), by=office)
    upload = send("households", sheet(home(kind="特困供养户", size=3)), by=office)
    row = upload.rows.get()
    told = {line.label: (line.old, line.new) for line in shown.changes(row)}
    assert row.outcome == "changed"
    assert told["People in the household"] == ("1", "3")
    assert len(told) == 2
    done(actions.apply(upload, by=office), upload)
    household = Household.objects.get()
    assert (household.size, household.kind, household.phone) == (3, "extreme", "13900000001")
    assert household.version == 2


def test_rows_with_mistakes_stay_outside_and_all_mistakes_are_told_at_once(office, willow_village):
    upload = bring_in(
        "households",
        sheet(home(), home(number="H8", village="杨槐村", size="many"), home(number="H9", name="")),
        by=office,
    )
    errors = set(upload.flaws.filter(is_error=True).values_list("row", "field"))
    assert errors == {(4, "village"), (4, "size"), (5, "name")}
    assert Household.objects.count() == 1


def test_an_unknown_village_comes_with_the_nearest_names(office, willow_village, other_village):
    upload = send("households", sheet(home(village="柳树林村")), by=office)
    assert "柳树村" in upload.flaws.get(is_error=True).mend


@pytest.mark.parametrize(
    "village", ["柳树村", "柳树", "柳树村委会", "211104100200", "大洼区柳河镇柳树村"]
)
def test_a_village_is_found_by_name_code_or_full_name(office, willow_village, village):
    bring_in("households", sheet(home(village=village)), by=office)
    assert Household.objects.get().place == willow_village


def test_everything_applied_is_in_the_audit_chain(office, willow_village):
    bring_in("households", sheet(home(phone="13900000001")), by=office)
    actions_written = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions_written[-3:] == ["household.registered", "person.added", "import.applied"]
    entry = AuditEntry.objects.get(action="household.registered")
    assert entry.subject == str(Household.objects.get().pk)
    assert entry.actor == str(office)
    assert entry.door == "import"
    assert "13900000001" not in str(AuditEntry.objects.values_list("content", flat=True))
    assert audit.verify().broken is None


def test_a_village_officer_imports_only_for_the_own_village(village_officer, other_village):
    upload = send(
        "households", sheet(home(), home(village="榆树村", number="H8")), by=village_officer
    )
    assert upload.counts["new"] == 1
    assert upload.flaws.get(is_error=True).row == 4


def test_the_number_of_a_household_elsewhere_is_not_overwritten(lu, qin_family):
    content = sheet(home(village="榆树村", number="H1", name="秦安"))
    upload = bring_in("households", content, by=lu)
    assert upload.counts["bad"] == 1
    qin_family.refresh_from_db()
    assert qin_family.place.name == "柳树村"


def test_people_are_added_to_households_of_the_register(office, qin_family):
    head = ["户编号", "姓名", "与户主关系", "性别", "出生日期", "健康状况", "残疾类别", "残疾等级"]
    rows = [["H1", "秦安", "户主", "男", "1950-02-03", "长期慢性病", "肢体残疾", "二级"],
            ["H1", "秦小雨", "孙女", "女", "2015.6.1", "健康", "", ""],
            ["H404", "无名氏", "子", "男", "", "", "", ""]]  # fmt: skip
    upload = bring_in("people", lists.xlsx([head, *rows]), by=office)
    assert (upload.counts["new"], upload.counts["bad"]) == (2, 1)
    first = Person.objects.get(name="秦安")
    assert (first.disability, first.health, first.number) == ("limb 2", "chronic", "H1-01")
    again = send("people", lists.xlsx([head, *rows]), by=office)
    assert again.counts["same"] == 2


def test_needs_are_found_by_head_and_village(office, qin_family):
    head = ["村", "户主", "需求类别", "需求内容", "紧急度", "提出时间"]
    rows = [["柳树村", "秦安", "住房修缮", "东屋漏雨", "紧急", "2026年3月1日"]]
    content = lists.xlsx([head, *rows])
    bring_in("needs", content, by=office)
    need = Need.objects.get()
    assert (need.household, need.text, need.urgency) == (qin_family, "东屋漏雨", 3)
    assert need.since == date(2026, 3, 1)
    assert bring_in("needs", content, by=office).counts["same"] == 1
    assert Need.objects.count() == 1


def test_organisations_may_stand_in_any_order(office, bureau):
    head = ["组织编号", "组织名称", "组织类别", "上级组织"]
    rows = [["X2", "水利局机关党支部", "党支部", "水利局"], ["X1", "水利局", "单位", ""],
            ["", "水利局第一党小组", "党小组", "水利局机关党支部"]]  # fmt: skip
    content = lists.xlsx([head, *rows])
    bring_in("organisations", content, by=office)
    unit = Organisation.objects.get(number="X1")
    group = Organisation.objects.get(name="水利局第一党小组")
    assert unit.parent.path == "0001"
    assert group.path.startswith(unit.path)
    assert (group.kind, group.pinyin) == ("group", "shuilijudiyidangxiaozu")
    assert bring_in("organisations", content, by=office).counts["same"] == 3


def test_what_loads_depend_on_comes_in_with_the_lists(office, bureau, branch):
    units = [["组织名称", "组织类别", "上级组织", "隶属关系", "单位分类"]]
    units += [["市水务局", "单位", bureau.parent.name, "市级", "重点帮扶单位、财政供养"]]
    bring_in("organisations", lists.xlsx(units), by=office)
    unit = Organisation.objects.get(name="市水务局")
    assert (unit.affiliation, unit.classes) == ("prefecture", ["重点帮扶单位", "财政供养"])
    people = [
        ["姓名", "所在单位", "人员编号", "结对户数上限"],
        ["赵一民", branch.name, "Z1", "2户"],
    ]
    bring_in("members", lists.xlsx(people), by=office)
    assert Member.objects.get(number="Z1").most_pairs == 2


def test_organisations_that_stand_above_each_other_are_refused(office, bureau):
    rows = [["甲单位", "乙单位"], ["乙单位", "甲单位"]]
    upload = send("organisations", lists.xlsx([["组织名称", "上级组织"], *rows]), by=office)
    assert upload.counts["bad"] == 2


def test_members_join_their_branch(office, branch):
    head = ["姓名", "所在支部", "职务级别", "入党日期", "特长"]
    content = lists.xlsx([head, ["周文清", "农业局机关党支部", "副科级", "200307", "水电、义诊"]])
    bring_in("members", content, by=office)
    member = Member.objects.get(name="周文清")
    assert (member.organisation, member.number) == (branch, "B1-001")
    assert (member.rank, member.skills) == ("section_deputy", ["水电", "义诊"])
    assert bring_in("members", content, by=office).counts["same"] == 1


UNIT_AND_BRANCH = [["单位", "党支部"], ["党支部", "单位"], ["工作单位", "所在党支部（全称）"]]


@pytest.mark.parametrize("heads", UNIT_AND_BRANCH)
def test_of_unit_and_branch_in_two_columns_the_branch_wins(office, branch, heads):
    named = {"单位": "农业局", "工作单位": "农业局"}
    cells = [named.get(one, "农业局机关党支部") for one in heads]
    content = lists.xlsx([["姓名", *heads], ["周文清", *cells]])
    upload = bring_in("members", content, by=office)
    assert upload.flaws.count() == 0
    assert {one["field"] for one in upload.sheets["表1"]} == {"name", "organisation", "branch"}
    assert Member.objects.get().organisation == branch
    assert bring_in("members", content, by=office).counts["same"] == 1


@pytest.mark.parametrize("said", ["机关党支部", "B1", "中共农业局机关党支部"])
def test_a_branch_is_found_below_its_unit_however_it_is_written(office, branch, said):
    Organisation.objects.create(
        parent=branch.parent.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )
    content = lists.xlsx([["姓名", "单位", "党支部"], ["周文清", "农业局", said]])
    bring_in("members", content, by=office)
    assert Member.objects.get().organisation == branch


def test_a_branch_that_is_not_below_the_unit_is_told_and_the_unit_stays(office, branch):
    other = Organisation.objects.create(
        parent=branch.parent.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )
    rows = [["周文清", "水利局", "农业局机关党支部"], ["方敏", "农业局", ""]]
    upload = bring_in("members", lists.xlsx([["姓名", "单位", "党支部"], *rows]), by=office)
    flaw = upload.flaws.get()
    assert (flaw.row, flaw.field, flaw.is_error) == (2, "branch", False)
    assert Member.objects.get(name="周文清").organisation == other
    assert Member.objects.get(name="方敏").organisation == branch.parent


def test_the_preview_says_where_a_household_is_beside_its_name_and_number(office, qin_family):
    head = ["村", "户主", "需求类别", "需求内容"]
    needs = send("needs", lists.xlsx([head, ["柳树村", "秦安", "住房修缮", "漏雨"]]), by=office)
    row = needs.rows.get()
    assert (row.title, row.where) == ("秦安 H1", "柳河镇柳树村")
    head = ["户编号", "姓名", "与户主关系"]
    people = send("people", lists.xlsx([head, ["H1", "秦小满", "子"]]), by=office)
    row = people.rows.get()
    assert (row.title, row.where) == ("秦小满", "柳河镇柳树村 秦安 H1")


@pytest.mark.parametrize("kind", SCHEMAS)
def test_what_is_not_kept_is_not_found_fault_with(office, branch, qin_family, kind):
    """A column that is recognised and not kept: whatever stands in it, nobody has to mend it."""
    fields = SCHEMAS[kind].fields
    unkept = [one.aliases[0] for one in fields if not one.is_kept]
    needed = [one for one in fields if one.required]
    head = [*(one.aliases[0] for one in needed), *unkept]
    rows = [[one.example for one in needed] + [rubbish] * len(unkept)
            for rubbish in ("1981-13", "#REF!", 2.5e17, "x" * 2000)]  # fmt: skip
    upload = send(kind, lists.xlsx([head, *rows]), by=office)
    told = set(upload.flaws.values_list("field", flat=True))
    assert not told & {one.key for one in fields if not one.is_kept}


def test_places_below_a_village_are_made_level_by_level(office, willow_village):
    head = ["村（社区）", "小区", "楼栋", "单元"]
    rows = [["柳树村", "泰和小区", "3号楼", "1单元"], ["柳树村", "泰和小区", "3号楼", "２单元"]]
    content = lists.xlsx([head, *rows])
    bring_in("places", content, by=office)
    building = Place.objects.get(name="3号楼")
    assert building.parent.name == "泰和小区"
    assert building.children.count() == 2
    assert building.path.startswith(willow_village.path)
    assert bring_in("places", content, by=office).counts["same"] == 2


def test_columns_put_right_are_remembered_for_the_next_file(office, willow_village):
    head = [*HEAD[:2], "家里管事的", *HEAD[3:]]
    content = lists.xlsx([["台账"], head, home()])
    upload = send("households", content, by=office)
    assert upload.counts["mistakes"] == 1
    done(actions.correct(upload, {"表1": {2: "name"}}, by=office), upload)
    upload.refresh_from_db()
    assert upload.counts["new"] == 1
    again = send("households", content, by=office)
    assert again.counts["new"] == 1
    assert again.sheets["表1"][2]["by"] == "remembered"


def test_one_column_is_not_two_things(office, willow_village):
    upload = send("households", sheet(home()), by=office)
    with pytest.raises(Refused):
        done(actions.correct(upload, {"表1": {2: "name", 1: "name"}}, by=office), upload)


def test_a_preview_that_became_untrue_is_not_applied(office, willow_village):
    bring_in("households", sheet(home()), by=office)
    upload = send("households", sheet(home(size=4)), by=office)
    Household.objects.update(size=2)
    with pytest.raises(Refused):
        done(actions.apply(upload, by=office), upload)
    assert Household.objects.get().size == 2
    upload.refresh_from_db()
    assert upload.state == Upload.State.CHECKED
    done(actions.apply(upload, by=office), upload)
    assert Household.objects.get().size == 4


def test_a_csv_of_an_old_system_is_read(office, willow_village):
    text = "村,户编号,户主姓名,户属性\n柳树村,Ｈ７,张　伟,低保户\n"
    bring_in("households", text.encode("gb18030"), by=office)
    assert (Household.objects.get().head, Household.objects.get().number) == ("张伟", "H7")


def test_the_command_line_tells_facts_with_stable_keys(willow_village):
    told = facts("households", sheet(home()), apply=True)
    assert set(told) == {
        *("kind", "rows", "new", "changed", "unchanged", "duplicates", "mistakes", "warnings"),
        *("applied", "upload"),
    }
    assert told["applied"] is True
    assert Household.objects.count() == 1
