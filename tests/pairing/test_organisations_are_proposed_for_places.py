"""Organisations and villages by the same engine: conditions here, strengths there."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.handover import bulk_hand_over
from jiedui.households.models import Need
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing import actions, coverage, villages
from jiedui.pairing.models import Pair

UNITS = """
[[pairings]]
key = "unit_village"
name = { zh = "单位包村", en = "Unit and village" }
helper = "organisation"
helper_kinds = ["unit"]
helped = "place"
place_level = "village"
usual_load = { fewest = 0, most = 1 }

[[windows]]
"""


@pytest.fixture
def pairing(campaign):
    campaign.source = campaign.source.replace("[[windows]]\n", UNITS, 1)
    campaign.save()
    return campaign.playbook.pairing("unit_village")


@pytest.fixture
def others(bureau):
    """A unit that knows water, and one that can do nothing in particular."""
    common = {"parent": bureau.parent, "kind": "unit"}
    return [
        Organisation.objects.create(path="00010002", name="水利局", number="U2",
                                    strengths=["water"], **common),
        Organisation.objects.create(path="00010003", name="档案馆", number="U3", **common),
    ]  # fmt: skip


@pytest.fixture
def thirsty(qin_family, today):
    Need.objects.create(household=qin_family, kind="water", urgency=3, since=today)
    return qin_family.place


URL = reverse("pairing:offers") + "?kind=unit_village"


def _ticked(page):
    return [f"{o.place.pk}:{o.organisation.pk}" for o, _why in page.context["offers"]]


def test_every_village_gets_somebody_and_the_dry_one_who_knows_water(
    client, office, campaign, pairing, bureau, others, thirsty, other_village
):
    client.force_login(office)
    page = client.get(URL)
    found = {offer.place: offer for offer, _why in page.context["offers"]}
    assert found[thirsty].organisation == others[0]
    assert found[thirsty].fits == ["water"]
    unkept = set(coverage.unkept(campaign, pairing))
    alone = set(page.context["alone"])
    assert set(found) | alone == unkept
    assert len(found) == min(len(unkept), 3)  # three units, one village each
    assert len({offer.organisation for offer in found.values()}) == len(found)

    client.post(URL, {"offer": _ticked(page)})
    kept = Pair.objects.open().filter(kind="unit_village")
    assert {(p.place, p.organisation) for p in kept} == {
        (place, offer.organisation) for place, offer in found.items()
    }
    assert client.get(URL).context["offers"] == []  # nobody has room left


def test_who_carries_enough_is_offered_nothing_more(
    campaign, pairing, bureau, others, thirsty, other_village, today
):
    actions.keep(campaign, kind="unit_village", place=other_village, helper=others[0],
                 since=today - timedelta(days=9), by=None)  # fmt: skip
    found, _alone = villages.offers(campaign, pairing, places=coverage.unkept(campaign, pairing))
    assert others[0] not in [one.organisation for one in found]
    assert other_village not in [one.place for one in found]


def test_nobody_is_the_partner_of_the_place_they_live_in(
    campaign, pairing, bureau, others, thirsty, other_village
):
    others[0].place = thirsty
    others[0].save()
    found, _alone = villages.offers(campaign, pairing, places=coverage.unkept(campaign, pairing))
    assert found
    assert all(one.organisation.place_id != one.place.pk for one in found)


def test_all_the_ticked_are_named_or_none(client, office, campaign, pairing, bureau, others,
                                          willow_village, other_village, today):  # fmt: skip
    client.force_login(office)
    ticked = _ticked(client.get(URL))
    assert len(ticked) >= 2
    actions.keep(campaign, kind="unit_village", place=other_village, helper=bureau,
                 since=today, by=None)  # fmt: skip
    assert "请重新查看推荐结果" in client.post(URL, {"offer": ticked}, follow=True).content.decode()
    assert Pair.objects.open().filter(kind="unit_village").count() == 1
    for nonsense in (["x"], ["1"], [f"{willow_village.pk}:x"]):
        assert client.post(URL, {"offer": nonsense}).status_code == 404
    nothing = client.post(URL, {}, follow=True)
    assert "请至少勾选一处" in nothing.content.decode()
    assert Pair.objects.open().filter(kind="unit_village").count() == 1


def test_only_who_names_keepers_sees_offers(client, helper, liaison, office, pairing, others):
    client.force_login(helper)
    assert client.get(URL).status_code == 403
    client.force_login(office)
    assert client.get(reverse("pairing:offers") + "?kind=nothing").status_code == 404


def test_offers_ask_a_constant_number_of_questions(
    client, office, pairing, others, thirsty, other_village, django_assert_max_num_queries
):
    client.force_login(office)
    client.get(URL)
    with django_assert_max_num_queries(24):
        client.get(URL)


def test_the_places_of_a_dissolved_organisation_are_offered_to_others(
    office, campaign, pairing, bureau, others, thirsty, other_village, today
):
    for place in (thirsty, other_village):
        Pair.objects.create(campaign=campaign, kind="unit_village", place=place,
                            organisation=bureau, since=today - timedelta(days=90))  # fmt: skip
    drafted = bulk_hand_over.prepare(bureau, fate="now", on=today, reason="transfer",
                              among=Member.objects.none(), by=office)  # fmt: skip
    named = dict(drafted.rows.values_list("pair__place__name", "organisation__name"))
    assert named == {thirsty.name: "水利局", other_village.name: "档案馆"}
    bulk_hand_over.settle(drafted, by=office)
    keepers = Pair.objects.open().filter(kind="unit_village", overlap_until=None)
    assert set(keepers.values_list("organisation", flat=True)) == {one.pk for one in others}
