import json

import pytest
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.accounts.roles import ALL_PERMISSIONS, PERMISSIONS, Role
from jiedui.core.models import Installation

LOGIN = "/accounts/login/"
PASSWORD = "correct horse battery"


def sign_in(client, password=PASSWORD):
    return client.post(LOGIN, {"username": "office", "password": password})


def test_a_stranger_is_led_to_the_door_and_back(client, office):
    response = client.get("/accounts/profile/")
    assert response.url == f"{LOGIN}?next=/accounts/profile/"
    facts = {"username": "office", "password": PASSWORD, "next": "/accounts/profile/"}
    assert client.post(LOGIN, facts).url == "/accounts/profile/"


def test_a_wrong_password_is_said_without_telling_which_part_is_wrong(client, office):
    wrong = sign_in(client, "something else").context["form"].non_field_errors()
    facts = {"username": "nobody", "password": "something else"}
    unknown = client.post(LOGIN, facts).context["form"].non_field_errors()
    assert list(wrong) == list(unknown) != []


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(client, office):
    for _n in range(5):
        response = sign_in(client, "something else")
    assert response.status_code == 429
    assert "15 分钟" in response.content.decode()
    assert sign_in(client).status_code == 429
    assert "_auth_user_id" not in client.session


def test_the_lock_holds_back_one_account_only(client, office, leader):
    for _n in range(5):
        sign_in(client, "something else")
    facts = {"username": "leader", "password": PASSWORD}
    assert client.post(LOGIN, facts).status_code == 302


def test_signing_out_ends_the_session(client, office):
    client.force_login(office)
    client.post(reverse("accounts:logout"))
    assert client.get("/accounts/profile/").status_code == 302


@pytest.fixture
def accounts(settings, office):
    line = {"username": "office", "password": PASSWORD, "name": "陈卫东", "role": "office"}
    (settings.DATA / "demo-accounts.json").write_text(json.dumps([line]))


def test_a_demonstration_offers_its_accounts(client, accounts):
    Installation.objects.create(pk=1, is_demonstration=True)
    assert "陈卫东" in client.get(LOGIN).content.decode()


def test_a_real_installation_offers_none(client, accounts):
    Installation.objects.create(pk=1, is_demonstration=False)
    assert PASSWORD not in client.get(LOGIN).content.decode()


def test_english_is_one_click_away_and_remembered(client, office):
    client.force_login(office)
    assert "我的设置" in client.get("/accounts/profile/").content.decode()
    answer = client.post("/accounts/language/", {"language": "en", "next": "/accounts/profile/"})
    assert answer.url == "/accounts/profile/"
    assert "My settings" in client.get("/accounts/profile/").content.decode()
    client.logout()
    client.cookies.clear()
    sign_in(client)
    assert "My settings" in client.get("/accounts/profile/").content.decode()


def test_a_language_we_do_not_speak_changes_nothing(client, office):
    client.force_login(office)
    client.post("/accounts/language/", {"language": "xx"})
    assert User.objects.get(pk=office.pk).language == ""


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example"])
def test_nobody_is_led_away_from_the_site(client, db, elsewhere):
    facts = {"language": "en", "next": elsewhere}
    assert client.post("/accounts/language/", facts).url == "/"


def test_large_type_stays_with_the_person(client, office):
    client.force_login(office)
    client.post("/accounts/large-type/", {"next": "/accounts/profile/"})
    assert 'class="large-type"' in client.get("/accounts/profile/").content.decode()
    client.post("/accounts/large-type/", {})
    assert 'class="large-type"' not in client.get("/accounts/profile/").content.decode()


def test_large_type_works_before_signing_in(client, office):
    client.post("/accounts/large-type/", {"next": LOGIN})
    assert 'class="large-type"' in client.get(LOGIN).content.decode()


def test_the_password_can_be_changed_and_must_be_long(client, office):
    client.force_login(office)
    short = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    assert client.post("/accounts/password/", short).status_code == 200
    new = "Boats carry grain home"
    facts = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/accounts/password/", facts).status_code == 302
    assert User.objects.get(pk=office.pk).check_password(new)


CHANGING = {p for p in ALL_PERMISSIONS if p.split(".")[-1] not in ("read", "export")}


def test_auditors_change_nothing():
    assert not PERMISSIONS[Role.AUDITOR] & CHANGING


def test_administrators_reach_no_register():
    closed = {"registers.read", "registers.change", "sensitive.read", "figures.read", "import"}
    assert not PERMISSIONS[Role.ADMINISTRATOR] & closed


def test_every_role_has_its_permissions():
    assert set(PERMISSIONS) == set(Role.values)


def test_a_closed_account_may_nothing(office):
    office.is_active = False
    assert office.permissions == frozenset()
