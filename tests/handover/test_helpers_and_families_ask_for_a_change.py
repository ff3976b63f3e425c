from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import source
from jiedui.handover import actions, change_requests
from jiedui.handover.models import ChangeRequest
from jiedui.pairing import avoiding
from jiedui.pairing.models import Pair


def _ask(client, pair, side, **more):
    values = {"reason": "transfer", "text": "搬到外地，照顾不到。"} | more
    return client.post(reverse("handover:change_request_new", args=[pair.pk, side]), values)


def _decide(client, change_request, button, answer=""):
    return client.post(change_request.get_absolute_url(), {button: "1", "answer": answer})


def test_a_helper_asks_to_be_released_and_somebody_else_decides(
    client, helper, office, he, zhou_and_the_qins, today
):
    client.force_login(helper)
    assert (
        "change-request/helper" in client.get(zhou_and_the_qins.get_absolute_url()).content.decode()
    )
    _ask(client, zhou_and_the_qins, "helper")
    change_request = ChangeRequest.objects.get()
    assert change_request.state == "waiting"
    assert client.get(change_request.get_absolute_url()).status_code == 200
    _decide(client, change_request, "grant")
    change_request.refresh_from_db()
    assert change_request.state == "waiting"
    client.force_login(office)
    without = _decide(client, change_request, "refuse")
    assert "answer" in without.context["form"].errors
    granted = _decide(client, change_request, "grant")
    assert granted.url == (
        reverse("handover:hand_over", args=[zhou_and_the_qins.pk]) + "?reason=transfer"
    )
    page = client.get(granted.url)
    assert page.context["form"].initial["reason"] == "transfer"
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.overlap_until is None  # the pair stays until it is handed over
    actions.hand_over(zhou_and_the_qins, to=[he], on=today, reason="transfer", by=office)
    listed = client.get(reverse("handover:change_requests"), {"state": "handed"})
    assert listed.context["list"].total == 1


def test_a_family_asks_through_the_village(
    client, village_officer, helper, office, lu, zhou_and_the_qins
):
    client.force_login(helper)
    _ask(client, zhou_and_the_qins, "helped")
    assert not ChangeRequest.objects.exists()  # not through the helper it is about
    client.force_login(lu)
    assert _ask(client, zhou_and_the_qins, "helped").status_code == 404
    client.force_login(village_officer)
    _ask(client, zhou_and_the_qins, "helped")
    change_request = ChangeRequest.objects.get()
    again = _ask(client, zhou_and_the_qins, "helped")
    assert again.context["form"].non_field_errors()
    _decide(client, change_request, "grant")  # the village asks, it does not decide
    client.force_login(helper)
    assert (
        client.get(change_request.get_absolute_url()).status_code == 404
    )  # what was said stays private
    client.force_login(office)
    _decide(client, change_request, "refuse", "已当面说开")
    change_request.refresh_from_db()
    assert (change_request.state, change_request.answer, change_request.decided_by) == (
        "refused",
        "已当面说开",
        office,
    )
    client.force_login(village_officer)
    assert "已当面说开" in client.get(reverse("notices:mine")).content.decode()


def test_nobody_decides_on_what_they_asked_for(client, office, leader, zhou_and_the_qins):
    client.force_login(office)
    _ask(client, zhou_and_the_qins, "helped")
    change_request = ChangeRequest.objects.get()
    answer = _decide(client, change_request, "grant")
    assert not client.get(change_request.get_absolute_url()).context["may_decide"]
    change_request.refresh_from_db()
    assert change_request.state == "waiting" and answer.context["form"].errors
    client.force_login(leader)
    _decide(client, change_request, "grant")  # a leader reads
    change_request.refresh_from_db()
    assert change_request.state == "waiting"


def test_one_begins_at_the_list_or_on_the_page_of_the_household(
    client, helper, village_officer, auditor, zhou_and_the_qins
):
    listed, begin = reverse("handover:change_requests"), reverse("handover:change_request_begin")
    asked = reverse("handover:change_request_new", args=[zhou_and_the_qins.pk, "helped"])
    client.force_login(helper)
    assert begin in client.get(listed).content.decode()
    own = client.get(begin).content.decode()
    assert asked.replace("helped", "helper") in own and asked not in own
    client.force_login(village_officer)
    assert asked in client.get(zhou_and_the_qins.household.get_absolute_url()).content.decode()
    assert "秦安" not in client.get(begin).content.decode()
    found = client.get(begin, {"household": "秦安"}).content.decode()
    assert asked in found and asked.replace("helped", "helper") not in found
    nobody = client.get(begin, {"household": "没有这一户"})
    assert nobody.context["form"].errors and "没有这一户" in nobody.content.decode()
    client.force_login(auditor)
    assert begin not in client.get(listed).content.decode()


@pytest.mark.parametrize("name", ["panjin", "xiejiaji"])
@pytest.mark.django_db
def test_what_a_family_may_say_always_asks_for_somebody_else(name):
    campaign = Campaign(source=source(name))
    book = campaign.playbook
    needed = {one.key for one in book.change_reasons if one.needs_successor}
    for pairing in book.pairings:
        if (pairing.helper, pairing.helped) == ("member", "household"):
            said = {key for key, _name in change_requests.reasons(campaign, pairing, "helped")}
            assert "family_wish" in said <= needed
            own = {key for key, _name in change_requests.reasons(campaign, pairing, "helper")}
            assert "retired" in own and not own & said


def test_what_waits_is_not_offered_again(client, helper, zhou_and_the_qins):
    client.force_login(helper)
    _ask(client, zhou_and_the_qins, "helper")
    page = client.get(zhou_and_the_qins.get_absolute_url()).content.decode()
    assert "wish/helper" not in page
    assert (
        "wish/helper" not in client.get(reverse("handover:change_request_begin")).content.decode()
    )


def test_granted_wishes_and_declared_avoidances_stand_on_the_desk_of_who_decides(
    client, office, liaison, village_officer, helper, zhou, zhou_and_the_qins
):
    client.force_login(village_officer)
    _ask(client, zhou_and_the_qins, "helped")
    avoiding.declare(zhou, household=zhou_and_the_qins.household, reason="表兄弟", by=helper)
    client.force_login(office)
    _decide(client, ChangeRequest.objects.get(), "grant")
    client.force_login(liaison)
    desk = client.get(reverse("web:home")).content.decode()
    assert reverse("handover:change_requests") + "?state=granted" in desk
    assert reverse("pairing:avoidances") + "?state=declared" in desk


@pytest.mark.parametrize(
    ("side", "wrong"),
    [
        ("helped", {"reason": "gestern"}),
        ("helped", {"text": " "}),
        ("helped", {"text": "长" * 301}),
    ],
)
def test_what_is_wrong_stands_beside_the_field(client, office, zhou_and_the_qins, side, wrong):
    client.force_login(office)
    response = _ask(client, zhou_and_the_qins, "helped", **wrong)
    assert next(iter(wrong)) in response.context["form"].errors
    assert _ask(client, zhou_and_the_qins, "nonsense").status_code == 404
    assert not ChangeRequest.objects.exists()


def test_the_days_a_wish_waits_are_told(client, office, zhou_and_the_qins, today):
    ChangeRequest.objects.create(
        pair=zhou_and_the_qins, side="helper", reason="transfer", text="调走",
        asked_on=today - timedelta(days=4),
    )  # fmt: skip
    client.force_login(office)
    page = client.get(reverse("handover:change_requests"), {"state": "waiting"})
    assert page.context["list"].total == 1
    assert "4" in str(page.context["list"].lines[0].cells[-1]) or "4" in page.content.decode()
    Pair.objects.update(ended=today)
    page = client.get(reverse("handover:change_requests"), {"state": "waiting"})
    assert page.context["list"].total == 0
