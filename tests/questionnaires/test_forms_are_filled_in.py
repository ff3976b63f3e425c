"""A form of the playbook is filled in on a page, put right, taken out; nothing is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from uuid_utils.compat import uuid7

from jiedui.core import audit
from jiedui.core.models import AuditEntry
from jiedui.core.refusals import Refused
from jiedui.questionnaires import actions
from jiedui.questionnaires.actions import Filled
from jiedui.questionnaires.models import Sheet

pytestmark = pytest.mark.django_db
NEW = "/forms/needs/new/"


def typed(today, **more):
    return {
        "id": str(uuid7()), "day": today.isoformat(), "subject": "秦安（H1）", "f_income": "12000",
        "f_house": "1", **more,
    }  # fmt: skip


def test_a_helper_fills_a_form_in_about_the_own_household(
    client, helper, zhou_and_the_qins, qin_family, today
):
    client.force_login(helper)
    page = client.get(f"{NEW}?about={qin_family.pk}").content.decode()
    assert "秦安（H1）" in page
    assert "先问清楚" in page
    answer = client.post(NEW, typed(today, f_illness="心脏病", f_satisfied="5"))
    sheet = Sheet.objects.get()
    assert answer.url == sheet.get_absolute_url()
    assert (sheet.household, sheet.day, sheet.is_confidential) == (qin_family, today, False)
    assert sheet.answers == {"income": 12000, "house": True, "satisfied": "5"}
    assert sheet.private_answers == {"illness": "心脏病"}
    page = client.get(answer.url).content.decode()
    assert "12000 元" in page
    assert "很好" in page
    assert "心脏病" not in page
    assert audit.verify().broken is None


def test_private_answers_are_opened_on_purpose_and_that_is_recorded(
    client, office, auditor, survey
):
    client.force_login(office)
    page = client.post(survey.get_absolute_url()).content.decode()
    assert "秦母心脏病" in page
    [entry] = AuditEntry.objects.filter(action="sheet.read")
    assert entry.subject == str(survey.pk)
    client.force_login(auditor)
    audit_page = client.get(reverse("reports:audit"), {"action": "sheet.read"}).content.decode()
    assert "illness" not in audit_page
    assert "家里谁有病" in audit_page
    assert "入户摸底表" in audit_page


def test_a_question_that_is_not_asked_is_neither_needed_nor_taken(
    client, office, qin_family, campaign, today
):
    client.force_login(office)
    needed = client.post(NEW, typed(today, f_house="0"))
    assert "还缺：哪里不安全" in needed.content.decode()
    not_asked = client.post(NEW, typed(today, f_defects=["roof"]))
    assert "“哪里不安全”只在“住房安全”为否时才问" in not_asked.content.decode()
    assert not Sheet.objects.exists()
    unsafe = typed(today, f_house="0", f_defects=["roof"], f_roof_since="2020-05-01")
    assert client.post(NEW, unsafe).status_code == 302
    assert Sheet.objects.get().answers["defects"] == ["roof"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("f_income", "-1"), ("f_income", "1000001"), ("f_income", "很多"), ("f_income", ""),
        ("f_house", "maybe"), ("f_satisfied", "6"), ("subject", "不存在"), ("day", "明天"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(
    client, office, qin_family, campaign, today, name, value
):
    client.force_login(office)
    answer = client.post(NEW, typed(today, f_illness="长期服药", **{name: value}))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "长期服药" in page
    assert "invalid-feedback" in page or "alert-danger" in page
    assert not Sheet.objects.exists()


def test_a_day_to_come_and_a_day_before_the_household_was_there_are_refused(
    campaign, qin_family, today
):
    given = {"income": 1, "house": True}
    for day in (today + timedelta(days=1), qin_family.since - timedelta(days=1)):
        with pytest.raises(Refused):
            actions.record(campaign, Filled("needs", day, qin_family, given), by=None)
    with pytest.raises(Refused, match="问的不是"):
        actions.record(campaign, Filled("look", today, qin_family, {"files": 1}), by=None)


def test_sent_twice_it_is_written_once_and_other_content_is_shown(
    client, office, qin_family, campaign, today
):
    client.force_login(office)
    first = typed(today)
    assert client.post(NEW, first).status_code == 302
    assert client.post(NEW, first).status_code == 302
    assert client.post(NEW, {**first, "f_income": "99"}).status_code == 409
    assert Sheet.objects.get().answers["income"] == 12000


def test_a_correction_stands_in_for_the_sheet_and_asks_as_it_was_asked(
    client, office, campaign, survey, today
):
    campaign.source = campaign.source.replace("入户摸底表", "新摸底表").replace(
        'key = "satisfied"', 'key = "content"'
    )
    campaign.save()
    client.force_login(office)
    url = reverse("questionnaires:correct", args=[survey.pk])
    page = client.get(url).content.decode()
    assert "入户摸底表" in page
    assert "秦母心脏病" in page
    client.post(url, typed(today, f_income="13000", f_satisfied="2"))
    new = Sheet.objects.standing().get()
    assert (new.corrects, new.answers["income"], new.answers["satisfied"]) == (survey, 13000, "2")
    assert new.playbook_text_id == survey.playbook_text_id
    assert "入户摸底表" in client.get(new.get_absolute_url()).content.decode()
    again = client.get(url)
    assert again.url == reverse("questionnaires:correct", args=[new.pk])


def test_a_sheet_taken_out_stays_readable_and_counts_no_more(client, office, survey):
    client.force_login(office)
    url = reverse("questionnaires:void", args=[survey.pk])
    assert client.post(url, {"reason": ""}).status_code == 200
    client.post(url, {"reason": "问错了户"})
    assert "问错了户" in client.get(survey.get_absolute_url()).content.decode()
    assert "还没有可以统计" in client.get("/forms/needs/results/").content.decode()


def test_what_is_asked_about_does_not_end_before_its_sheet(office, survey, qin_family, today):
    from jiedui.households import actions as households

    with pytest.raises(Refused):
        households.strike(qin_family, on=today - timedelta(days=3), reason="moved", by=office)
