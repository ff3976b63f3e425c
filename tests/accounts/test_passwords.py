"""What a password must be (R22), when it has to change, and that the old ones stay away."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from jiedui.accounts import actions, passwords
from jiedui.accounts.models import UsedPassword, User
from jiedui.core.models import AuditEntry, Installation

LOGIN, CHANGE = "/accounts/login/", "/accounts/password/"
PASSWORD = "correct horse battery"
GOOD = "Boats carry grain home 7"


def change(client, new, old=PASSWORD):
    facts = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(CHANGE, facts)


def sign_in(client, password=PASSWORD, username="office"):
    return client.post(LOGIN, {"username": username, "password": password})


@pytest.mark.parametrize(
    ("new", "part"),
    [
        ("Short7!", "12"),
        ("onlysmallletters", "三类"),
        ("smallletters2026", "三类"),
        ("1234567890123", "三类"),
        ("Chenweidong2026", "姓名"),
        ("Chen-Wei-Dong-2026", "姓名"),
        ("陈卫东yyds2026haha", "姓名"),
        ("Office-boats-1", "用户名"),
        (PASSWORD, "5"),
    ],
)
def test_a_poor_password_is_refused_with_its_reason(client, office, new, part):
    User.objects.filter(pk=office.pk).update(display_name="陈卫东")
    client.force_login(office)
    answer = change(client, new)
    assert answer.status_code == 200
    assert part in str(answer.context["form"].errors)


def test_chinese_words_count_as_other_signs():
    assert passwords.classes("小河流水ab1") == 3


def test_a_good_password_is_taken_and_written_down(client, office):
    client.force_login(office)
    assert change(client, GOOD).status_code == 302
    assert User.objects.get(pk=office.pk).check_password(GOOD)
    assert AuditEntry.objects.filter(action="account.password_changed").count() == 1


def test_none_of_the_last_five_passwords_comes_back_but_the_sixth_may(client, office):
    client.force_login(office)
    words = [PASSWORD, *(f"Boats carry grain {n}" for n in range(6))]
    for old, new in pairwise(words):
        assert change(client, new, old).status_code == 302
    assert UsedPassword.objects.filter(user=office).count() == 5
    assert change(client, words[2], words[-1]).status_code == 200
    assert change(client, words[0], words[-1]).status_code == 200  # two classes only, and first
    assert change(client, words[1], words[-1]).status_code == 302


def test_first_passwords_would_pass_the_rules_themselves():
    made = {passwords.first_password() for _n in range(200)}
    assert len(made) == 200
    assert all(passwords.classes(one) >= 3 and len(one) == 16 for one in made)


def test_a_first_password_is_changed_before_anything_else(client, administrator, office):
    user, password = actions.open_account("wang", display_name="王芳", by=administrator)
    answer = sign_in(client, password, "wang")
    for url in ("/", "/accounts/profile/", "/households/"):
        assert client.get(url).url == CHANGE
    assert client.post("/campaign/", {"campaign": "x"}).url == CHANGE
    page = client.get(CHANGE, follow=True).content.decode()
    assert answer.status_code == 302
    assert "只有您自己知道" in page
    assert change(client, GOOD, password).url == "/"
    assert client.get("/accounts/profile/").status_code == 200
    entry = AuditEntry.objects.get(action="account.password_changed")
    assert entry.content["was_required"] is True
    user.refresh_from_db()
    assert not user.must_change_password


def test_a_password_that_was_reset_is_changed_first_and_cannot_be_kept(
    client, administrator, office
):
    password = actions.reset_password(office, by=administrator)
    sign_in(client, password)
    assert client.get("/accounts/profile/").url == CHANGE
    assert change(client, password, password).status_code == 200
    assert client.get("/accounts/profile/").url == CHANGE


def test_first_passwords_take_few_rounds_until_they_are_used(
    client, administrator, office, settings
):
    """Sixty accounts are opened in one request, which no other writer can wait for."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    user, password = actions.open_account("wang", display_name="王芳", by=administrator)
    again = actions.reset_password(office, by=administrator)
    assert rounds(user) == rounds(office) == passwords.FIRST_ROUNDS
    assert sign_in(client, "0" + password, "wang").status_code == 200
    for account, word in ((user, password), (office, again)):
        client.logout()
        assert sign_in(client, word, account.username).status_code == 302
        assert client.get("/accounts/profile/").url == CHANGE  # still signed in
        account.refresh_from_db()
        assert rounds(account) >= 600_000


def rounds(user):
    return int(user.password.split("$")[1])


def test_part_of_a_page_sends_the_whole_page_to_the_new_password(client, administrator, office):
    sign_in(client, actions.reset_password(office, by=administrator))
    answer = client.get("/accounts/profile/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, CHANGE)


def test_signing_out_stays_open_with_a_first_password(client, administrator, office):
    sign_in(client, actions.reset_password(office, by=administrator))
    assert client.post("/accounts/logout/").url == LOGIN


def grow_old(user, days):
    since = timezone.now() - timedelta(days=days)
    User.objects.filter(pk=user.pk).update(date_joined=since)


def test_a_password_of_ninety_days_has_to_be_changed(client, office):
    grow_old(office, 91)
    sign_in(client)
    assert client.get("/accounts/profile/").url == CHANGE


def test_a_new_password_is_young_again(client, office):
    grow_old(office, 91)
    sign_in(client)
    change(client, GOOD)
    client.post("/accounts/logout/")
    sign_in(client, GOOD)
    assert client.get("/accounts/profile/").status_code == 200


def test_a_calm_word_comes_a_week_before(client, office):
    grow_old(office, 84)
    answer = client.post(
        LOGIN, {"username": "office", "password": PASSWORD, "next": "/accounts/profile/"},
        follow=True,
    )  # fmt: skip
    assert "6 天内" in answer.content.decode()


def test_a_young_password_is_not_spoken_of(client, office):
    grow_old(office, 60)
    answer = client.post(
        LOGIN, {"username": "office", "password": PASSWORD, "next": "/accounts/profile/"},
        follow=True,
    )  # fmt: skip
    assert answer.status_code == 200
    assert "天内" not in answer.content.decode()


@pytest.mark.parametrize(("days", "demonstration"), [(0, False), (90, True)])
def test_passwords_do_not_age_where_that_is_set_or_in_a_demonstration(
    client, office, settings, days, demonstration
):
    settings.PASSWORD_DAYS = days
    Installation.objects.create(pk=1, is_demonstration=demonstration)
    grow_old(office, 1000)
    sign_in(client)
    assert client.get("/accounts/profile/").status_code == 200
