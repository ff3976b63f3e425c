"""The number of a record under other facts is asked about: nobody becomes somebody else."""

import lists
import pytest
from registers import bring_in, done, everything, send

from jiedui.core import readings
from jiedui.households.models import Household, Need, Person
from jiedui.imports import actions
from jiedui.orgs.models import Member

pytestmark = pytest.mark.django_db

BORN = ["村", "户编号", "户主姓名", "与户主关系", "户属性", "出生日期"]
IDENTITY = ["村", "户编号", "户主姓名", "身份证号", "户属性", "健康状况"]


def _asked(upload, *numbers):
    """These rows are asked about, with the reason of each; no other row changes anything."""
    assert upload.counts["new"] == upload.counts["changed"] == 0, upload.counts
    rows = upload.rows.filter(is_doubtful=True)
    assert [row.number for row in rows] == list(numbers)
    return [str(row.drafts) for row in rows]


@pytest.fixture
def willow_homes(office, willow_village, other_village):
    rows = [
        ["柳树村", 1, "李安平", "户主", "低保户", "1950-01-02"],
        ["柳树村", 1, "王秀英", "配偶", "低保户", "1952-01-02"],
        ["柳树村", 2, "赵大山", "户主", "低保户", "1955-01-02"],
    ]
    bring_in("households", lists.xlsx([BORN, *rows]), by=office)


ELM = [
    ["榆树村", 1, "李安国", "户主", "特困户", "1961-07-08"],
    ["榆树村", 1, "孙桂兰", "配偶", "特困户", "1963-07-08"],
    ["榆树村", 2, "赵大海", "户主", "特困户", "1970-03-04"],
    ["榆树村", 2, "赵小海", "子", "特困户", "1999-03-04"],
]


def test_numbers_of_another_villages_list_are_asked_about(office, willow_homes):
    reasons = _asked(send("households", lists.xlsx([BORN, *ELM]), by=office), 2, 4)
    assert "village、name、date of birth" in reasons[0]


def test_somebody_else_with_a_number_that_is_taken_gets_a_number_of_their_own(office, willow_homes):
    upload = send("households", lists.xlsx([BORN, *ELM]), by=office)
    before = everything()
    actions.decide(upload, [r.pk for r in upload.rows.filter(is_doubtful=True)], "new", by=office)
    upload = done(actions.check(upload, by=office), upload)
    assert {flaw.message for flaw in upload.flaws.all()} == {"Another entry has this number."}
    done(actions.apply(upload, by=office), upload)
    assert everything() == before


@pytest.mark.parametrize("born", ["", "1950-01-02"])
def test_the_same_name_in_another_village_is_asked_about_as_well(office, willow_homes, born):
    row = ["榆树村", 1, "李安平", "户主", "低保户", born]
    (reason,) = _asked(send("households", lists.xlsx([BORN, row]), by=office), 2)
    assert "these differ: village." in reason


def test_a_village_of_the_same_name_in_another_town_is_another(office, willow_homes, city):
    from jiedui.places.models import Place

    county = Place.objects.get(path="211104")
    town = Place.objects.create(
        parent=county, path="211104101", code="211104101000", name="田家街道", level="town"
    )
    path = f"{town.path}200"
    Place.objects.create(parent=town, path=path, code=path, name="柳树村", level="village")
    head = ["乡镇", *BORN]
    row = ["田家街道", "柳树村", 1, "李安平", "户主", "低保户", ""]
    _asked(send("households", lists.xlsx([head, row]), by=office), 2)
    row = ["柳河镇", "柳树村", 1, "李安平", "户主", "低保户", ""]
    assert send("households", lists.xlsx([head, row]), by=office).counts["same"] == 1


@pytest.fixture
def sick_li(office, willow_village):
    number = lists.identity(1, birth="19500102")
    row = ["柳树村", "H1", "李安平", number, "低保户", "长期慢性病"]
    bring_in("households", lists.xlsx([IDENTITY, row]), by=office)
    return Person.objects.get()


@pytest.mark.parametrize("name", ["李安国", "李安平", "李安萍", "赵大山"])
def test_an_identity_number_of_their_own_makes_another_person(office, sick_li, name):
    number = lists.identity(2, birth="19780506")
    row = ["柳树村", "H1", name, number, "低保户", ""]
    (reason,) = _asked(send("households", lists.xlsx([IDENTITY, row]), by=office), 2)
    assert "date of birth、identity number" in reason


def test_a_household_that_is_the_same_under_a_new_head_keeps_both_people(office, sick_li):
    number = lists.identity(2, birth="19780506")
    row = ["柳树村", "H1", "李安国", number, "低保户", ""]
    upload = send("households", lists.xlsx([IDENTITY, row]), by=office)
    actions.decide(upload, [upload.rows.get().pk], "same", by=office)
    done(actions.apply(upload, by=office), upload)
    with readings.unseen():
        found = {
            p.name: (p.relation, str(p.born), str(p.identity)[-4:], str(p.health))
            for p in Person.objects.all()
        }
    assert found["李安平"][:2] == ("other", "1950-01-02")
    assert found["李安国"][:2] == ("head", "1978-05-06")
    assert (found["李安国"][2], found["李安国"][3]) == (number[-4:], "")
    assert Household.objects.get().head == "李安国"


@pytest.mark.parametrize(
    ("name", "born"),
    [("李安萍", ""), ("李安平", "1950-01-03"), ("李安平", "1951-01-02"), ("李平", "1950-01-02"),
     ("李安平", "1950"), ("李平安", "")],
)  # fmt: skip
def test_a_slip_of_the_pen_is_a_plain_change(office, willow_homes, name, born):
    row = ["柳树村", 1, name, "户主", "低保户", born]
    upload = send("households", lists.xlsx([BORN, row]), by=office)
    assert upload.counts["doubtful"] == upload.counts["new"] == upload.counts["bad"] == 0


@pytest.mark.parametrize(
    ("name", "born"), [("李安国", ""), ("李安平", "1978-05-06"), ("李安萍", "1978-05-06")]
)
def test_more_than_a_slip_is_asked_about(office, willow_homes, name, born):
    row = ["柳树村", 1, name, "户主", "低保户", born]
    _asked(send("households", lists.xlsx([BORN, row]), by=office), 2)


PERSON = ["村", "户编号", "姓名", "与户主关系", "人编号", "出生日期"]


def _with_numbers(office):
    rows = [
        ["柳树村", "H1", "李安平", "户主", "P1", "1950-01-02"],
        ["柳树村", "H1", "李小军", "子", "P2", "1980-01-02"],
    ]
    bring_in("households", lists.xlsx([PERSON, *rows]), by=office)
    return rows


@pytest.mark.parametrize(
    "row",
    [
        ("李小芳", "女", "P2", "1990-05-05"),
        ("李小军", "子", "P2", "1999-05-05"),
        ("李小军", "子", "", "1999-05-05"),
        ("李小芳", "女", "P2", ""),
    ],
)
@pytest.mark.parametrize("kind", ["households", "people"])
def test_the_number_of_a_person_is_no_proof_either(office, willow_village, kind, row):
    rows = _with_numbers(office)
    if kind == "households":
        content = lists.xlsx([PERSON, rows[0], ["柳树村", "H1", *row]])
        _asked(send(kind, content, by=office), 3)
    else:
        content = lists.xlsx([PERSON, ["柳树村", "H1", *row]])
        _asked(send(kind, content, by=office), 2)


MEMBER = ["工号", "姓名", "所在单位", "身份证号"]


@pytest.mark.parametrize("name", ["周华", "周明"])
def test_the_number_of_a_member_is_no_proof_either(office, zhou, name):
    ours = ["M1", "周明", "农业局机关党支部", lists.identity(1, birth="19800101")]
    bring_in("members", lists.xlsx([MEMBER, ours]), by=office)
    row = ["M1", name, "农业局机关党支部", lists.identity(9, birth="19900101")]
    _asked(send("members", lists.xlsx([MEMBER, row]), by=office), 2)


def test_a_member_under_a_number_with_another_name(office, zhou):
    row = ["M1", "周华", "农业局机关党支部", lists.identity(9, birth="19900101")]
    _asked(send("members", lists.xlsx([MEMBER, row]), by=office), 2)
    assert Member.objects.get().name == "周明"


# Lists of people and of needs: the village and the head beside the number


PEOPLE = ["村", "户编号", "户主姓名", "姓名", "与户主关系", "出生日期"]
NEEDS = ["村", "户编号", "户主姓名", "需求类别", "需求内容"]


@pytest.mark.parametrize(
    ("village", "head", "field"),
    [("榆树村", "李安平", "village"), ("柳树村", "赵铁柱", "head"), ("榆树村", "赵铁柱", "village"),
     ("", "赵铁柱", "head"), ("榆树村", "", "village")],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["people", "needs"])
def test_a_number_beside_another_village_or_head_is_a_mistake(
    office, willow_homes, kind, village, head, field
):
    if kind == "people":
        content = lists.xlsx([PEOPLE, [village, 1, head, "赵小满", "子", "1990-01-01"]])
    else:
        content = lists.xlsx([NEEDS, [village, 1, head, "住房修缮", "屋漏"]])
    before = everything()
    upload = bring_in(kind, content, by=office)
    flaw = upload.flaws.get(is_error=True)
    assert (flaw.row, flaw.field) == (2, field)
    assert "李安平" in flaw.message
    assert "柳树村" in flaw.message
    assert flaw.mend
    assert everything() == before


@pytest.mark.parametrize("village", ["柳树村", "柳河镇柳树村", "柳树", ""])
@pytest.mark.parametrize("head", ["李安平", "李安萍", "王秀英", ""])
def test_what_agrees_with_the_number_is_taken(office, willow_homes, village, head):
    content = lists.xlsx([PEOPLE, [village, 1, head, "李小满", "子", "1990-01-01"]])
    assert bring_in("people", content, by=office).counts["new"] == 1
    needs = lists.xlsx([NEEDS, [village, 1, head, "住房修缮", "屋漏"]])
    assert bring_in("needs", needs, by=office).counts["new"] == 1
    assert Need.objects.get().household.number == "1"


def test_the_same_household_stays_where_it_lives(office, willow_homes):
    """Decided to be the same: a village does not take the place of the building in it."""
    from jiedui.places.models import Place

    village = Place.objects.get(name="柳树村")
    house = Place.objects.create(
        parent=village, path=f"{village.path}0001", code="B1", name="1号楼", level="building"
    )
    Household.objects.filter(number="1").update(place=house)
    row = ["柳树村", 1, "周秋月", "户主", "低保户", ""]
    upload = send("households", lists.xlsx([BORN, row]), by=office)
    actions.decide(upload, [upload.rows.get().pk], "same", by=office)
    done(actions.apply(upload, by=office), upload)
    assert Household.objects.get(head="周秋月").place == house
