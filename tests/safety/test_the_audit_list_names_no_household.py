"""Who keeps the machine reads who did what and when, but no value of a household."""

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


def test_an_auditor_reads_the_values(client, auditor, renamed):
    client.force_login(auditor)
    assert "秦安邦" in content(client.get("/audit/"))


def test_what_an_export_was_searched_for_is_not_told_in_the_chain(client, office, qin_family):
    from jiedui.core.models import AuditEntry

    client.force_login(office)
    content(client.get("/households/?q=秦安&export=xlsx"))
    entry = AuditEntry.objects.get(action="register.exported")
    assert "秦安" not in str(entry.content)
    assert "q" in entry.content["filters"]
