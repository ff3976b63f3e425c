"""Pairs ticked in their list are handed over together; their helpers stay with all the others."""

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.conftest import _user

from jiedui.core.refusals import Refused
from jiedui.core.submissions import NAME
from jiedui.handover import bulk_hand_over
from jiedui.handover.forms import MOST_CHOSEN, ChosenForm
from jiedui.handover.models import HandOver
from jiedui.households.models import Household
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing import actions
from jiedui.pairing.models import Pair

PAIRS, CHOSEN = reverse("pairing:list"), reverse("handover:chosen")


@pytest.fixture
def zhous(campaign, zhou, zhou_and_the_qins, willow_village, today):
    """Three pairs of Zhou: with the Qins and two more households."""
    return [zhou_and_the_qins, *(_pair(campaign, zhou, willow_village, today, n) for n in (2, 3))]


def _pair(campaign, member, village, today, number):
    home = Household.objects.create(
        number=f"H{number}", head=f"户{number}", place=village, kind="allowance",
        since=today - timedelta(days=90),
    )  # fmt: skip
    return actions.open_pair(
        campaign, kind="kinship", member=member, household=home,
        since=today - timedelta(days=60), by=None,
    )  # fmt: skip


def _tick(client, pairs, **more):
    return client.post(
        PAIRS, {"act": "hand_over", "row": [pair.pk for pair in pairs]} | more, follow=True
    )


def _send(client, chosen, today, **more):
    values = {"pairs": ",".join(str(pair.pk) for pair in chosen), "on": today.isoformat()}
    return client.post(CHOSEN, values | {"reason": "transfer"} | more)


def _messages(answer):
    return " ".join(map(str, get_messages(answer.wsgi_request)))


def test_the_ticked_pass_on_and_the_others_stay(client, office, zhou, he, zhous, today):
    client.force_login(office)
    asked = _tick(client, zhous[:2])
    assert asked.context["form"].initial["pairs"] == [pair.pk for pair in zhous[:2]]
    assert "death" not in dict(asked.context["form"].fields["reason"].choices)
    assert not HandOver.objects.exists()
    drafted = _drafted(_send(client, zhous[:2], today))
    page = client.get(drafted.get_absolute_url())
    assert page.context["list"].total == 2
    assert drafted.organisation == zhou.organisation, "who leads it sees it"
    assert set(drafted.rows.values_list("first", flat=True)) == {he.pk}
    client.post(reverse("handover:settle", args=[drafted.pk]))
    assert {pair.previous for pair in Pair.objects.filter(member=he)} == set(zhous[:2])
    zhous[2].refresh_from_db()
    zhou.refresh_from_db()
    assert (zhous[2].ended, zhous[2].overlap_until, zhou.ended) == (None, None, None)
    listed = client.get(reverse("handover:list")).content.decode()
    assert str(drafted) in listed


def _drafted(answer):
    drafted = HandOver.objects.latest("pk")
    assert answer.url == drafted.get_absolute_url()
    return drafted


def test_nobody_of_those_who_hand_over_takes_one_of_the_others(
    client, office, campaign, he, zhous, willow_village, today
):
    """Both have room: they are relieved, not given what the other gives up."""
    of_he = _pair(campaign, he, willow_village, today, 4)
    client.force_login(office)
    drafted = _drafted(_send(client, [zhous[0], of_he], today))
    assert set(drafted.rows.values_list("first", flat=True)) == {None}
    row = drafted.rows.get(pair=of_he)
    answer = client.post(
        reverse("handover:choose", args=[drafted.pk, row.pk]), {"first": "周明（M1）"}
    )
    assert answer.context["form"].non_field_errors()


def test_asking_anew_keeps_the_rows(client, office, he, zhous, today):
    client.force_login(office)
    drafted = _drafted(_send(client, zhous[:2], today))
    actions_end(zhous[0], today)
    settle = reverse("handover:settle", args=[drafted.pk])
    client.post(settle)
    assert not Pair.objects.filter(member=he).exists(), "one has gone meanwhile: nothing is done"
    anew = client.post(reverse("handover:anew", args=[drafted.pk]))
    assert "1" in _messages(anew), "how many are no more"
    assert list(drafted.rows.values_list("pair", flat=True)) == [zhous[1].pk]
    client.post(settle)
    assert Pair.objects.get(member=he).previous == zhous[1]


def actions_end(pair, day):
    from jiedui.handover.actions import end

    end(pair, on=day, reason="transfer", by=None)


def test_pairs_that_went_along_with_their_helper_are_for_others_to_decide_on(
    client, liaison, bureau, he, zhou, zhous, today
):
    from jiedui.orgs import membership

    other = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )
    client.force_login(liaison)
    drafted = _drafted(_send(client, zhous[:2], today))
    membership.move([zhou], to=other, on=today, by=None)
    client.post(reverse("handover:settle", args=[drafted.pk]))
    assert not Pair.objects.filter(member=he).exists()
    client.post(reverse("handover:anew", args=[drafted.pk]))
    assert not drafted.rows.exists()


def test_a_mistake_keeps_the_choice_and_another_choice_is_a_form_of_its_own(
    client, office, zhous, today
):
    client.force_login(office)
    page = _send(client, zhous[:2], today, reason="")
    assert page.context["form"].errors.keys() == {"reason"}
    assert "2" in page.context["intro"]
    forms = {_tick(client, chosen).context["action"] for chosen in (zhous[:2], zhous[1:])}
    assert len({page.context["action"], *forms}) == 2
    assert client.get(CHOSEN).url == PAIRS, "what was ticked is gone"


def test_what_cannot_pass_on_is_left_out_and_said(client, office, zhous, today):
    actions_end(zhous[0], today)
    client.force_login(office)
    answer = _tick(client, zhous[:2])
    assert answer.context["form"].initial["pairs"] == [zhous[1].pk]
    assert "1" in _messages(answer)
    nothing = _tick(client, zhous[:1])
    assert nothing.redirect_chain, "back to the list"


def test_households_are_ticked_in_their_own_list(client, office, he, zhous, other_village, today):
    """All their pairs that can pass on; a household without a helper is left out, and said."""
    alone = Household.objects.create(
        number="H9", head="户9", place=other_village, kind="allowance", since=today
    )
    rows = [zhous[0].household_id, zhous[1].household_id, alone.pk]
    client.force_login(office)
    asked = client.post(reverse("households:list"), {"act": "hand_over", "row": rows})
    assert asked.context["form"].initial["pairs"] == [pair.pk for pair in zhous[:2]]
    assert len(get_messages(asked.wsgi_request)) == 1
    second = actions.open_pair(
        zhous[0].campaign, kind="kinship", member=he, household=zhous[0].household, since=today,
        by=None,
    )  # fmt: skip
    Pair.objects.filter(pk=second.pk).update(overlap_until=today + timedelta(days=3))
    asked = client.post(reverse("households:list"), {"act": "hand_over", "row": rows})
    assert asked.context["form"].initial["pairs"] == [pair.pk for pair in zhous[:2]]
    assert len(get_messages(asked.wsgi_request)) == 2, "a pair of theirs stays, and is said"
    nothing = client.post(reverse("households:list"), {"act": "hand_over", "row": [alone.pk]})
    assert nothing.status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        {"pairs": ""},
        {"pairs": "1;2"},
        {"pairs": "x" * 10},
        {"pairs": "9" * 18},
        {"pairs": "9" * 400},
        {"reason": "death"},
        {"reason": ""},
        {"on": "2099-01-01"},
        {"on": "soon"},
    ],
)
def test_what_is_typed_wrong_is_said_and_nothing_is_drafted(client, office, zhous, today, typed):
    client.force_login(office)
    answer = _send(client, zhous, today, **typed)
    assert answer.status_code == 200
    for messages in answer.context["form"].errors.values():
        assert str(messages[0]) in unescape(answer.content.decode())
    assert answer.context["form"].errors
    assert not HandOver.objects.exists()


def test_sent_twice_it_is_drafted_once(client, office, zhous, today):
    client.force_login(office)
    once = {NAME: str(uuid4())}
    first = _send(client, zhous, today, **once)
    again = _send(client, zhous, today, **once)
    assert first.url == again.url
    assert HandOver.objects.count() == 1


def test_of_others_nothing_is_handed_over(client, city, zhous, today):
    """A liaison of another unit, and readers."""
    root = Organisation.objects.get(path="0001")
    other = Organisation.objects.create(
        parent=root, path="00010002", name="水利局", kind="unit", number="U2"
    )
    client.force_login(_user("other", "liaison", organisation=other))
    answer = _send(client, zhous, today)
    assert answer.context["form"].non_field_errors()
    for role in ("leader", "supervisor", "auditor"):
        client.force_login(_user(role, role, organisation=root, place=city))
        assert _send(client, zhous, today).status_code == 403
    assert not HandOver.objects.exists()


def test_units_one_keeps_apart_are_handed_over_apart(
    client, campaign, bureau, zhous, willow_village, today
):
    """Above both stands an organisation that is not the user's: it would not see its own draft."""
    other = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )
    lin = Member.objects.create(number="M7", name="林芳", organisation=other, rank="clerk")
    apart = _pair(campaign, lin, willow_village, today, 7)
    user = _user("both", "liaison", organisation=bureau)
    user.appointments.create(role="liaison", organisation=other, since=today)
    client.force_login(user)
    answer = _send(client, [zhous[0], apart], today)
    assert answer.context["form"].non_field_errors() == [str(bulk_hand_over.APART)]
    assert _send(client, [apart], today).status_code == 302


def test_the_rule_holds_below_the_pages(campaign, he, zhous, today):
    actions_end(zhous[0], today)
    zhous[0].refresh_from_db()
    with pytest.raises(Refused):
        bulk_hand_over.prepare_chosen(
            zhous, on=today, reason="transfer", among=Member.objects.all(), by=None
        )
    assert not HandOver.objects.exists()


def test_queries_do_not_grow_with_the_pairs(client, office, campaign, he, zhous, willow_village,
                                            today):  # fmt: skip
    client.force_login(office)
    more = [_pair(campaign, zhous[0].member, willow_village, today, n) for n in range(20, 24)]

    def queries(pairs):
        with CaptureQueriesContext(connection) as caught:
            _drafted(_send(client, pairs, today))
        return len(caught)

    queries(zhous[:1])
    assert queries([*zhous, *more]) <= queries(zhous[:1]) + 1


def test_at_most_so_many_are_carried_along(campaign):
    for keys in ("1," * 60_000, ",".join(map(str, range(1, MOST_CHOSEN + 2)))):
        assert ChosenForm({"pairs": keys}, campaign=campaign).errors["pairs"]
    most = ",".join(map(str, range(1, MOST_CHOSEN + 1)))
    assert "pairs" not in ChosenForm({"pairs": most}, campaign=campaign).errors
