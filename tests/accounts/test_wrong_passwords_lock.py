"""The fifth wrong password locks for 15 minutes, not longer, whoever goes on trying."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections  # noqa: F401 (the mark below asks connection)
from django.test import Client

from jiedui.accounts import locks
from jiedui.accounts.models import WrongTries
from jiedui.core.models import AuditEntry

LOGIN = "/accounts/login/"
PASSWORD = "correct horse battery"


def sign_in(password=PASSWORD, *, username="office", address="10.0.0.7"):
    facts = {"username": username, "password": password}
    return Client().post(LOGIN, facts, REMOTE_ADDR=address).status_code


def minutes_pass(minutes):
    """What was counted lies so much further back; of no other clock does a lock depend."""
    for row in WrongTries.objects.all():
        ago = timedelta(minutes=minutes)
        row.since -= ago
        row.locked_until = row.locked_until and row.locked_until - ago
        row.save()


def test_the_fifth_wrong_try_locks_and_the_lock_ends(office):
    assert [sign_in("wrong") for _n in range(5)] == [200, 200, 200, 200, 429]
    assert sign_in() == 429
    minutes_pass(14)
    assert sign_in() == 429
    minutes_pass(1.1)
    assert sign_in() == 302


def test_tries_during_a_lock_neither_count_nor_prolong_it(office):
    for _n in range(5):
        sign_in("wrong")
    for _minute in range(15):
        minutes_pass(1.01)
        if _minute < 14:
            assert sign_in("wrong") == 429
    assert sign_in() == 302


def test_after_a_lock_one_has_five_tries_again(office):
    for _n in range(5):
        sign_in("wrong")
    minutes_pass(16)
    assert [sign_in("wrong") for _n in range(4)] == [200] * 4
    assert sign_in() == 302


def test_the_right_password_forgets_the_wrong_ones(office):
    for _n in range(3):
        for _m in range(4):
            assert sign_in("wrong") == 200
        assert sign_in() == 302


def test_a_lock_holds_for_the_address_it_was_earned_at(office, leader):
    for _n in range(5):
        sign_in("wrong", address="10.9.9.9")
    assert sign_in(address="10.9.9.9") == 429
    assert sign_in(address="10.0.0.7") == 302
    assert sign_in(username="leader", address="10.9.9.9") == 302


def test_changing_names_from_one_address_is_slowed_too(office):
    tried = [sign_in("wrong", username=f"name{n}") for n in range(locks.OF_ADDRESS)]
    assert tried == [200] * (locks.OF_ADDRESS - 1) + [429]
    assert sign_in() == 429
    assert sign_in(address="10.0.0.8") == 302
    minutes_pass(16)
    assert sign_in() == 302


def test_one_s_own_password_does_not_buy_tries_at_others(office, leader):
    for n in range(locks.OF_ADDRESS - 1):
        sign_in("wrong", username=f"name{n}")
        if n % 5 == 0:
            assert sign_in() == 302
    assert sign_in("wrong", username="leader") == 429


def test_what_failed_stands_in_the_chain_without_what_was_typed(office):
    sign_in("wrong")
    sign_in("wrong", username="my-password-in-the-wrong-field")
    for _n in range(5):
        sign_in("wrong")
    failed = AuditEntry.objects.filter(action="account.sign_in_failed").order_by("pk")
    assert [(one.subject, one.address) for one in failed[:2]] == [
        (str(office.pk), "10.0.0.7"), ("", "10.0.0.7"),
    ]  # fmt: skip
    assert AuditEntry.objects.filter(action="account.locked", subject=str(office.pk)).count() == 1
    assert "my-password" not in str(list(AuditEntry.objects.values()))
    assert "my-password" not in str(list(WrongTries.objects.values()))


def test_what_was_counted_long_ago_is_forgotten(office):
    sign_in("wrong")
    assert locks.tidy() == 0
    minutes_pass(61)
    assert locks.tidy() == 2


def test_a_try_still_being_looked_at_when_another_locks_is_only_wrong(office):
    answers = []

    def guess(n):
        try:
            locks.attempt("office", "10.0.0.7", lambda: guess(n + 1) if n < 6 else None)
        except locks.Locked:
            answers.append((n, 429))
        else:
            answers.append((n, 200))

    guess(1)
    assert sorted(answers) == [(1, 200), (2, 200), (3, 200), (4, 200), (5, 429), (6, 429)]
    failed = AuditEntry.objects.filter(action__startswith="account.", subject=str(office.pk))
    actions = sorted(failed.values_list("action", flat=True))
    assert actions == ["account.locked"] + ["account.sign_in_failed"] * 4


@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite lets one write at a time by itself"
)
@pytest.mark.django_db(transaction=True)
def test_guesses_sent_together_are_counted_each(office):
    looked_at = []

    def guess(_n):
        try:
            locks.attempt("office", "10.0.0.7", lambda: looked_at.append(1))
        except locks.Locked:
            return 429
        finally:
            connections.close_all()
        return 200

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(guess, range(12)))
    assert len(looked_at) == 5
    assert answers.count(429) == 8
