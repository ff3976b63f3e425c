import re

import pytest
from django.urls import reverse


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
    assert "season" in {
        e.kind for _m, _n, found in page(view="year", year=2028).context["months"] for e in found
    }


def test_a_month_is_made_of_whole_weeks(page):
    for week in page(year=2027, month=2).context["weeks"]:
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
