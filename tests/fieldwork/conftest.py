"""A playbook with everything a recording page can be asked to show."""

import pytest

MORE = """
[gifts]
receipt = "receiver_or_witness"

[[rhythms]]
key = "regular"
name = { zh = "经常走访", en = "Regular visit" }
pairing = "kinship"
activity = "call_on"
every_months = 2

[[conduct]]
key = "door"
name = { zh = "入户规范", en = "Manners at the door" }
rules = [{ zh = "先打电话再上门。", en = "Telephone first." }]

[[topics]]
key = "talk"
name = { zh = "拉家常", en = "Talking" }

[[goods]]
key = "clothes"
name = { zh = "衣物", en = "Clothes" }
unit = { zh = "件", en = "pieces" }

[[activities]]
key = "call_on"
name = { zh = "走亲戚", en = "Calling on kin" }
members = "names"
visits = "household"
pairing = "kinship"
conduct = "door"
topics = ["talk"]
fields = [
  { key = "met", name = { zh = "见到谁", en = "Met" }, type = "choice", options = [
    { key = "head", name = { zh = "户主", en = "Head" } },
    { key = "nobody", name = { zh = "没人", en = "Nobody" } } ] },
  { key = "illness", name = { zh = "病情", en = "Illness" }, type = "long_text", private = true },
  { key = "rooms", name = { zh = "看了几间房", en = "Rooms seen" }, type = "whole" },
  { key = "dry", name = { zh = "房子不漏", en = "Roof is sound" }, type = "yes_no" },
  { key = "again", name = { zh = "约好再来", en = "Coming again" }, type = "day" },
  { key = "area", name = { zh = "地多少", en = "Land" }, type = "number" },
  { key = "seen", name = { zh = "看到什么", en = "Seen" }, type = "choices", options = [
    { key = "rice", name = { zh = "粮", en = "Grain" } },
    { key = "coal", name = { zh = "煤", en = "Coal" } } ] },
]
"""


@pytest.fixture
def rich(campaign):
    """The campaign with a fuller kind of visit, first in the playbook's order for its pair."""
    from jiedui.campaigns import playbook

    source = campaign.source.replace(
        '[[activities]]\nkey = "visit"', f'{MORE}\n[[activities]]\nkey = "visit"'
    )
    assert playbook.check(source) == []
    campaign.source = source
    campaign.save()
    return campaign


@pytest.fixture
def wang(campaign, branch, willow_village, today):
    """Another pair of the same branch, of a helper who has no account."""
    from jiedui.households.models import Household
    from jiedui.orgs.models import Member
    from jiedui.pairing import actions

    household = Household.objects.create(
        number="H2", head="王芳", place=willow_village, kind="low_income", since=today,
        pinyin="wangfang", initials="wf",
    )  # fmt: skip
    member = Member.objects.create(number="M9", name="吴刚", organisation=branch, rank="clerk")
    return actions.open_pair(
        campaign, kind="kinship", member=member, household=household, since=today, by=None
    )
