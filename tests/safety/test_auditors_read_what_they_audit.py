"""Whoever audits one county or unit reads its entries, and no others; the chain stays one."""

from datetime import date

import pytest
from django.urls import reverse

from addresses import content
from jiedui.accounts.models import User
from jiedui.core import audit
from jiedui.core.models import AuditEntry
from jiedui.households import actions as households
from jiedui.orgs.models import Appointment, Organisation
from jiedui.web import jobs


def auditor_of(name, **where):
    user = User.objects.create_user(name)
    Appointment.objects.create(user=user, role="auditor", since=date(2020, 1, 1), **where)
    return user


@pytest.fixture
def elm_family(other_village, office, today):
    values = {"number": "H2", "head": "余平", "place": other_village, "kind": "allowance"}
    return households.register({**values, "since": today}, by=office)


@pytest.fixture
def entries(zhou_and_the_qins, qin_family, elm_family, office):
    """Of Willow village, of Elm village, of the pair between them and the bureau; of all."""
    households.amend(qin_family, {"size": 4}, version=qin_family.version, by=office)
    audit.record("register.exported", by=office, listing="households", rows=2)


def seen(client, user, query=""):
    client.force_login(user)
    return client.get(reverse("reports:audit") + query)


def actions_seen(client, user):
    page = seen(client, user)
    return sorted(line.row.action for line in page.context["list"].lines_between(0, 99))


def test_of_one_village_one_reads_the_entries_of_that_village(client, entries, other_village):
    user = auditor_of("auditor2", place=other_village)
    assert actions_seen(client, user) == ["household.registered"]
    exported = seen(client, user, "?export=xlsx")
    assert exported.status_code == 200
    assert "秦" not in content(exported)


def test_of_the_other_village_one_reads_pair_and_change(client, entries, willow_village):
    user = auditor_of("auditor2", place=willow_village)
    assert actions_seen(client, user) == ["household.amended", "pair.opened"]


def test_of_one_unit_one_reads_what_its_people_are_in(client, entries, bureau):
    user = auditor_of("auditor2", organisation=bureau)
    assert actions_seen(client, user) == ["pair.opened"]


def test_of_another_unit_one_reads_nothing(client, entries, bureau):
    other = Organisation.objects.create(
        parent=bureau.parent, path="00010002", name="水利局", kind="unit", number="U2"
    )
    assert actions_seen(client, auditor_of("auditor2", organisation=other)) == []


def test_of_everything_one_reads_everything(client, entries, auditor, administrator):
    everything = sorted(AuditEntry.objects.values_list("action", flat=True))
    assert "register.exported" in everything
    assert actions_seen(client, auditor) == everything
    assert actions_seen(client, administrator) == everything


def test_beside_another_campaign_the_whole_of_one_is_not_everything(client, entries, auditor):
    Organisation.objects.create(path="0002", name="别处", kind="area")
    assert "register.exported" not in actions_seen(client, auditor)
    assert "pair.opened" in actions_seen(client, auditor)


def test_whoever_audits_a_part_verifies_the_whole_chain(client, entries, other_village):
    user = auditor_of("auditor2", place=other_village)
    seen(client, user)
    client.post(reverse("reports:audit_verify"))
    jobs.work(once=True)
    last = seen(client, user).context["last"]
    assert last.content["broken"] is None
    assert last.content["entries"] == last.pk - 1


def test_what_was_deleted_is_still_where_it_was(elm_family, office, other_village):
    entry = audit.Entry("household.withdrawn", "households.household", str(elm_family.pk), {}, {})
    elm_family.delete()
    audit.record_many([entry], by=office)
    assert AuditEntry.objects.order_by("-pk").first().place == other_village.path


def test_an_entry_says_where_it_was_asked_from(client, office, settings):
    facts = {"username": "office", "password": "correct horse battery"}
    headers = {"X-Forwarded-For": "6.6.6.6, 203.0.113.9"}
    client.post("/accounts/login/", facts, headers=headers)
    client.post("/accounts/logout/")
    settings.PROXIES = 1
    client.post("/accounts/login/", facts, headers=headers)
    entries = AuditEntry.objects.filter(action="account.signed_in").order_by("pk")
    assert [one.address for one in entries] == ["127.0.0.1", "203.0.113.9"]
