from decimal import Decimal

import pytest
from django.urls import reverse

from jiedui.fieldwork import actions
from jiedui.fieldwork.actions import Done
from jiedui.fieldwork.models import Activity, Output

NUMBER = "018f0000-0000-7000-8000-00000000001{}"


@pytest.fixture
def page(client, liaison, campaign):
    client.force_login(liaison)
    return f"{reverse('fieldwork:new')}?kind=cleaning"


def filled(today, **more):
    facts = {
        "id": NUMBER.format(1),
        "day": today.isoformat(),
        "organisation": "农业局",
        "place": "柳树村",
    }
    return {**facts, **more}


def test_a_clean_up_is_counted_with_the_public_apart(client, page, willow_village, today):
    sent = filled(today, members_counted="20", cadres_counted="3", public_counted="30",
                  out_letters="500")  # fmt: skip
    answer = client.post(page, sent)
    row = Activity.objects.get()
    assert answer.url == row.get_absolute_url()
    assert (row.members_counted, row.cadres_counted, row.public_counted) == (20, 3, 30)
    assert (row.organisation.name, row.place) == ("农业局", willow_village)
    assert (Output.objects.get().quantity, Output.objects.get().unit) == (Decimal(500), "封")


def test_many_names_may_be_pasted_as_people_have_them(
    client, page, zhou, he, willow_village, today
):
    client.post(page, filled(today, members="周　明\n何静，"))
    assert Activity.objects.get().attendances.count() == 2


def test_unknown_names_are_all_told_at_once(client, page, zhou, willow_village, today):
    answer = client.post(page, filled(today, members="周明、张三、李四"))
    mistakes = " ".join(answer.context["form"].errors["members"])
    assert "张三" in mistakes
    assert "李四" in mistakes
    assert "周明" not in mistakes
    assert not Activity.objects.exists()


def test_names_and_a_number_together_are_refused(client, page, zhou, willow_village, today):
    answer = client.post(page, filled(today, members="周明", members_counted="5"))
    assert answer.context["form"].non_field_errors()
    assert not Activity.objects.exists()


def test_a_liaison_writes_only_for_organisations_of_the_unit(
    client, page, bureau, willow_village, today
):
    answer = client.post(page, filled(today, organisation="盘锦市", members_counted="2"))
    assert "organisation" in answer.context["form"].errors
    assert not Activity.objects.exists()


def test_a_village_officer_writes_only_for_the_village(
    client, village_officer, bureau, campaign, other_village, willow_village, today
):
    from jiedui.orgs.models import Organisation

    Organisation.objects.create(
        parent=bureau.parent, path="00010009", name="柳树村党支部", kind="branch", number="V1",
        place=willow_village,
    )  # fmt: skip
    client.force_login(village_officer)
    page = f"{reverse('fieldwork:new')}?kind=cleaning"
    here = filled(today, organisation="柳树村党支部", members_counted="2")
    assert client.post(page, {**here, "place": "榆树村"}).context["form"].errors["place"]
    assert client.post(page, here).status_code == 302


def test_sending_twice_records_once(client, page, willow_village, today):
    sent = filled(today, members_counted="20")
    assert client.post(page, sent).url == client.post(page, sent).url
    assert Activity.objects.count() == 1


def test_a_whole_team_takes_part(client, campaign, page, liaison, zhou, he, bureau, today):
    from jiedui.orgs.models import Team, TeamMember

    campaign.source += '\n[[team_kinds]]\nkey = "volunteers"\nname = { zh = "队", en = "Team" }\n'
    campaign.save()
    team = Team.objects.create(number="T1", name="清风队", kind="volunteers", organisation=bureau)
    for member in (zhou, he):
        TeamMember.objects.create(team=team, member=member, since=today)
    client.post(page, filled(today, place="柳河镇", team="清风队", whole_team="on"))
    row = Activity.objects.get()
    assert row.team == team
    assert row.attendances.count() == 2


@pytest.fixture
def two(campaign, branch, willow_village, zhou, he, zhou_and_the_qins, today):
    """A clean-up with the public and a visit."""
    done = Done(
        "cleaning", today, members=[zhou, he], public_counted=30, note="清理河道",
        outputs={"letters": Decimal(500)},
    )  # fmt: skip
    group = actions.activity(campaign, done, organisation=branch, place=willow_village, by=None)
    visit = actions.visit(zhou_and_the_qins, Done("visit", today, note="拉家常"), by=None)
    return group, visit


def rows(client, **filters):
    answer = client.get(reverse("fieldwork:list"), filters)
    return [line.row for line in answer.context["list"].lines]


def test_the_list_says_who_took_part_and_what_came_of_it(client, liaison, two):
    client.force_login(liaison)
    page = client.get(reverse("fieldwork:list")).content.decode()
    assert "清洁家园" in page
    assert "宣传信 500 封" in page
    group = next(row for row in rows(client) if row.kind == "cleaning")
    assert (group.named, group.members_counted, group.public_counted) == (2, 0, 30)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"kind": "visit"}, 1),
        ({"q": "河道"}, 1),
        ({"public": "1"}, 1),
        ({"public": "0"}, 1),
        ({"voided": "1"}, 0),
        ({"place": "211104100201"}, 0),
        ({"place": "211104100"}, 2),
        ({"organisation": "00010001"}, 2),
        ({"day_from": "2000-01-01"}, 2),
        ({"day_to": "2000-01-01"}, 0),
    ],
)
def test_the_list_is_filtered(client, liaison, two, other_village, filters, found):
    client.force_login(liaison)
    assert len(rows(client, **filters)) == found


def test_the_list_asks_no_more_for_more_rows(
    client, liaison, two, campaign, branch, willow_village, today, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(liaison)
    client.get(reverse("fieldwork:list"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("fieldwork:list"))
    for _n in range(12):
        done = Done("cleaning", today, members_counted=4, outputs={"letters": Decimal(5)})
        actions.activity(campaign, done, organisation=branch, place=willow_village, by=None)
    with django_assert_num_queries(len(few)):
        client.get(reverse("fieldwork:list"))


def test_a_detail_tells_all_and_opens_in_the_panel(client, liaison, two):
    client.force_login(liaison)
    page = client.get(two[0].get_absolute_url()).content.decode()
    for word in ("周明", "何静", "30", "清理河道", "500"):
        assert word in page
    panel = client.get(two[0].get_absolute_url(), HTTP_HX_TARGET="panel-body").content.decode()
    assert "<html" not in panel


def test_who_reads_sees_no_way_to_take_out(client, leader, two):
    client.force_login(leader)
    answer = client.get(two[0].get_absolute_url())
    assert not answer.context["may_change"]
    assert client.post(reverse("fieldwork:void", args=[two[0].pk])).status_code == 403


def test_a_companion_sees_the_visit_but_cannot_take_it_out(client, two, he, zhou, helper, today):
    group, _visit = two
    client.force_login(helper)
    assert client.get(group.get_absolute_url()).status_code == 200
    assert client.post(reverse("fieldwork:void", args=[group.pk])).status_code == 404


def test_a_stranger_sees_nothing(client, lu, two):
    client.force_login(lu)
    assert rows(client) == []
    assert client.get(two[0].get_absolute_url()).status_code == 404


@pytest.mark.parametrize("what", ["organisation", "place", "team", "members"])
def test_names_are_offered_for_each_field(client, page, zhou, willow_village, what):
    assert client.get(reverse("fieldwork:offers", args=[what]), {"q": "柳"}).status_code == 200


def test_offers_of_nothing_are_404(client, page):
    assert client.get(reverse("fieldwork:offers", args=["boats"])).status_code == 404
