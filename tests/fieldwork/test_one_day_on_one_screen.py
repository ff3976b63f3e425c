"""A theme day on one screen: who has started, people, money, goods in their own units."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from jiedui.fieldwork.models import Activity, Output
from jiedui.ledger.models import Gift
from jiedui.orgs.models import Organisation

DAY = "fieldwork:day"


@pytest.fixture
def branches(campaign, branch):
    """The branch, and two others of its unit."""
    made = [
        Organisation.objects.create(
            parent=branch.parent, path=f"{branch.parent.path}05{n:02}", name=f"第{n}支部",
            kind="branch",
        )
        for n in (1, 2)
    ]  # fmt: skip
    return [branch, *made]


@pytest.fixture
def done(campaign, willow_village, today):
    def record(organisation, *, day=today, kind="clean_up", **more):
        return Activity.objects.create(
            campaign=campaign, kind=kind, day=day, organisation=organisation,
            place=willow_village, recorded_at=timezone.now(), **more,
        )  # fmt: skip

    return record


def given(campaign, giver, place, today, **more):
    facts = {"kind": "goods", "item": "大米", "quantity": 10, "unit": "斤", "value_fen": 3000}
    return Gift.objects.create(
        campaign=campaign, giver=giver, place=place, day=today, recorded_at=timezone.now(),
        **facts | more,
    )  # fmt: skip


def kind_of(campaign):
    return next(one.key for one in campaign.playbook.activities if one.visits == "none")


def test_who_has_started_and_who_has_not(client, office, campaign, branches, done):
    kind = kind_of(campaign)
    first = done(branches[1], kind=kind, members_counted=7, public_counted=3)
    Output.objects.create(activity=first, kind="letters", quantity=Decimal(50), unit="封")
    done(branches[1], kind=kind, members_counted=2)
    client.force_login(office)
    page = client.get(reverse(DAY))
    found = page.context["found"]
    assert [host.organisation for host in found.begun] == [branches[1]]
    assert {host.organisation for host in found.idle} == {branches[0], branches[2]}
    (host,) = found.begun
    assert (host.activities, host.members, host.public) == (2, 9, 3)
    assert found.totals["members"] == 9
    assert "第2支部" in page.content.decode()
    assert "自动刷新" in page.content.decode()


def test_named_and_counted_members_are_never_added(
    client, office, campaign, branches, done, zhou, he
):
    both = done(branches[0], kind=kind_of(campaign), members_counted=5)
    both.attendances.create(member=zhou)
    both.attendances.create(member=he)
    named = done(branches[0], kind=kind_of(campaign))
    named.attendances.create(member=zhou)
    client.force_login(office)
    assert client.get(reverse(DAY)).context["found"].totals["members"] == 5 + 1


def test_money_and_goods_stand_apart_and_keep_their_units(
    client, office, campaign, branches, willow_village, today
):
    given(campaign, branches[0], willow_village, today)
    given(campaign, branches[0], willow_village, today, quantity=5)
    given(campaign, branches[1], willow_village, today, item="大米", unit="袋", quantity=2)
    cash = {"kind": "cash", "item": "", "unit": "", "quantity": 0, "value_fen": 20000}
    given(campaign, branches[1], willow_village, today, **cash)
    given(campaign, branches[1], willow_village, today, **cash, voided_on=today, void_reason="错")
    given(campaign, branches[1], willow_village, today - timedelta(days=1), **cash)
    client.force_login(office)
    page = client.get(reverse(DAY), {"day": today.isoformat()})
    found = page.context["found"]
    assert found.totals["cash_fen"] == 20000
    assert found.totals["goods_fen"] == 9000
    told = {(one.name, one.unit): one.quantity for one in page.context["goods"]}
    assert told == {("大米", "斤"): 15, ("大米", "袋"): 2}


def test_the_last_day_on_which_anything_was_done_is_shown(
    client, office, campaign, branches, done, today
):
    day = today - timedelta(days=12)
    done(branches[0], kind=kind_of(campaign), day=day)
    client.force_login(office)
    page = client.get(reverse(DAY))
    assert page.context["day"] == day
    assert "自动刷新" not in page.content.decode()


def test_each_level_counts_all_below_it(client, office, campaign, bureau, branches, done):
    done(branches[0], kind=kind_of(campaign), members_counted=4)
    done(branches[1], kind=kind_of(campaign), members_counted=6)
    client.force_login(office)
    found = client.get(reverse(DAY), {"level": "unit"}).context["found"]
    (host,) = found.begun
    assert (host.organisation, host.members) == (bureau, 10)


def test_visits_to_households_are_not_among_them_unless_asked_for(
    client, office, campaign, branches, done
):
    done(branches[0], kind="visit")
    client.force_login(office)
    assert client.get(reverse(DAY)).context["found"].totals["activities"] == 0


@pytest.mark.parametrize("day", ["", "x", "2026-02-31", "0000-00-00", "99999-01-01"])
def test_what_is_no_day_is_no_mistake(client, office, campaign, day):
    client.force_login(office)
    answer = client.get(reverse(DAY), {"day": day, "kind": "nothing", "level": "nothing"})
    assert answer.status_code == 200


def test_a_unit_sees_its_own_and_a_village_what_was_done_there(
    client, liaison, lu, campaign, branches, done, other_village
):
    other = Organisation.objects.create(
        parent=campaign.organisation, path=f"{campaign.organisation.path}0777", name="别家",
        kind="unit",
    )  # fmt: skip
    theirs = Organisation.objects.create(
        parent=other, path=f"{other.path}0001", name="别家支部", kind="branch"
    )
    activity = done(theirs, kind=kind_of(campaign), members_counted=99)
    Activity.objects.filter(pk=activity.pk).update(place=other_village)
    done(branches[0], kind=kind_of(campaign), members_counted=1)
    client.force_login(liaison)
    found = client.get(reverse(DAY)).context["found"]
    assert [host.organisation for host in found.hosts] == branches
    assert found.totals["members"] == 1
    client.force_login(lu)
    found = client.get(reverse(DAY)).context["found"]
    assert (found.totals["members"], found.hosts) == (99, []), "a village has what was done there"


def test_queries_do_not_grow_with_what_was_done(
    client, office, campaign, branches, done, django_assert_max_num_queries
):
    client.force_login(office)
    for branch in branches * 10:
        done(branch, kind=kind_of(campaign), members_counted=1)
    client.get(reverse(DAY))
    with django_assert_max_num_queries(16):
        client.get(reverse(DAY))
