"""Identity and other numbers tell nothing about people outside one's own area."""

import pytest
from django.urls import reverse

from jiedui.core import crypto
from jiedui.households.models import Household, Person
from jiedui.orgs.models import Member, Organisation, Team
from page_forms import forms_of

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


def _home_form(client, number, place):
    values = {
        "head": "卢新", "number": number, "place": place, "size": "1", "kind": "allowance",
        "difficulty": "0", "since": "2026-01-01",
    }  # fmt: skip
    return client.post(reverse("households:new"), values)


def test_the_number_of_a_household_elsewhere_is_not_told(client, lu, qin_family):
    client.force_login(lu)
    (told,) = _home_form(client, "H1", "榆树村").context["form"].non_field_errors()
    assert told == "编号 H1 在此不能使用，请另选一个。"
    assert not Household.objects.filter(head="卢新").exists()


def test_nor_is_it_when_a_number_is_changed(client, lu, qin_family, far_home):
    client.force_login(lu)
    address = reverse("households:edit", args=[far_home.pk])
    forms = forms_of(client.get(address).content.decode())
    typed = next(form.fields for form in forms if "head" in form.fields)
    page = client.post(address, typed | {"number": "H1"}).content.decode()
    assert "编号 H1 在此不能使用" in page and "已经有了" not in page
    far_home.refresh_from_db()
    assert far_home.number == "E1"


def test_inside_the_own_area_a_taken_number_is_told(client, village_officer, qin_family):
    client.force_login(village_officer)
    (told,) = _home_form(client, "H1", "柳树村").context["form"].non_field_errors()
    assert told == "编号为 H1 的户已经有了。"
