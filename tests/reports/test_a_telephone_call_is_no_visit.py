from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jiedui.fieldwork.models import Activity


@pytest.fixture
def called_yesterday(zhou_and_the_qins, branch, qin_family, today):
    """The Qins were visited ten days ago, and telephoned yesterday."""
    for kind, days in (("visit", 10), ("phone_call", 1)):
        Activity.objects.create(
            campaign=zhou_and_the_qins.campaign, pair=zhou_and_the_qins, kind=kind,
            day=today - timedelta(days=days), organisation=branch, household=qin_family,
            place=qin_family.place, recorded_at=timezone.now(),
        )  # fmt: skip
    return qin_family


def test_the_page_of_a_family_counts_calls_at_the_door(client, office, called_yesterday, today):
    client.force_login(office)
    page = client.get(reverse("profiles:household", args=[called_yesterday.pk]))
    assert page.context["visits"] == 1
    assert page.context["last_visit"] == today - timedelta(days=10)


def test_who_chooses_a_family_reads_what_was_last(client, liaison, called_yesterday):
    client.force_login(liaison)
    page = client.get(reverse("fieldwork:visit"), {"q": "秦"}).content.decode()
    assert "电话问候" in page
    assert "上次走访" not in page
