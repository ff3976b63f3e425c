"""An auditor works a plan out again from what is kept, and any change to it is found out."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from django.urls import reverse

from jiedui.cli import main
from jiedui.core.models import AuditEntry
from jiedui.pairing.models import Pair
from jiedui.proposals import approving, replaying, reviewing, stored_plans
from jiedui.proposals.models import Proposal, StoredPlan
from jiedui.web import jobs
from planning import planned


def _replayed(number):
    done = CliRunner().invoke(main, ["pair", "--replay", str(number), "--json"])
    return done.exit_code, json.loads(done.output)


def test_what_is_kept_is_the_question_and_the_plan(county):
    proposal = planned(county)
    row = proposal.stored_plans.get()
    kept = stored_plans.unpack(bytes(row.data))
    assert kept.built.digest == proposal.digest == row.digest
    rows = dict(proposal.rows.values_list("household", "member"))
    assert rows == {
        home: kept.built.helpers[at]
        for home, at in zip(kept.built.households, kept.plan.assignment, strict=True)
    }
    assert stored_plans.pack(kept.built, kept.plan) == bytes(row.data)


def test_nobody_is_named_in_what_is_kept(county):
    with_names = bytes(planned(county).stored_plans.get().data)
    kept = stored_plans.unpack(with_names)
    words = {*kept.built.grades, *kept.built.units}
    assert words and all(word.isascii() for word in words)


def test_a_replay_says_equal_and_the_chain_remembers_it(county):
    proposal = planned(county)
    code, facts = _replayed(proposal.pk)
    assert (code, facts["equal"], facts["differing"], facts["faults"]) == (0, True, 0, [])
    assert facts["digest"] == proposal.digest
    assert facts["engine"] == facts["engine_now"] == proposal.engine
    assert AuditEntry.objects.filter(action="proposal.replayed").count() == 1


def test_both_plans_for_everybody_can_be_replayed(county):
    approving.approve(planned(county), by=None)
    proposal = planned(county, scope="all", goal="cost", weight=30)
    assert sorted(proposal.stored_plans.values_list("goal", flat=True)) == ["change", "cost"]
    assert replaying.replay(proposal).goal == "cost"
    assert replaying.replay(proposal).equal


@pytest.mark.parametrize("part", range(12))
def test_one_changed_byte_is_found_out_wherever_it_is(county, part):
    proposal = planned(county)
    row = proposal.stored_plans.get()
    data = bytearray(row.data)
    data[part * (len(data) - 1) // 11] ^= 0x04
    StoredPlan.objects.update(data=bytes(data))
    code, facts = _replayed(proposal.pk)
    assert (code, facts["equal"], facts["sealed"]) == (1, False, False)
    # Whoever changes the seal as well does not change the audit chain.
    StoredPlan.objects.update(seal=stored_plans.seal(bytes(data)))
    code, facts = _replayed(proposal.pk)
    assert (code, facts["sealed"]) == (1, False)


def test_a_plan_exchanged_with_care_is_found_out_by_solving_and_by_checking(county):
    proposal = planned(county)
    kept = stored_plans.of(proposal)
    given = kept.plan.assignment.copy()
    one, other = 0, int(np.flatnonzero(given != given[0])[0])
    given[[one, other]] = given[[other, one]]
    data = stored_plans.pack(kept.built, replace(kept.plan, assignment=given))
    StoredPlan.objects.update(data=data, seal=stored_plans.seal(data))
    _code, facts = _replayed(proposal.pk)
    assert facts["same_question"]
    assert not facts["same_plan"]
    assert facts["differing"] == 2
    assert not facts["same_rows"]


def test_rows_exchanged_behind_the_back_are_found_out(county):
    proposal = planned(county)
    first = proposal.rows.first()
    other = proposal.rows.exclude(member=first.member).first()
    proposal.rows.filter(pk=first.pk).update(member=other.member)
    code, facts = _replayed(proposal.pk)
    assert (code, facts["same_plan"], facts["same_rows"]) == (1, True, False)


def test_rows_changed_by_hand_on_the_page_are_told_and_no_fault(county, zhou, office):
    proposal = planned(county)
    reviewing.change_helper(proposal.rows.first(), member=zhou, by=office)
    code, facts = _replayed(proposal.pk)
    assert (code, facts["by_hand"]) == (0, 1)


def test_nothing_kept_and_nothing_there_are_said_in_a_sentence(county):
    proposal = planned(county)
    proposal.stored_plans.all().delete()
    for number in (proposal.pk, 999_999):
        done = CliRunner().invoke(main, ["pair", "--replay", str(number)])
        assert done.exit_code == 1
        assert done.output.startswith("Error: ")
    assert CliRunner().invoke(main, ["pair"]).exit_code == 2


def test_an_auditor_reads_the_proof_and_has_it_worked_out_again(client, county, auditor, office):
    proposal = planned(county, by=office)
    client.force_login(auditor)
    page = client.get(reverse("proposals:proof", args=[proposal.pk])).content.decode()
    assert proposal.digest in page
    assert str(office) in page
    response = client.post(reverse("proposals:again", args=[proposal.pk]))
    jobs.work(once=True)
    job = client.get(response.url)
    assert job.status_code in (200, 302)
    page = client.get(reverse("proposals:proof", args=[proposal.pk])).content.decode()
    assert str(auditor) in page
    replay = StoredPlan.objects.get().replay
    assert replay["equal"], replay


def test_an_auditor_changes_nothing(client, county, auditor, zhou):
    proposal = planned(county)
    row = proposal.rows.first()
    client.force_login(auditor)
    assert client.get(proposal.get_absolute_url()).status_code == 200
    assert client.get(reverse("proposals:why", args=[proposal.pk, row.pk])).status_code == 200
    for name, args in (
        ("approve", [proposal.pk]), ("go_over", [proposal.pk]), ("discard", [proposal.pk]),
        ("change", [proposal.pk, row.pk]), ("leave_out", [proposal.pk, row.pk]),
    ):  # fmt: skip
        assert client.post(reverse(f"proposals:{name}", args=args)).status_code == 403
    assert not Pair.objects.exists()


def test_strangers_and_helpers_get_nothing_of_the_proof(client, county, lu, helper, liaison):
    proposal = planned(county)
    row = proposal.rows.first()
    addresses = [
        reverse("proposals:proof", args=[proposal.pk]),
        reverse("proposals:why", args=[proposal.pk, row.pk]),
    ]
    for user, state in ((lu, 403), (helper, 403), (liaison, 404)):
        client.force_login(user)
        assert {client.get(one).status_code for one in addresses} == {state}
        assert client.post(reverse("proposals:again", args=[proposal.pk])).status_code == state


def test_what_is_kept_goes_with_its_proposal(county):
    proposal = planned(county)
    proposal.rows.all().delete()
    Proposal.objects.filter(pk=proposal.pk).delete()
    assert not StoredPlan.objects.exists()


def test_the_page_of_the_proof_asks_little(client, county, auditor, django_assert_max_num_queries):
    proposal = planned(county)
    client.force_login(auditor)
    with django_assert_max_num_queries(20):
        client.get(reverse("proposals:proof", args=[proposal.pk]))
