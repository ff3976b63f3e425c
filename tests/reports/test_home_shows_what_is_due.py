"""Home: what needs me today, the gaps, how it goes; for each role what concerns it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.households.models import Household
from jiedui.notices import actions as notices
from jiedui.pairing.models import Pair
from jiedui.places.models import Place

ROLES = ("office", "liaison", "helper", "village_officer", "supervisor", "leader", "auditor",
         "administrator")  # fmt: skip


def _home(client, user):
    client.force_login(user)
    return client.get(reverse("web:home"))


def _texts(answer):
    return [str(todo.text) for todo, _state in answer.context["todos"]]


def _visited_monthly(campaign):
    campaign.source += (
        '\n[[rhythms]]\nkey = "regular"\nname = { zh = "经常走访", en = "Regular" }\n'
        'pairing = "kinship"\nactivity = "visit"\nevery_months = 1\n'
    )
    campaign.save()


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_home(client, counted, request, role):
    answer = _home(client, request.getfixturevalue(role))
    assert answer.status_code == 200
    assert answer.context["desk"].role == role


def test_it_works_before_there_is_any_campaign(client, administrator):
    assert _home(client, administrator).status_code == 200


def test_a_helper_sees_the_next_visit_with_its_day(client, counted, helper, today):
    _visited_monthly(counted)
    answer = _home(client, helper)
    (todo, state) = next((t, s) for t, s in answer.context["todos"] if "秦安" in t.text)
    assert today - timedelta(days=15) < todo.due < today
    assert state.tone == "red"


def test_a_helper_sees_own_work_and_no_figures(client, counted, helper):
    answer = _home(client, helper)
    assert answer.context["own"][0]["text"] == "1"
    assert "boards" not in answer.context
    assert answer.context["gaps"] == []


def test_a_keeper_of_places_is_told_of_places(client, counted, helper, zhou, today):
    stairs = Place.objects.create(
        parent=Place.objects.get(name="柳河镇"), path="211104100900", code="211104100900001",
        name="柳河镇1号楼2单元", level="stairwell",
    )  # fmt: skip
    Pair.objects.create(
        campaign=counted,
        kind="kinship",
        member=zhou,
        place=stairs,
        organisation=zhou.organisation,
        since=today - timedelta(days=90),
    )
    Pair.objects.exclude(place=stairs).update(ended=today)
    _visited_monthly(counted)
    page = _home(client, helper)
    names = [card["name"] for card in page.context["own"]]
    assert (names[0], page.context["own"][0]["text"]) == ("我负责的地点", "1")
    assert "我结对的家庭" not in names
    assert "走访柳河镇1号楼2单元" in _texts(page)


def test_a_household_without_a_helper_is_named_and_red_after_ten_days(
    client, counted, office, willow_village, today
):
    for number, days in (("H2", 40), ("H3", 3)):
        Household.objects.create(
            number=number, head=f"户{number}", place=willow_village, kind="allowance",
            since=today - timedelta(days=days),
        )  # fmt: skip
    (gap,) = _home(client, office).context["gaps"]
    assert gap["count"] == 2
    assert [(one["name"], one["is_red"]) for one in gap["lines"]] == [
        ("户H2", True),
        ("户H3", False),
    ]


def test_a_village_officer_sees_only_gaps_of_the_own_village(
    client, counted, village_officer, other_village, today
):
    Household.objects.create(
        number="H4", head="外村", place=other_village, kind="allowance", since=today
    )
    (gap,) = _home(client, village_officer).context["gaps"]
    assert gap["count"] == 0


def test_places_nobody_keeps_stand_on_the_desk_of_their_own_village(
    client, counted, campaign, village_officer, office, willow_village, other_village
):
    campaign.source += """
[[pairings]]
key = "unit_village"
name = { zh = "单位包村", en = "Unit and village" }
helper = "organisation"
helped = "place"
helper_kinds = ["unit"]
place_level = "village"
"""
    campaign.save()
    *_homes, gap = _home(client, village_officer).context["gaps"]
    assert [line["name"] for line in gap["lines"]] == [willow_village.full_name]
    *_homes, gap = _home(client, office).context["gaps"]
    assert other_village.full_name in [line["name"] for line in gap["lines"]]


def test_who_writes_sees_the_draft_who_freezes_is_asked_to_read(client, draft, office, leader):
    assert any(
        draft.get_absolute_url() == t.href for t, _s in _home(client, office).context["todos"]
    )
    links = [t.href for t, _s in _home(client, leader).context["todos"]]
    assert reverse("reports:bulletin_freeze", args=[draft.pk]) in links


def test_complaints_wait_for_the_office_alone(client, counted, office, liaison):
    before = len(_texts(_home(client, office)))
    notices.complain("报表太多")
    assert len(_texts(_home(client, office))) == before + 1
    assert not any("note" in text for text in _texts(_home(client, liaison)))


def test_gifts_nobody_has_confirmed_wait_for_the_helper(client, counted, helper):
    links = [todo.href for todo, _state in _home(client, helper).context["todos"]]
    assert reverse("ledger:gifts") + "?confirmed=0&voided=0" in links


def test_the_administrator_sees_the_machine_and_no_household(client, counted, administrator):
    answer = _home(client, administrator)
    assert "秦安" not in answer.content.decode()
    assert answer.context["gaps"] == []
    assert "boards" not in answer.context
    assert len(answer.context["machine"]) == 4


def test_an_auditor_is_asked_to_verify_the_chain(client, counted, auditor):
    links = [todo.href for todo, _state in _home(client, auditor).context["todos"]]
    assert reverse("reports:audit") in links


def test_figures_come_from_the_snapshot_and_lead_to_their_records(client, counted, office):
    answer = _home(client, office)
    (board,) = answer.context["boards"]
    assert [card["text"] for card in board.cards] == ["1", "3", "90,300"]
    assert board.cards[1]["url"] == reverse("figures:show", args=["small", "visits.person_times"])


def test_a_liaison_sees_the_figures_of_the_own_unit(client, counted, liaison, bureau):
    answer = _home(client, liaison)
    (board,) = answer.context["boards"]
    assert f"organisation={bureau.path}" in board.cards[1]["url"]
    assert answer.context["all_figures"].endswith(f"?organisation={bureau.path}")


def test_the_number_of_queries_does_not_grow(
    client, counted, office, willow_village, today, django_assert_max_num_queries
):
    _home(client, office)
    for number in range(30):
        Household.objects.create(
            number=f"N{number}", head="户", place=willow_village, kind="allowance", since=today
        )
    with django_assert_max_num_queries(45):
        _home(client, office)
