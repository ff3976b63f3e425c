"""The area tree: counties brought in, and places of one's own below the villages."""

from collections import Counter

import pytest
from django.urls import reverse

from jiedui.orgs.models import Organisation
from jiedui.places import actions
from jiedui.places.models import Place


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


@pytest.mark.parametrize("typed", ["柳树", "lsc", "211104100200"])
def test_a_place_is_offered_while_one_types(client, office, willow_village, typed):
    Place.objects.filter(pk=willow_village.pk).update(pinyin="liu shu cun", initials="lsc")
    client.force_login(office)
    page = client.get(reverse("places:offers"), {"q": typed})
    assert "柳树村" in page.content.decode()


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        (
            "340404",
            {
                "": 2, "district": 1, "township": 6, "street": 5, "village": 56, "community": 37,
                "community_like": 1, "village_like": 1,
            },
        ),
        (
            "2111",
            {
                "": 2, "district": 3, "county": 1, "township": 21, "street": 27, "zone": 2,
                "village": 299, "community": 240, "community_like": 4, "village_like": 1,
            },
        ),
    ],
)  # fmt: skip
def test_the_code_says_what_kind_a_place_is(db, code, kinds):
    actions.bring_in(code, by=None)
    assert Counter(Place.objects.values_list("kind", flat=True)) == kinds


def test_a_place_is_renamed_and_closed(client, office, willow_village, today):
    client.force_login(office)
    well = actions.add(willow_village, name="1栋", level="building", since=today, by=office)
    client.post(reverse("places:rename", args=[well.pk]), {"name": "甲栋"})
    well.refresh_from_db()
    assert well.name == "甲栋"
    close = reverse("places:close", args=[willow_village.pk])
    response = client.post(close, {"on": today.isoformat()})
    assert response.context["form"].non_field_errors()  # the building stands in it
    client.post(reverse("places:close", args=[well.pk]), {"on": today.isoformat()})
    well.refresh_from_db()
    assert well.ended == today


def test_an_officer_changes_no_other_village(client, lu, willow_village, today):
    client.force_login(lu)
    assert client.get(reverse("places:rename", args=[willow_village.pk])).status_code == 404
    values = {"name": "1栋", "level": "building", "parent": "柳树村", "since": today.isoformat()}
    response = client.post(reverse("places:new"), values)
    assert "parent" in response.context["form"].errors


def test_the_national_list_comes_in_pages_and_is_searched_below_a_place(client, office):
    client.force_login(office)
    page = client.get(reverse("places:atlas"), {"in": "340000000000"})
    assert [one.name for one in page.context["crumbs"]] == ["安徽省"]
    towns = client.get(reverse("places:atlas"), {"in": "211122000000"})
    assert len(towns.context["rows"]) <= 25
    found = client.get(reverse("places:atlas"), {"in": "211122000000", "q": "村"})
    assert found.context["page"].paginator.count > 25
    assert all(place.code.startswith("211122") for place, _here, _full in found.context["rows"])
    second = client.get(reverse("places:atlas"), {"in": "211122000000", "q": "村", "page": 2})
    assert second.context["rows"] != found.context["rows"]


@pytest.mark.parametrize(
    ("name", "full"), [("前进村", "柳树村前进村"), ("柳树村3栋2单元", "柳树村3栋2单元")]
)
def test_a_name_that_holds_its_parents_does_not_say_it_twice(willow_village, name, full):
    place = Place(parent=willow_village, name=name)
    assert place.full_name == full


def test_a_place_where_somebody_lives_is_not_closed(client, office, qin_family, branch, today):
    village = qin_family.place
    Organisation.objects.filter(pk=branch.pk).update(place=village)
    client.force_login(office)
    close = reverse("places:close", args=[village.pk])
    page = client.post(close, {"on": today.isoformat()}).content.decode()
    assert "还有：1个组织、1户" in page
    village.refresh_from_db()
    assert village.ended is None
