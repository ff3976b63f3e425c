"""The end of the audit chain is written down outside the database: cutting it off is told."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jiedui.core import anchor, audit
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chain():
    for n in range(6):
        audit.record(f"thing.{n}", number=n)
    return list(AuditEntry.objects.order_by("pk"))


def test_a_whole_chain_holds(chain):
    assert [one.number for one in anchor.read()] == [1, 2, 3, 4, 5, 6]
    verdict = audit.verify()
    assert verdict.holds
    assert verdict.entries == 6


@pytest.mark.parametrize("left", [5, 3, 0])
def test_a_cut_end_is_told(chain, left):
    AuditEntry.objects.filter(pk__gt=left).delete()
    verdict = audit.verify()
    assert (verdict.holds, verdict.broken, verdict.lost) == (False, None, left + 1)


def test_it_stays_told_when_the_chain_goes_on(chain):
    AuditEntry.objects.filter(pk__gt=4).delete()
    for n in range(4):
        audit.record(f"later.{n}")
    verdict = audit.verify()
    assert (verdict.broken, verdict.lost) == (None, 5)


def test_a_process_killed_before_its_line_is_no_alarm(chain):
    lines = anchor.path().read_text().splitlines(keepends=True)
    anchor.path().write_text("".join(lines[:-1]) + lines[-1][:20])
    assert audit.verify().holds
    audit.record("thing.after")
    assert audit.verify().holds


def test_commits_lost_in_a_power_cut_are_no_alarm(chain, monkeypatch):
    AuditEntry.objects.filter(pk=6).delete()
    monkeypatch.setattr(anchor, "_boot", lambda: "later")  # the edge: the machine's own number
    assert audit.verify().holds
    AuditEntry.objects.all().delete()
    now = anchor.time.time()
    monkeypatch.setattr(anchor.time, "time", lambda: now + 1000)
    audit.record("thing.new")
    assert audit.verify().holds


def test_what_was_written_long_before_a_power_cut_is_missed(chain, monkeypatch):
    now = anchor.time.time()
    monkeypatch.setattr(anchor.time, "time", lambda: now + 1000)
    audit.record("thing.last")
    AuditEntry.objects.filter(pk__gt=5).delete()
    monkeypatch.setattr(anchor, "_boot", lambda: "later")
    assert audit.verify().lost == 6


def test_a_line_of_somebody_else_is_none(chain):
    with anchor.path().open("a") as file:
        file.write("900 " + "0" * 64 + " boot 1 " + "0" * 16 + "\n")
    assert audit.verify().holds


def test_what_was_rolled_back_is_not_written_down(chain):
    from django.db import transaction

    with transaction.atomic():
        audit.record("thing.undone")
        transaction.set_rollback(True)
    assert audit.verify().holds
    assert len(anchor.read()) == 6


@pytest.mark.parametrize("left", [None, "", "garbage\n", "7 cut"])
def test_a_file_taken_away_does_not_begin_by_itself(chain, left):
    """Neither removed nor emptied: what is written afterwards hides nothing."""
    anchor.path().unlink()
    if left is not None:
        anchor.path().write_text(left)
    audit.record("thing.after")
    audit.record_many([audit.Entry("thing.many", "", "", {}, {})], by=None)
    assert audit.is_unanchored()
    assert audit.verify().missing == "anchor"
    assert anchor.read() == []


def test_it_begins_anew_by_an_act_that_stands_in_the_chain(chain):
    anchor.path().unlink()
    audit.begin_anchor(by=None)
    assert not audit.is_unanchored()
    assert [one.number for one in anchor.read()] == [7]
    assert AuditEntry.objects.get(pk=7).action == "audit.anchor_begun"
    audit.record("thing.after")
    assert audit.verify().missing == "" and audit.verify().holds
    AuditEntry.objects.filter(pk=8).delete()
    assert audit.verify().lost == 8
    with pytest.raises(Refused):
        audit.begin_anchor(by=None)


def test_the_first_entries_begin_it(db):
    audit.record_many([audit.Entry(f"thing.{n}", "", "", {}, {}) for n in range(3)], by=None)
    assert [one.number for one in anchor.read()] == [3]
    assert not audit.is_unanchored()


def test_what_is_missing_now_is_told_at_once(client, chain, auditor):
    """Not only after somebody had the chain walked."""
    audit.record("audit.verified", entries=6, broken=None, lost=None, missing="")
    client.force_login(auditor)
    assert "jiedui audit anchor" not in client.get(reverse("reports:audit")).content.decode()
    assert client.get("/healthz").json()["audit"] is True
    anchor.path().unlink()
    assert "jiedui audit anchor" in client.get(reverse("reports:audit")).content.decode()
    assert reverse("reports:audit") in client.get("/").content.decode()
    found = client.get("/healthz")
    assert (found.status_code, found.json()["audit"]) == (200, False)
    assert found.json()["status"] == "degraded"


def test_the_file_is_for_its_own_account_alone(chain):
    assert anchor.path().stat().st_mode & 0o777 == 0o600


def test_an_end_kept_elsewhere_is_held_against_the_chain(chain):
    end = audit.end()
    assert end == f"6 {chain[-1].seal}"
    assert audit.verify(also=[end]).holds
    anchor.path().unlink()
    assert audit.verify().missing == "anchor"
    AuditEntry.objects.filter(pk=6).delete()
    assert audit.verify().holds
    assert audit.verify(also=[end]).lost == 6


def test_a_file_that_was_taken_away_is_missed(chain):
    assert audit.verify().missing == ""
    anchor.path().unlink()
    assert audit.verify().missing == "anchor"


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_chain_taken_away_with_its_file_is_missed(chain, office, goes_on):
    """Accounts are opened with an entry: a chain younger than they are has lost its beginning."""
    type(office).objects.update(date_joined=timezone.now() - timedelta(days=30))
    AuditEntry.objects.all().delete()
    anchor.path().unlink()
    if goes_on:
        audit.record("thing.new")
    verdict = audit.verify()
    assert (verdict.lost, verdict.missing) == (None, "beginning")


def test_an_installation_without_anybody_misses_nothing():
    assert audit.verify().missing == ""


def test_what_is_missing_is_told_on_the_page(client, chain, auditor):
    anchor.path().unlink()
    client.force_login(auditor)
    audit.record("audit.verified", entries=6, broken=None, lost=None, missing="anchor")
    page = client.get(reverse("reports:audit")).content.decode()
    assert "audit.anchor" in page
