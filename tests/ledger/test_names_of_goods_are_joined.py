"""Two names of one good count together; every gift keeps the name it was written with."""

from decimal import Decimal

import pytest
from django.urls import reverse

from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.figures.actions import take
from jiedui.ledger import actions, names
from jiedui.ledger.actions import Given
from jiedui.ledger.models import Gift, JoinedName


@pytest.fixture
def gifts(campaign, bureau, qin_family, today):
    def give(item, quantity, unit="袋"):
        given = Given("goods", today, 6_000, item, Decimal(quantity), unit, "市场价")
        return actions.give(campaign, given, giver=bureau, household=qin_family, by=None)

    return [give("大米", 2), give("东北大米", 3), give("大 米", 1), give("豆油", 4, "桶")]


def _summary(client):
    lines = client.get(reverse("ledger:goods")).context["by_item"]
    return {(line.item, line.unit): line.quantity for line in lines}


def test_joined_names_count_together_and_part_again(client, campaign, gifts, office):
    client.force_login(office)
    address = reverse("ledger:names")
    client.post(address, {"name": "东北大米", "means": "大米"})
    client.post(address, {"name": "大 米", "means": "东北大米"})  # follows to the last name
    assert _summary(client) == {("大米", "袋"): 6, ("豆油", "桶"): 4}
    (line,) = [o for o in client.get(reverse("ledger:goods")).context["by_item"] if o.unit == "袋"]
    assert client.get(line.href).context["list"].total == 3
    assert line.households == 1
    assert set(Gift.objects.values_list("item", flat=True)) == {"大米", "东北大米", "大 米", "豆油"}
    row = JoinedName.objects.get(name="东北大米")
    client.post(reverse("ledger:part", args=[row.pk]))
    assert _summary(client)["东北大米", "袋"] == 3
    told = AuditEntry.objects.filter(action__startswith="goods.").values_list("action", flat=True)
    assert sorted(told) == ["goods.joined", "goods.joined", "goods.parted"]


def test_figures_call_goods_by_the_key_of_the_playbook(campaign, gifts):
    from dataclasses import replace

    from jiedui.campaigns.playbook.publishing import Filter
    from jiedui.figures.evaluation import evaluate

    rice = replace(
        campaign.playbook.figure("gifts.value"), where=(Filter(column="item", words=("rice",)),)
    )
    assert evaluate(take(campaign), [rice])[0].value == 60
    names.join(campaign, name="东北大米", means="大米", by=None)
    assert evaluate(take(campaign), [rice])[0].value == 120


@pytest.mark.parametrize(
    ("name", "means"), [("大米", "大米"), ("面粉", "大米"), ("大米", ""), ("", "大米")]
)
def test_what_cannot_be_joined_is_refused(campaign, gifts, name, means):
    with pytest.raises(Refused):
        names.join(campaign, name=name, means=means, by=None)


def test_a_name_never_counts_under_itself_by_a_detour(campaign, gifts):
    names.join(campaign, name="东北大米", means="大米", by=None)
    with pytest.raises(Refused):
        names.join(campaign, name="大米", means="东北大米", by=None)
    with pytest.raises(Refused):
        names.join(campaign, name="东北大米", means="豆油", by=None)
    names.join(campaign, name="大米", means="豆油", by=None)  # and what counted under it follows
    assert set(JoinedName.objects.values_list("means", flat=True)) == {"豆油"}


@pytest.mark.parametrize("role", ["liaison", "auditor", "helper", "supervisor"])
def test_only_the_office_joins(client, campaign, gifts, request, role):
    client.force_login(request.getfixturevalue(role))
    client.post(reverse("ledger:names"), {"name": "东北大米", "means": "大米"})
    assert not JoinedName.objects.exists()
    row = names.join(campaign, name="东北大米", means="大米", by=None)
    assert client.post(reverse("ledger:part", args=[row.pk])).status_code in (403, 404)


def test_the_goods_page_asks_no_more_for_many_names(
    client, campaign, gifts, office, django_assert_max_num_queries
):
    for name in ("东北大米", "大 米"):
        names.join(campaign, name=name, means="大米", by=None)
    client.force_login(office)
    client.get(reverse("ledger:goods"))
    with django_assert_max_num_queries(16):
        client.get(reverse("ledger:goods"))
    with django_assert_max_num_queries(12):
        client.get(reverse("ledger:names"))
