"""Rows of one list that are like one record and like each other: each pair of them is asked."""

from datetime import date

import lists
import pytest
from registers import bring_in, done, home, send, sheet

from jiedui.households.models import Household, Person
from jiedui.imports import actions
from jiedui.imports.matching import matches
from jiedui.orgs.models import Member, Organisation, Team

pytestmark = pytest.mark.django_db


def _asked_of(upload):
    """Row → the rows above it that it is asked about."""
    return {
        row.number: sorted(one.number for one in matches.twins(row).values())
        for row in upload.rows.filter(is_doubtful=True)
    }


def _all_new(upload, office):
    actions.decide(upload, upload.rows.values_list("pk", flat=True), "new", by=office)


def test_each_pair_of_rows_is_asked_about_at_the_first_look(office, willow_village):
    bring_in("households", sheet(home(name="张红军", number="")), by=office)
    # The second is like the first, the third like the second only.
    rows = [home(name=name, number="") for name in ("张宏军", "张洪君", "章洪君")]
    upload = send("households", sheet(*rows), by=office)
    first = _asked_of(upload)
    assert first[3] == [] and 3 in first[4] and 4 in first[5]
    _all_new(upload, office)
    upload = done(actions.check(upload, by=office), upload)
    assert _asked_of(upload) == first  # nothing is asked that a decision has answered unseen


def test_a_row_said_to_be_the_one_above_stays_out(office, willow_village):
    bring_in("households", sheet(home(name="张红军", number="")), by=office)
    rows = [home(name=name, number="") for name in ("张宏军", "张洪军")]
    upload = send("households", sheet(*rows), by=office)
    second = upload.rows.get(number=4)
    (twin,) = matches.twins(second)
    actions.decide(upload, [upload.rows.get(number=3).pk], "new", by=office)
    actions.decide(upload, [second.pk], "same", by=office, target=twin)
    done(actions.apply(upload, by=office), upload)
    assert sorted(Household.objects.values_list("head", flat=True)) == ["张宏军", "张红军"]


def test_people_of_a_family_and_members_likewise(office, qin_family, zhou):
    head = ["户编号", "姓名", "与户主关系"]
    bring_in("people", lists.xlsx([head, ["H1", "秦晓雨", "孙女"]]), by=office)
    rows = [["H1", name, "孙女"] for name in ("秦小雨", "秦小语")]
    upload = send("people", lists.xlsx([head, *rows]), by=office)
    assert _asked_of(upload) == {2: [], 3: [2]}
    assert Person.objects.count() == 1
    head = ["姓名", "单位"]
    rows = [[name, "农业局机关党支部"] for name in ("周鸣", "周铭")]
    upload = send("members", lists.xlsx([head, *rows]), by=office)
    assert _asked_of(upload) == {2: [], 3: [2]}
    assert Member.objects.count() == 1


@pytest.mark.parametrize("names", [("柳树劝导队", "柳树劝导队"), ("柳树劝岛队", "柳树劝倒队")])
def test_teams_like_one_that_ended(office, zhou, names):
    head = ["队伍名称", "所属组织"]
    bring_in("teams", lists.xlsx([head, ["柳树劝导队", "农业局机关党支部"]]), by=office)
    Team.objects.update(ended=date(2025, 5, 6), since=date(2025, 1, 1))
    rows = [[name, "农业局机关党支部"] for name in names]
    upload = send("teams", lists.xlsx([head, *rows]), by=office)
    if names[0] != names[1]:
        assert _asked_of(upload) == {2: [], 3: [2]}
        return
    actions.decide(upload, [upload.rows.get(number=2).pk], "new", by=office)
    done(actions.apply(upload, by=office), upload)
    assert Team.objects.filter(ended=None).count() == 1
    upload.refresh_from_db()
    assert "same entry as in row 2" in upload.flaws.get(is_error=True).message


def test_organisations_like_one_that_ended(office, bureau):
    head = ["名称", "上级"]
    bring_in("organisations", lists.xlsx([head, ["林业局", "盘锦市"]]), by=office)
    Organisation.objects.filter(name="林业局").update(ended=date(2025, 5, 6))
    rows = [["林业局", "盘锦市"], ["林业局", "盘锦市"]]
    upload = send("organisations", lists.xlsx([head, *rows]), by=office)
    _all_new(upload, office)
    done(actions.apply(upload, by=office), upload)
    assert Organisation.objects.filter(name="林业局", ended=None).count() == 1


def test_what_a_decision_makes_doubtful_is_not_left_out_in_silence(office, willow_village):
    """Applying looks once more; what that finds is asked before anything is written."""
    upload = send("households", sheet(home(name="张宏军", number="")), by=office)
    upload.seal = ""
    upload.save()
    other = {"kind": "allowance", "since": date(2024, 1, 1), "place": willow_village}
    Household.objects.create(number="H77", head="张红军", **other)
    with pytest.raises(actions.Refused, match="still to be decided"):
        done(actions.apply(upload, by=office), upload)
    upload.refresh_from_db()
    assert upload.state == "checked"
    assert Household.objects.count() == 1
