"""Two people edit one record: the second sees what changed meanwhile, and chooses."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.core.models import AuditEntry
from jiedui.households.models import Household, Income, Person
from jiedui.ledger.models import Fund
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.places.models import Place
from page_forms import forms_of


@pytest.fixture
def records(world_of_windows):
    return world_of_windows


@pytest.fixture
def world_of_windows(qin_family, zhou, branch, bureau, willow_village, today, leader):
    person = Person.objects.create(
        household=qin_family, number="H1-01", name="秦小禾", relation="daughter", since=today
    )
    Income.objects.create(household=qin_family, year=2024, wage_fen=100_00)
    team = Team.objects.create(number="T1", name="宣讲队", kind="volunteer", organisation=branch)
    hamlet = Place.objects.create(
        parent=willow_village, path="211104100200001", code="211104100200001", name="东屯",
        level="hamlet",
    )  # fmt: skip
    return {
        "households:edit": (qin_family, "size", "5", "difficulty", "40"),
        "households:person": (person, "name", "秦晓禾", "gender", "female"),
        "households:income": (qin_family, "wage_fen", "900", "property_fen", "70"),
        "orgs:edit": (bureau, "name", "农业农村局", "unit_kind", ""),
        "orgs:member_edit": (zhou, "post", "主任", "is_leader", "on"),
        "orgs:team_edit": (team, "name", "宣讲一队", "kind", "dissuasion"),
        "orgs:user_change": (leader, "display_name", "王领导", "", ""),
        "places:rename": (hamlet, "name", "东屯子", "", ""),
    }


def opened(client, name, row):
    query = "?year=2024" if name == "households:income" else ""
    url = reverse(name, args=[row.pk]) + query
    form = next(one for one in forms_of(client.get(url).content.decode()) if one.number)
    return url, {key: values for key, values in form.fields.items() if values}


EDITED = (
    "households:edit", "households:person", "households:income", "orgs:edit", "orgs:member_edit",
    "orgs:team_edit", "places:rename",
)  # fmt: skip


@pytest.mark.parametrize("name", [*EDITED, "orgs:user_change"])
def test_the_second_window_is_shown_what_changed(client, records, office, administrator, name):
    row, field, theirs, *_more = records[name]
    client.force_login(administrator if name == "orgs:user_change" else office)
    url, first = opened(client, name, row)
    _url, second = opened(client, name, row)
    assert client.post(url, {**first, field: theirs}).status_code == 302
    before = everything()
    answer = client.post(url, {**second, field: "7"})
    assert answer.status_code == 409, name
    page = answer.content.decode()
    assert theirs in page and f'name="keep-{field}"' in page
    assert everything() == before, f"{name}: something was saved unasked"
    again = next(one for one in forms_of(page) if one.number)
    refused = client.post(url, again.fields)  # nothing chosen yet
    assert refused.status_code == 409
    assert everything() == before
    form = next(one for one in forms_of(refused.content.decode()) if one.number)
    done = client.post(url, {**form.fields, f"keep-{field}": "mine"})
    assert done.status_code == 302, name
    assert everything() != before


def everything():
    models = (Household, Person, Income, Organisation, Member, Team, Place, Fund)
    return [list(model.objects.order_by("pk").values()) for model in models] + [
        list(AuditEntry.objects.values("pk", "action").exclude(action__endswith="read"))
    ]


@pytest.mark.parametrize("name", [n for n in EDITED if n not in ("orgs:edit", "places:rename")])
def test_a_field_only_the_other_changed_stays_as_they_left_it(client, records, office, name):
    row, field, theirs, other, mine = records[name]
    client.force_login(office)
    url, first = opened(client, name, row)
    _url, second = opened(client, name, row)
    client.post(url, {**first, field: theirs})
    kept = {one["pk"]: one for one in AuditEntry.objects.values("pk", "content")}
    answer = client.post(url, {**second, other: mine})
    form = next(one for one in forms_of(answer.content.decode()) if one.number)
    assert form.fields[f"keep-{field}"] == ["now"]  # chosen beforehand: the writer left it alone
    assert client.post(url, form.fields).status_code == 302
    last = AuditEntry.objects.exclude(pk__in=kept).exclude(action__endswith="read").latest("pk")
    assert set(last.content["after"]) == {other}, name


def test_the_same_typed_twice_is_no_difference(client, office, qin_family):
    client.force_login(office)
    url, first = opened(client, "households:edit", qin_family)
    _url, second = opened(client, "households:edit", qin_family)
    client.post(url, {**first, "size": "5"})
    assert client.post(url, {**second, "size": "5", "difficulty": "9"}).status_code == 302
    qin_family.refresh_from_db()
    assert (qin_family.size, qin_family.difficulty) == (5, 9)


def test_a_third_change_while_choosing_is_shown_too(client, office, qin_family):
    client.force_login(office)
    url, one = opened(client, "households:edit", qin_family)
    _url, two = opened(client, "households:edit", qin_family)
    _url, three = opened(client, "households:edit", qin_family)
    client.post(url, {**one, "size": "5"})
    page = client.post(url, {**two, "size": "6"}).content.decode()
    choosing = next(form for form in forms_of(page) if form.number).fields
    third = client.post(url, {**three, "head": "秦平", "size": "5"})
    assert third.status_code == 302
    answer = client.post(url, {**choosing, "keep-size": "mine"})
    assert answer.status_code == 409
    assert "秦平" in answer.content.decode()


def test_a_seal_that_was_altered_is_not_believed(client, office, qin_family):
    client.force_login(office)
    url, sent = opened(client, "households:edit", qin_family)
    answer = client.post(url, {**sent, "started": "abcd", "size": "8"})
    assert answer.status_code == 409
    qin_family.refresh_from_db()
    assert qin_family.size == 3


def test_a_telephone_is_masked_for_who_may_not_open_it(client, office, qin_family, monkeypatch):
    client.force_login(office)
    url, first = opened(client, "households:edit", qin_family)
    _url, second = opened(client, "households:edit", qin_family)
    client.post(url, {**first, "phone": "13998765432"})
    page = client.post(url, {**second, "phone": "13811112222"}).content.decode()
    if office.may("sensitive.read"):
        assert "13998765432" in page
        assert AuditEntry.objects.filter(action="household.read").latest("pk").content["fields"]
    else:
        assert "13998765432" not in page


def test_two_identity_numbers_do_not_replace_each_other(client, office, records):
    client.force_login(office)
    person = records["households:person"][0]
    url, first = opened(client, "households:person", person)
    _url, second = opened(client, "households:person", person)
    assert client.post(url, {**first, "identity": "11010519491231002X"}).status_code == 302
    answer = client.post(url, {**second, "identity": "110101199003070038"})
    assert answer.status_code == 409
    assert "11010519491231002X" not in answer.content.decode()


def test_an_old_value_that_breaks_the_rule_of_today_blocks_nothing_else(client, office, zhou):
    zhou.phone, zhou.rank = "138001380001", "old_rank"
    zhou.save()
    client.force_login(office)
    url, sent = opened(client, "orgs:member_edit", zhou)
    assert client.post(url, {**sent, "post": "主任"}).status_code == 302
    zhou.refresh_from_db()
    assert (zhou.post, zhou.phone, zhou.rank) == ("主任", "138001380001", "old_rank")
    url, sent = opened(client, "orgs:member_edit", zhou)
    assert client.post(url, {**sent, "phone": "1380013800"}).context["form"].errors["phone"]


def test_a_day_in_another_writing_is_the_same_day(client, office, qin_family, today):
    client.force_login(office)
    url, sent = opened(client, "households:edit", qin_family)
    assert sent["since"] == [(today - timedelta(days=400)).isoformat()]
    client.post(url, sent)
    assert not AuditEntry.objects.filter(action="household.amended").exists()


def test_a_day_that_only_the_other_changed_stays_as_they_left_it(client, office, qin_family, today):
    client.force_login(office)
    url, first = opened(client, "households:edit", qin_family)
    _url, second = opened(client, "households:edit", qin_family)
    earlier = (today - timedelta(days=500)).isoformat()
    client.post(url, {**first, "since": earlier})
    answer = client.post(url, {**second, "difficulty": "40"})
    form = next(one for one in forms_of(answer.content.decode()) if one.number)
    assert form.fields["keep-since"] == ["now"]
    assert client.post(url, form.fields).status_code == 302
    qin_family.refresh_from_db()
    assert (qin_family.since.isoformat(), qin_family.difficulty) == (earlier, 40)


@pytest.mark.parametrize("started", ["户主", "AAAA", "====", "\0"])
def test_what_a_form_says_it_showed_is_not_believed(client, office, zhou, started):
    client.force_login(office)
    url = reverse("orgs:member_edit", args=[zhou.pk])
    answer = client.post(url, {"started": started, "post": "主任"})
    assert answer.status_code in (200, 409)
    zhou.refresh_from_db()
    assert zhou.post != "主任"
