"""The list of one form as a workbook: a column for each question, private ones for few."""

from datetime import datetime
from io import BytesIO

import openpyxl
import pytest

from jiedui.core import exports
from jiedui.core.models import AuditEntry
from jiedui.households.models import Household
from jiedui.questionnaires import actions
from jiedui.questionnaires.actions import Filled
from jiedui.web import jobs

pytestmark = pytest.mark.django_db
LIST = "/forms/sheets/"


@pytest.fixture
def taken(client):
    def taken(user, **query):
        client.force_login(user)
        answer = client.get(LIST, {"export": "xlsx", "form": "needs", **query})
        assert answer.status_code == 200
        return rows_of(BytesIO(b"".join(answer.streaming_content)))

    return taken


def rows_of(file):
    """The rows below the watermark: groups, headings, answers."""
    return [list(row) for row in openpyxl.load_workbook(file).active.iter_rows(values_only=True)][
        1:
    ]


def column(rows, heading):
    at = rows[1].index(heading)
    return [row[at] for row in rows[2:]]


@pytest.fixture
def unsafe(campaign, other_village, today):
    home = Household.objects.create(
        number="H9", head="=周", kind="allowance", since=today, place=other_village
    )
    given = {
        "income": 900, "house": False, "defects": ["roof", "wall"], "roof_since": "2020-05-01",
        "satisfied": "1",
    }  # fmt: skip
    return actions.record(campaign, Filled("needs", today, home, given), by=None)


def test_each_question_is_a_column_below_its_group(taken, office, survey, unsafe):
    rows = taken(office)
    groups, heads = rows[0], rows[1]
    assert groups[heads.index("年收入 (元)")] == "收入"
    assert groups[heads.index("住房安全")] == "住房"
    assert sorted(column(rows, "年收入 (元)")) == [900, 12000]
    assert set(column(rows, "住房安全")) == {"是", "否"}
    assert set(column(rows, "哪里不安全")) == {None, "屋顶、墙"}
    assert set(column(rows, "屋顶何时起漏")) == {None, datetime(2020, 5, 1)}
    assert set(column(rows, "满意程度")) == {"较好", "很差"}


def test_private_answers_are_for_who_may_read_them_and_that_is_recorded(
    taken, office, auditor, survey, unsafe
):
    rows = taken(office)
    assert set(column(rows, "家里谁有病")) == {None, "秦母心脏病"}
    [read] = AuditEntry.objects.filter(action="sheet.read")
    assert read.subject == str(survey.pk)
    exported = AuditEntry.objects.get(action="register.exported")
    assert "answer-illness" in exported.content["columns"]
    others = taken(auditor)
    assert "家里谁有病" not in others[1]
    assert AuditEntry.objects.filter(action="sheet.read").count() == 1


def test_a_list_of_several_forms_has_no_columns_of_answers(taken, office, survey, inspection):
    rows = taken(office, form="")
    assert "年收入 (元)" not in rows[0]
    assert len(rows) == 3


def test_a_question_asked_no_more_keeps_its_column(taken, office, campaign, survey, unsafe):
    campaign.source = campaign.source.replace('key = "satisfied"', 'key = "content"').replace(
        "年收入", "全年收入"
    )
    campaign.save()
    given = {"income": 7, "house": True, "content": "5"}
    now = Filled("needs", survey.day, survey.household, given)
    actions.record(campaign, now, by=None)
    rows = taken(office)
    assert sorted(column(rows, "全年收入 (元)")) == [7, 900, 12000]
    last = rows[1][-1]
    assert last == "满意程度"
    assert sorted(map(str, [row[-1] for row in rows[2:]])) == ["None", "很差", "较好"]


def test_many_rows_are_a_job_with_the_same_columns(
    client, office, survey, unsafe, monkeypatch, settings
):
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    client.force_login(office)
    answer = client.get(LIST, {"export": "xlsx", "form": "needs"})
    assert answer.status_code == 302
    jobs.work(once=True)
    [file] = exports.folder().glob("*.xlsx")
    rows = rows_of(file)
    assert set(column(rows, "家里谁有病")) == {None, "秦母心脏病"}
    assert AuditEntry.objects.filter(action="sheet.read").count() == 1


def test_results_lead_to_the_workbook(client, office, helper, survey):
    client.force_login(office)
    page = client.get("/forms/needs/results/").content.decode()
    assert "export=xlsx" in page
    client.force_login(helper)
    assert "export=xlsx" not in client.get("/forms/needs/results/").content.decode()
    assert client.get(LIST, {"export": "xlsx", "form": "needs"}).status_code == 403


def test_a_page_of_the_list_opens_nothing(client, office, survey):
    client.force_login(office)
    client.get(LIST, {"form": "needs"})
    client.get(LIST, {"form": "needs", "print": 1})
    assert not AuditEntry.objects.filter(action__startswith="sheet.read").exists()
