"""The register of households, through its pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.core.models import AuditEntry
from jiedui.households.models import Household, Income, Need, Person


def test_an_administrator_sees_no_household(client, administrator, qin_family):
    client.force_login(administrator)
    assert client.get(reverse("households:list")).status_code == 403
    assert not Household.objects.visible_to(administrator).exists()


def test_a_stranger_does_not_find_the_household(client, lu, qin_family):
    client.force_login(lu)
    assert "秦安" not in client.get(reverse("households:list")).content.decode()
    assert client.get(reverse("households:edit", args=[qin_family.pk])).status_code == 404


def test_a_household_is_found_by_its_initials(client, office, willow_village):
    client.force_login(office)
    values = {
        "head": "曾小满", "number": "H9", "place": "柳树村", "size": 2, "kind": "allowance",
        "difficulty": 40, "since": "2024-01-01", "phone": "１３８ 0000 0000",
    }  # fmt: skip
    response = client.post(reverse("households:new"), values)
    assert response.status_code == 302, response.context["form"].errors
    household = Household.objects.get(number="H9")
    assert (household.initials, household.phone) == ("zxm", "13800000000")
    page = client.get(reverse("households:list"), {"q": "zxm"}).content.decode()
    assert "曾小满" in page


def test_two_people_changing_a_household_do_not_overwrite_each_other(client, office, qin_family):
    client.force_login(office)
    url = reverse("households:edit", args=[qin_family.pk])
    values = {
        "head": "秦安", "number": "H1", "place": "柳树村", "size": 4, "kind": "allowance",
        "difficulty": 0, "since": qin_family.since.isoformat(), "version": 1,
    }  # fmt: skip
    client.post(url, values)
    client.post(url, {**values, "size": 9})
    qin_family.refresh_from_db()
    assert (qin_family.size, qin_family.version) == (4, 2)
    assert AuditEntry.objects.get(action="household.amended").content["after"]["size"] == 4


def test_an_unknown_village_is_said_and_nothing_is_saved(client, office, city):
    client.force_login(office)
    response = client.post(reverse("households:new"), {"head": "李", "place": "没有的村"})
    assert response.status_code == 200
    assert "没有的村" in response.content.decode()
    assert not Household.objects.exists()


def test_a_household_lives_in_a_village_not_in_a_county(client, office, city, today):
    client.force_login(office)
    values = {
        "head": "曾小满", "number": "H9", "place": "大洼区", "size": 2, "kind": "allowance",
        "difficulty": 40, "since": today.isoformat(),
    }  # fmt: skip
    response = client.post(reverse("households:new"), values)
    assert "place" in response.context["form"].errors
    assert not Household.objects.exists()


def test_a_number_that_is_taken_is_said_on_the_form(client, office, qin_family, today):
    client.force_login(office)
    values = {
        "head": "曾小满", "number": "H1", "place": "柳树村", "size": 2, "kind": "allowance",
        "difficulty": 40, "since": today.isoformat(),
    }  # fmt: skip
    response = client.post(reverse("households:new"), values)
    assert response.context["form"].non_field_errors()
    assert "曾小满" in response.content.decode()  # nothing typed is lost
    assert Household.objects.count() == 1


def test_a_person_comes_changes_and_leaves(client, office, qin_family, today):
    client.force_login(office)
    since = (today - timedelta(days=30)).isoformat()
    values = {"name": "秦小雨", "relation": "daughter", "gender": "female", "since": since}
    client.post(reverse("households:person_new", args=[qin_family.pk]), values)
    person = Person.objects.get()
    client.post(reverse("households:person", args=[person.pk]), {**values, "name": "秦晓雨"})
    person.refresh_from_db()
    assert (person.name, person.pinyin, person.initials) == ("秦晓雨", "qinxiaoyu", "qxy")
    found = client.get(reverse("households:people"), {"q": "qxy"})
    assert "秦晓雨" in found.content.decode()
    early = {"on": (today - timedelta(days=31)).isoformat(), "reason": "moved_out"}
    leave = reverse("households:person_leaves", args=[person.pk])
    assert client.post(leave, early).context["form"].non_field_errors()
    client.post(leave, {"on": today.isoformat(), "reason": "moved_out"})
    person.refresh_from_db()
    assert person.ended == today
    assert client.get(leave).status_code == 404


def test_a_number_is_free_even_when_somebody_was_taken_out(client, office, qin_family, today):
    """Numbers were counted: with a gap in them the next person had somebody else's."""
    for number in ("H1-01", "H1-03"):
        Person.objects.create(household=qin_family, number=number, name=number, since=today)
    client.force_login(office)
    values = {"name": "秦小雨", "relation": "daughter", "since": today.isoformat()}
    for _time in range(2):
        response = client.post(reverse("households:person_new", args=[qin_family.pk]), values)
        assert response.status_code == 302
    numbers = set(Person.objects.filter(name="秦小雨").values_list("number", flat=True))
    assert numbers == {"H1-02", "H1-04"}


@pytest.mark.parametrize(("how", "field"), [("met", "met_on"), ("dropped", "ended")])
def test_a_need_is_met_or_dropped_once(client, village_officer, qin_family, today, how, field):
    client.force_login(village_officer)
    values = {"kind": "job", "text": "农闲想打零工", "urgency": 2, "since": today.isoformat()}
    response = client.post(reverse("households:need_new", args=[qin_family.pk]), values)
    assert response.status_code == 302, response.context["form"].errors
    need = Need.objects.get()
    over = reverse(f"households:need_{how}", args=[need.pk])
    client.post(over, {"on": today.isoformat()})
    assert getattr(Need.objects.get(), field) == today
    assert client.post(over, {"on": today.isoformat()}).context["form"].non_field_errors()


def test_income_is_written_in_yuan_and_corrected(client, office, qin_family):
    client.force_login(office)
    url = reverse("households:income", args=[qin_family.pk])
    values = {
        "year": 2024, "wage_fen": "12,000.50", "business_fen": "3000", "business_cost_fen": "500",
        "property_fen": "0", "transfer_fen": "1000",
    }  # fmt: skip
    client.post(url, values)
    assert Income.objects.get().net_fen == 1_550_050
    shown = client.get(url, {"year": 2024}).content.decode()
    assert "12000.5" in shown
    client.post(url, {**values, "wage_fen": "0"})
    assert Income.objects.get().net_fen == 350_000
    actions = AuditEntry.objects.filter(action__startswith="income.").values_list("action")
    assert [action for (action,) in actions.order_by("pk")] == ["income.written", "income.amended"]


def test_the_card_has_no_sensitive_detail(client, office, qin_family):
    qin_family.phone = "13800001234"
    qin_family.save()
    client.force_login(office)
    page = client.get(reverse("households:card", args=[qin_family.pk])).content.decode()
    assert "秦安" in page and "1234" not in page


def test_the_card_names_who_helps_now(client, office, zhou_and_the_qins, he, bureau, branch, today):
    from jiedui.pairing.models import Pair

    Pair.objects.create(
        campaign=zhou_and_the_qins.campaign, kind="kinship", member=he, organisation=branch,
        household=zhou_and_the_qins.household, since=today - timedelta(days=9), ended=today,
    )  # fmt: skip
    client.force_login(office)
    household = zhou_and_the_qins.household
    page = client.get(reverse("households:card", args=[household.pk])).content.decode()
    assert "周明" in page and bureau.name in page
    assert he.name not in page


def test_the_card_has_the_telephone_of_the_helper(client, office, leader, zhou_and_the_qins, zhou):
    """Whole for those who may open the family's details, and written down; masked for others."""
    zhou.phone = "13912345678"
    zhou.save()
    url = reverse("households:card", args=[zhou_and_the_qins.household_id])
    client.force_login(office)
    assert "13912345678" in client.get(url).content.decode()
    read = AuditEntry.objects.get(action="member.read")
    assert read.subject == str(zhou.pk)
    client.force_login(leader)
    page = client.get(url).content.decode()
    assert "5678" in page and "13912345678" not in page


def test_a_stranger_reaches_nothing_of_a_household(client, lu, qin_family, today):
    need = Need.objects.create(household=qin_family, kind="job", since=today)
    client.force_login(lu)
    for name in ("edit", "strike", "card", "income", "person_new", "need_new"):
        assert client.get(reverse(f"households:{name}", args=[qin_family.pk])).status_code == 404
    assert client.get(reverse("households:need_met", args=[need.pk])).status_code == 404


def test_a_need_is_found_by_the_initials_of_its_family(client, office, qin_family, today):
    from jiedui.households.models import Need

    Household.objects.filter(pk=qin_family.pk).update(pinyin="qinan", initials="qa")
    need = Need.objects.create(household=qin_family, kind="illness", text="买药", since=today)
    client.force_login(office)
    for words, is_found in (("qa", True), ("qina", True), ("wxy", False)):
        page = client.get(reverse("households:needs"), {"q": words})
        assert (need.text in page.content.decode()) is is_found


def test_a_name_of_forty_signs_is_kept(client, office, willow_village, today):
    client.force_login(office)
    values = {
        "number": "H8", "head": "庄" * 40, "place": "柳树村", "kind": "allowance",
        "size": 1, "difficulty": 0, "since": today.isoformat(),
    }  # fmt: skip
    client.post(reverse("households:new"), values)
    assert Household.objects.get().initials == "z" * 20


def test_a_need_begins_and_ends_on_days_that_have_been(client, office, qin_family, today):
    client.force_login(office)
    values = {"kind": "job", "text": "找活", "urgency": "2"}
    new = reverse("households:need_new", args=[qin_family.pk])
    late = (today + timedelta(days=1)).isoformat()
    assert client.post(new, values | {"since": late}).status_code == 200
    assert not Need.objects.exists()
    client.post(new, values | {"since": today.isoformat()})
    need = Need.objects.get()
    for how in ("met", "dropped"):
        over = reverse(f"households:need_{how}", args=[need.pk])
        for day in (late, (today - timedelta(days=1)).isoformat()):
            assert client.post(over, {"on": day}).status_code == 200
    need.refresh_from_db()
    assert need.met_on is None and need.ended is None
