"""What a playbook says is kept in records: a text too long for them is told when it comes in."""

from dataclasses import fields
from pathlib import Path

import pytest

from jiedui.campaigns.models import Campaign, Task
from jiedui.campaigns.playbook import calendar, check, giving, lengths, load, pairs, people, work
from jiedui.campaigns.playbook import checks as sections
from jiedui.fieldwork import models as fieldwork
from jiedui.handover.models import ChangeRequest, HandOver
from jiedui.ledger.models import Fund, Gift
from jiedui.orgs.models import Member, Team
from jiedui.pairing.models import Pair
from jiedui.places.models import Place
from jiedui.proposals.models import Proposal
from jiedui.reports.models import Bulletin
from jiedui.supervision.models import Issue

SMALL = (Path(__file__).parents[1] / "playbooks" / "small.toml").read_text(encoding="utf-8")
# Which column holds what a field of a section says. Keys of campaigns are cut to their column.
KEPT = [
    (people.Campaign, "name", Campaign, "name"),
    (people.TeamKind, "key", Team, "kind"),
    (people.PlaceKind, "key", Place, "kind"),
    (pairs.ChangeReason, "key", Pair, "end_reason"),
    (pairs.ChangeReason, "key", Member, "end_reason"),
    (pairs.ChangeReason, "key", HandOver, "reason"),
    (pairs.ChangeReason, "key", ChangeRequest, "reason"),
    (pairs.Pairing, "key", Pair, "kind"),
    (pairs.Pairing, "key", Proposal, "kind"),
    (calendar.Task, "name", Task, "name"),
    (calendar.Task, "key", Task, "key"),
    (work.Activity, "key", fieldwork.Activity, "kind"),
    (work.Activity, "key", Task, "activity_kind"),
    (work.Output, "key", fieldwork.Output, "kind"),
    (work.Output, "key", Task, "output_kind"),
    (work.Output, "unit", fieldwork.Output, "unit"),
    (giving.Good, "name", Gift, "item"),
    (giving.Good, "unit", Gift, "unit"),
    (giving.Good, "source", Gift, "valuation_source"),
    (giving.Fund, "name", Fund, "name"),
    (sections.IssueKind, "key", Issue, "kind"),
    (sections.IssueSource, "key", Issue, "source"),
]
LONG = "x" * 5_000


@pytest.mark.parametrize(("section", "name", "model", "column"), KEPT)
def test_no_field_takes_more_than_its_column(section, name, model, column):
    (field,) = (one for one in fields(section) if one.name == name)
    assert lengths.longest(field) <= model._meta.get_field(column).max_length


def test_the_keys_of_bulletins_fit_too():
    assert lengths.USUAL["key"] <= Bulletin._meta.get_field("kind").max_length


@pytest.mark.parametrize(
    ("before", "after", "path", "most"),
    [
        ('zh = "小行动"', f'zh = "{"小" * 81}"', "name.zh", 80),
        ('en = "Small campaign"', f'en = "{"s" * 121}"', "name.en", 120),
        ('key = "kinship"', f'key = "{"k" * 31}"', "key", 30),
        ('key = "retirement"', f'key = "{"r" * 21}"', "key", 20),
        ('place = "2111"', f'place = "{LONG}"', "place", 1_000),
    ],
)
def test_too_long_a_text_is_told_with_its_place(before, after, path, most):
    text = SMALL.replace(before, after, 1)
    (found,) = (one for one in check(text) if str(most) in one.expected)
    assert found.path.endswith(path)
    assert found.line == text[: text.index(after)].count("\n") + 1


def test_one_that_is_in_use_is_read_whatever_its_lengths():
    text = SMALL.replace('zh = "小行动"', f'zh = "{"小" * 81}"', 1)
    assert len(load(text, name="kept").campaign.name.zh) == 81
