"""What was frozen stays true of its snapshot, whatever happens to the records."""

from functools import partial

import pytest

from jiedui.figures import actions as figures
from jiedui.handover import actions as handover
from jiedui.households import actions as households
from jiedui.households.models import Household
from jiedui.ledger import actions as ledger
from jiedui.ledger.actions import Given
from jiedui.ledger.models import Gift
from jiedui.reports import actions as reports
from jiedui.verification.check import verify


@pytest.mark.django_db
def rename_campaign(campaign):
    campaign.source = campaign.source.replace("小行动", "大行动")
    campaign.save()


def test_a_frozen_bulletin_verifies_after_any_change_of_the_records(
    campaign, zhou_and_the_qins, he, bureau, office, leader, willow_village, today
):
    bureau_gives = partial(
        ledger.give, campaign, giver=bureau, household=zhou_and_the_qins.household, by=None
    )
    gift = bureau_gives(Given("cash", today, 5_000_000))
    figures.take(campaign)
    bulletin = reports.begin(campaign, kind="monthly", by=office)
    reports.freeze(bulletin, issued_on=today, by=leader)
    said = verify(bulletin)
    assert said.equal
    changes = [
        partial(bureau_gives, Given("cash", today, 77)),
        partial(ledger.void, gift, reason="重复", by=None),
        partial(handover.hand_over, zhou_and_the_qins, to=[he], on=today, reason="transfer",
                by=None),
        partial(households.strike, zhou_and_the_qins.household, on=today, reason="moved", by=None),
        partial(Household.objects.update, size=9),
        partial(Gift.objects.all().delete),
        partial(figures.take, campaign),
        partial(figures.tidy, campaign),
        partial(type(willow_village).objects.update, name="别处"),
        partial(rename_campaign, campaign),
    ]  # fmt: skip
    for change in changes:
        change()
        bulletin.refresh_from_db()
        assert verify(bulletin) == said, change
