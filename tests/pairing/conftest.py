"""A county large enough for a plan to be worth looking at."""

from datetime import timedelta

import pytest

from jiedui.households.models import Household
from jiedui.orgs.models import Member, Organisation


@pytest.fixture
def county(campaign, branch, willow_village, other_village, today):
    """300 households in two villages; 160 helpers of two branches with 344 places."""
    second = Organisation.objects.create(
        parent=branch.parent, path="000100010002", name="农业局二支部", kind="branch",
        place=other_village, strengths=["health"],
    )  # fmt: skip
    Household.objects.bulk_create(
        Household(
            number=f"X{n:04}", head=f"户{n}", kind="allowance", cause="illness",
            place=willow_village if n % 2 else other_village, difficulty=n % 101,
            since=today - timedelta(days=90),
        )
        for n in range(300)
    )  # fmt: skip
    Member.objects.bulk_create(
        Member(
            number=f"Y{n:04}", name=f"员{n}", organisation=second if n % 2 else branch,
            rank="division_deputy" if n < 24 else "clerk",
        )
        for n in range(160)
    )  # fmt: skip
    return campaign
