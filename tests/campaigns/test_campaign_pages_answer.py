import pytest
from django.urls import reverse

from jiedui.campaigns.models import Campaign


@pytest.fixture
def page(client, office, full_campaign):
    client.force_login(office)
    return lambda name, **query: client.get(
        reverse(f"campaigns:{name}", args=[full_campaign.pk]), query
    )


def test_a_campaign_tells_its_levels_and_its_rules_in_words(page):
    text = page("show").content.decode()
    assert "单位包村" in text
    assert "县处级" in text
    assert "is-today" in text


def test_the_manners_are_on_one_sheet(page):
    assert "先打电话再上门。" in page("conduct").content.decode()


def test_all_red_lines_are_off_and_each_says_why(page):
    lines = page("red_lines").context["red_lines"]
    assert len(lines) == 8
    assert {line.state.icon for line in lines} == {"ban"}
    assert all(str(line.reason) for line in lines)


def test_the_playbook_can_be_read_and_taken_along(page, full_campaign):
    assert "清洁行动" in page("playbook").content.decode()
    assert page("playbook", download=1).content.decode() == full_campaign.source


def test_a_stranger_finds_no_campaign(client, page, administrator, full_campaign):
    from jiedui.accounts.models import User

    nobody = User.objects.create_user("nobody", password="correct horse battery")
    client.force_login(nobody)
    assert page("show").status_code == 403
    assert Campaign.objects.count() == 1


def test_an_officer_of_another_city_gets_404(client, page, full_campaign):
    from tests.conftest import _user

    from jiedui.places.models import Place

    far = Place.objects.create(path="3404", code="340400000000", name="淮南市", level="city")
    client.force_login(_user("far", "village_officer", place=far))
    assert page("show").status_code == 404
