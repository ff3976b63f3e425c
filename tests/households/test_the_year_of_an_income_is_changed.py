"""The form of an income whose year is changed writes that year, and says what is there already."""

import pytest
from django.urls import reverse

from jiedui.core.changes import Stale
from jiedui.households import actions
from jiedui.households.models import Income
from page_forms import forms_of


@pytest.fixture
def page(client, office, qin_family):
    client.force_login(office)
    Income.objects.create(household=qin_family, year=2024, wage_fen=100_00, transfer_fen=30_00)
    return reverse("households:income", args=[qin_family.pk]) + "?year=2024"


def fields_of(answer):
    form = next(one for one in forms_of(answer.content.decode()) if one.number)
    return {key: values for key, values in form.fields.items() if values}


def sums(year):
    return Income.objects.filter(year=year).values_list("wage_fen", "transfer_fen").first()


def test_a_year_that_is_not_there_yet_gets_all_that_is_shown(client, page):
    typed = fields_of(client.get(page)) | {"year": "2023", "wage_fen": "90"}
    assert client.post(page, typed).status_code == 302
    assert sums(2023) == (90_00, 30_00)
    assert sums(2024) == (100_00, 30_00)


@pytest.mark.parametrize("year", [" 2023", "２０２３", "02023"])
def test_the_year_is_the_one_that_is_read(client, page, year):
    typed = fields_of(client.get(page)) | {"year": year}
    assert client.post(page, typed).status_code == 302
    assert sums(2023) == (100_00, 30_00)
    assert Income.objects.count() == 2


def test_a_year_that_is_there_is_shown_before_it_is_written_over(client, page, qin_family):
    Income.objects.create(household=qin_family, year=2023, wage_fen=80_00, transfer_fen=30_00)
    typed = fields_of(client.get(page)) | {"year": "2023", "wage_fen": "90"}
    answer = client.post(page, typed)
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "2023" in said and "有其他人改过" not in said
    assert 'name="keep-wage_fen"' in said and 'name="keep-transfer_fen"' not in said
    assert sums(2023) == (80_00, 30_00)
    again = fields_of(answer)
    assert client.post(page, again | {"keep-wage_fen": "mine"}).status_code == 302
    assert (sums(2023), sums(2024)) == ((90_00, 30_00), (100_00, 30_00))


def test_what_changed_meanwhile_is_of_the_year_that_is_saved(client, page):
    typed = fields_of(client.get(page))
    Income.objects.filter(year=2024).update(wage_fen=70_00, version=2)
    answer = client.post(page, typed | {"transfer_fen": "40"})
    assert answer.status_code == 409 and 'name="keep-wage_fen"' in answer.content.decode()


def test_a_year_that_went_meanwhile_is_written_whole(client, page):
    typed = fields_of(client.get(page)) | {"wage_fen": "90"}
    Income.objects.all().delete()
    assert client.post(page, typed).status_code == 302
    assert sums(2024) == (90_00, 30_00)


@pytest.mark.django_db
def test_a_year_that_comes_between_looking_and_writing_is_not_overwritten(qin_family):
    actions.earn(qin_family, 2024, {"wage_fen": 1}, by=None, version=0)
    with pytest.raises(Stale):
        actions.earn(qin_family, 2024, {"wage_fen": 2}, by=None, version=0)
    assert Income.objects.get().wage_fen == 1
