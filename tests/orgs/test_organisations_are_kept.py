"""Organisations, members and teams, through their pages."""

from django.urls import reverse

from jiedui.orgs.models import Member, Organisation, Team, TeamMember


def test_an_organisation_and_a_member_are_written_down(client, office, bureau):
    client.force_login(office)
    unit = {"name": "水利局", "kind": "unit", "parent": str(bureau.parent), "number": "U2"}
    client.post(reverse("orgs:new"), unit)
    water = Organisation.objects.get(number="U2")
    assert water.path == "00010002"
    client.post(
        reverse("orgs:member_new"), {"name": "单立", "number": "M7", "organisation": "水利局"}
    )
    assert Member.objects.get(number="M7").initials == "sl"


def test_an_organisation_with_members_is_not_dissolved(client, office, branch, zhou, today):
    client.force_login(office)
    dissolve = reverse("orgs:dissolve", args=[branch.pk])
    values = {"on": today.isoformat()}
    assert client.post(dissolve, values).context["form"].non_field_errors()
    Member.objects.filter(pk=zhou.pk).update(ended=today)
    client.post(dissolve, values)
    branch.refresh_from_db()
    assert branch.ended == today


def test_a_number_belongs_to_one_organisation(client, office, bureau, branch):
    client.force_login(office)
    values = {"name": "农业局机关党支部", "kind": "branch", "number": "U1"}
    response = client.post(reverse("orgs:edit", args=[branch.pk]), values)
    assert response.context["form"].non_field_errors()
    assert Organisation.objects.get(pk=branch.pk).number == "B1"


def test_a_liaison_changes_only_the_own_unit(client, liaison, bureau):
    client.force_login(liaison)
    other = Organisation.objects.create(
        parent=bureau.parent, path="00010009", name="水利局", kind="unit"
    )
    assert client.get(reverse("orgs:edit", args=[bureau.pk])).status_code == 200
    assert client.get(reverse("orgs:edit", args=[other.pk])).status_code == 404
    values = {"name": "单立", "number": "M7", "organisation": "水利局"}
    response = client.post(reverse("orgs:member_new"), values)
    assert "organisation" in response.context["form"].errors


def test_a_member_keeps_what_the_form_does_not_show(client, office, zhou):
    zhou.identity = "11010519491231002X"
    zhou.save()
    client.force_login(office)
    url = reverse("orgs:member_edit", args=[zhou.pk])
    client.post(url, {"name": "周明", "number": "M1", "organisation": "U1", "post": "科长"})
    before = zhou.organisation
    zhou.refresh_from_db()
    assert (zhou.post, zhou.identity) == ("科长", "11010519491231002X")
    assert zhou.organisation == before  # one moves on a page of its own


def test_a_team_gains_a_head_loses_a_member_and_ends(client, office, bureau, zhou, he, today):
    client.force_login(office)
    values = {
        "name": "清水志愿队", "number": "T1", "kind": "volunteers", "organisation": "农业局",
        "since": today.isoformat(),
    }  # fmt: skip
    response = client.post(reverse("orgs:team_new"), values)
    assert response.status_code == 302, response.context["form"].errors
    team = Team.objects.get()
    join = {"members": "周明、何静", "on": today.isoformat()}
    client.post(reverse("orgs:team_join", args=[team.pk]), join)
    assert client.post(
        reverse("orgs:team_join", args=[team.pk]), join
    ).context["form"].non_field_errors()  # fmt: skip
    first, second = TeamMember.objects.order_by("pk")
    for seat, what in ((first, "head"), (second, "head"), (first, "part")):
        client.post(reverse("orgs:team_seat", args=[team.pk, seat.pk]), {what: "1"})
    seats = TeamMember.objects.order_by("pk").values_list("is_head", "ended")
    assert list(seats) == [(False, today), (True, None)]
    page = client.get(team.get_absolute_url()).content.decode()
    assert "何静" in page
    client.post(reverse("orgs:team_disband", args=[team.pk]), {"on": today.isoformat()})
    team.refresh_from_db()
    assert team.ended == today
    assert not TeamMember.objects.filter(ended=None).exists()
