import re
from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.fieldwork.rhythm import months_after

RHYTHM = """
[[rhythms]]
key = "monthly"
name = { zh = "每月走访", en = "Monthly" }
pairing = "kinship"
activity = "visit"
every_months = 1
"""


@pytest.fixture
def page(client, office, full_campaign):
    client.force_login(office)
    return lambda **query: client.get(reverse("campaigns:calendar"), query)


@pytest.mark.parametrize(
    ("year", "month", "festival"),
    # Spring Festival: 6 February 2027 and 3 February 2030; the window is the 20 days before.
    [(2027, 1, "2027-02-06"), (2030, 1, "2030-02-03")],
)
def test_the_lunar_window_ends_at_the_festival(page, year, month, festival):
    found = [e for e in page(year=year, month=month).context["listed"] if e.text == "春节"]
    assert [e.ends.isoformat() for e in found] == [festival]
    assert found[0].days == 21


def test_farm_windows_and_plans_and_tasks_are_there(page, full_campaign, today):
    plan = full_campaign.playbook.plan.due
    kinds = {e.kind for e in page(year=plan.year, month=plan.month).context["listed"]}
    assert "plan" in kinds
    assert "season" in {line.kind for line in page(view="year", year=2028).context["lines"]}


def test_a_month_is_made_of_whole_weeks(page):
    for week, days in page(year=2027, month=2).context["weeks"]:
        assert [day for day, _counts in days] == week.days
        assert week.days[0].weekday() == 0
        assert all(sum(bar.span for bar in lane) == 7 for lane in week.lanes)


@pytest.mark.parametrize("query", [
    {"year": "x", "month": "99"}, {"year": "99999999999", "month": "٣"}, {"year": "²"},
    {"view": "year", "year": "0"}, {"year": "1990", "month": "1"}, {"year": "2090", "month": "12"},
])  # fmt: skip
def test_nonsense_shows_a_month_all_the_same(page, query):
    assert page(**query).status_code == 200


def test_the_feed_is_folded_and_escaped(client, office, full_campaign):
    full_campaign.source = full_campaign.source.replace("清洁行动", "清洁，" + "很长的名字" * 12)
    full_campaign.tasks.filter(key="clean").update(name="清洁;行动," + "很长的名字" * 12)
    full_campaign.save()
    client.force_login(office)
    answer = client.get(reverse("campaigns:calendar_feed"))
    lines = answer.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    whole = answer.content.decode().replace("\r\n ", "")
    assert "清洁\\;行动\\," in whole
    assert whole.count("BEGIN:VEVENT") == whole.count("END:VEVENT") > 3
    uids = re.findall(r"UID:(.+)\r", whole)
    assert len(uids) == len(set(uids))


def test_running_tasks_are_named_with_their_deadlines(page, full_campaign, today):
    tasks = page().context["tasks"]
    assert [(one.text, one.ends, left) for one, left in tasks] == [
        (name, today + timedelta(days=10), 10) for name in ("清洁行动", "发一封信", "楼道自查")
    ]
    assert all(one.href for one, _left in tasks)


def test_what_takes_months_is_no_event_of_a_month(page, full_campaign, today):
    assert "全年" not in {event.text for event in page().context["listed"]}


def test_a_year_shows_seasons_of_the_region_and_solar_terms(page):
    context = page(view="year", year=2027).context
    seasons = [line for line in context["lines"] if line.kind == "season"]
    assert [line.name for line in seasons] == ["育苗", "插秧", "秋收"]
    assert (seasons[0].bars[0].left, seasons[0].bars[0].width) == (90, 30)
    terms = {name: day.isoformat() for day, name, _text in context["terms"]}
    assert len(terms) == len(context["terms"]) == 24
    assert (terms["立春"], terms["清明"], terms["冬至"]) == (
        "2027-02-04",
        "2027-04-05",
        "2027-12-22",
    )


def test_visits_due_lead_to_their_pairs(client, office, zhou_and_the_qins, today):
    campaign = zhou_and_the_qins.campaign
    campaign.source += RHYTHM
    campaign.save()
    zhou_and_the_qins.since = today - timedelta(days=10)
    zhou_and_the_qins.save()
    due = months_after(zhou_and_the_qins.since, 1)
    client.force_login(office)
    page = client.get(reverse("campaigns:calendar"), {"year": due.year, "month": due.month})
    ((day, (one,)),) = page.context["counts"]
    assert (day, one.count, one.is_late) == (due, 1, False)
    lines = client.get(one.href).context["list"].lines
    assert [line.row for line in lines] == [zhou_and_the_qins]
    other = one.href.replace(due.isoformat(), today.isoformat())
    assert client.get(other).context["list"].total == 0


def test_a_stranger_counts_nothing(client, lu, office, zhou_and_the_qins, today):
    campaign = zhou_and_the_qins.campaign
    campaign.source += RHYTHM
    campaign.save()
    client.force_login(lu)
    answer = client.get(reverse("campaigns:calendar"))
    assert not (answer.context and answer.context.get("counts"))
