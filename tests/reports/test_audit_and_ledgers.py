"""The audit chain to look through and to verify; the ledger of pairs on paper."""

import pytest
from django.urls import reverse

from jiedui.core.models import AuditEntry
from jiedui.web import jobs


def test_an_auditor_looks_through_the_chain(client, counted, auditor):
    client.force_login(auditor)
    page = client.get(reverse("reports:audit"), {"action": "pair.opened"})
    assert page.context["list"].total == 1


def test_the_chain_is_verified_as_a_job(client, counted, auditor):
    client.force_login(auditor)
    client.post(reverse("reports:audit_verify"))
    jobs.work(once=True)
    entry = AuditEntry.objects.get(action="audit.verified")
    assert entry.content["broken"] is None
    assert client.get(reverse("reports:audit")).context["last"] == entry


def test_an_altered_entry_is_told(client, counted, auditor):
    first = AuditEntry.objects.order_by("pk").first()
    AuditEntry.objects.filter(pk=first.pk).update(actor="somebody else")
    client.force_login(auditor)
    client.post(reverse("reports:audit_verify"))
    jobs.work(once=True)
    page = client.get(reverse("reports:audit"))
    assert page.context["last"].content["broken"] == first.pk


@pytest.mark.parametrize("role", ["office", "liaison", "helper", "leader"])
def test_others_may_not_read_the_chain(client, counted, request, role):
    client.force_login(request.getfixturevalue(role))
    assert client.get(reverse("reports:audit")).status_code == 403
    assert client.post(reverse("reports:audit_verify")).status_code == 403


def test_the_ledger_of_pairs_prints_for_signature(client, counted, liaison):
    client.force_login(liaison)
    page = client.get(reverse("reports:ledger_paper")).content.decode()
    assert "秦安" in page
    assert "signatures" in page
    assert AuditEntry.objects.filter(action="ledger.printed").exists()


def test_the_ledger_names_the_unit_not_the_branch(client, counted, office, bureau, branch):
    client.force_login(office)
    (line,) = client.get(reverse("reports:ledger")).context["list"].lines_between(0, 5)
    cells = {column.key: str(cell) for column, cell in line.cells}
    assert cells["unit"] == bureau.name != branch.name


def test_the_ledger_is_a_workbook_too(client, counted, liaison):
    client.force_login(liaison)
    answer = client.get(reverse("reports:ledger"), {"export": "xlsx"})
    assert b"".join(answer.streaming_content)[:2] == b"PK"


def test_a_stranger_finds_no_pair_in_it(client, counted, lu):
    client.force_login(lu)
    assert client.get(reverse("reports:ledger")).context["list"].total == 0


def test_stories_are_not_found_by_strangers(client, counted, lu, qin_family, zhou, willow_village):
    client.force_login(lu)
    for name, row in (("household", qin_family), ("member", zhou)):
        assert client.get(reverse(f"profiles:{name}", args=[row.pk])).status_code == 404


def test_the_story_of_a_household_tells_visits_and_gifts(client, counted, helper, qin_family):
    client.force_login(helper)
    page = client.get(reverse("profiles:household", args=[qin_family.pk])).content.decode()
    assert "50,000.00" in page
    assert "周明" in page
