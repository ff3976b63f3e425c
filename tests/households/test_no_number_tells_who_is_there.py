"""Identity and other numbers tell nothing about people outside one's own area."""

import pytest
from django.urls import reverse

from jiedui.core import crypto
from jiedui.households.models import Household, Person
from jiedui.orgs.models import Member, Organisation, Team

IDENTITY = "211104195801017771"


@pytest.fixture
def known(qin_family, today):
    return Person.objects.create(
        household=qin_family, number="H1-02", name="秦小禾", identity=IDENTITY,
        identity_digest=crypto.digest(IDENTITY), since=today,
    )  # fmt: skip


@pytest.fixture
def far_home(other_village, today):
    return Household.objects.create(
        number="E1", head="田一", place=other_village, kind="allowance", since=today
    )


def _add(client, household, today, **more):
    values = {"name": "田二", "relation": "son", "since": today.isoformat(), **more}
    address = reverse("households:person_new", args=[household.pk])
    return client.post(address, values, follow=True)


def test_an_identity_number_is_no_question_about_strangers(client, lu, known, far_home, today):
    client.force_login(lu)
    with_known = _add(client, far_home, today, identity=IDENTITY)
    with_unknown = _add(client, far_home, today, identity="211104199001011230", name="田三")
    for answer in (with_known, with_unknown):
        assert "秦小禾" not in answer.content.decode()
        assert answer.redirect_chain  # both are saved alike
    assert far_home.people.count() == 2


def test_inside_the_own_area_the_double_is_named(client, village_officer, known, qin_family, today):
    client.force_login(village_officer)
    answer = _add(client, qin_family, today, identity=IDENTITY)
    assert "秦小禾" in answer.content.decode()
    assert qin_family.people.count() == 1


def test_who_reads_both_registers_finds_doubles(
    client, office, lu, village_officer, known, far_home, today
):
    client.force_login(lu)
    _add(client, far_home, today, identity=IDENTITY)
    listed = reverse("households:people") + "?double=1"
    assert "田二" not in client.get(listed).content.decode()
    client.force_login(office)
    found = client.get(listed).content.decode()
    assert "田二" in found
    assert "秦小禾" in found


def test_a_number_names_nobody_one_may_not_see(client, liaison, bureau, today):
    """Numbers are unique in the whole installation: the answer says so, and not whose it is."""
    other = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit"
    )
    Member.objects.create(number="M77", name="郑遥", organisation=other)
    Team.objects.create(number="T77", name="水利宣讲队", kind="volunteer", organisation=other)
    client.force_login(liaison)
    values = {"name": "新人", "number": "M77", "organisation": "农业局"}
    told = client.post(reverse("orgs:member_new"), values).content.decode()
    assert "M77" in told
    assert "郑遥" not in told
    values = {"name": "新队", "number": "T77", "kind": "volunteer", "organisation": "农业局"}
    assert "水利宣讲队" not in client.post(reverse("orgs:team_new"), values).content.decode()
    assert not Member.objects.filter(name="新人").exists()
