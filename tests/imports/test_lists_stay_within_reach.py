"""The import is a door like any other: nobody sees, compares or changes what is not theirs."""

from datetime import date

import lists
import pytest
from registers import done, everything, home, send, sheet

from jiedui.accounts.models import User
from jiedui.core import crypto
from jiedui.households.models import Household, Person
from jiedui.imports import actions
from jiedui.imports.matching import matches
from jiedui.imports.staging import shown
from jiedui.orgs.models import Appointment, Member, Organisation, Team

pytestmark = pytest.mark.django_db

PEOPLE = ["户编号", "户主姓名", "村", "人编号", "姓名", "与户主关系", "证件号码", "健康状况"]
NEEDS = ["户编号", "户主姓名", "村", "需求类型", "需求内容"]


@pytest.fixture
def old_qin(qin_family):
    """Somebody of Willow village whose number and identity number a stranger guessed."""
    return Person.objects.create(
        household=qin_family, number="H1-01", name="秦大山", relation="head", health="chronic",
        identity=lists.identity(1), identity_digest=crypto.digest(lists.identity(1)),
        born=date(1958, 3, 12), since=qin_family.since,
    )  # fmt: skip


@pytest.fixture
def los(other_village, lu):
    """A household of the stranger's own village."""
    return Household.objects.create(
        number="H2", head="卢明", place=other_village, kind="allowance", since=date(2025, 1, 1)
    )


def _told(upload):
    """Everything that an upload says to its sender."""
    rows = [f"{r.title} {r.where} {r.reason} {r.drafts}" for r in upload.rows.all()]
    return rows + [f"{f.message} {f.mend}" for f in upload.flaws.all()]


@pytest.mark.parametrize("number, identity", [("H1-01", ""), ("", lists.identity(1))])
def test_a_person_elsewhere_is_neither_offered_nor_moved(lu, los, old_qin, number, identity):
    row = ["H2", "", "", number, "卢小平", "子", identity, ""]
    upload = send("people", lists.xlsx([PEOPLE, row]), by=lu)
    assert upload.counts["duplicates"] == 0
    assert not any(secret in said for said in _told(upload) for secret in ("秦", "H1 "))
    done(actions.apply(upload, by=lu), upload)
    old_qin.refresh_from_db()
    assert (old_qin.name, old_qin.household.number) == ("秦大山", "H1")


def test_an_identity_number_elsewhere_answers_like_one_that_nobody_has(lu, los, old_qin):
    def said(serial):
        row = ["H2", "", "", "", "卢小平", "子", lists.identity(serial), ""]
        upload = send("people", lists.xlsx([PEOPLE, row]), by=lu)
        told = [(f.message, f.mend) for f in upload.flaws.all()]
        return upload.rows.get().outcome, upload.rows.get().reason, told

    assert said(1) == said(2)
    row = home("榆树村", number="", name="卢小平")
    head = ["村", "户编号", "户主姓名", "证件号码"]
    uploads = [
        send("households", lists.xlsx([head, [*row[:3], lists.identity(n)]]), by=lu) for n in (1, 2)
    ]
    assert [u.rows.get().outcome for u in uploads] == ["new", "new"]


def test_the_number_of_a_household_elsewhere_is_unknown(lu, los, qin_family):
    for kind, row in (
        ("people", ["H1", "", "", "", "某人", "子", "", ""]),
        ("people", ["H404", "", "", "", "某人", "子", "", ""]),
    ):
        upload = send(kind, lists.xlsx([PEOPLE, row]), by=lu)
        flaw = upload.flaws.get(is_error=True)
        assert flaw.message == f"No household of your area has the number {row[0]}."
    needs = lists.xlsx([NEEDS, ["H1", "", "", "住房", "修屋顶"]])
    assert send("needs", needs, by=lu).counts["bad"] == 1


def test_a_number_taken_elsewhere_cannot_be_used_and_nothing_is_told(lu, los, old_qin):
    before = everything()
    upload = send("households", sheet(home("榆树村", number="H1", name="秦安")), by=lu)
    done(actions.apply(upload, by=lu), upload)
    assert everything() == before
    assert upload.flaws.get(is_error=True).message == "This number cannot be used here."


def test_an_area_of_a_role_that_imports_nothing_opens_nothing(lu, los, old_qin, city):
    """Who is a leader of the county too imports for the own village all the same."""
    Appointment.objects.create(user=lu, role="leader", place=city, since=date(2020, 1, 1))
    upload = send("households", sheet(home("柳树村", number="H1", name="秦安")), by=lu)
    assert upload.counts["bad"] == 1
    row = ["H2", "", "", "H1-01", "秦大山", "父亲", "", ""]
    assert send("people", lists.xlsx([PEOPLE, row]), by=lu).counts["duplicates"] == 0


def test_members_teams_and_organisations_elsewhere(office, liaison, city, bureau, zhou):
    other = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )
    Member.objects.create(
        number="M9", name="冯远", organisation=other, identity=lists.identity(3),
        identity_digest=crypto.digest(lists.identity(3)),
    )  # fmt: skip
    Team.objects.create(number="T9", name="水利队", kind="volunteers", organisation=other)
    before = everything()
    head = ["编号", "姓名", "单位", "身份证号"]
    rows = [["M9", "冯远", "农业局", ""], ["", "冯远", "农业局", lists.identity(3)]]
    upload = send("members", lists.xlsx([head, *rows]), by=liaison)
    assert sorted(upload.rows.values_list("outcome", flat=True)) == ["bad", "new"]
    assert upload.flaws.get(is_error=True).message == "This number cannot be used here."
    teams = [["编号", "队伍名称", "所属组织", "队长"], ["T9", "水利队", "农业局", "冯远"]]
    upload = send("teams", lists.xlsx(teams), by=liaison)
    assert upload.counts["bad"] == 1
    foreign = [["编号", "姓名", "单位"], ["M10", "冯近", "U2"]]
    upload = send("members", lists.xlsx(foreign), by=liaison)
    assert upload.counts["bad"] == 1
    assert not any("水利局" in said for said in _told(upload))
    orgs = [["编号", "名称", "上级"], ["U2", "水利局", "农业局"]]
    assert send("organisations", lists.xlsx(orgs), by=liaison).counts["bad"] == 1
    assert everything() == before


def test_deciding_and_comparing_end_with_the_appointment(client, office, other_village, today):
    officer = _officer(other_village)
    Household.objects.create(
        number="H2", head="卢红军", place=other_village, kind="allowance", since=today
    )
    upload = send("households", sheet(home("榆树村", "", "卢宏军", born="")), by=officer)
    row = upload.rows.get()
    assert row.outcome == "doubtful"
    officer.appointments.update(ended=today)
    officer = type(officer).objects.get(pk=officer.pk)
    row.upload = upload
    assert shown.sides(row, by=officer)[1] == []
    assert matches.within_reach("households", [row], by=officer) == {row.pk: {}}
    actions.decide(upload, [row.pk], "same", by=officer)
    row.refresh_from_db()
    assert row.target is None


def _officer(village):
    from jiedui.accounts.models import User

    user = User.objects.create_user("moving", password="correct horse battery")
    Appointment.objects.create(
        user=user, role="village_officer", place=village, since=date(2020, 1, 1)
    )
    return user


def test_undoing_leaves_what_is_no_longer_in_reach(other_village, city, today):
    officer = _officer(other_village)
    upload = send("households", sheet(home("榆树村", "H2", "卢红军")), by=officer)
    done(actions.apply(upload, by=officer), upload)
    officer.appointments.update(ended=today)
    officer = type(officer).objects.get(pk=officer.pk)
    done(actions.undo(upload, by=officer), upload)
    assert Household.objects.filter(number="H2").exists()
    upload.refresh_from_db()
    assert upload.counts["kept"] == 1


def _appointed(name, role, organisation, place):
    user = User.objects.create_user(name, password="correct horse battery", display_name=name)
    Appointment.objects.create(
        user=user, role=role, organisation=organisation, place=place, since=date(2020, 1, 1)
    )
    return user


def test_an_area_the_role_does_not_reach_by_opens_nothing_to_a_list(bureau, willow_village):
    """A liaison works by organisation, a village officer by place, whatever else is named."""
    liaison = _appointed("liaison2", "liaison", bureau, willow_village)
    officer = _appointed("officer2", "village_officer", bureau, willow_village)
    before = everything()
    for by, kind, content in (
        (liaison, "households", sheet(home("柳树村", number="H50", name="孙大"))),
        (liaison, "places", lists.xlsx([["名称", "上级地点"], ["七组", "柳树村"]])),
        (officer, "members", lists.xlsx([["编号", "姓名", "单位"], ["M50", "新人", "农业局"]])),
        (officer, "teams", lists.xlsx([["编号", "名称", "单位"], ["T50", "新队", "农业局"]])),
        (officer, "organisations", lists.xlsx([["名称", "上级"], ["新支部", "农业局"]])),
    ):
        upload = send(kind, content, by=by)
        done(actions.apply(upload, by=by), upload)
        assert not upload.counts["new"], kind
    assert everything() == before


def test_such_an_area_is_still_written_to_where_the_role_reaches(bureau, willow_village):
    liaison = _appointed("liaison2", "liaison", bureau, willow_village)
    officer = _appointed("officer2", "village_officer", bureau, willow_village)
    members = lists.xlsx([["编号", "姓名", "单位"], ["M50", "新人", "农业局"]])
    upload = send("members", members, by=liaison)
    done(actions.apply(upload, by=liaison), upload)
    upload = send("households", sheet(home("柳树村", number="H50", name="孙大")), by=officer)
    done(actions.apply(upload, by=officer), upload)
    assert Member.objects.filter(number="M50").exists()
    assert Household.objects.filter(number="H50").exists()
