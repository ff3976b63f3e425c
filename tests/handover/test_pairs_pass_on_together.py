"""A member leaves or a unit is dissolved: successors are proposed, and one press does it all."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import ngettext
from tests.conftest import _user

from jiedui.core import audit
from jiedui.handover import actions as handover
from jiedui.handover.models import HandOver, Notification
from jiedui.handover.succession import successors
from jiedui.households.models import Household, Need
from jiedui.notices.models import Notice
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing import actions
from jiedui.pairing.coverage import uncovered
from jiedui.pairing.models import Avoidance, Pair


def _typed(row):
    return f"{row.name}（{row.number}）"


def _begin(client, giver, today, *, kind="leave", **more):
    address = reverse(f"handover:{kind}", args=[giver.pk])
    values = {"fate": "later", "on": today.isoformat(), "reason": "transfer"} | more
    return client.post(address, values)


def _confirm(client, hand_over):
    return client.post(reverse("handover:settle", args=[hand_over.pk]))


def _home(village, number, today, **more):
    return Household.objects.create(
        number=number, head=f"户{number}", place=village, kind="allowance",
        since=today - timedelta(days=90), **more,
    )  # fmt: skip


def _pair(campaign, member, home, today, days=60):
    return actions.open_pair(
        campaign, kind="kinship", member=member, household=home,
        since=today - timedelta(days=days), by=None,
    )  # fmt: skip


@pytest.fixture
def second_home(campaign, zhou, zhou_and_the_qins, willow_village, today):
    return _pair(campaign, zhou, _home(willow_village, "H2", today), today)


def test_a_leaver_hands_everything_over_with_one_press(
    client, office, zhou, he, zhou_and_the_qins, second_home, today
):
    client.force_login(office)
    begun = _begin(client, zhou, today)
    drafted = HandOver.objects.get()
    assert begun.url == drafted.get_absolute_url()
    page = client.get(begun.url)
    assert page.context["list"].total == 2
    assert he.name in page.content.decode()
    assert Pair.objects.open().count() == 2  # nothing has happened yet
    _confirm(client, drafted)
    taken = Pair.objects.open().filter(member=he)
    assert {pair.previous for pair in taken} == {zhou_and_the_qins, second_home}
    zhou.refresh_from_db()
    assert zhou.ended is None  # stays answerable until the overlap is over
    assert set(Pair.objects.filter(member=zhou).values_list("overlap_until", flat=True)) == {
        today + timedelta(days=10)
    }
    handover.close_overlaps(today=today + timedelta(days=11))
    zhou.refresh_from_db()
    assert (zhou.ended, zhou.end_reason) == (today + timedelta(days=10), "transfer")
    assert audit.verify().broken is None


def test_whoever_died_stays_answerable_for_nothing(
    client, office, campaign, zhou, he, zhou_and_the_qins, today
):
    client.force_login(office)
    wrong = _begin(client, zhou, today, reason="death")
    assert wrong.context["form"].non_field_errors()
    _begin(client, zhou, today, reason="death", fate="now")
    _confirm(client, HandOver.objects.get())
    zhou_and_the_qins.refresh_from_db()
    zhou.refresh_from_db()
    assert zhou.ended == zhou_and_the_qins.ended == today
    assert not uncovered(campaign, campaign.playbook.pairing("kinship")).exists()
    assert not Notification.objects.filter(whom="before").exists()


def test_one_may_choose_somebody_else_two_or_nobody(
    client, office, campaign, branch, zhou, he, zhou_and_the_qins, second_home, today
):
    third = Member.objects.create(number="M3", name="林芳", organisation=branch, rank="clerk")
    campaign.source = campaign.source.replace(
        "handover = { overlap_days = 10 }", "handover = { overlap_days = 10, successors = 2 }"
    )
    campaign.save()
    client.force_login(office)
    _begin(client, zhou, today)
    drafted = HandOver.objects.get()
    first, other = (drafted.rows.get(pair=one) for one in (zhou_and_the_qins, second_home))
    address = reverse("handover:choose", args=[drafted.pk, first.pk])
    assert {one.member for one in client.get(address).context["suggestions"]} == {he, third}
    for wrong in ({"first": _typed(zhou)}, {"first": _typed(he), "second": _typed(he)}):
        answer = client.post(address, wrong)
        assert answer.status_code == 200 and answer.context["form"].non_field_errors()
    client.post(address, {"first": _typed(he), "second": _typed(third)})
    client.post(reverse("handover:choose", args=[drafted.pk, other.pk]), {"nobody": "1"})
    client.post(reverse("handover:anew", args=[drafted.pk]))  # what was chosen by hand stays
    _confirm(client, drafted)
    roles = Pair.objects.filter(previous=zhou_and_the_qins).values_list("member", "role")
    assert set(roles) == {(he.pk, "first"), (third.pk, "second")}
    second_home.refresh_from_db()
    assert (second_home.ended, second_home.overlap_until) == (None, None)  # Zhou keeps it
    handover.close_overlaps(today=today + timedelta(days=11))
    zhou.refresh_from_db()
    assert zhou.ended is None  # nobody leaves while a household depends on them
    assert client.post(address, {"first": _typed(he)}).context["form"].non_field_errors()


def test_a_hand_over_is_done_once_and_not_when_pairs_have_come_meanwhile(
    client, office, campaign, zhou, he, zhou_and_the_qins, willow_village, today
):
    client.force_login(office)
    _begin(client, zhou, today)
    drafted = HandOver.objects.get()
    late = _pair(campaign, zhou, _home(willow_village, "H9", today), today)
    _confirm(client, drafted)
    drafted.refresh_from_db()
    assert drafted.state == "draft" and Pair.objects.filter(member=he).count() == 0
    client.post(reverse("handover:anew", args=[drafted.pk]))
    _confirm(client, drafted)
    _confirm(client, drafted)
    assert Pair.objects.filter(previous__in=[late, zhou_and_the_qins]).count() == 2
    discarded = client.post(reverse("handover:discard", args=[drafted.pk]), follow=True)
    drafted.refresh_from_db()
    assert drafted.state == "done" and discarded.status_code == 200


def test_a_unit_is_dissolved_with_all_its_pairs_at_once(
    client, office, campaign, bureau, branch, zhou, he, zhou_and_the_qins, today
):
    other = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )
    taker = Member.objects.create(number="N1", name="沈岚", organisation=other, rank="clerk")
    client.force_login(office)
    page = client.get(bureau.get_absolute_url()).content.decode()
    end = reverse("orgs:dissolve", args=[bureau.pk])
    assert end in page
    assert reverse("handover:dissolve", args=[bureau.pk]) in client.get(end).content.decode()
    assert (
        "goes_to"
        in _begin(client, bureau, today, kind="dissolve", fate="move").context["form"].errors
    )
    inside = _begin(client, bureau, today, kind="dissolve", fate="move", goes_to=_typed(branch))
    assert inside.context["form"].non_field_errors()
    _begin(client, bureau, today, kind="dissolve", fate="move", goes_to=_typed(other))
    drafted = HandOver.objects.get()
    assert [row.first for row in drafted.rows.all()] == [taker]  # nobody who goes takes anybody
    _confirm(client, drafted)
    for one in (bureau, branch):
        one.refresh_from_db()
        assert one.ended == today
    assert set(Member.objects.filter(organisation=other)) == {taker, zhou, he}
    zhou_and_the_qins.refresh_from_db()
    assert zhou_and_the_qins.overlap_until == today + timedelta(days=10)  # Zhou serves elsewhere


def test_both_helpers_of_one_household_may_go_at_once(
    campaign, branch, zhou, he, zhou_and_the_qins, qin_family, today
):
    _pair(campaign, he, qin_family, today)
    takers = [
        Member.objects.create(number=f"T{n}", name=f"接{n}", organisation=branch, rank="clerk")
        for n in range(2)
    ]
    pairs = list(Pair.objects.open().select_related("campaign", "organisation"))
    found = successors(pairs, among=Member.objects.all(), going={zhou.pk, he.pk})
    assert {one.member for one in found.values()} == {one.pk for one in takers}
    only = Member.objects.filter(pk=takers[0].pk)
    assert len(successors(pairs, among=only, going={zhou.pk, he.pk})) == 1  # nobody twice


def test_whoever_avoids_the_household_or_has_no_place_is_not_proposed(
    campaign, branch, zhou, he, zhou_and_the_qins, qin_family, willow_village, today
):
    Avoidance.objects.create(
        member=he, household=qin_family, reason="亲属", state="accepted", declared_on=today
    )
    full = Member.objects.create(number="T1", name="满员", organisation=branch, rank="clerk")
    for n in range(2):
        _pair(campaign, full, _home(willow_village, f"F{n}", today), today)
    pair = Pair.objects.select_related("campaign", "organisation").get(pk=zhou_and_the_qins.pk)
    assert successors([pair], among=Member.objects.all(), going={zhou.pk}) == {}


def test_a_fitting_helper_of_the_own_unit_comes_before_a_stranger(
    campaign, bureau, zhou, he, zhou_and_the_qins, qin_family, today
):
    Need.objects.create(household=qin_family, kind="care", urgency=1, since=today)
    other = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )
    skilled = Member.objects.create(
        number="A0", name="甘霖", organisation=other, rank="clerk", skills=["care"]
    )
    pair = Pair.objects.select_related("campaign", "organisation").get(pk=zhou_and_the_qins.pk)
    found = successors([pair], among=Member.objects.all(), going={zhou.pk})
    assert found[pair.pk].member == he.pk
    found = successors([pair], among=Member.objects.filter(pk=skilled.pk), going={zhou.pk})
    assert found[pair.pk].member == skilled.pk


def test_sheets_of_all_pairs_are_printed_together(
    client, office, zhou, he, zhou_and_the_qins, second_home, today
):
    client.force_login(office)
    _begin(client, zhou, today)
    drafted = HandOver.objects.get()
    _confirm(client, drafted)
    paper = client.get(reverse("handover:sheets", args=[drafted.pk])).content.decode()
    assert paper.count("何静") == 2 and "秦安" in paper and "户H2" in paper


def test_strangers_get_404_and_readers_may_not_hand_over(
    client, office, lu, helper, supervisor, liaison, bureau, zhou, zhou_and_the_qins, today
):
    client.force_login(office)
    _begin(client, zhou, today)
    drafted = HandOver.objects.get()
    row = drafted.rows.get()
    pages = [
        drafted.get_absolute_url(), reverse("handover:sheets", args=[drafted.pk]),
    ]  # fmt: skip
    doing = [
        reverse("handover:settle", args=[drafted.pk]),
        reverse("handover:anew", args=[drafted.pk]),
        reverse("handover:discard", args=[drafted.pk]),
        reverse("handover:choose", args=[drafted.pk, row.pk]),
        reverse("handover:leave", args=[zhou.pk]),
        reverse("handover:dissolve", args=[bureau.pk]),
    ]
    for user, seen in ((lu, 404), (helper, 404), (supervisor, 200)):
        client.force_login(user)
        assert [client.get(page).status_code for page in pages] == [seen, seen]
        assert {client.post(one).status_code for one in doing} == {403}
    away = _user("away", "liaison", organisation=Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit", number="U2"
    ))  # fmt: skip
    client.force_login(away)
    assert {client.post(one).status_code for one in doing} == {404}
    client.force_login(liaison)
    assert client.get(drafted.get_absolute_url()).context["may_change"]
    assert Pair.objects.count() == 1


def test_the_page_of_a_hand_over_stays_cheap(
    client, office, campaign, branch, willow_village, zhou, today, django_assert_max_num_queries
):
    campaign.source = campaign.source.replace("ordinary = { fewest = 0, most = 2 }",
                                              "ordinary = { fewest = 0, most = 40 }")  # fmt: skip
    campaign.save()
    for n in range(30):
        _pair(campaign, zhou, _home(willow_village, f"L{n}", today), today)
    Member.objects.create(number="T1", name="接班", organisation=branch, rank="clerk")
    client.force_login(office)
    with django_assert_max_num_queries(55):
        _begin(client, zhou, today)
    with django_assert_max_num_queries(38):
        page = client.get(HandOver.objects.get().get_absolute_url())
    assert page.context["list"].total == 30
    assert page.context["alone"] == 0


def test_accounts_get_a_notice_and_the_family_a_slip(
    client, office, liaison, helper, he, zhou_and_the_qins, village_officer, lu, today
):
    he.phone = "13912345678"
    he.save()
    client.force_login(office)
    handover.hand_over(zhou_and_the_qins, to=[he], on=today, reason="transfer", by=office)
    whom = set(Notification.objects.values_list("whom", flat=True))
    assert whom == {"after", "before", "unit_after", "family"}
    assert set(Notice.objects.values_list("to", flat=True)) == {liaison.pk, helper.pk}
    client.force_login(helper)
    shown = client.get(reverse("notices:mine")).content.decode()
    assert "秦安" in shown and "何静" in shown
    client.post(reverse("notices:read"), {"notice": Notice.objects.get(to=liaison).pk})
    assert Notice.objects.filter(read=None).count() == 2  # only one's own is read
    client.post(reverse("notices:read"))
    assert set(Notification.objects.open().values_list("whom", flat=True)) == {
        "after", "unit_after", "family",
    }  # fmt: skip
    client.force_login(lu)
    assert client.get(reverse("handover:notifications")).context["list"].total == 0
    client.force_login(village_officer)
    listed = client.get(reverse("handover:notifications"), {"whom": "family"})
    assert listed.context["list"].total == 1
    slip = client.get(reverse("handover:slips")).content.decode()
    assert "秦安" in slip and "何静" in slip and "13912345678" not in slip and "5678" in slip
    tomorrow = (today + timedelta(days=1)).isoformat()
    mark = reverse("handover:notified")
    client.post(mark, {"on": tomorrow, "query": "whom=family", "all": "1"})
    assert Notification.objects.open().filter(whom="family").exists()
    client.post(mark, {"on": today.isoformat(), "query": "whom=family", "all": "1"})
    told = Notification.objects.get(whom="family")
    assert (told.told_on, told.told_by) == (today, str(village_officer))
    client.force_login(helper)
    assert client.post(mark, {"on": today.isoformat()}).status_code == 403


def test_only_the_ticked_are_marked_as_told(client, office, he, zhou_and_the_qins, today):
    handover.hand_over(zhou_and_the_qins, to=[he], on=today, reason="transfer", by=None)
    client.force_login(office)
    page = client.get(reverse("handover:notifications")).content.decode()
    family = Notification.objects.get(whom="family")
    assert f'name="row" value="{family.pk}" form="notified"' in page
    address, day = reverse("handover:notified"), today.isoformat()
    said = client.post(address, {"on": day, "query": ""}, follow=True)  # nothing is ticked
    assert len(said.context["messages"]) == 1
    assert not Notification.objects.exclude(told_on=None).exists()
    client.post(address, {"on": day, "query": "", "row": [family.pk, "x"]})
    assert list(Notification.objects.exclude(told_on=None)) == [family]
    page = client.get(reverse("handover:notifications")).content.decode()
    assert f'name="row" value="{family.pk}"' not in page


def test_nobody_is_told_before_the_pair_has_passed_on(client, office, he, zhou_and_the_qins, today):
    handover.hand_over(zhou_and_the_qins, to=[he], on=today, reason="transfer", by=None)
    client.force_login(office)
    early = (today - timedelta(days=1)).isoformat()
    client.post(reverse("handover:notified"), {"on": early, "query": "", "all": "1"})
    assert not Notification.objects.exclude(told_on=None).exists()


def test_who_begins_a_hand_over_is_told_how_much_it_concerns(
    client, office, second_home, zhou, he, bureau
):
    client.force_login(office)
    page = client.get(reverse("handover:leave", args=[zhou.pk])).content.decode()
    pairs = Pair.objects.open().filter(member=zhou).count()
    assert pairs == 2
    assert ngettext("%(text)s pair passes on.", "%(text)s pairs pass on.", 2) % {"text": 2} in page
    page = client.get(reverse("handover:dissolve", args=[bureau.pk])).content.decode()
    serving = Member.objects.serving().filter(organisation__path__startswith=bureau.path).count()
    said = ngettext("%(text)s member serves there.", "%(text)s members serve there.", serving)
    assert said % {"text": serving} in page
