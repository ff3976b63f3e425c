"""Avoidance (回避): found on the page of the pair, declared, decided, and heard of."""

import pytest
from django.urls import reverse

from jiedui.notices.models import Notice
from jiedui.pairing.models import Avoidance

NEW, LIST, MINE = (reverse(f"pairing:{name}") for name in ("avoidance_new", "avoidances", "list"))


def _declare(client, pair, **more):
    household = pair.household
    typed = {"household": f"{household.head}（{household.number}）", "reason": "户主是本人表亲"}
    return client.post(NEW, typed | more)


def _decide(client, avoidance, answer):
    return client.post(reverse("pairing:avoidance_decide", args=[avoidance.pk]), {answer: ""})


def test_the_page_of_a_pair_leads_to_it_and_says_it_once(
    client, helper, auditor, zhou_and_the_qins
):
    client.force_login(auditor)
    address = f"{NEW}?pair={zhou_and_the_qins.pk}"
    assert address not in client.get(zhou_and_the_qins.get_absolute_url()).content.decode()
    client.force_login(helper)
    assert address in client.get(zhou_and_the_qins.get_absolute_url()).content.decode()
    form = client.get(address).context["form"]
    assert form.initial["household"] == zhou_and_the_qins.household
    assert "member" not in form.fields  # one declares for oneself
    _declare(client, zhou_and_the_qins)
    assert Avoidance.objects.get().member == zhou_and_the_qins.member
    assert address not in client.get(zhou_and_the_qins.get_absolute_url()).content.decode()
    again = _declare(client, zhou_and_the_qins)
    assert again.context["form"].non_field_errors() and "户主是本人表亲" in again.content.decode()


def test_a_stranger_s_pair_fills_in_nothing(client, lu, he, zhou_and_the_qins):
    client.force_login(lu)
    answer = client.get(f"{NEW}?pair={zhou_and_the_qins.pk}")
    assert zhou_and_the_qins.household.head not in answer.content.decode()


@pytest.mark.parametrize(("answer", "state"), [("accept", "accepted"), ("reject", "rejected")])
def test_the_liaison_decides_and_the_helper_hears_of_it(
    client, helper, liaison, zhou_and_the_qins, answer, state
):
    client.force_login(helper)
    _declare(client, zhou_and_the_qins)
    declared = Avoidance.objects.get()
    _decide(client, declared, answer)
    declared.refresh_from_db()
    assert declared.state == "declared"  # not by oneself
    client.force_login(liaison)
    row = client.get(LIST, {"state": "declared"}).content.decode()
    assert "户主是本人表亲" in row and "data-confirm" in row
    _decide(client, declared, answer)
    declared.refresh_from_db()
    assert declared.state == state
    assert Notice.objects.get().to == helper
    client.force_login(helper)
    assert "秦安" in client.get(reverse("notices:mine")).content.decode()
    client.force_login(liaison)
    hand_over = reverse("handover:hand_over", args=[zhou_and_the_qins.pk])
    listed = client.get(LIST).content.decode()
    assert (hand_over in listed) is (state == "accepted")
    _decide(client, declared, "accept")  # twice changes nothing
    assert Notice.objects.count() == 1
