"""Who has left sits in no team, however it became known that they left."""

from datetime import timedelta

import pytest

from jiedui.core.jobs import DUTIES
from jiedui.handover import actions
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member


@pytest.fixture
def seat(branch, zhou, today):
    since = today - timedelta(days=30)
    values = {"number": "T1", "name": "队", "kind": "v", "organisation": branch, "since": since}
    team = orgs.form_team(values, by=None)
    orgs.join(team, zhou, on=since, by=None, is_head=True)
    return team.places_in.get()


def test_the_seat_ends_on_the_day_they_leave(seat, zhou, today):
    day = today - timedelta(days=3)
    actions.leave(zhou, on=day, reason="retirement", by=None)
    seat.refresh_from_db()
    assert (seat.ended, seat.is_head) == (day, False)


def test_so_it_does_where_a_list_said_it(seat, zhou, he, today):
    day = today - timedelta(days=3)
    Member.objects.filter(pk=zhou.pk).update(ended=day, end_reason="retirement")
    for _twice in "12":
        for duty in DUTIES:
            if duty.__module__ == "jiedui.orgs.membership":
                duty(today)
    seat.refresh_from_db()
    assert (seat.ended, seat.is_head) == (day, False)


def test_who_comes_back_is_in_no_team_yet(seat, zhou, branch, today):
    day = today - timedelta(days=3)
    Member.objects.filter(pk=zhou.pk).update(ended=day, end_reason="retirement")
    orgs.enrol(
        {"number": zhou.number, "name": zhou.name, "organisation": branch, "rank": "clerk",
         "since": today},
        by=None,
    )  # fmt: skip
    seat.refresh_from_db()
    assert seat.ended == day
