"""Suggestions while typing: the best first, by name, pinyin or end of a number, within rights."""

import pytest
from django.urls import reverse

from jiedui.core.models import AuditEntry
from jiedui.households.models import Household
from jiedui.orgs.models import Member

ADDRESS = "/search/suggestions/"


def labels(client, text):
    return [one["label"] for one in client.get(ADDRESS, {"q": text}).json()["suggestions"]]


def household(village, number, head, **more):
    return Household.objects.create(
        number=number, head=head, place=village, kind="allowance", since="2020-01-01", **more
    )


@pytest.fixture
def neighbours(qin_family, willow_village):
    Household.objects.filter(pk=qin_family.pk).update(pinyin="qinan", initials="qa")
    household(willow_village, "PJH00417", "秦安民", pinyin="qinanmin", initials="qam")
    household(willow_village, "PJH10417", "王秦", pinyin="wangqin", initials="wq")
    household(willow_village, "PJH00999", "秦安", ended="2025-01-01", end_reason="moved")


@pytest.fixture
def in_the_office(client, office):
    client.force_login(office)
    return client


def test_the_exact_name_stands_first_and_who_left_after(in_the_office, neighbours):
    answer = in_the_office.get(ADDRESS, {"q": "秦安"}).json()["suggestions"]
    assert [(one["label"], one["note"].split(" · ")[0]) for one in answer] == [
        ("秦安", "H1"),
        ("秦安", "PJH00999"),
        ("秦安民", "PJH00417"),
    ]
    assert answer[0]["url"] == reverse(
        "profiles:household", args=[Household.objects.get(number="H1").pk]
    )


@pytest.mark.parametrize("typed", ["qinan", "qa", "QA", "qin an", "ＱＡ"])
def test_pinyin_whole_or_by_initials_finds(in_the_office, neighbours, typed):
    assert labels(in_the_office, typed)[0] == "秦安"


def test_the_end_of_a_number_finds(in_the_office, neighbours):
    assert labels(in_the_office, "0417") == ["秦安民", "王秦"]
    assert labels(in_the_office, "pjh00417") == ["秦安民"]


def test_members_organisations_and_places_are_offered_as_well(in_the_office, zhou, willow_village):
    assert labels(in_the_office, "周明") == ["周明"]
    assert labels(in_the_office, "农业局") == ["农业局", "农业局机关党支部"]
    assert labels(in_the_office, "柳树") == ["柳树村"]


def test_nobody_is_offered_what_they_may_not_open(client, lu, neighbours, zhou):
    client.force_login(lu)
    assert labels(client, "秦安") == labels(client, "qa") == labels(client, "0417") == []


def test_an_administrator_sees_no_household(client, administrator, neighbours):
    client.force_login(administrator)
    assert labels(client, "秦安") == []


def test_one_is_asked_to_sign_in(client, neighbours):
    assert client.get(ADDRESS, {"q": "秦安"}).status_code == 302


def test_nothing_confidential_is_read(in_the_office, neighbours):
    before = AuditEntry.objects.count()
    labels(in_the_office, "秦安")
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("typed", ["", " ", "\x00", "%", "_", "' OR 1=1", "安" * 500])
def test_nothing_sensible_finds_nothing(in_the_office, neighbours, typed):
    assert labels(in_the_office, typed) == []


def test_it_takes_no_more_queries_for_many_rows(
    in_the_office, neighbours, willow_village, branch, django_assert_num_queries
):
    labels(in_the_office, "秦安")
    with django_assert_num_queries(17):  # four of the sign-in, one of the area, and two a register
        labels(in_the_office, "秦安")
    for n in range(40):
        household(willow_village, f"N{n}", "秦安")
        Member.objects.create(number=f"Q{n}", name="秦安", organisation=branch, rank="clerk")
    with django_assert_num_queries(11):  # enough of them begin so: nothing further is looked for
        answer = in_the_office.get(ADDRESS, {"q": "秦安"})
    assert len(answer.json()["suggestions"]) == 8
    assert len(answer.content) < 2_000
