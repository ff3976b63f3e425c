"""An installation of the day before proposals and handover became apps, on either database."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from jiedui.core import audit, kinds
from jiedui.core.histories import history
from jiedui.handover.models import ChangeRequest, HandOver, Notification
from jiedui.proposals.models import Proposal

BEFORE = [("handover", None), ("proposals", None), ("pairing", "0004_approvals_are_kept")]


@pytest.fixture
def pair(transactional_db, zhou_and_the_qins):
    """A pair, and a row in each table that moved, written by the version before."""
    executor = MigrationExecutor(connection)
    present = executor.loader.graph.leaf_nodes()
    earlier = executor.migrate(BEFORE).apps
    _write(earlier, zhou_and_the_qins.pk)
    MigrationExecutor(connection).migrate(present)
    return zhou_and_the_qins


def _write(earlier, key):
    def rows(name):
        return earlier.get_model("pairing", name).objects

    pair = rows("Pair").get(pk=key)
    day, place = pair.since, {"household_id": pair.household_id}
    gone = rows("HandOver").create(
        organisation_id=pair.organisation_id, member_id=pair.member_id, fate="now",
        reason="retired", on=day,
    )  # fmt: skip
    rows("PassedOn").create(hand_over=gone, pair=pair)
    user = earlier.get_model("accounts", "User").objects.create(username="before")
    notice = earlier.get_model("notices", "Notice").objects.create(
        to=user, kind="pairing.passed_on"
    )
    rows("Telling").create(pair=pair, whom="family", told_on=day).notices.add(notice)
    rows("Wish").create(pair=pair, side="helper", reason="retired", text="调走", asked_on=day)
    proposal = rows("Proposal").create(campaign_id=pair.campaign_id, kind=pair.kind)
    rows("ProposedPair").create(proposal=proposal, **place)
    rows("Approval").create(proposal=proposal, signed="任")
    rows("KeptPlan").create(proposal=proposal, goal="cost", data=b"x", seal="s", digest="d")
    rows("Pair").filter(pk=key).update(proposal=proposal)


def test_every_row_is_found_in_the_app_it_belongs_to_now(pair):
    assert HandOver.objects.get().rows.get().pair == pair
    told = Notification.objects.get()
    assert (told.pair, told.whom, told.notices.get().kind) == (pair, "family", "pairing.passed_on")
    assert pair.change_requests.get().text == "调走"
    proposal = Proposal.objects.get()
    assert proposal.rows.get().household == pair.household
    assert proposal.approvals.get().signed == "任"
    assert bytes(proposal.stored_plans.get().data) == b"x"
    assert proposal.pairs.get() == pair


def test_the_pages_of_what_was_there_before_open(client, office, pair):
    client.force_login(office)
    for row in (pair, ChangeRequest.objects.get(), HandOver.objects.get()):
        assert client.get(row.get_absolute_url()).status_code == 200


def test_a_history_begun_under_the_former_name_is_whole(db, zhou_and_the_qins, auditor, client):
    request = ChangeRequest.objects.create(
        pair=zhou_and_the_qins, side="helper", reason="retired", text="调走",
        asked_on=zhou_and_the_qins.since,
    )  # fmt: skip
    audit.record_many([audit.Entry("wish.asked", "pairing.wish", str(request.pk), {}, {})])
    audit.record("wish.decided", request)
    assert [one.what for one in history(request, words={})] == ["wish.asked", "wish.decided"]
    client.force_login(auditor)
    page = client.get(reverse("reports:audit"), {"kind": "handover.changerequest"})
    assert page.context["list"].total == 2
    assert "pairing.wish" not in page.content.decode()


def test_former_names_are_of_no_model_and_present_ones_are():
    from django.apps import apps

    known = {model._meta.label_lower for model in apps.get_models()}
    assert kinds.FORMER.keys() <= known
    assert not known & {one for former in kinds.FORMER.values() for one in former}
