"""A record never ends before what lies inside its days, and nothing is written outside them."""

from datetime import timedelta

import pytest

from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text
from jiedui.fieldwork import actions as fieldwork
from jiedui.fieldwork.actions import Done
from jiedui.handover import actions as handover
from jiedui.handover import bulk_hand_over
from jiedui.households import actions as households
from jiedui.households.models import Household, Need
from jiedui.ledger import actions as ledger
from jiedui.ledger.actions import Given
from jiedui.orgs import actions as orgs
from jiedui.orgs import ending
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.pairing import actions as pairing
from jiedui.pairing.models import Pair
from jiedui.places import actions as places
from jiedui.supervision import actions as supervision

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def visit(zhou_and_the_qins, today):
    done = Done(kind="visit", day=today - 10 * DAY, note="屋顶漏雨")
    return fieldwork.visit(zhou_and_the_qins, done, by=None)


@pytest.fixture
def team(bureau, today):
    values = {"number": "T1", "name": "队", "kind": "v", "organisation": bureau,
              "since": today - 30 * DAY}  # fmt: skip
    return orgs.form_team(values, by=None)


def help_out(campaign, organisation, place, day, *, members=(), team=None):
    counted = {"members": members} if members else {"members_counted": 1}
    done = Done(kind="cleaning", day=day, note="扫雪", **counted)
    return fieldwork.activity(
        campaign, done, organisation=organisation, place=place, team=team, by=None
    )


def give(campaign, giver, day, **to):
    given = Given(kind="cash", day=day, value_fen=10_000)
    return ledger.give(campaign, given, giver=giver, by=None, **to)


def refused_before(act, first_day):
    """The day before is refused, and the sentence says the first day that will do."""
    with pytest.raises(Refused) as refusal:
        act(first_day - DAY)
    assert day_text(first_day) in refusal.value.sentence, refusal.value.sentence
    return refusal.value.sentence


def test_a_pair_does_not_end_before_its_visits(zhou_and_the_qins, visit, liaison, lu):
    def end(day, by=None):
        handover.end(zhou_and_the_qins, on=day, reason="other", by=by)

    refused_before(end, visit.day)
    assert "秦安" in refused_before(lambda day: end(day, liaison), visit.day)
    assert "秦安" not in refused_before(lambda day: end(day, lu), visit.day)
    assert Pair.objects.open().exists()
    fieldwork.void(visit, reason="记错了", by=None)  # the way out: the wrong visit is taken out
    end(visit.day - DAY)


def test_a_pair_is_not_handed_over_before_its_visits(zhou_and_the_qins, visit, he):
    def hand_over(day):
        # Who dies is not answerable through any overlap.
        handover.hand_over(zhou_and_the_qins, to=[he], on=day, reason="death", by=None)

    refused_before(hand_over, visit.day)
    hand_over(visit.day)


def test_a_helper_does_not_leave_before_what_they_did(zhou, visit, he, campaign, branch, city):
    def leave(day):
        handover.leave(zhou, on=day, reason="death", by=None)

    refused_before(leave, visit.day)
    later = help_out(campaign, branch, city, visit.day + 2 * DAY, members=[zhou])
    refused_before(leave, later.day)
    refused_before(lambda day: orgs.leave(zhou, on=day, reason="death", by=None), later.day)
    leave(later.day)


def test_a_hand_over_says_so_before_it_is_prepared(zhou, visit, he):
    def prepare(day):
        return bulk_hand_over.prepare(
            zhou, fate="now", on=day, reason="death", among=Member.objects.all(), by=None
        )

    refused_before(prepare, visit.day)
    bulk_hand_over.settle(prepare(visit.day), by=None)
    zhou.refresh_from_db()
    assert zhou.ended == visit.day


def test_a_household_does_not_leave_before_what_was_done_for_it(
    campaign, qin_family, visit, bureau
):
    def strike(day):
        households.strike(qin_family, on=day, reason="lifted", by=None)

    refused_before(strike, visit.day)
    give(campaign, bureau, visit.day + DAY, household=qin_family)
    refused_before(strike, visit.day + DAY)
    values = {"kind": "schooling", "urgency": 1, "since": visit.day + 2 * DAY}
    need = households.add_need(qin_family, values, by=None)
    refused_before(strike, visit.day + 2 * DAY)
    households.meet(need, on=visit.day + 3 * DAY, by=None)
    refused_before(strike, visit.day + 3 * DAY)
    strike(visit.day + 3 * DAY)


def test_a_need_is_not_met_after_the_household_left(qin_family, today):
    values = {"kind": "schooling", "urgency": 1, "since": today - 20 * DAY}
    households.add_need(qin_family, values, by=None)
    households.strike(qin_family, on=today - 9 * DAY, reason="lifted", by=None)
    need = Need.objects.get()
    for act in (households.meet, households.drop):
        with pytest.raises(Refused):
            act(need, on=today - 8 * DAY, by=None)
    households.meet(need, on=today - 9 * DAY, by=None)


@pytest.mark.parametrize("what", ["activity", "gift", "team", "former", "issue"])
def test_a_unit_does_not_end_before_what_it_did(
    campaign, bureau, branch, city, leader, today, what
):
    last = today - 6 * DAY
    if what == "activity":
        help_out(campaign, branch, city, last)
    elif what == "issue":
        issue = supervision.report(
            campaign, organisation=branch, kind="style", source="own", text="迟到",
            found_on=last, by=None,
        )  # fmt: skip
        type(issue).objects.update(state="closed", done_on=last, closed_on=last, checked_by=leader)
    elif what == "gift":
        give(campaign, branch, last, place=city)
    elif what == "team":
        values = {"number": "T1", "name": "队", "kind": "v", "organisation": branch, "since": last}
        orgs.form_team(values, by=None)
    else:
        gone = Member.objects.create(number="M8", name="老刘", organisation=branch)
        orgs.leave(gone, on=last, reason="retired", by=None)
    refused_before(lambda day: ending.end(branch, on=day, by=None), last)
    refused_before(lambda day: ending.end(branch, on=day, by=None, successor=bureau), last)
    ending.end(branch, on=last, by=None)


def test_a_team_does_not_end_before_what_it_did(campaign, team, bureau, city, zhou, today):
    help_out(campaign, bureau, city, today - 6 * DAY, team=team)
    refused_before(lambda day: orgs.disband(team, on=day, by=None), today - 6 * DAY)
    orgs.join(team, zhou, on=today - 20 * DAY, by=None)
    orgs.part(team.places_in.get(), on=today - 4 * DAY, by=None)
    refused_before(lambda day: orgs.disband(team, on=day, by=None), today - 4 * DAY)
    orgs.disband(team, on=today - 4 * DAY, by=None)


def test_a_place_does_not_end_before_what_was_done_there(campaign, bureau, willow_village, today):
    here = places.add(
        willow_village, name="一号楼", level="building", since=today - 90 * DAY, by=None
    )
    help_out(campaign, bureau, here, today - 6 * DAY)
    give(campaign, bureau, today - 5 * DAY, place=here)
    refused_before(lambda day: places.close(here, on=day, by=None), today - 5 * DAY)
    places.close(here, on=today - 5 * DAY, by=None)
    with pytest.raises(Refused):
        help_out(campaign, bureau, here, today)


def test_nothing_begins_after_what_lies_in_it(
    campaign, zhou_and_the_qins, visit, team, zhou, branch, bureau, city, qin_family, today
):
    began = zhou_and_the_qins.since

    def family(day):
        home = Household.objects.get()
        households.amend(home, {"since": day}, version=home.version, by=None)

    def member(day):
        orgs.amend_member(Member.objects.get(pk=zhou.pk), {"since": day}, by=None)

    for begin in (family, member):
        with pytest.raises(Refused) as refusal:
            begin(began + DAY)
        assert day_text(began) in refusal.value.sentence
        begin(began)
    help_out(campaign, branch, city, today - 12 * DAY, team=team)

    def unit(day):
        orgs.amend(Organisation.objects.get(pk=branch.pk), {"since": day}, by=None)

    def crew(day):
        orgs.amend_team(Team.objects.get(), {"since": day}, by=None)

    for begin in (unit, crew):
        with pytest.raises(Refused) as refusal:
            begin(today - 11 * DAY)
        assert day_text(today - 12 * DAY) in refusal.value.sentence
        begin(today - 12 * DAY)


def test_nothing_is_written_before_its_owner_or_after_it(
    campaign, zhou, he, branch, bureau, city, team, today
):
    orgs.amend(branch, {"since": today - 20 * DAY}, by=None)
    with pytest.raises(Refused, match=day_text(today - 20 * DAY)):
        help_out(campaign, branch, city, today - 21 * DAY)
    with pytest.raises(Refused, match=day_text(today - 20 * DAY)):
        give(campaign, branch, today - 21 * DAY, place=city)
    orgs.amend_member(zhou, {"since": today - 10 * DAY}, by=None)
    with pytest.raises(Refused, match=day_text(today - 10 * DAY)):
        help_out(campaign, bureau, city, today - 11 * DAY, members=[zhou])
    with pytest.raises(Refused, match=day_text(team.since)):
        help_out(campaign, bureau, city, team.since - DAY, team=team)
    orgs.disband(team, on=today - 2 * DAY, by=None)
    with pytest.raises(Refused, match=day_text(today - 2 * DAY)):
        help_out(campaign, bureau, city, today - DAY, team=Team.objects.get())
    orgs.leave(he, on=today - 3 * DAY, reason="retired", by=None)
    with pytest.raises(Refused, match=day_text(today - 3 * DAY)):
        give(campaign, bureau, today - 2 * DAY, place=city, member=Member.objects.get(pk=he.pk))


def test_a_pair_begins_when_its_helper_serves(campaign, zhou, he, qin_family, city, today):
    orgs.amend_member(zhou, {"since": today - 10 * DAY}, by=None)
    with pytest.raises(Refused, match=day_text(today - 10 * DAY)):
        pairing.open_pair(
            campaign, kind="kinship", member=zhou, household=qin_family, since=today - 11 * DAY,
            by=None,
        )  # fmt: skip
    with pytest.raises(Refused, match=day_text(campaign.starts)):
        pairing.keep(
            campaign, kind="kinship", place=city, helper=he, since=campaign.starts - DAY, by=None
        )
    pair = pairing.open_pair(
        campaign, kind="kinship", member=he, household=qin_family, since=today - 30 * DAY, by=None
    )
    with pytest.raises(Refused, match=day_text(today - 10 * DAY)):
        handover.hand_over(pair, to=[zhou], on=today - 11 * DAY, reason="other", by=None)


def test_who_came_back_was_there_before_as_well(campaign, zhou, bureau, branch, city, today):
    orgs.amend_member(zhou, {"since": today - 300 * DAY}, by=None)
    help_out(campaign, bureau, city, today - 200 * DAY, members=[zhou])
    orgs.leave(zhou, on=today - 100 * DAY, reason="retired", by=None)
    values = {"number": "M1", "name": "周明", "organisation": branch, "since": today - 50 * DAY}
    back = orgs.enrol(values, by=None)
    help_out(campaign, bureau, city, today - 150 * DAY, members=[back])
    with pytest.raises(Refused):
        help_out(campaign, bureau, city, today - 70 * DAY, members=[back])
    orgs.amend_member(back, {"since": today - 40 * DAY}, by=None)


def test_a_visit_follows_neither_its_helper_nor_its_family(zhou_and_the_qins, zhou, today):
    done = Done(kind="visit", day=today - DAY, note="问候")
    orgs.leave(zhou, on=today - 2 * DAY, reason="retired", by=None)  # nobody took over yet
    with pytest.raises(Refused, match=day_text(today - 2 * DAY)):
        fieldwork.visit(Pair.objects.get(), done, by=None)


def test_an_overlap_that_is_over_takes_no_more_visits(zhou_and_the_qins, he, today):
    handover.hand_over(zhou_and_the_qins, to=[he], on=today - 40 * DAY, reason="other", by=None)
    pair = Pair.objects.get(pk=zhou_and_the_qins.pk)
    assert pair.overlap_until and pair.overlap_until < today and pair.ended is None
    with pytest.raises(Refused, match=day_text(pair.overlap_until)):
        fieldwork.visit(pair, Done(kind="visit", day=today, note="问候"), by=None)


def test_an_end_that_follows_from_another_visit_keeps_the_visits(zhou_and_the_qins, visit, he):
    """The successor's first visit is told late: the one before has visited meanwhile."""
    on = visit.day - 5 * DAY
    (successor,) = handover.hand_over(zhou_and_the_qins, to=[he], on=on, reason="other", by=None)
    fieldwork.visit(successor, Done(kind="visit", day=on + DAY, note="认门"), by=None)
    pair = Pair.objects.get(pk=zhou_and_the_qins.pk)
    assert pair.ended is None or pair.ended >= visit.day


def test_a_correction_of_the_words_does_not_ask_for_the_days_again(zhou_and_the_qins, visit, today):
    """What an earlier version let in is corrected all the same; only a new day must be right."""
    Pair.objects.update(ended=visit.day - DAY)
    pair = Pair.objects.get()
    done = Done(kind="visit", day=visit.day, note="屋顶修好了")
    new = fieldwork.visit(pair, done, by=None, corrects=visit)
    with pytest.raises(Refused):
        later = Done(kind="visit", day=visit.day + DAY, note="屋顶修好了")
        fieldwork.visit(pair, later, by=None, corrects=new)


def test_many_ends_ask_once(campaign, zhou, willow_village, today, django_assert_max_num_queries):
    homes = [
        Household.objects.create(
            number=f"H{n}", head=f"户{n}", place=willow_village, kind="allowance",
            since=today - 400 * DAY,
        )
        for n in range(2, 12)
    ]  # fmt: skip
    for home in homes:
        pair = pairing.open_pair(
            campaign, kind="kinship", member=zhou, household=home, since=today - 90 * DAY, by=None
        )
        fieldwork.visit(pair, Done(kind="visit", day=today - 20 * DAY, note="问候"), by=None)
    with django_assert_max_num_queries(40):
        handover.leave(zhou, on=today - 19 * DAY, reason="death", by=None)
    assert not Pair.objects.open().exists()
