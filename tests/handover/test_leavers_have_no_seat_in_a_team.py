"""Who has left sits in no team, however it became known that they left."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiedui.core.jobs import DUTIES
from jiedui.core.locking import hold
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.handover import actions
from jiedui.orgs import actions as orgs
from jiedui.orgs import membership
from jiedui.orgs.models import Member, TeamMember


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


def test_who_comes_back_this_very_moment_keeps_the_seat(seat, zhou, today, monkeypatch):
    Member.objects.filter(pk=zhou.pk).update(ended=today, end_reason="retirement")

    def back(rows):
        Member.objects.filter(pk=zhou.pk).update(ended=None, end_reason="")
        return hold(rows)

    monkeypatch.setattr(membership, "hold", back)
    membership.end_seats(by=None)
    seat.refresh_from_db()
    assert (seat.ended, seat.is_head) == (None, True)


@pytest.fixture
def several(branch, today):
    """Eight members, each in a team of three since another day."""
    since = today - timedelta(days=60)
    members = [
        Member.objects.create(number=f"G{n}", name=f"成员{n}", organisation=branch, since=since)
        for n in range(8)
    ]
    for n in range(0, 8, 3):
        values = {"number": f"T{n}", "name": "队", "kind": "v", "organisation": branch}
        team = orgs.form_team({**values, "since": since}, by=None)
        for at, one in enumerate(members[n : n + 3]):
            orgs.join(team, one, on=since + timedelta(days=n), by=None, is_head=not at)
    return members


def test_many_leave_with_the_queries_of_one(several, today):
    day, first, rest = today - timedelta(days=3), several[:1], several[1:]
    with CaptureQueriesContext(connection) as one:
        orgs.leave_together(first, on=day, reason="retirement", by=None)
    with CaptureQueriesContext(connection) as many:
        orgs.leave_together(rest, on=day, reason="retirement", by=None)
    assert len(many) <= len(one)
    left = Member.objects.filter(number__startswith="G")
    assert set(left.values_list("ended", "end_reason")) == {(day, "retirement")}
    seats = TeamMember.objects.filter(member__in=several)
    assert set(seats.values_list("ended", "is_head")) == {(day, False)}
    for action in ("member.left", "team.parted"):
        assert AuditEntry.objects.filter(action=action).count() == 8


def test_all_leave_or_nobody(several, today):
    orgs.leave(several[4], on=today, reason="retirement", by=None)
    with pytest.raises(Refused, match="已经离开"):
        orgs.leave_together(several, on=today, reason="retirement", by=None)
    assert Member.objects.serving().filter(number__startswith="G").count() == 7
    assert TeamMember.objects.filter(member__in=several, ended=None).count() == 7
