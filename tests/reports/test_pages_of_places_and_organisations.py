"""The pages of a place and an organisation: what lies in them, and what one may do."""

import pytest
from django.urls import reverse

from jiedui.orgs.models import Organisation
from jiedui.places.models import Place


def test_parts_come_in_pages_and_can_be_searched(client, office, bureau):
    for n in range(40):
        Organisation.objects.create(
            parent=bureau, path=f"{bureau.path}1{n:03}", name=f"支部{n:02}", kind="branch"
        )
    client.force_login(office)
    first = client.get(bureau.get_absolute_url())
    second = client.get(bureau.get_absolute_url(), {"page": 2})
    assert first.context["parts"].paginator.count > 40
    assert list(first.context["parts"]) != list(second.context["parts"])
    assert f"{reverse('orgs:list')}?below={bureau.path}" in first.content.decode()


@pytest.mark.parametrize(("role", "is_offered"), [("office", True), ("auditor", False)])
def test_only_what_one_may_change_is_offered(client, request, willow_village, role, is_offered):
    client.force_login(request.getfixturevalue(role))
    page = client.get(willow_village.get_absolute_url()).content.decode()
    assert (reverse("places:rename", args=[willow_village.pk]) in page) == is_offered


def test_a_place_outside_the_own_ones_is_read_but_not_renamed(client, liaison):
    outside = Place.objects.create(name="外省", level="province", path="99", code="990000000000")
    assert not Place.objects.changeable_by(liaison).filter(pk=outside.pk).exists()
    client.force_login(liaison)
    page = client.get(outside.get_absolute_url())
    assert page.status_code == 200
    assert reverse("places:rename", args=[outside.pk]) not in page.content.decode()
