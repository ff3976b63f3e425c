"""Whatever a list does not say and the register gets all the same stands in the preview."""

from pathlib import Path

import lists
import pytest
import registers
from django.urls import reverse

from jiedui.households.models import Household, Person
from jiedui.imports import actions
from jiedui.imports.matching.household_parts import kind_in
from jiedui.imports.staging import additions, shown
from jiedui.places.models import Place

pytestmark = pytest.mark.django_db
LOW_INCOME = Path(__file__).parent / "cases" / "low-income-gb18030.csv"


def _added(upload):
    return {
        (one.part, one.name): (one.value, one.times)
        for one in additions.read(str(upload.additions))
        if one.by == additions.ADDED
    }


@pytest.fixture
def qiaoyin_town(city):
    county = Place.objects.create(
        parent=city, path="211127", code="211127000000", name="凤山县", level="county"
    )
    town = Place.objects.create(
        parent=county, path="211127100", code="211127100000", name="乔音乡", level="town",
        kind="town",
    )  # fmt: skip
    text = LOW_INCOME.read_text(encoding="gb18030")
    villages = dict.fromkeys(line.split(",")[1] for line in text.splitlines()[2:] if line.strip())
    for number, name in enumerate(filter(None, villages)):
        path = f"211127100{200 + number}"
        Place.objects.create(
            parent=town, path=path, code=path, name=name, level="village", kind="village"
        )
    return town


def test_a_list_without_a_kind_says_which_one_its_rows_get_and_lets_it_be_chosen(
    client, office, qiaoyin_town
):
    upload = registers.send("households", LOW_INCOME.read_bytes(), by=office, name="名单.csv")
    new = upload.count("new")
    assert new >= 39
    assert _added(upload)["household", "kind"] == ("allowance", new)
    client.force_login(office)
    page = client.get(upload.get_absolute_url()).content.decode()
    assert 'name="fill-kind"' in page
    assert "低保户 <span" in page
    client.post(reverse("imports:fill", args=[upload.pk]), {"fill-kind": "特困供养户"})
    registers.work()
    upload.refresh_from_db()
    assert _added(upload)["household", "kind"] == ("extreme", new)
    registers.done(actions.apply(upload, by=office), upload)
    assert set(Household.objects.values_list("kind", flat=True)) == {"extreme"}
    assert Household.objects.count() == new


def test_what_is_written_is_what_the_preview_showed(office, willow_village, today):
    rows = [["村", "户主"], ["柳树村", "李安平"]]
    upload = registers.send("households", lists.xlsx(rows), by=office)
    lines = {line.label: line for line in shown.values(upload.rows.get())}
    told = {label: line.new for label, line in lines.items() if line.by == "added"}
    assert told == {
        "Kind of household": "Other household in hardship",
        "People in the household": "1",
        "First listed": today.isoformat(),
    }
    registers.done(actions.apply(upload, by=office), upload)
    home = Household.objects.get()
    assert (home.kind, home.size, home.since) == ("other_hardship", 1, today)


def test_a_day_for_the_whole_list_holds_for_people_as_well(office, willow_village):
    rows = [["村", "户主", "性别"], ["柳树村", "李安平", "男"]]
    upload = registers.send("households", lists.xlsx(rows), by=office)
    registers.done(actions.settle(upload, filled={"since": "2016-03-05"}, by=office), upload)
    upload.refresh_from_db()
    registers.done(actions.apply(upload, by=office), upload)
    assert Household.objects.get().since.isoformat() == "2016-03-05"
    assert Person.objects.get().since.isoformat() == "2016-03-05"


def test_an_answer_taken_back_leaves_what_the_program_has(office, willow_village):
    rows = [["村", "户主"], ["柳树村", "李安平"]]
    upload = registers.send("households", lists.xlsx(rows), by=office)
    for said, kind in (("低保户", "allowance"), ("", "other_hardship")):
        registers.done(actions.settle(upload, filled={"kind": said}, by=office), upload)
        upload.refresh_from_db()
        assert _added(upload)["household", "kind"] == (kind, 1)


def test_birth_and_gender_follow_from_the_number_and_say_so(office, willow_village):
    number = lists.identity(4, birth="19660808")
    rows = [["村", "户主", "身份证号"], ["柳树村", "李安平", number]]
    upload = registers.send("households", lists.xlsx(rows), by=office)
    told = {line.label: line.new for line in shown.values(upload.rows.get()) if line.by}
    assert told["Date of birth"] == "1966-08-08"
    registers.done(actions.apply(upload, by=office), upload)
    person = Person.objects.get()
    assert (person.born.isoformat(), person.gender) == ("1966-08-08", "female")


def test_what_follows_from_a_number_never_changes_what_somebody_wrote(office, willow_village):
    number = lists.identity(4, birth="19660808")
    head = ["村", "户编号", "户主", "身份证号", "出生日期"]
    first = [head, ["柳树村", "H1", "李安平", number, "1966-09-08"]]
    registers.bring_in("households", lists.xlsx(first), by=office)
    again = [head[:4], ["柳树村", "H1", "李安平", number]]
    upload = registers.send("households", lists.xlsx(again), by=office)
    assert shown.changes(upload.rows.get()) == [] or all(
        "birth" not in line.label.lower() for line in shown.changes(upload.rows.get())
    )
    assert Person.objects.get().born.isoformat() == "1966-09-08"


def test_the_urgency_of_a_need_and_its_day_are_filled_in_visibly(office, qin_family, today):
    rows = [["户编号", "村", "需求类别", "需求内容"], [qin_family.number, "", "住房修缮", "漏雨"]]
    upload = registers.send("needs", lists.xlsx(rows), by=office)
    assert _added(upload)["need", "urgency"] == (1, 1)
    told = [line.new for line in shown.values(upload.rows.get()) if line.by == "added"]
    assert told == ["Can wait", today.isoformat()]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("乔音乡低保户名单（2026年第三季度）", "allowance"),
        ("低保边缘户花名册", "allowance_edge"),
        ("低保户、特困户花名册", ""),
        ("结对帮扶台账", ""),
    ],
)
def test_a_title_names_a_kind_or_none(title, kind):
    assert kind_in([title]) == kind


def test_every_household_says_whether_it_is_in_the_target_group(
    client, office, willow_village, campaign
):
    kinds = campaign.playbook.main_pairing.helped_kinds
    rows = [
        registers.home(number="H1", name="李安平", kind="低保户"),
        registers.home(number="H2", name="李安乐", kind="一般农户"),
    ]
    upload = registers.send("households", registers.sheet(*rows), by=office)
    told = list(upload.rows.order_by("number").values_list("is_targeted", flat=True))
    assert told == ["allowance" in kinds or not kinds, "ordinary" in kinds or not kinds]
    client.force_login(office)
    page = client.get(upload.get_absolute_url()).content.decode()
    assert "属结对对象" in page
