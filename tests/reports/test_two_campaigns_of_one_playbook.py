"""Two rounds of one playbook: figures, snapshots, bulletins, feeds and lists keep apart."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jiedui.campaigns import actions as campaigns
from jiedui.campaigns.playbook import moving
from jiedui.figures import actions as figures
from jiedui.figures import duck
from jiedui.pairing import actions as pairing
from jiedui.pairing.models import Pair
from jiedui.reports import actions as reports
from jiedui.reports.bulletins import bulletin_json
from jiedui.reports.models import Bulletin


@pytest.fixture(autouse=True)
def _closed():
    yield
    duck.forget()


@pytest.fixture
def second(campaign, bureau, city, today):
    source = moving.beginning(campaign.source, today - timedelta(days=30))
    return campaigns.start(source, organisation=bureau.parent, place=city, by=None)


@pytest.fixture
def rounds(campaign, second, zhou, he, qin_family, today):
    """One visit and one gift in the first round, two gifts in the second."""
    from jiedui.ledger.models import Gift

    for one, member in ((campaign, zhou), (second, he)):
        pairing.open_pair(
            one, kind="kinship", member=member, household=qin_family,
            since=today - timedelta(days=9), by=None,
        )  # fmt: skip
    for one, fen in ((campaign, 100_00), (second, 30_00), (second, 4_00)):
        Gift.objects.create(
            campaign=one, kind="cash", household=qin_family, place=qin_family.place,
            giver=zhou.organisation, day=today, value_fen=fen, valuation_source="现金",
            recorded_at=timezone.now(),
        )  # fmt: skip
    return campaign, second


def value(campaign):
    (found,) = figures.figures_json(campaign.key, ["gifts.value"])
    return found


def test_figures_and_snapshots_keep_apart(client, office, rounds):
    first, second = rounds
    assert (first.key, second.key) == ("small", "small-2")
    assert [value(one)["value"] for one in rounds] == [100, 34]
    a, b = (figures.latest(one) for one in rounds)
    assert a.key != b.key and (a.campaign, b.campaign) == rounds
    assert figures.verify_snapshot(a).equal and figures.verify_snapshot(b).equal
    client.force_login(office)
    for one, total, records in ((first, 100, 1), (second, 34, 2)):
        page = client.get(reverse("figures:show", args=[one.key, "gifts.value"]))
        assert page.context["value"].value == total
        assert page.context["page"].total == len(page.context["records"]) == records


def test_the_chosen_round_is_the_one_every_page_speaks_of(client, office, rounds):
    client.force_login(office)
    for one in rounds:
        client.post(reverse("web:campaign"), {"campaign": one.key})
        assert client.get(reverse("figures:list")).url == reverse("figures:index", args=[one.key])
        lines = client.get(reverse("pairing:list")).context["list"].lines
        assert [line.row.campaign for line in lines] == [one]
        feed = client.get(reverse("campaigns:calendar_feed")).content.decode()
        assert f"UID:{one.key}-" in feed
    assert Pair.objects.open().count() == 2


def test_bulletins_are_numbered_and_told_round_by_round(office, leader, rounds, today):
    for one in rounds:
        figures.take(one)
        draft = reports.begin(one, kind="monthly", by=office)
        reports.freeze(draft, by=leader, issued_on=today)
    counted = [bulletin_json(one.key) for one in rounds]
    assert [one["campaign"] for one in counted] == ["small", "small-2"]
    numbers = [one.number for one in Bulletin.objects.filter(state="frozen").order_by("pk")]
    assert [number.split("〕")[1] for number in numbers] == ["1号", "2号"]
    texts = [str(one) for one in counted]
    assert "100" in texts[0] and texts[0] != texts[1]
