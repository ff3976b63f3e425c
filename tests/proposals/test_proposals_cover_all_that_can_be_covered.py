import json
import threading
from collections import Counter

import pytest
from click.testing import CliRunner
from django.db import connection
from django.urls import reverse

from jiedui.core.refusals import Refused
from jiedui.households.models import Household, Need
from jiedui.orgs.models import Member
from jiedui.pairing import actions
from jiedui.pairing.coverage import coverage
from jiedui.pairing.models import Avoidance, Pair
from jiedui.pairing.problem import Options
from jiedui.proposals import approving, proposing, reviewing
from jiedui.proposals.models import Proposal
from jiedui.web import jobs
from planning import ask_on_the_page, asked


def test_300_households_are_all_covered_and_the_plan_is_proven(county):
    facts = asked(county)
    assert (facts["households"], facts["covered"], facts["uncovered"]) == (300, 300, 0)
    assert facts["certified"] is True
    proposal = Proposal.objects.get(pk=facts["proposal"])
    loads = Counter(proposal.rows.values_list("member", flat=True))
    leaders = set(Member.objects.filter(rank="division_deputy").values_list("pk", flat=True))
    assert all(count <= (3 if member in leaders else 2) for member, count in loads.items())
    assert facts["cost"] == sum(proposal.rows.values_list("cost", flat=True))


def test_the_same_register_and_seed_give_the_same_plan(county):
    first, second = (asked(county, seed=4)["proposal"] for _ in range(2))
    one, other = Proposal.objects.get(pk=first), Proposal.objects.get(pk=second)
    assert one.digest == other.digest
    rows = [list(p.rows.order_by("pk").values_list("household", "member")) for p in (one, other)]
    assert rows[0] == rows[1]


def test_who_is_too_many_is_named_as_a_shortage(county, today):
    Member.objects.exclude(number__in=["Y0000", "Y0050"]).update(ended=today)
    facts = asked(county)
    assert facts["covered"] == 5
    shortages = Proposal.objects.get(pk=facts["proposal"]).result["shortages"]
    assert shortages[0]["available"] == 5


def test_the_hardest_go_to_leaders_as_far_as_these_have_places(county):
    county.source = county.source.replace(
        "[[windows]]", 'hardest = { share = "1/5", ranks = ["leader"] }\n\n[[windows]]', 1
    ).replace("helpers_each = { fewest = 1, most = 2 }\nhandover", "handover")
    county.source = county.source.replace("\n\nhardest", "\nhardest")
    county.save()
    assert county.playbook.pairing("kinship").hardest
    facts = asked(county)
    assert facts["uncovered"] == 0
    rows = Proposal.objects.get(pk=facts["proposal"]).rows.order_by("-household__difficulty")
    assert {row.member.rank for row in rows[:50]} == {"division_deputy"}
    only = proposing._write_down(
        county, kind="kinship", by=None, options=Options(hardest="only"), seed=0
    )
    proposing._solve(only, lambda *_: None)
    assert only.result["covered"] == 300  # 60 hardest, 72 places of leaders


def test_nobody_is_paired_with_a_household_to_avoid(county, today):
    first = asked(county)["proposal"]
    row = Proposal.objects.get(pk=first).rows.first()
    Avoidance.objects.create(
        member=row.member, household=row.household, reason="亲属", state="accepted",
        declared_on=today,
    )  # fmt: skip
    again = Proposal.objects.get(pk=asked(county)["proposal"])
    assert again.rows.get(household=row.household).member != row.member


def test_an_open_need_draws_helpers_who_can_meet_it(campaign, branch, qin_family, zhou, he, today):
    Need.objects.create(household=qin_family, kind="health", urgency=3, since=today)
    he.skills = ["health"]
    he.save()
    proposal = Proposal.objects.get(pk=asked(campaign)["proposal"])
    assert proposal.rows.get().member == he


def test_an_organiser_asks_reviews_and_a_second_person_approves(
    client, county, office, leader, django_assert_max_num_queries
):
    response = ask_on_the_page(client, office)
    proposal = Proposal.objects.get()
    assert response.url == reverse("web:job", args=[proposal.job_id])
    assert client.get(proposal.get_absolute_url()).status_code == 200  # still being worked out
    jobs.work(once=True)
    proposal.refresh_from_db()
    assert proposal.job.result == proposal.get_absolute_url()
    with django_assert_max_num_queries(38):
        page = client.get(proposal.get_absolute_url()).content.decode()
    assert "户1" in page and "公里" in page
    address = reverse("proposals:approve", args=[proposal.pk])
    client.post(address)
    assert not Pair.objects.exists()  # whoever asked does not approve
    client.force_login(leader)
    client.post(address)
    assert Pair.objects.filter(proposal=proposal).count() == 300
    assert coverage(county, county.playbook.pairing("kinship")).uncovered == 0
    client.post(address)  # pressed twice
    assert Pair.objects.count() == 300
    assert client.get(proposal.get_absolute_url()).status_code == 200


def test_a_part_is_approved_by_filtering_first(client, county, office, leader):
    ask_on_the_page(client, office)
    jobs.work(once=True)
    proposal = Proposal.objects.get()
    client.force_login(leader)
    address = reverse("proposals:approve", args=[proposal.pk])
    client.post(address, {"query": "place=211104100200"})
    assert Pair.objects.count() == 150
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.READY
    client.post(address)
    proposal.refresh_from_db()
    assert (Pair.objects.count(), proposal.state) == (300, Proposal.State.APPROVED)


def test_who_was_paired_meanwhile_is_refused_by_name(client, county, office, leader, today):
    ask_on_the_page(client, office)
    jobs.work(once=True)
    proposal = Proposal.objects.get()
    row = proposal.rows.order_by("pk").first()
    other = Member.objects.create(number="Z1", name="新来", organisation=row.member.organisation)
    actions.open_pair(
        county, kind="kinship", member=other, household=row.household, since=today, by=None
    )
    client.force_login(leader)
    response = client.post(reverse("proposals:approve", args=[proposal.pk]), follow=True)
    assert Pair.objects.count() == 300
    assert row.household.head in response.content.decode()
    assert Pair.objects.get(household=row.household).member == other


def test_a_row_is_changed_by_hand_and_another_left_out(client, county, office, zhou):
    ask_on_the_page(client, office)
    jobs.work(once=True)
    proposal = Proposal.objects.get()
    first, second = proposal.rows.order_by("pk")[:2]
    why, address = (
        reverse(f"proposals:{name}", args=[proposal.pk, first.pk]) for name in ("why", "change")
    )
    page = client.get(why, {"member": f"{zhou.name} ({zhou.number})"}).content.decode()
    assert zhou.name in page
    client.post(address, {"member": f"{zhou.name} ({zhou.number})"})
    first.refresh_from_db()
    assert (first.member, first.is_by_hand) == (zhou, True)
    out = reverse("proposals:leave_out", args=[proposal.pk, second.pk])
    client.post(out)
    proposal.refresh_from_db()
    assert proposal.result["now"]["pairs"] == 299
    assert proposal.result["now"]["by_hand"] == 1
    client.post(out, {"back": 1})
    second.refresh_from_db()
    assert not second.is_left_out
    approving.approve(proposal, by=None)
    with pytest.raises(Refused):
        reviewing.change_helper(second, member=zhou, by=office)


def test_a_helper_nobody_knows_is_not_proposed(client, county, office):
    ask_on_the_page(client, office)
    jobs.work(once=True)
    row = Proposal.objects.get().rows.first()
    address = reverse("proposals:change", args=[row.proposal_id, row.pk])
    response = client.post(address, {"member": "没有这个人"}, follow=True)
    assert "没有这个人" in response.content.decode()
    row.refresh_from_db()
    assert not row.is_by_hand


def test_a_discarded_proposal_opens_nothing(client, county, office, leader):
    ask_on_the_page(client, office)
    jobs.work(once=True)
    proposal = Proposal.objects.get()
    client.post(reverse("proposals:discard", args=[proposal.pk]))
    client.force_login(leader)
    client.post(reverse("proposals:approve", args=[proposal.pk]))
    assert not Pair.objects.exists()


def test_wrong_words_in_the_form_are_said_beside_the_field(client, county, office):
    response = ask_on_the_page(client, office, seed="-1", scope="everything")
    assert response.status_code == 200
    assert {"seed", "scope"} <= response.context["form"].errors.keys()
    assert not Proposal.objects.exists()


def test_strangers_and_other_roles_do_not_see_a_proposal(
    client, county, office, liaison, lu, helper
):
    ask_on_the_page(client, office)
    jobs.work(once=True)
    proposal = Proposal.objects.get()
    client.force_login(liaison)  # may propose, but this one is the office's
    assert client.get(proposal.get_absolute_url()).status_code == 404
    for user in (lu, helper):
        client.force_login(user)
        assert client.get(proposal.get_absolute_url()).status_code == 403
        assert client.get(reverse("proposals:list")).status_code == 403


def test_a_re_plan_keeps_good_pairs_and_hands_over_the_others(
    client, campaign, branch, qin_family, zhou, he, office, leader, today
):
    """Zhou has three where two are allowed; a re-plan gives one of them to He, with an overlap."""
    homes = [qin_family]
    for n in range(2):
        homes.append(
            Household.objects.create(
                number=f"R{n}", head=f"户{n}", kind="allowance", place=qin_family.place, since=today
            )
        )
    for home in homes:
        actions.open_pair(
            campaign, kind="kinship", member=zhou, household=home, since=today, by=None
        )
    ask_on_the_page(client, office, scope="all")
    jobs.work(once=True)
    proposal = Proposal.objects.get()
    assert proposal.result["changed"] == 1
    client.force_login(leader)
    address = reverse("proposals:approve", args=[proposal.pk])
    client.post(address, {"reason": "no such reason"})
    assert Pair.objects.count() == 3
    client.post(address, {"reason": "transfer"})
    assert Pair.objects.count() == 4
    old = Pair.objects.get(overlap_until__isnull=False)
    assert old.successors.get().member == he


def test_the_command_tells_the_facts_with_stable_keys(county):
    from jiedui.cli import main

    result = CliRunner().invoke(main, ["pair", "small", "--seed", "2", "--json"])
    assert result.exit_code == 0, result.output
    facts = json.loads(result.output)
    assert {"households", "covered", "uncovered", "cost", "certified", "seconds"} <= facts.keys()
    assert facts["uncovered"] == 0


def test_two_who_approve_what_both_still_see_as_open_open_it_once(county, office, leader):
    key = asked(county)["proposal"]
    seen = [Proposal.objects.get(pk=key) for _ in range(2)]
    opened = [
        approving.approve(proposal, by=user).opened
        for proposal, user in zip(seen, (office, leader), strict=True)
    ]
    assert opened == [300, 0]
    assert Pair.objects.count() == 300


def test_nobody_to_help_and_nobody_to_be_helped_are_both_answered(
    campaign, qin_family, zhou, today
):
    Member.objects.update(ended=today)
    assert asked(campaign)["uncovered"] == 1
    Member.objects.update(ended=None)
    Household.objects.update(ended=today)
    assert asked(campaign)["households"] == 0


@pytest.mark.skipif(connection.vendor == "sqlite", reason="a database in memory has one writer")
@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_each_pair_is_opened_once(county, office, leader):
    proposal = Proposal.objects.get(pk=asked(county)["proposal"])
    done, start = [], threading.Barrier(2)

    def approve(user):
        start.wait()
        try:
            done.append(approving.approve(Proposal.objects.get(pk=proposal.pk), by=user).opened)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=[user]) for user in (office, leader)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 300]
    assert Pair.objects.count() == 300
