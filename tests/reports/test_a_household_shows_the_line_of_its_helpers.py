from datetime import timedelta

from django.urls import reverse

from jiedui.fieldwork import actions as fieldwork
from jiedui.fieldwork.actions import Done
from jiedui.handover import actions as handover
from jiedui.handover import bulk_hand_over
from jiedui.handover.models import HandOver
from jiedui.orgs.models import Member
from jiedui.pairing import actions
from jiedui.pairing.models import Pair
from jiedui.profiles.helper_line import Alone, Stretch, relay


def _steps(household, user, today):
    pairs = list(
        Pair.objects.filter(household=household).select_related(
            "campaign", "member", "organisation"
        )
    )
    (line,) = relay(household, pairs, user=user, today=today)
    return line.steps


def test_the_line_tells_days_reasons_overlaps_gaps_and_visits(
    office, campaign, zhou, he, branch, zhou_and_the_qins, qin_family, today
):
    fieldwork.visit(
        zhou_and_the_qins, Done("visit", today - timedelta(days=90), note="一切都好"), by=None
    )
    fieldwork.visit(
        zhou_and_the_qins, Done("phone_call", today - timedelta(days=80), note="问候"), by=None
    )
    handover.hand_over(
        zhou_and_the_qins, to=[he], on=today - timedelta(days=60), reason="transfer", by=None
    )
    handover.close_overlaps(today=today - timedelta(days=40))
    second = Pair.objects.get(member=he)
    handover.end(second, on=today - timedelta(days=30), reason="retirement", by=None)
    third = Member.objects.create(number="M3", name="林芳", organisation=branch, rank="clerk")
    actions.open_pair(
        campaign, kind="kinship", member=third, household=qin_family,
        since=today - timedelta(days=10), by=None,
    )  # fmt: skip
    now, gap, he_line, zhou_line, before = _steps(qin_family, office, today)
    assert isinstance(gap, Alone) and (gap.days, gap.is_red) == (19, False)  # it is over
    assert isinstance(before, Alone) and before.days == 99  # from the register to the first helper
    assert [one.pair.helper for one in (now, he_line, zhou_line)] == [third, he, zhou]
    assert (zhou_line.visits, zhou_line.overlap, zhou_line.reason) == (1, 10, "调离")
    assert (now.until, he_line.until) == (None, today - timedelta(days=30))


def test_a_household_alone_today_says_so(office, zhou_and_the_qins, qin_family, today):
    handover.end(zhou_and_the_qins, on=today - timedelta(days=4), reason="transfer", by=None)
    first = _steps(qin_family, office, today)[0]
    assert isinstance(first, Alone) and (first.days, first.until, first.is_red) == (4, None, False)


def test_where_a_pair_came_from_leads_to_its_hand_over(
    client, office, village_officer, zhou, he, zhou_and_the_qins, qin_family, today,
    django_assert_max_num_queries,
):  # fmt: skip
    drafted = bulk_hand_over.prepare(
        zhou, fate="stay", on=today, reason="transfer", among=Member.objects.all(), by=None
    )
    bulk_hand_over.settle(drafted, by=None)
    address = HandOver.objects.get().get_absolute_url()
    home = reverse("profiles:household", args=[qin_family.pk])
    client.force_login(office)
    with django_assert_max_num_queries(45):
        page = client.get(home)
    assert address in page.content.decode() and "无人帮扶 99 天" in page.content.decode()
    assert isinstance(page.context["relay"][0].steps[0], Stretch)
    client.force_login(village_officer)
    page = client.get(home).content.decode()
    assert "何静" in page and address not in page
