"""Who works in a campaign stays there when another one starts, also after signing in again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jiedui.campaigns import actions
from jiedui.campaigns.models import Campaign

ROLES = ["office", "liaison", "helper", "village_officer", "leader", "supervisor", "auditor"]


def _here(client):
    return client.get(reverse("web:home")).wsgi_request._campaign


def _another(campaign, today, *, days=0):
    source = campaign.source.replace("小行动", "新行动").replace(
        f"starts = {campaign.starts}", f"starts = {today - timedelta(days=days)}"
    )
    return actions.start(source, organisation=campaign.organisation, place=campaign.place, by=None)


@pytest.mark.parametrize("role", ROLES)
def test_another_campaign_moves_nobody(client, campaign, request, role, today):
    user = request.getfixturevalue(role)
    client.force_login(user)
    assert _here(client) == campaign
    other = _another(campaign, today)
    assert _here(client) == campaign
    fresh = Client()
    fresh.force_login(user)
    assert _here(fresh) == campaign
    client.post(reverse("web:campaign"), {"campaign": other.key})
    assert _here(client) == other
    fresh = Client()  # what was chosen stays chosen
    fresh.force_login(type(user).objects.get(pk=user.pk))
    assert _here(fresh) == other


def test_when_the_old_one_is_over_the_new_one_is_worked_in(client, campaign, office, today):
    client.force_login(office)
    other = _another(campaign, today)
    Campaign.objects.filter(pk=campaign.pk).update(ends=today - timedelta(days=1))
    assert _here(client) == other


def test_a_chosen_one_that_is_out_of_reach_is_left(client, campaign, office):
    office.campaign = "gone"
    office.save()
    client.force_login(office)
    assert _here(client) == campaign


def test_choosing_a_campaign_raises_no_version_of_the_account(client, campaign, office):
    client.force_login(office)
    client.post(reverse("web:campaign"), {"campaign": campaign.key})
    version = office.version
    office.refresh_from_db()
    assert (office.campaign, office.version) == (campaign.key, version)
