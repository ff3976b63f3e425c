"""What lists, figures and cards call overdue is what the rhythm of one pair says."""

import random
from datetime import date, timedelta

import pytest

from jiedui.core import once
from jiedui.fieldwork import due_visits
from jiedui.fieldwork.models import Activity
from jiedui.fieldwork.rhythm import dues, latest_before, months_after
from jiedui.households.models import Household
from jiedui.pairing.models import Pair

RHYTHMS = """
[[windows]]
key = "always"
name = { zh = "全年", en = "All year" }
rule = "yearly"
starts = "01-01"
ends = "12-31"

[[windows]]
key = "quarter"
name = { zh = "每季度", en = "Every quarter" }
rule = "quarterly"

[[rhythms]]
key = "twice"
name = { zh = "一年三次", en = "Three times a year" }
pairing = "kinship"
activity = "visit"
also = ["call_on"]
window = "always"
times = 3

[[rhythms]]
key = "quarterly"
name = { zh = "每季度", en = "Every quarter" }
pairing = "kinship"
activity = "visit"
window = "quarter"
"""


@pytest.mark.parametrize("months", [1, 2, 6, 13])
def test_the_latest_overdue_day_is_the_last_one_whose_due_day_has_passed(months):
    for number in range(1500):
        today = date(2023, 12, 1) + timedelta(days=number)
        last = latest_before(today, months=months)
        assert months_after(last, months) < today
        assert months_after(last + timedelta(days=1), months) >= today


@pytest.fixture
def many(rich, branch, willow_village, today):
    """Pairs with visits here and there, some taken out, of a playbook with every kind of rhythm."""
    from jiedui.campaigns import playbook
    from jiedui.orgs.models import Member

    source = rich.source.replace("[[conduct]]", f"{RHYTHMS}\n[[conduct]]", 1)
    assert playbook.check(source) == []
    rich.source = source
    rich.save()
    dice = random.Random(7)
    for number in range(40):
        since = today - timedelta(days=dice.choice([0, 20, 58, 59, 60, 61, 62, 63, 300]))
        household = Household.objects.create(
            number=f"R{number}", head="户", place=willow_village, kind="low_income",
            since=today - timedelta(days=600),
        )  # fmt: skip
        member = Member.objects.create(
            number=f"R{number}", name="人", organisation=branch, rank="clerk"
        )
        pair = Pair.objects.create(
            campaign=rich, kind="kinship", member=member, organisation=branch,
            household=household, since=since,
            overlap_until=dice.choice([None, None, None, today, today - timedelta(days=1)]),
        )  # fmt: skip
        for _ in range(dice.randrange(4)):
            _visited(pair, today - timedelta(days=dice.randrange((today - since).days + 1)), dice)
    return rich


def _visited(pair, day, dice):
    Activity.objects.create(
        campaign=pair.campaign, kind=dice.choice(["visit", "call_on", "call_on", "phone_call"]),
        day=day, organisation=pair.organisation, place=pair.household.place,
        household=pair.household, pair=pair, recorded_at="2026-01-01T00:00:00+08:00",
        voided_on=dice.choice([None, None, None, day]),
    )  # fmt: skip


def test_the_database_and_the_rhythm_of_a_pair_say_the_same(many, today):
    for days in range(0, 400, 9):  # every phase of the quarter and of the year
        on = today + timedelta(days=days)
        found = {
            pair.pk: pair.next_due
            for pair in due_visits.with_pair_visits(Pair.objects.current(), today=on)
        }
        wanted = dues(Pair.objects.current().select_related("campaign"), today=on)
        assert found == {pk: due.day if due else None for pk, due in wanted.items()}
        homes = due_visits.with_household_visits(Household.objects.all(), today=on)
        known = due_visits.of_households([row.pk for row in homes], today=on)
        for row in homes:
            assert (known[row.pk].last, known[row.pk].next_due) == (row.last_visit, row.next_due)
        late = {pk for pk, due in wanted.items() if due and due.is_late(on)}
        assert set(due_visits.overdue_pairs(today=on).values_list("pk", flat=True)) == late
    assert late


def test_a_household_is_due_when_the_first_of_its_pairs_is(many, today):
    rows = due_visits.with_household_visits(Household.objects.all(), today=today)
    pairs = due_visits.with_pair_visits(Pair.objects.current(), today=today)
    due = {pair.household_id: pair.next_due for pair in pairs}
    assert {row.pk: row.next_due for row in rows} == due
    late = due_visits.overdue_households(today=today)
    assert {row.pk for row in late} == {pk for pk, day in due.items() if day and day < today}
    assert 0 < late.count() < 40
    others = due_visits.narrow_households(Household.objects.all(), False, today=today)
    assert late.count() + others.count() == 40


def test_the_last_visit_of_a_household_is_no_telephone_call(many, today):
    household = Household.objects.first()
    pair = household.pairs.get()
    Activity.objects.all().delete()
    _visited(pair, today, random.Random(0))
    Activity.objects.update(kind="phone_call", voided_on=None)
    rows = due_visits.with_household_visits(Household.objects.filter(pk=household.pk), today=today)
    assert rows.get().last_visit is None
    assert due_visits.of_households([household.pk], today=today)[household.pk].last is None
    Activity.objects.update(kind="visit")
    assert rows.get().last_visit == today
    assert due_visits.with_pair_visits(Pair.objects.all(), today=today).get(pk=pair.pk).last_visit


def test_nothing_is_overdue_once_the_campaign_is_over(many, today):
    assert due_visits.overdue_pairs(today=today).exists()
    many.ends = today - timedelta(days=1)
    many.save()
    assert not due_visits.overdue_pairs(today=today).exists()
    assert not any(dues(Pair.objects.current(), today=today).values())


def test_it_asks_the_same_number_of_times_however_many_there_are(
    many, today, django_assert_num_queries
):
    with once.one_page():
        with django_assert_num_queries(2):  # the campaigns, the households
            list(due_visits.overdue_households(today=today))
        with django_assert_num_queries(1):
            list(due_visits.with_household_visits(Household.objects.all(), today=today))
        keys = list(Household.objects.values_list("pk", flat=True))
        with django_assert_num_queries(2):  # the pairs, and all their visits
            due_visits.of_households(keys, today=today)
