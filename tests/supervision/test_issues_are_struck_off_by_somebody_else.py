from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from jiedui.core.refusals import Refused
from jiedui.supervision import actions
from jiedui.supervision.models import Issue


@pytest.fixture
def issue(campaign, branch, today):
    return actions.report(
        campaign,
        organisation=branch,
        kind="style",
        source="own",
        text="走访记录不全",
        found_on=today - timedelta(days=20),
        by=None,
    )


@pytest.fixture
def mended(issue, branch, liaison, today):
    actions.decide(
        [issue], organisation=branch, text="补全记录", since=today, due=today, by=liaison
    )
    actions.mended(issue, on=today, by=liaison)
    return issue


def test_one_measure_may_answer_many_issues(campaign, branch, issue, today):
    second = actions.report(
        campaign,
        organisation=branch,
        kind="style",
        source="own",
        text="政策宣讲少",
        found_on=today,
        by=None,
    )
    measure = actions.decide(
        [issue, second], organisation=branch, text="每月集中学习", since=today, due=today, by=None
    )
    assert measure.issues.count() == 2
    assert set(Issue.objects.values_list("state", flat=True)) == {"under_way"}


def test_who_mended_an_issue_cannot_strike_it_off(mended, liaison, office, today):
    with pytest.raises(Refused):
        actions.strike_off(mended, on=today, by=liaison)
    actions.strike_off(mended, on=today, by=office)
    mended.refresh_from_db()
    assert (mended.state, mended.checked_by) == ("closed", office)


def test_the_database_itself_wants_a_second_person(mended, liaison):
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.filter(pk=mended.pk).update(checked_by=liaison, state="closed")


def test_an_issue_that_comes_back_is_counted(mended, office, today):
    actions.strike_off(mended, on=today, by=office)
    actions.reopen(mended, reason="又出现", by=office)
    mended.refresh_from_db()
    assert (mended.state, mended.times_reopened, mended.checked_by) == ("reopened", 1, None)


def test_an_issue_without_a_measure_is_not_mended(issue, liaison, today):
    with pytest.raises(Refused):
        actions.mended(issue, on=today, by=liaison)
