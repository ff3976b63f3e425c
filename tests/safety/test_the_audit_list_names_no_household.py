"""Who keeps the machine reads who did what and when, but no value of a household."""

from datetime import date

import pytest

from addresses import content
from jiedui.households import actions


@pytest.fixture
def renamed(qin_family, office):
    from jiedui.ledger.models import Gift

    version = qin_family.version
    actions.amend(qin_family, {"head": "秦安邦"}, version=version, by=office)
    assert not Gift.objects.exists()
    return qin_family


@pytest.mark.parametrize("query", ["", "print=1", "export=xlsx"])
def test_an_administrator_reads_which_fields_changed_but_not_to_what(
    client, administrator, renamed, query
):
    client.force_login(administrator)
    said = content(client.get(f"/audit/?{query}"))
    assert "秦安" not in said
    assert "head" in said


def test_an_auditor_reads_names_masked_and_open_values_as_they_are(client, auditor, renamed):
    client.force_login(auditor)
    said = content(client.get("/audit/"))
    assert "秦*" in said
    assert "秦**" in said
    assert "秦安" not in said


def test_the_chain_keeps_no_birth_no_digest_and_no_health(qin_family, office, today):
    from jiedui.core.models import AuditEntry

    person = actions.add_person(qin_family, {"name": "秦小川", "since": today}, by=office)
    values = {
        "name": "秦大川", "identity": "211104195801017778", "health": "chronic",
        "born": date(1958, 1, 1), "relation": "spouse",
    }  # fmt: skip
    actions.amend_person(person, values, by=office)
    after = AuditEntry.objects.get(action="person.amended").content["after"]
    assert after == {
        "name": "秦**", "identity": "•••", "health": "•••", "born": "•••", "relation": "spouse",
    }  # fmt: skip


def test_a_year_of_income_is_written_into_the_chain_without_its_amounts(qin_family, office):
    from jiedui.core.models import AuditEntry

    actions.earn(qin_family, 2025, {"wage_fen": 1_845_000}, by=office)
    actions.earn(qin_family, 2025, {"wage_fen": 1_900_000}, by=office)
    said = str([one.content for one in AuditEntry.objects.filter(action__startswith="income")])
    assert "wage_fen" in said
    assert "1845000" not in said
    assert "1900000" not in said


def test_a_list_brought_in_is_masked_in_the_chain_as_well(qin_family, office):
    from jiedui.core import audit
    from jiedui.core.models import AuditEntry

    kind, key = "households.household", str(qin_family.pk)
    before, after = {"head": "秦安", "more.income": "1"}, {"head": "秦邦", "size": 4}
    audit.record_many([audit.Entry("household.amended", kind, key, before, after)], by=office)
    kept = AuditEntry.objects.order_by("-pk").first()
    before, after = {"head": "秦*", "more.income": "•••"}, {"head": "秦*", "size": 4}
    assert kept.content == {"before": before, "after": after}
    assert kept.place == qin_family.place.path


def test_what_an_export_was_searched_for_is_not_told_in_the_chain(client, office, qin_family):
    from jiedui.core.models import AuditEntry

    client.force_login(office)
    content(client.get("/households/?q=秦安&export=xlsx"))
    entry = AuditEntry.objects.get(action="register.exported")
    assert "秦安" not in str(entry.content)
    assert "q" in entry.content["filters"]
