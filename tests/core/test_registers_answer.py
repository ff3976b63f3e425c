"""Every register's pages, through the door, for those who may and those who may not."""

import pytest
from django.urls import reverse

from jiedui.core.models import AuditEntry
from jiedui.households.models import Household
from jiedui.orgs.models import Member, Organisation
from jiedui.places.models import Place

LISTS = [
    "households:list",
    "households:people",
    "households:needs",
    "orgs:list",
    "orgs:members",
    "orgs:teams",
    "places:list",
    "places:atlas",
]
FORMS = ["households:new", "orgs:new", "orgs:member_new", "orgs:team_new", "places:new"]


@pytest.mark.parametrize("name", LISTS + FORMS)
def test_the_office_opens_every_register(client, office, name):
    client.force_login(office)
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", FORMS)
def test_an_auditor_changes_nothing(client, auditor, name):
    client.force_login(auditor)
    assert client.post(reverse(name), {}).status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_nobody_reads_a_register_without_signing_in(client, db, name):
    assert client.get(reverse(name)).status_code == 302


def test_an_administrator_sees_no_household(client, administrator, qin_family):
    client.force_login(administrator)
    assert client.get(reverse("households:list")).status_code == 403
    assert not Household.objects.visible_to(administrator).exists()


def test_a_stranger_does_not_find_the_household(client, lu, qin_family):
    client.force_login(lu)
    assert "秦安" not in client.get(reverse("households:list")).content.decode()
    assert client.get(reverse("households:edit", args=[qin_family.pk])).status_code == 404


def test_a_household_is_found_by_its_initials(client, office, willow_village):
    client.force_login(office)
    values = {
        "head": "曾小满", "number": "H9", "place": "柳树村", "size": 2, "kind": "allowance",
        "difficulty": 40, "since": "2024-01-01", "phone": "１３８ 0000 0000",
    }  # fmt: skip
    response = client.post(reverse("households:new"), values)
    assert response.status_code == 302, response.context["form"].errors
    household = Household.objects.get(number="H9")
    assert (household.initials, household.phone) == ("zxm", "13800000000")
    page = client.get(reverse("households:list"), {"q": "zxm"}).content.decode()
    assert "曾小满" in page


def test_two_people_changing_a_household_do_not_overwrite_each_other(client, office, qin_family):
    client.force_login(office)
    url = reverse("households:edit", args=[qin_family.pk])
    values = {
        "head": "秦安", "number": "H1", "place": "柳树村", "size": 4, "kind": "allowance",
        "difficulty": 0, "since": qin_family.since.isoformat(), "version": 1,
    }  # fmt: skip
    client.post(url, values)
    client.post(url, {**values, "size": 9})
    qin_family.refresh_from_db()
    assert (qin_family.size, qin_family.version) == (4, 2)
    assert AuditEntry.objects.get(action="household.amended").content["after"]["size"] == 4


def test_an_unknown_village_is_said_and_nothing_is_saved(client, office, city):
    client.force_login(office)
    response = client.post(reverse("households:new"), {"head": "李", "place": "没有的村"})
    assert response.status_code == 200
    assert "没有的村" in response.content.decode()
    assert not Household.objects.exists()


def test_a_county_comes_in_with_all_its_villages(client, office):
    client.force_login(office)
    client.post(reverse("places:atlas"), {"code": "340404000000"})
    county = Place.objects.get(code="340404000000")
    assert county.parent.name == "淮南市"
    assert Place.objects.below(county).filter(level="village").count() > 50
    before = Place.objects.count()
    client.post(reverse("places:atlas"), {"code": "340404000000"})
    assert Place.objects.count() == before


def test_a_stairwell_lies_in_its_village(client, office, willow_village):
    client.force_login(office)
    values = {"name": "3栋2单元", "level": "stairwell", "parent": "柳树村", "since": "2024-01-01"}
    client.post(reverse("places:new"), values)
    assert Place.objects.get(name="3栋2单元").path == willow_village.path + "001"


def test_an_organisation_and_a_member_are_written_down(client, office, bureau):
    client.force_login(office)
    unit = {"name": "水利局", "kind": "unit", "parent": str(bureau.parent), "number": "U2"}
    client.post(reverse("orgs:new"), unit)
    water = Organisation.objects.get(number="U2")
    assert water.path == "00010002"
    client.post(
        reverse("orgs:member_new"), {"name": "单立", "number": "M7", "organisation": "水利局"}
    )
    assert Member.objects.get(number="M7").initials == "sl"


@pytest.mark.parametrize("typed", ["柳树", "lsc", "211104100200"])
def test_a_place_is_offered_while_one_types(client, office, willow_village, typed):
    Place.objects.filter(pk=willow_village.pk).update(pinyin="liu shu cun", initials="lsc")
    client.force_login(office)
    page = client.get(reverse("web:pick", args=["places.place"]), {"parent": typed})
    assert "柳树村" in page.content.decode()


@pytest.mark.parametrize("name", ["households:list", "orgs:members", "places:list"])
def test_a_list_asks_the_same_few_questions_however_long_it_is(
    client, office, name, willow_village, branch, today, django_assert_max_num_queries
):
    for n in range(40):
        Household.objects.create(
            number=f"N{n}", head=f"户{n}", place=willow_village, kind="allowance", since=today
        )
        Member.objects.create(number=f"N{n}", name=f"人{n}", organisation=branch)
    client.force_login(office)
    with django_assert_max_num_queries(16):
        assert client.get(reverse(name)).status_code == 200
