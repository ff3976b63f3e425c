"""The audit page in people's words: whose record, which field, which value; no keys, no hashes."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

import jiedui
from jiedui.core import audit
from jiedui.core.fields import EncryptedText
from jiedui.core.models import AuditEntry
from jiedui.core.personal import DERIVED, HIDDEN
from jiedui.households import actions as households
from jiedui.ledger.models import Gift
from jiedui.proposals.forms import ProposalForm
from jiedui.reports.audit_words import FIELDS, FOR_MACHINES, KINDS

AUDIT = reverse("reports:audit")
TAG = re.compile(r"<[^>]+>|\s+")


@pytest.fixture
def page_of(client):
    """What the audit page says of the entries of one act, as plain text, and its links."""

    def read(user, action):
        client.force_login(user)
        with translation.override("zh-hans"):
            page = client.get(AUDIT, {"action": action}, headers={"accept-language": "zh-hans"})
        (line,) = page.context["list"].lines
        return {column.key: str(cell) for column, cell in line.cells}

    return read


def _text(html: str) -> str:
    return TAG.sub("", html)


def test_a_change_names_record_field_and_values(
    qin_family, other_village, office, auditor, page_of
):
    values = {"kind": "extreme", "place": other_village, "phone": "13912345678"}
    households.amend(qin_family, values, version=qin_family.version, by=office)
    cells = page_of(auditor, "household.amended")
    assert qin_family.get_absolute_url() in cells["subject"]
    assert _text(cells["subject"]).startswith("家庭秦*")
    facts = _text(cells["content"])
    assert "柳树村→" in facts
    assert other_village.name in facts
    assert "电话已更改" in facts
    assert "13912345678" not in facts
    assert "extreme" not in facts


def test_administrators_read_which_fields_but_no_name(qin_family, office, administrator, page_of):
    values = {"size": 5, "phone": "13912345678"}
    households.amend(qin_family, values, version=qin_family.version, by=office)
    cells = page_of(administrator, "household.amended")
    assert "秦" not in cells["subject"]
    assert "href" not in cells["subject"]
    assert _text(cells["content"]) == "人口电话"


def test_records_among_the_facts_have_masked_names(auditor, zhou_and_the_qins, page_of):
    pair = zhou_and_the_qins
    audit.record("pair.told", pair, by=None, household=pair.household_id, member=pair.member_id)
    facts = _text(page_of(auditor, "pair.told")["content"])
    assert f"{pair.member.name[0]}*" in facts
    assert f"{pair.household.head[0]}*{pair.household.number}" in facts
    assert pair.household.head not in facts


def test_a_day_and_a_reason_are_words(qin_family, office, auditor, today, page_of):
    on = today - timedelta(days=1)
    households.strike(qin_family, on=on, reason="moved_away", by=office)
    facts = _text(page_of(auditor, "household.struck")["content"])
    assert facts == f"原因整户迁出日期{on.year}年{on.month}月{on.day}日"


def test_what_is_gone_or_elsewhere_is_said_by_its_number(auditor, zhou, page_of):
    audit.record_many(
        [audit.Entry("pair.opened", "pairing.pair", "987654", {}, {}, {"member": 987655})], by=None
    )
    cells = page_of(auditor, "pair.opened")
    assert "987654" in cells["subject"]
    assert "987655" in cells["content"]


def test_more_entries_take_no_more_queries(client, auditor, qin_family, zhou, office):
    def queries(entries):
        for size in range(entries):
            qin_family.refresh_from_db()
            values = {"size": 7 + size % 2}
            households.amend(qin_family, values, version=qin_family.version, by=office)
        client.force_login(auditor)
        client.get(AUDIT)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(AUDIT)
        return len(caught)

    assert queries(2) == queries(20)


def test_every_fact_has_words():
    found = {key for path in Path(jiedui.__file__).parent.rglob("*.py") for key in _facts(path)}
    assert len(found) > 60
    assert found - set(FIELDS) - set(ProposalForm.base_fields) - FOR_MACHINES == set()


@pytest.mark.parametrize(
    "kind",
    [
        "households.household",
        "households.person",
        "households.need",
        "households.income",
        "orgs.organisation",
        "orgs.member",
        "orgs.team",
        "orgs.teammember",
        "places.place",
        "campaigns.task",
        "supervision.issue",
        "supervision.measure",
    ],
)
def test_every_field_of_a_register_has_words(kind):
    assert kind in KINDS or kind == "orgs.teammember"
    names = {field.name for field in apps.get_model(kind)._meta.concrete_fields} - {"id"}
    assert names - set(FIELDS) - FOR_MACHINES - DERIVED - set(KINDS) == set()


def test_every_encrypted_field_has_words():
    """Opening one is written down with its name, wherever it is kept."""
    sealed = {
        field.name
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedText)
    }
    assert len(sealed) > 15
    assert sealed - set(FIELDS) - FOR_MACHINES == set()


def _facts(path: Path) -> set[str]:
    """Names of facts that this module records."""
    tree = ast.parse(path.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    records = [call for call in calls if ast.unparse(call.func) == "audit.record"]
    entries = [call for call in calls if ast.unparse(call.func) == "audit.Entry"]
    given = [one for call in entries for one in [*call.args[3:], *[k.value for k in call.keywords]]]
    keys = [key for one in given if isinstance(one, ast.Dict) for key in one.keys]
    names = {k.arg for call in records for k in call.keywords if k.arg}
    names |= {key.value for key in keys if isinstance(key, ast.Constant)}
    return names - {"by", "before", "after"}


def test_records_with_uuids_as_keys_lead_to_their_pages_too(counted, auditor, page_of):
    gift = Gift.objects.first()
    audit.record("gift.voided", gift, by=None, reason="重复")
    cells = page_of(auditor, "gift.voided")
    assert gift.get_absolute_url() in cells["subject"]
    assert str(gift.pk) not in _text(cells["subject"].split(">", 1)[1])


def test_the_filters_of_a_list_taken_away_are_in_words(
    client, qin_family, office, auditor, page_of
):
    """Words searched for are not kept; values that versions before kept as texts are understood."""
    client.force_login(office)
    answer = client.get(reverse("households:list"), {"export": "xlsx", "on": "1", "q": "秦百川"})
    answer.close()
    filters = AuditEntry.objects.get(action="register.exported").content["filters"]
    assert filters == {"q": HIDDEN, "on": True}
    facts = _text(page_of(auditor, "register.exported")["content"])
    assert "搜索不留存" in facts
    assert "在册是" in facts
    assert "秦" not in facts


def test_filters_kept_as_texts_by_versions_before_are_in_words(auditor, page_of):
    kept = {"on": "True", "distribution": "0197a6", "旧筛选": "x"}
    audit.record("register.printed", by=None, listing="households", rows=1, filters=kept)
    facts = _text(page_of(auditor, "register.printed")["content"])
    assert "在册是" in facts
    assert "0197a6" not in facts
    assert "旧筛选x" in facts, "what nobody knows any more is shown all the same"


def test_columns_have_the_titles_of_their_list_and_papers_the_filters_of_theirs(auditor, page_of):
    kept = {"columns": ["what", "giver", "gone"], "filters": {"kind": "cash"}}
    audit.record("register.exported", by=None, listing="gifts", rows=1, **kept)
    facts = _text(page_of(auditor, "register.exported")["content"])
    assert "款物、帮扶单位、gone" in facts
    assert "款物类别慰问金" in facts
    audit.record("register.printed", by=None, listing="slips", rows=1, filters={"state": "open"})
    facts = _text(page_of(auditor, "register.printed")["content"])
    assert "告知" in facts


def test_more_lists_taken_away_take_no_more_queries(client, auditor, campaign):
    """Options of filters come from playbooks: they are asked for once, not for every entry."""

    def queries(count):
        for _one in range(count):
            kept = {"kind": "kinship", "state": "open"}
            audit.record("register.exported", by=None, listing="pairs", rows=1, filters=kept)
        client.force_login(auditor)
        client.get(AUDIT)
        with CaptureQueriesContext(connection) as caught:
            client.get(AUDIT, {"size": 100})
        return len(caught)

    assert queries(2) == queries(30)
