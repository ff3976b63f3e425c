"""The head of a household: one person, one name, one living head, and always a next one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.households import actions
from jiedui.households.models import Household, Person
from page_forms import forms_of


@pytest.fixture
def family(qin_family, today):
    """Qin An is head; his wife and son live with him."""
    since = today - timedelta(days=300)
    for n, (name, relation) in enumerate((("秦安", "head"), ("柳青", "spouse"), ("秦小川", "son"))):
        Person.objects.create(
            household=qin_family, number=f"H1-{n + 1:02d}", name=name, relation=relation,
            since=since,
        )  # fmt: skip
    return qin_family


def _person(name):
    return Person.objects.get(name=name)


def _leaves(client, person, today, **more):
    values = {"on": today.isoformat(), "reason": "died", **more}
    return client.post(reverse("households:person_leaves", args=[person.pk]), values)


def test_when_the_head_dies_the_next_one_is_asked_for_and_the_size_follows(
    client, village_officer, family, today
):
    client.force_login(village_officer)
    asked = _leaves(client, _person("秦安"), today)
    assert "next_head" in asked.context["form"].errors
    assert _person("秦安").ended is None
    assert _leaves(client, _person("秦安"), today, next_head=_person("柳青").pk).status_code == 302
    family.refresh_from_db()
    assert (family.head, family.pinyin, family.size) == ("柳青", "liuqing", 2)
    assert _person("柳青").relation == "head"
    gone = _person("秦安")
    assert (gone.ended, gone.end_reason) == (today, "died")
    page = client.get(reverse("households:list"), {"q": "柳青"}).content.decode()
    assert "H1" in page


def test_who_is_no_head_leaves_without_that_question(client, village_officer, family, today):
    client.force_login(village_officer)
    page = client.get(reverse("households:person_leaves", args=[_person("秦小川").pk]))
    assert "next_head" not in page.context["form"].fields
    _leaves(client, _person("秦小川"), today, reason="moved_out")
    family.refresh_from_db()
    assert (family.head, family.size) == ("秦安", 2)


def test_the_next_head_is_somebody_of_the_household(office, family, willow_village, today):
    other = Household.objects.create(
        number="H2", head="邻居", place=willow_village, kind="allowance", since=today
    )
    stranger = Person.objects.create(household=other, number="H2-01", name="邻居", since=today)
    for wrong in (stranger, _person("秦安"), None):
        with pytest.raises(Refused):
            actions.leave(_person("秦安"), on=today, by=office, next_head=wrong)
    assert Household.objects.get(number="H1").head == "秦安"


def test_the_last_one_does_not_leave_an_empty_household(client, village_officer, family, today):
    Person.objects.exclude(name="秦安").delete()
    client.force_login(village_officer)
    assert _leaves(client, _person("秦安"), today).context["form"].non_field_errors()
    assert _person("秦安").ended is None


def test_renaming_the_head_shows_everywhere(client, office, family, today):
    client.force_login(office)
    url = reverse("households:person", args=[_person("秦安").pk])
    values = {"name": "秦平安", "relation": "head", "since": "2024-01-01"}
    response = client.post(url, {**values, "version": _person("秦安").version})
    assert response.status_code == 302, response.context["form"].errors
    family.refresh_from_db()
    assert (family.head, family.initials) == ("秦平安", "qpa")
    actions.amend(family, {"head": "秦安"}, version=family.version, by=office)
    assert _person("秦安").relation == "head"
    assert not Person.objects.filter(name="秦平安").exists()


def test_naming_the_household_after_another_of_its_people_makes_them_head(office, family):
    actions.amend(family, {"head": "柳青"}, version=family.version, by=office)
    assert _person("柳青").relation == "head"
    assert _person("秦安").relation == "other"  # still there, under the own name


def test_two_living_heads_are_refused_by_the_page_and_by_the_database(
    client, office, family, today
):
    client.force_login(office)
    values = {"name": "秦小川", "relation": "head", "since": "2024-01-01"}
    for url in (
        reverse("households:person", args=[_person("秦小川").pk]),
        reverse("households:person_new", args=[family.pk]),
    ):
        response = client.post(url, {**values, "version": _person("秦小川").version})
        assert response.context["form"].non_field_errors()
    demoted = {"name": "秦安", "relation": "son", "since": "2024-01-01"}
    url = reverse("households:person", args=[_person("秦安").pk])
    demoted["version"] = _person("秦安").version
    assert client.post(url, demoted).context["form"].non_field_errors()
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(name="秦小川").update(relation="head")


def test_another_head_is_named_while_the_old_one_stays(client, office, family):
    client.force_login(office)
    url = reverse("households:head", args=[family.pk])
    values = {"next_head": _person("秦小川").pk, "former_relation": "parent"}
    choices = [key for key, _name in client.get(url).context["form"].fields[
        "former_relation"].choices]  # fmt: skip
    assert "head" not in choices
    values["former_relation"] = choices[0]
    assert client.post(url, values).status_code == 302
    family.refresh_from_db()
    assert family.head == "秦小川" and _person("秦安").ended is None
    assert AuditEntry.objects.filter(action="household.head_named").count() == 1


def test_a_head_written_down_bears_the_name_of_the_household(office, qin_family, today):
    values = {"name": "秦安康", "relation": "head", "since": today}
    with pytest.raises(Refused):
        actions.add_person(qin_family, values, by=office)
    actions.add_person(qin_family, values | {"name": "秦安"}, by=office)
    assert Person.objects.get().relation == "head"


def _form(client, url):
    return next(
        one for one in forms_of(client.get(url).content.decode()) if "relation" in one.fields
    ).fields


def test_whoever_bears_the_name_of_the_household_is_its_head(client, office, qin_family):
    """Somebody else of that name is written down once the head is there."""
    client.force_login(office)
    url = reverse("households:person_new", args=[qin_family.pk])
    person = {**_form(client, url), "name": "秦安"}
    assert client.post(url, {**person, "relation": "other"}).context["form"].non_field_errors()
    assert not Person.objects.exists()
    assert client.post(url, {**person, "relation": "head"}).status_code == 302
    namesake = {**_form(client, url), "name": "秦安", "relation": "son"}
    assert client.post(url, namesake).status_code == 302
    assert Person.objects.count() == 2


@pytest.fixture
def unsaid(qin_family, today):
    """Written down before anybody asked for it: the head's relation does not say so."""
    for n, name in enumerate(("秦安", "秦二")):
        Person.objects.create(
            household=qin_family, number=f"H1-0{n}", name=name, relation="other", since=today
        )
    return _person("秦安")


def test_a_head_whose_relation_does_not_say_so_is_followed_as_well(
    client, office, qin_family, unsaid, today
):
    client.force_login(office)
    url = reverse("households:person", args=[unsaid.pk])
    assert client.post(url, {**_form(client, url), "born": "1950-01-01"}).status_code == 302
    assert client.post(url, {**_form(client, url), "name": "秦安平"}).status_code == 302
    qin_family.refresh_from_db()
    assert qin_family.head == "秦安平"
    actions.amend(qin_family, {"head": "秦安"}, version=qin_family.version, by=office)
    assert _person("秦安") == unsaid
    assert "next_head" in _leaves(client, unsaid, today).context["form"].errors
    assert client.post(url, {**_form(client, url), "relation": "head"}).status_code == 302


def test_nobody_takes_that_name_beside_the_one_who_is_meant(client, office, qin_family, today):
    client.force_login(office)
    other = Person.objects.create(
        household=qin_family, number="H1-01", name="秦二", relation="son", since=today
    )
    url = reverse("households:person", args=[other.pk])
    sent = {**_form(client, url), "name": "秦安"}
    assert client.post(url, sent).context["form"].non_field_errors()


def test_the_size_is_never_less_than_who_is_known(office, qin_family, today):
    qin_family.size = 1
    qin_family.save()
    for name, relation in (("秦安", "head"), ("柳青", "other")):
        actions.add_person(
            qin_family, {"name": name, "relation": relation, "since": today}, by=office
        )
    qin_family.refresh_from_db()
    assert qin_family.size == 2


@pytest.mark.parametrize(
    ("born", "since"), [(1, 0), (0, 1), (-5, -10)], ids=["unborn", "to come", "before birth"]
)
def test_days_of_persons_have_bounds(client, office, family, today, born, since):
    client.force_login(office)
    values = {
        "name": "新人", "relation": "son", "born": (today + timedelta(days=born)).isoformat(),
        "since": (today + timedelta(days=since)).isoformat(),
    }  # fmt: skip
    new = client.post(reverse("households:person_new", args=[family.pk]), values)
    assert new.status_code == 200 and not Person.objects.filter(name="新人").exists()
    url = reverse("households:person", args=[_person("秦小川").pk])
    changed = client.post(url, {**values, "version": _person("秦小川").version})
    assert changed.status_code == 200 and not Person.objects.filter(name="新人").exists()


def test_nobody_leaves_in_the_future_or_before_coming(client, office, family, today):
    client.force_login(office)
    for day in (today + timedelta(days=1), today - timedelta(days=301)):
        assert _leaves(client, _person("秦小川"), day).context["form"].non_field_errors()
    assert _person("秦小川").ended is None


def test_strangers_reach_no_head(client, lu, auditor, family, today):
    head, page = _person("秦安"), reverse("households:head", args=[family.pk])
    for user, status in ((lu, 404), (auditor, 403)):
        client.force_login(user)
        assert client.get(page).status_code == status
        assert _leaves(client, head, today, next_head=_person("柳青").pk).status_code == status
