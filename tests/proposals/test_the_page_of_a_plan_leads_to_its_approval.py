"""Whoever approves finds the button at the top, and first in the list what would change."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.households.models import Household, Need
from jiedui.pairing.models import Pair
from jiedui.proposals import approving, reviewing
from planning import planned


@pytest.fixture
def replanned(county, today):
    """Everybody paired by the way alone; a plan for their needs, which changes many helpers."""
    approving.approve(planned(county, weight=0), by=None)
    Pair.objects.update(since=today - timedelta(days=30))
    ill = Household.objects.filter(number__endswith="3")
    Need.objects.bulk_create(
        Need(household=home, kind="health", urgency=3, since=today) for home in ill
    )
    return planned(county, scope="all", goal="cost", weight=30)


def _changed(rows):
    now = dict(Pair.objects.open().values_list("household", "member"))
    return [now.get(row.household_id) != row.member_id for row in rows]


def test_the_button_stands_above_the_rows_and_their_charts(client, replanned, leader):
    client.force_login(leader)
    page = client.get(replanned.get_absolute_url()).content.decode()
    assert 0 < page.index('id="approve"') < page.index('class="figures"') < page.index("<tbody")


def test_rows_that_would_change_come_first(client, replanned, leader):
    client.force_login(leader)
    address = replanned.get_absolute_url()
    rows = [line.row for line in client.get(address).context["list"].lines_between(0, 300)]
    changed = _changed(rows)
    assert True in changed and False in changed
    assert changed == sorted(changed, reverse=True)
    by_name = client.get(address, {"sort": "number"}).context["list"].lines_between(0, 300)
    numbers = [line.row.household.number for line in by_name]
    assert numbers == sorted(numbers)


def test_what_a_person_changed_comes_before_all(client, replanned, office, leader):
    row = replanned.rows.order_by("-pk").first()
    reviewing.change_helper(row, member=replanned.rows.first().member, by=office)
    client.force_login(leader)
    shown = client.get(replanned.get_absolute_url()).context["list"].lines_between(0, 5)
    assert shown[0].row.pk == row.pk


def test_one_word_says_the_act(client, replanned, leader):
    client.force_login(leader)
    client.cookies["django_language"] = "zh-hans"
    address = replanned.get_absolute_url()
    for page in (address, reverse("proposals:approve", args=[replanned.pk])):
        text = client.get(page).content.decode()
        assert "审定" in text
        assert not any(word in text for word in ("批准", "审批", "审核"))
