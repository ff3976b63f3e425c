import pytest
from django.urls import reverse


def test_an_english_browser_still_begins_in_chinese(client, office):
    page = client.get(reverse("accounts:login"), HTTP_ACCEPT_LANGUAGE="en-GB,en")
    assert 'lang="zh-Hans"' in page.content.decode()


def test_the_language_once_chosen_stays(client, office):
    client.post(reverse("accounts:language"), {"language": "en"})
    assert 'lang="en"' in client.get(reverse("accounts:login")).content.decode()


def test_an_unknown_language_is_not_spoken(client, office):
    client.cookies["django_language"] = "xx'><script>"
    assert 'lang="zh-Hans"' in client.get(reverse("accounts:login")).content.decode()


@pytest.mark.parametrize("name", ["pairing:list", "pairing:uncovered", "proposals:list"])
def test_without_a_campaign_a_page_says_so(client, office, name):
    client.force_login(office)
    page = client.get(reverse(name), follow=True)
    assert page.status_code == 200
