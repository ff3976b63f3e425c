"""A plan of thousands is approved by a job: checked when asked and when done, then told."""

import pytest
from django.db import connection
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.core import audit
from jiedui.core.models import AuditEntry, Job
from jiedui.core.refusals import Refused
from jiedui.households.models import Household
from jiedui.orgs import appointments
from jiedui.orgs.models import Member
from jiedui.pairing import actions
from jiedui.pairing.models import Pair
from jiedui.proposals import approvals, approved_pairs, approving, reviewing
from jiedui.proposals.models import Proposal
from jiedui.web import jobs
from planning import planned


@pytest.fixture(autouse=True)
def _many(monkeypatch):
    """What is asked of 300 rows here is asked of thousands."""
    monkeypatch.setattr(approvals, "AT_ONCE", 100)


@pytest.fixture
def plan(county, office):
    return planned(county, by=office)


def of_approval():
    return Job.objects.filter(runner=approvals.APPROVE)


def press(client, user, plan, **sent):
    client.force_login(user)
    return client.post(reverse("proposals:approve", args=[plan.pk]), sent)


def page(client, user, plan):
    client.force_login(user)
    return client.get(plan.get_absolute_url()).content.decode()


def test_it_is_asked_for_and_done_by_a_job_whose_outcome_is_told(client, plan, leader, today):
    gone = plan.rows.exclude(member=None).order_by("pk").first()
    Member.objects.filter(pk=gone.member_id).update(ended=today)
    refused = plan.rows.filter(member=gone.member_id).count()
    answer = press(client, leader, plan)
    job = of_approval().get()
    assert answer.url == reverse("web:job", args=[job.pk])
    assert not Pair.objects.exists()
    assert "正在建立" in page(client, leader, plan)
    jobs.work(once=True)
    job.refresh_from_db()
    assert (job.state, job.total, job.result) == ("done", 300, plan.get_absolute_url())
    assert Pair.objects.count() == 300 - refused
    plan.refresh_from_db()
    assert (plan.state, plan.approved_by) == ("approved", leader.username)
    said = page(client, leader, plan)
    assert f"新结 {300 - refused} 对" in said
    assert f"{gone.household.head}（{gone.household.number}）" in said
    entry = AuditEntry.objects.get(action="proposal.approved")
    assert (entry.actor_id, entry.door) == (leader.pk, "job")


def test_nothing_of_it_can_be_changed_while_it_waits(client, plan, county, office, leader, zhou):
    approvals.ask(plan, by=leader)
    row = plan.rows.first()
    for act in (
        lambda: reviewing.change_helper(row, member=zhou, by=office),
        lambda: reviewing.leave_out(row, by=office),
        lambda: reviewing.discard(plan, by=office),
        lambda: approving.approve(plan, by=leader, rows=plan.rows.filter(pk=row.pk).values("pk")),
        lambda: approvals.ask(plan, by=leader),
    ):
        with pytest.raises(Refused, match=leader.username):
            act()
    said = page(client, office, plan)
    assert reverse("proposals:discard", args=[plan.pk]) not in said
    assert reverse("proposals:leave_out", args=[plan.pk, row.pk]) not in said
    assert reverse("proposals:approve", args=[plan.pk]) not in page(client, leader, plan)
    client.force_login(leader)
    confirm = client.get(reverse("proposals:approve", args=[plan.pk]))
    assert confirm.url == plan.get_absolute_url()
    jobs.work(once=True)
    assert Pair.objects.count() == 300


def test_pressed_twice_one_job_opens_each_pair_once(client, plan, leader):
    press(client, leader, plan)
    press(client, leader, plan)
    assert of_approval().count() == 1
    jobs.work(once=True)
    press(client, leader, plan)
    assert (Pair.objects.count(), of_approval().count()) == (300, 1)


def test_the_rows_meant_are_those_of_the_moment_it_was_approved(client, plan, leader):
    keys = list(plan.rows.exclude(member=None).values_list("pk", flat=True))[:150]
    press(client, leader, plan, row=keys)
    asked = plan.approvals.get()
    assert asked.rows == keys
    jobs.work(once=True)
    homes = set(plan.rows.filter(pk__in=keys).values_list("household", flat=True))
    assert set(Pair.objects.values_list("household", flat=True)) == homes
    plan.refresh_from_db()
    assert plan.state == Proposal.State.READY
    press(client, leader, plan)
    jobs.work(once=True)
    assert Pair.objects.count() == 300


def test_a_few_rows_are_paired_at_once(client, plan, leader):
    keys = list(plan.rows.exclude(member=None).values_list("pk", flat=True))[:3]
    assert press(client, leader, plan, row=keys).url == plan.get_absolute_url()
    assert (Pair.objects.count(), of_approval().count()) == (3, 0)
    assert "新结 3 对" in page(client, leader, plan)


def refused_by_its_job(client, plan, leader, office):
    """What the page says after the job that refused; nothing was opened, another may try again."""
    jobs.work(once=True)
    job = of_approval().get()
    assert job.state == Job.State.FAILED
    assert not Pair.objects.exists()
    plan.refresh_from_db()
    assert plan.state == Proposal.State.READY
    assert job.message in page(client, office, plan)
    return job.message


def test_who_may_no_longer_when_it_is_done_opens_nothing(client, plan, leader, office, today):
    approvals.ask(plan, by=leader)
    for one in leader.appointments.all():
        appointments.end(one, on=today, by=None)
    refused_by_its_job(client, plan, leader, office)


def test_an_account_closed_meanwhile_opens_nothing(client, plan, leader, office):
    approvals.ask(plan, by=leader)
    User.objects.filter(pk=leader.pk).update(is_active=False)
    refused_by_its_job(client, plan, leader, office)


def test_two_persons_are_asked_for_again_when_it_is_done(
    client, plan, leader, office, liaison, zhou, bureau, city, today
):
    approvals.ask(plan, by=leader)
    # A third could decide, and asker and approver turn out to be one person.
    appointments.appoint(
        liaison, role="leader", organisation=bureau.parent, place=city, since=today, by=None
    )
    for account in (office, leader):
        appointments.tie(account, zhou, by=None)
        appointments.tie(account, None, by=None)
    refused_by_its_job(client, plan, leader, office)
    with pytest.raises(Refused):
        approvals.ask(plan, by=User.objects.get(pk=leader.pk))
    approvals.ask(plan, by=User.objects.get(pk=liaison.pk))
    jobs.work(once=True)
    assert Pair.objects.count() == 300


def test_a_worker_that_dies_before_it_can_say_so_has_done_it_once(plan, leader, monkeypatch):
    asked = approvals.ask(plan, by=leader)
    work_out = approving.approve

    def dies(*args, **kwargs):
        work_out(*args, **kwargs)
        raise SystemExit

    monkeypatch.setattr(approving, "approve", dies)
    with pytest.raises(SystemExit):
        jobs.work(once=True)
    monkeypatch.undo()
    of_approval().update(lease="2020-01-01T00:00:00Z")
    jobs.work(once=True)
    asked.refresh_from_db()
    assert (asked.opened, Pair.objects.count()) == (300, 300)
    assert AuditEntry.objects.filter(action="proposal.approved").count() == 1


def test_after_three_interruptions_the_page_says_so_and_one_may_approve_again(
    client, plan, leader, office
):
    asked = approvals.ask(plan, by=leader)
    for _n in range(3):
        claimed = jobs.claim()
        Job.objects.filter(pk=claimed.pk).update(lease="2020-01-01T00:00:00Z")
        jobs.reap()
    assert Job.objects.get(pk=asked.job_id).message in page(client, office, plan)
    approvals.ask(plan, by=leader)
    jobs.work(once=True)
    assert Pair.objects.count() == 300


def test_others_write_between_two_portions_and_are_seen(
    county, plan, leader, zhou, today, monkeypatch
):
    """Whoever pairs by hand while the plan is being written is not run over."""
    monkeypatch.setattr(approving, "PORTION", 80)
    home, counts = plan.rows.exclude(member=None).order_by("pk").last().household, []

    def told(count, _message):
        counts.append(count)
        if count == 160:
            actions.open_pair(
                county, kind="kinship", member=zhou, household=home, since=today, by=None
            )

    done = approving.approve(plan, by=leader, approval=approvals.ask(plan, by=leader), report=told)
    assert counts == [0, 80, 160, 241]  # one row was set aside
    assert [household for household, _why in done.refused] == [home]
    assert (done.opened, Pair.objects.count()) == (299, 300)


def test_who_only_reads_meanwhile_does_not_have_all_looked_at_again(plan, leader, monkeypatch):
    monkeypatch.setattr(approving, "PORTION", 80)
    looks, look = [], approved_pairs.look

    def looking(*args, **kwargs):
        looks.append(1)
        return look(*args, **kwargs)

    def told(_count, _message):
        home = plan.rows.first().household
        audit.read(home, ["phone"], by=leader)
        audit.record("register.printed", by=leader, listing="pairs")

    monkeypatch.setattr(approved_pairs, "look", looking)
    done = approving.approve(plan, by=leader, approval=approvals.ask(plan, by=leader), report=told)
    assert (done.opened, len(looks)) == (300, 1)


def test_what_stops_on_the_way_says_how_far_it_came_and_the_rest_is_approved_again(
    client, plan, leader, office, monkeypatch
):
    monkeypatch.setattr(approving, "PORTION", 80)
    write, written = approved_pairs.write, []

    def breaks_off(*args, **kwargs):
        if len(written) == 2:
            raise Refused("Something came between.")
        written.append(write(*args, **kwargs))
        return written[-1]

    monkeypatch.setattr(approved_pairs, "write", breaks_off)
    approvals.ask(plan, by=leader)
    jobs.work(once=True)
    assert (of_approval().get().state, Pair.objects.count()) == ("failed", 160)
    said = page(client, office, plan)
    assert "新结 160 对" in said
    assert "Something came between." in said
    monkeypatch.undo()
    approvals.ask(plan, by=leader)
    jobs.work(once=True)
    assert Pair.objects.count() == 300
    assert plan.approvals.last().opened == 140


def test_names_of_refused_households_are_for_those_who_may_see_them(plan, leader):
    homes = plan.rows.values_list("household", flat=True)
    outcome = approving.note(plan, by=leader, reason="")
    outcome.refused, outcome.done = [[homes[0], "不在册"]], "2026-01-01T00:00:00Z"
    outcome.save()
    assert approvals.last(plan, among=Household.objects.all()).named
    last = approvals.last(plan, among=Household.objects.none())
    assert (last.named, last.rest) == ([], 1)


def test_questions_do_not_grow_with_those_approved(plan, leader, django_assert_max_num_queries):
    asked = approvals.ask(plan, by=leader)
    job = jobs.claim()
    with django_assert_max_num_queries(75):  # two portions
        jobs.run(job)
    asked.refresh_from_db()
    assert asked.opened == 300


def test_what_changes_between_looking_and_writing_is_seen(county, plan, leader, zhou, today):
    """The plan is looked at before the lock; who pairs by hand meanwhile is not run over."""
    home, changed = plan.rows.exclude(member=None).first().household, []

    def somebody_pairs_by_hand(execute, sql, params, many, context):
        if sql.startswith('UPDATE "pairing_proposal"') and not changed:
            changed.append(home)
            actions.open_pair(
                county, kind="kinship", member=zhou, household=home, since=today, by=None
            )
        return execute(sql, params, many, context)

    with connection.execute_wrapper(somebody_pairs_by_hand):
        done = approving.approve(plan, by=leader)
    assert [household for household, _why in done.refused] == changed == [home]
    assert (done.opened, Pair.objects.count()) == (299, 300)
