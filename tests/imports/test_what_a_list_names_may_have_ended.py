"""A village or an organisation that a list names and that has ended is told with its day."""

from datetime import date

import lists
import pytest
from registers import home, send, sheet

from jiedui.orgs.models import Organisation
from jiedui.places.models import Place

pytestmark = pytest.mark.django_db
DAY = date(2025, 5, 6)


def _error(upload):
    flaw = upload.flaws.get(is_error=True)
    return f"{flaw.message} {flaw.mend}"


@pytest.fixture
def ended_village(willow_village, other_village):
    Place.objects.filter(pk=willow_village.pk).update(ended=DAY, successor=other_village)
    return willow_village


@pytest.mark.parametrize("name", ["柳树村", "柳树", "柳樹村", "柳河镇柳树村", "211104100200"])
def test_a_village_that_ended_with_its_successor(office, ended_village, name):
    said = _error(send("households", sheet(home(name)), by=office))
    assert "柳河镇柳树村 ended on 2025-05-06." in said
    assert "柳河镇榆树村" in said


def test_a_village_that_ended_without_a_successor(office, ended_village):
    Place.objects.update(successor=None)
    said = _error(send("households", sheet(home()), by=office))
    assert "ended on 2025-05-06" in said and "榆树村" not in said


def test_the_name_of_a_village_that_stands_is_meant_first(office, ended_village):
    town = Place.objects.get(path="211104100")
    Place.objects.create(
        parent=town, path="211104100209", code="211104100209", name="柳树村", level="village"
    )
    assert send("households", sheet(home()), by=office).counts["new"] == 1


def test_an_ended_village_elsewhere_is_a_stranger(lu, ended_village):
    assert "ended" not in _error(send("households", sheet(home()), by=lu))
    Place.objects.update(successor=None)
    assert "ended" not in _error(send("households", sheet(home("211104100200")), by=lu))


def test_a_successor_elsewhere_is_not_named(lu, willow_village, other_village):
    Place.objects.filter(pk=other_village.pk).update(ended=DAY, successor=willow_village)
    said = _error(send("households", sheet(home("榆树村")), by=lu))
    assert "ended on 2025-05-06" in said and "柳树" not in said


@pytest.fixture
def ended_unit(bureau, branch):
    heir = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="林业局", kind="unit", number="U2"
    )
    Organisation.objects.filter(pk=branch.pk).update(ended=DAY, successor=heir)
    return branch


@pytest.mark.parametrize("name", ["农业局机关党支部", "B1", "農業局機關黨支部"])
@pytest.mark.parametrize("kind", ["members", "teams", "organisations"])
def test_a_unit_that_ended_with_its_successor(office, ended_unit, kind, name):
    head = {
        "members": ["姓名", "单位"],
        "teams": ["队伍名称", "所属组织"],
        "organisations": ["名称", "上级"],
    }[kind]
    said = _error(
        send(
            kind, lists.xlsx([head, ["柳树劝导队" * (kind == "teams") or "周鸣", name]]), by=office
        )
    )
    assert "农业局机关党支部 ended on 2025-05-06." in said
    assert "林业局" in said


def test_a_branch_and_a_team_that_ended(office, zhou, bureau, ended_unit):
    head = ["姓名", "单位", "党支部"]
    upload = send("members", lists.xlsx([head, ["陈光", "农业局", "农业局机关党支部"]]), by=office)
    assert "ended on 2025-05-06" in upload.flaws.get().message
    head = ["队伍名称", "所属组织"]
    upload = send("teams", lists.xlsx([head, ["柳树劝导队", "农业局"]]), by=office)
    assert upload.counts["new"] == 1


def test_an_ended_unit_of_others_is_a_stranger(liaison, bureau):
    Organisation.objects.create(
        parent=bureau.parent, path="00010003", name="水利局", kind="unit", number="U3", ended=DAY
    )
    for name in ("水利局", "U3"):
        said = _error(send("members", lists.xlsx([["姓名", "单位"], ["陈光", name]]), by=liaison))
        assert "ended" not in said


def test_the_place_of_a_team_that_ended(office, zhou, ended_village):
    head = ["队伍名称", "所属组织", "地点"]
    upload = send(
        "teams", lists.xlsx([head, ["柳树劝导队", "农业局机关党支部", "柳树村"]]), by=office
    )
    assert "柳河镇柳树村 ended on 2025-05-06." in _error(upload)
