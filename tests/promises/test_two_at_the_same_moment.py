"""Two people do the same at the same moment: the database lets one of them through.

On SQLite one writes after the other, and the second is refused by the rules; on PostgreSQL both
have looked before either has written, and only constraints and locks are left.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections, transaction
from django.db.models import F

from jiedui.core.models import Job
from jiedui.core.refusals import Refused
from jiedui.fieldwork import actions as fieldwork
from jiedui.fieldwork.actions import Done
from jiedui.handover import actions as handover
from jiedui.handover import bulk_hand_over, change_requests
from jiedui.handover.models import ChangeRequest
from jiedui.households import actions as households
from jiedui.imports import actions as imports
from jiedui.imports.models import Upload
from jiedui.ledger import actions as ledger
from jiedui.ledger.models import FundEntry, Gift
from jiedui.needs import actions as needs
from jiedui.needs.models import Claim, NeedRequest
from jiedui.orgs import actions as orgs
from jiedui.orgs import appointments, ending
from jiedui.orgs.models import Appointment, Member, Team, TeamMember
from jiedui.pairing import actions
from jiedui.pairing.models import Pair
from jiedui.places import actions as places
from jiedui.places.models import Place
from jiedui.proposals import approvals, approving
from jiedui.proposals.models import Approval, Proposal, ProposedPair
from jiedui.web import jobs

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds):
    """Do all of it at the same moment; what each came to: "done", or the sentence it got."""
    if connections["default"].vendor == "sqlite":
        return sorted(map(said, deeds), key=lambda one: one != "done")
    together = Barrier(len(deeds))

    def do(deed):
        try:
            together.wait(timeout=20)
            return said(deed)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(do, deeds), key=lambda one: one != "done")


def said(deed):
    try:
        deed()
    except Refused as refused:
        return refused.sentence
    return "done"


def only_one(answers):
    assert answers.count("done") == 1, answers
    assert all(answers)


def test_a_household_gets_one_first_helper(campaign, zhou, he, qin_family, office, today):
    def pair(member):
        return lambda: actions.open_pair(
            campaign, kind="kinship", member=member, household=qin_family, since=today, by=office,
            role="first",
        )  # fmt: skip

    only_one(at_once(pair(zhou), pair(he)))
    assert Pair.objects.open().filter(role="first").count() == 1


def test_the_same_two_are_paired_once(campaign, zhou, qin_family, office, today):
    def deed():
        actions.open_pair(
            campaign, kind="kinship", member=zhou, household=qin_family, since=today, by=office
        )

    only_one(at_once(deed, deed))
    assert Pair.objects.open().count() == 1


@pytest.mark.parametrize("who", ["member", "team", "organisation"])
def test_a_post_gets_no_more_keepers_than_it_may(
    campaign, zhou, he, branch, bureau, willow_village, office, today, who
):
    teams = [
        Team.objects.create(number=f"T{n}", name=f"队{n}", kind="volunteer", organisation=branch)
        for n in (1, 2, 3)
    ]
    members = [zhou, he, Member.objects.create(number="M3", name="郑秋", organisation=branch)]
    units = [bureau, branch, bureau.parent]
    helpers = {"member": members, "team": teams, "organisation": units}[who]

    def keep(helper):
        return lambda: actions.keep(
            campaign, kind="kinship", place=willow_village, helper=helper, since=today, by=office
        )

    said = at_once(*[keep(helper) for helper in helpers])
    assert said.count("done") == campaign.playbook.pairing("kinship").helpers_each.most
    again = at_once(keep(helpers[0]), keep(helpers[0]))
    assert Pair.objects.open().filter(place=willow_village).count() == 2, again


@pytest.mark.parametrize("partner", ["partner_member", "partner_organisation"])
def test_members_and_units_are_paired_once_with_each_other(
    campaign, zhou, he, branch, bureau, today, partner
):
    other = {"partner_member": he, "partner_organisation": bureau}[partner]
    facts = {"campaign": campaign, "kind": "kinship", "organisation": branch, "since": today}
    Pair.objects.create(member=zhou, **facts, **{partner: other})
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        Pair.objects.create(member=zhou, **facts, **{partner: other})
    Pair.objects.create(**facts, **{partner: other})
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        Pair.objects.create(**facts, **{partner: other})


def test_a_proposal_is_approved_once(campaign, zhou, qin_family, office, leader, today):
    proposal = Proposal.objects.create(
        campaign=campaign, kind="kinship", state="ready", rules={"by": 0}, made_by="x"
    )
    ProposedPair.objects.create(proposal=proposal, household=qin_family, member=zhou, cost=1)
    at_once(
        lambda: approving.approve(proposal, by=office),
        lambda: approving.approve(proposal, by=leader),
    )
    assert Pair.objects.open().count() == 1
    assert Proposal.objects.get().state == "approved"


def test_a_large_proposal_is_approved_by_one_of_two(
    campaign, zhou, he, qin_family, office, leader, today
):
    proposal = Proposal.objects.create(
        campaign=campaign, kind="kinship", state="ready", rules={"by": 0}, made_by="x"
    )
    ProposedPair.objects.create(proposal=proposal, household=qin_family, member=zhou, cost=1)
    asking = [lambda user=user: approvals.ask(proposal, by=user) for user in (office, leader)]
    only_one(at_once(*asking))
    jobs.run(jobs.claim())
    assert Approval.objects.get(done__isnull=False).opened == Pair.objects.open().count() == 1


def test_approving_while_somebody_pairs_by_hand(campaign, zhou, he, qin_family, office, today):
    proposal = Proposal.objects.create(
        campaign=campaign, kind="kinship", state="ready", rules={"by": 0}, made_by="x"
    )
    ProposedPair.objects.create(proposal=proposal, household=qin_family, member=zhou, cost=1)
    at_once(
        lambda: approving.approve(proposal, by=office),
        lambda: actions.open_pair(
            campaign, kind="kinship", member=he, household=qin_family, since=today, by=office,
            role="first",
        ),
    )  # fmt: skip
    assert Pair.objects.open().filter(role="first").count() == 1


def test_a_pair_is_handed_over_or_ended_once(zhou_and_the_qins, he, office, today):
    pair = zhou_and_the_qins
    said = at_once(
        lambda: handover.hand_over(pair, to=[he], on=today, reason="transfer", by=office),
        lambda: handover.hand_over(pair, to=[he], on=today, reason="transfer", by=office),
    )
    only_one(said)
    assert Pair.objects.filter(previous=pair).count() == 1


def test_a_pair_ends_once(zhou_and_the_qins, office, today):
    def end(reason):
        return lambda: handover.end(zhou_and_the_qins, on=today, reason=reason, by=office)

    only_one(at_once(end("transfer"), end("retirement")))


def test_a_household_is_struck_off_once(qin_family, office, today):
    def strike(reason):
        return lambda: households.strike(qin_family, on=today, reason=reason, by=office)

    only_one(at_once(strike("moved"), strike("error")))


def test_a_wish_waits_once(zhou_and_the_qins, office):
    def ask():
        change_requests.ask(
            zhou_and_the_qins, side="helped", reason="transfer", text="性格不合", by=office
        )

    at_once(ask, ask)
    assert ChangeRequest.objects.filter(state="waiting").count() == 1


def test_a_member_joins_a_team_once_and_a_team_has_one_head(branch, zhou, he, office, today):
    team = Team.objects.create(number="T1", name="队", kind="volunteer", organisation=branch)
    only_one(at_once(*[lambda: orgs.join(team, zhou, on=today, by=office)] * 2))
    orgs.join(team, he, on=today, by=office)
    seats = list(TeamMember.objects.select_related("team", "member"))
    at_once(*[lambda seat=seat: orgs.lead(seat, by=office) for seat in seats])
    assert TeamMember.objects.filter(ended=None, is_head=True).count() == 1


def test_an_appointment_is_given_once(lu, bureau, administrator, today):
    def appoint():
        appointments.appoint(
            lu, role="liaison", organisation=bureau, place=None, since=today, by=administrator
        )

    only_one(at_once(appoint, appoint))
    assert Appointment.objects.filter(user=lu, role="liaison").count() == 1


def test_a_gift_is_taken_out_once_and_its_money_comes_back_once(
    campaign, bureau, qin_family, office, today
):
    fund = ledger.open_fund(campaign, organisation=bureau, name="基金", since=today, by=office)
    ledger.contribute(fund, amount_fen=1000, day=today, donor_name="某人", by=office)
    given = ledger.Given("cash", today, 600)
    gift = ledger.give(
        campaign, given, giver=bureau, household=qin_family, fund=fund, by=office
    )  # fmt: skip
    only_one(at_once(*[lambda: ledger.void(gift, reason="错了", by=office)] * 2))
    assert FundEntry.objects.filter(reverses__isnull=False).count() == 1
    fund.refresh_from_db()
    assert fund.balance_fen == 1000
    spend = [
        lambda: ledger.give(
            campaign, given, giver=bureau, household=qin_family, fund=fund, by=office
        )
    ] * 2
    only_one(at_once(*spend))
    assert Gift.objects.standing().count() == 1


def test_two_places_below_one_parent_get_two_numbers(willow_village, office, today):
    from jiedui.places import actions as places

    said = at_once(
        *[
            lambda name=name: places.add(
                parent=willow_village, level="building", name=name, since=today, by=office
            )
            for name in ("东屯", "西屯")
        ]
    )
    made = Place.objects.filter(parent=willow_village)
    assert made.count() == said.count("done") >= 1


def test_a_list_is_taken_over_once(office, today):
    kept = Upload.objects.create(
        kind="households", name="list.xlsx", size=1, owner=office, state="checked"
    )

    def deed():
        imports.apply(Upload.objects.get(pk=kept.pk), by=office)

    only_one(at_once(deed, deed))
    assert Job.objects.filter(runner="imports.apply").count() == 1


ENDINGS = {
    "pair": lambda cast, on: handover.end(cast["pair"], on=on, reason="other", by=None),
    "member": lambda cast, on: handover.leave(cast["zhou"], on=on, reason="death", by=None),
    "alone": lambda cast, on: orgs.leave(cast["zhou"], on=on, reason="death", by=None),
    "household": lambda cast, on: households.strike(cast["home"], on=on, reason="lifted", by=None),
    "handed over": lambda cast, on: handover.hand_over(
        cast["pair"], to=[cast["he"]], on=on, reason="death", by=None
    ),
    "all handed over": lambda cast, on: bulk_hand_over.settle(
        bulk_hand_over.prepare(
            cast["zhou"], fate="now", on=on, reason="death", among=Member.objects.all(), by=None
        ),
        by=None,
    ),
}


@pytest.mark.parametrize("what", ENDINGS)
def test_no_visit_comes_while_its_pair_ends(zhou_and_the_qins, zhou, he, qin_family, today, what):
    cast = {"pair": zhou_and_the_qins, "zhou": zhou, "he": he, "home": qin_family}
    done = Done(kind="visit", day=today - timedelta(days=1), note="问候")

    def visit():
        fieldwork.visit(Pair.objects.get(pk=zhou_and_the_qins.pk), done, by=None)

    def end():
        ENDINGS[what](cast, today - timedelta(days=2))

    only_one(at_once(visit, end))
    inside = Pair.objects.with_end().filter(activities__day__gt=F("over_on"))
    assert not inside.exists()


@pytest.mark.parametrize("what", ["team", "unit", "place"])
def test_nothing_is_written_for_what_ends(campaign, branch, willow_village, today, what):
    before = today - timedelta(days=90)
    unit = orgs.found(branch, {"name": "小组", "kind": "group", "since": before}, by=None)
    values = {"number": "T1", "name": "队", "kind": "v", "organisation": branch, "since": before}
    team = orgs.form_team(values, by=None)
    here = places.add(willow_village, name="一号楼", level="building", since=before, by=None)
    on = today - timedelta(days=2)
    ends = {
        "team": lambda: orgs.disband(team, on=on, by=None),
        "unit": lambda: ending.end(unit, on=on, by=None),
        "place": lambda: places.close(here, on=on, by=None),
    }
    day = today - timedelta(days=1)
    done = Done(kind="cleaning", day=day, note="扫雪", members_counted=1)

    def write():
        fieldwork.activity(
            campaign, done, organisation=unit, place=here, by=None,
            team=team if what == "team" else None,
        )  # fmt: skip

    only_one(at_once(write, ends[what]))


def test_no_gift_comes_while_the_household_is_struck_off(campaign, qin_family, bureau, today):
    given = ledger.Given(kind="cash", day=today - timedelta(days=1), value_fen=1_00)

    def give():
        ledger.give(campaign, given, giver=bureau, household=qin_family, by=None)

    def strike():
        households.strike(qin_family, on=today - timedelta(days=2), reason="lifted", by=None)

    only_one(at_once(give, strike))


def test_a_request_is_claimed_by_one_of_two(campaign, qin_family, zhou, he, today):
    row = needs.ask(
        campaign,
        needs.Asked(kind="wish", public_text="想要轮椅", day=today, household=qin_family),
        by=None,
    )
    needs.check(row, is_public=True, by=None)
    found = at_once(
        *(lambda who=who: needs.claim(NeedRequest.objects.get(pk=row.pk), who, by=None)
          for who in (zhou, he))
    )  # fmt: skip
    assert found[0] == "done"
    assert "刚刚被别人认领" in found[1]
    assert Claim.objects.filter(request=row, ended=None).count() == 1
