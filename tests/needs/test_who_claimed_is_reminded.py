"""Whoever has claimed a request is reminded of its day, once a week, and of no other."""

from datetime import timedelta

import pytest

from jiedui.needs import actions, reminders
from jiedui.needs.models import NeedRequest
from jiedui.notices.models import Notice

pytestmark = pytest.mark.django_db


def told():
    return [(one.to.username, one.subject) for one in Notice.objects.filter(kind=reminders.KIND)]


def due(row, day):
    NeedRequest.objects.filter(pk=row.pk).update(due=day)


def test_the_member_hears_once_a_week_when_the_day_is_near(client, claimed, helper, today):
    due(claimed, today + timedelta(days=9))
    reminders.remind(today)
    assert told() == []
    due(claimed, today + timedelta(days=2))
    reminders.remind(today)
    reminders.remind(today)
    assert told() == [("helper", str(claimed.pk))]
    client.force_login(helper)
    page = client.get("/notices/").content.decode()
    assert claimed.public_text in page
    Notice.objects.update(made=Notice.objects.get().made - timedelta(days=8))
    reminders.remind(today)
    assert len(told()) == 2


def test_of_a_unit_its_liaison_hears(on_board, bureau, liaison, today):
    actions.claim(on_board, bureau, by=None)
    due(on_board, today - timedelta(days=1))
    reminders.remind(today)
    assert told() == [("liaison", str(on_board.pk))]


@pytest.mark.parametrize("state", ["wish", "on_board", "done"])
def test_nobody_hears_of_what_is_not_being_done(request, state, helper, liaison, today):
    due(request.getfixturevalue(state), today - timedelta(days=9))
    reminders.remind(today)
    assert told() == []


def test_a_notice_about_what_is_over_says_nothing(client, claimed, helper, today):
    due(claimed, today)
    reminders.remind(today)
    actions.finish(claimed, on=today, text="好", by=None)
    client.force_login(helper)
    assert claimed.public_text not in client.get("/notices/").content.decode()
