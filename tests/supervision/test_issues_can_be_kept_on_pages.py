from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.supervision import actions
from jiedui.supervision.models import Issue, Measure


@pytest.fixture
def issues(campaign, branch, bureau, today):
    def report(text, organisation, **more):
        return actions.report(
            campaign, organisation=organisation, kind="style", source="own", text=text,
            found_on=today - timedelta(days=40), by=None, **more,
        )  # fmt: skip

    return [
        report("走访记录不全", branch, due=today - timedelta(days=1)),
        report("=政策宣讲少", bureau),
    ]


@pytest.fixture
def desk(client, office):
    client.force_login(office)
    return client


def listed(client, **query):
    return client.get(reverse("supervision:issues"), query).context["list"]


@pytest.mark.parametrize(
    ("query", "number"),
    [({"late": 1}, 1), ({"late": 0}, 1), ({"state": "open"}, 2), ({"kind": "style"}, 2),
     ({"source": "own"}, 2), ({"again": 1}, 0), ({"q": "宣讲"}, 1),
     ({"organisation": "000100010001"}, 1)],
)  # fmt: skip
def test_issues_are_found_by_what_they_are(desk, issues, query, number):
    assert listed(desk, **query).total == number


def test_one_measure_is_decided_for_ticked_issues(desk, issues, today):
    ticked = "&".join(f"issue={one.pk}" for one in issues)
    page = f"{reverse('supervision:measure_new')}?{ticked}"
    assert len(desk.get(page).context["issues"]) == 2
    facts = {"text": "每月集中学习", "organisation": "农业局", "since": today.isoformat(),
             "due": (today + timedelta(days=9)).isoformat()}  # fmt: skip
    wrong = {**facts, "due": (today - timedelta(days=9)).isoformat()}
    assert desk.post(page, wrong).context["form"].non_field_errors()
    answer = desk.post(page, facts)
    measure = Measure.objects.get()
    assert answer.url == measure.get_absolute_url()
    assert measure.issues.count() == 2
    assert "每月集中学习" in desk.get(issues[0].get_absolute_url()).content.decode()


def test_nothing_ticked_is_said_in_a_sentence(desk, issues):
    answer = desk.get(reverse("supervision:measure_new"), {"issue": "x"}, follow=True)
    assert answer.redirect_chain
    assert [str(m) for m in answer.context["messages"]]


def test_an_issue_goes_from_found_to_struck_off_by_somebody_else(
    client, office, liaison, issues, branch, today
):
    issue = issues[0]
    actions.decide([issue], organisation=branch, text="补", since=today, due=today, by=liaison)
    client.force_login(liaison)
    step = lambda act, **facts: client.post(  # noqa: E731 (three calls of one address)
        reverse("supervision:issue_act", args=[issue.pk, act]), facts
    )
    step("mended", on=today.isoformat())
    assert [key for key, *_ in client.get(issue.get_absolute_url()).context["steps"]] == ["reopen"]
    step("strike-off", on=today.isoformat())
    assert Issue.objects.get(pk=issue.pk).state == "to_check"
    client.force_login(office)
    step("strike-off", on=today.isoformat())
    assert Issue.objects.get(pk=issue.pk).state == "closed"
    step("reopen", reason="又出现")
    shown = client.get(issue.get_absolute_url())
    assert [event.reason for event in shown.context["history"]][-1] == "又出现"
    assert Issue.objects.get(pk=issue.pk).times_reopened == 1


def test_a_new_issue_is_written_down_with_a_day_to_be_mended_by(client, liaison, campaign, today):
    client.force_login(liaison)
    page = reverse("supervision:issue_new")
    due = client.get(page).context["form"]["due"].value()
    assert due == today + timedelta(days=30)
    facts = {"text": "楼道堆物", "kind": "style", "source": "own", "organisation": "农业局",
             "found_on": today.isoformat(), "due": due.isoformat()}  # fmt: skip
    late = {**facts, "found_on": (today + timedelta(days=2)).isoformat()}
    assert client.post(page, late).context["form"].non_field_errors()
    assert client.post(page, {**facts, "organisation": "没有"}).context["form"].errors
    client.post(page, facts)
    assert Issue.objects.get().text == "楼道堆物"


def test_the_ledger_has_the_usual_columns_on_paper_and_in_a_workbook(desk, issues):
    from io import BytesIO

    from openpyxl import load_workbook

    paper = desk.get(reverse("supervision:ledger"), {"late": 1})
    assert len(paper.context["heads"]) == 13
    assert "走访记录不全" in paper.content.decode()
    assert "政策宣讲少" not in paper.content.decode()
    answer = desk.get(reverse("supervision:ledger_xlsx"))
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    answer.close()
    assert (sheet.max_row, sheet.max_column) == (3, 13)
    assert {sheet["D2"].data_type, sheet["D3"].data_type} == {"s"}


def test_a_measure_is_carried_out(desk, office, issues, branch, today):
    measure = actions.decide(
        issues, organisation=branch, text="补", since=today, due=today, by=office
    )
    page = measure.get_absolute_url()
    desk.post(page, {"on": today.isoformat()})
    assert Measure.objects.get().done_on == today
    listed = desk.get(reverse("supervision:measures"), {"done": 1}).context["list"]
    assert (listed.total, listed.lines[0].row.answered) == (1, 2)


def test_a_stranger_meets_404_and_changes_nothing(client, lu, issues):
    client.force_login(lu)
    assert client.get(issues[0].get_absolute_url()).status_code == 404
    act = reverse("supervision:issue_act", args=[issues[0].pk, "mended"])
    assert client.post(act, {"on": "2026-01-01"}).status_code == 404
    assert listed(client).total == 0


def test_an_auditor_reads_but_does_not_decide(client, auditor, issues):
    client.force_login(auditor)
    page = client.get(reverse("supervision:issues"))
    assert 'name="issue"' not in page.content.decode()
    assert client.get(reverse("supervision:measure_new")).status_code == 403


def test_more_issues_ask_no_more_queries(
    desk, campaign, branch, issues, today, django_assert_max_num_queries
):
    for n in range(20):
        actions.report(
            campaign, organisation=branch, kind="style", source="own", text=f"问题{n}",
            found_on=today, by=None,
        )  # fmt: skip
    with django_assert_max_num_queries(20):
        assert len(listed(desk).lines) == 22
