"""The pages: all figures, one with its parts and records, and what a stranger does not see."""

import json
import re
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.figures import actions


@pytest.fixture
def snapshot(records):
    return actions.take(records)


def page_of(client, user, name, *args, query=""):
    client.force_login(user)
    return client.get(reverse(f"figures:{name}", args=args) + query)


def test_all_figures_stand_under_their_dashboards(client, snapshot, office):
    page = page_of(client, office, "index", "small").content.decode()
    assert "总体" in page and "1,410.51" in page
    for key in ("households", "visits.person_times", "gifts.value"):
        assert reverse("figures:show", args=["small", key]) in page


def test_the_menu_leads_to_the_campaign_one_works_in(client, snapshot, office):
    assert page_of(client, office, "list").url == reverse("figures:index", args=["small"])


def test_a_campaign_without_a_snapshot_offers_to_count(client, records, office):
    from jiedui.core.models import Job

    page = page_of(client, office, "index", "small").content.decode()
    refresh = reverse("figures:refresh", args=["small"])
    assert refresh in page
    client.post(refresh)
    assert Job.objects.get().runner == actions.REFRESH


def test_a_figure_shows_number_unit_day_parts_and_records(client, snapshot, office, today):
    page = page_of(client, office, "show", "small", "visits.person_times").content.decode()
    assert f"{today.year}年{today.month}月{today.day}日" in page
    assert "人次" in page and "大洼区" in page and "柳树村" in page and "周*" in page
    assert "周明" not in page
    options = re.findall(r'<script id="([a-z-]+)" type="application/json">(.*?)</script>', page)
    charts = {name: json.loads(option) for name, option in options}
    assert charts["parts-chart"]["series"][0]["data"] == [4]
    assert sum(charts["months-chart"]["series"][0]["data"]) == 4


def test_the_scope_narrows_number_and_records_alike(client, snapshot, office, today):
    since = (today - timedelta(days=60)).isoformat()
    page = page_of(client, office, "show", "small", "visits.person_times", query=f"?since={since}")
    assert page.context["value"].value == 3 == page.context["page"].total
    inside = page_of(client, office, "show", "small", "gifts.value", query="?place=211104100200")
    assert inside.context["card"]["text"] == "1,120.50" and inside.context["page"].total == 2


def test_records_outside_the_area_are_only_counted(client, snapshot, village_officer):
    page = page_of(client, village_officer, "show", "small", "households")
    assert page.context["value"].value == 3
    assert len(page.context["records"]) == 1 and page.context["hidden"] == 2
    assert "李" not in page.content.decode()


def test_a_record_voided_since_says_so(client, snapshot, office, today):
    from jiedui.fieldwork.models import Activity

    Activity.objects.filter(kind="visit").update(voided_on=today)
    page = page_of(client, office, "show", "small", "visits.person_times")
    assert page.context["value"].value == 4
    assert all(row.is_void for row in page.context["records"])


def test_pages_of_records_follow_each_other(client, snapshot, office, monkeypatch):
    from jiedui.figures import trace

    monkeypatch.setattr(trace, "SIZE", 3)
    monkeypatch.setitem(trace.records.__kwdefaults__, "size", 3)
    seen = [
        page_of(client, office, "show", "small", "visits.person_times", query=f"?page={n}")
        for n in (1, 2, 9, "x")
    ]
    assert [len(page.context["records"]) for page in seen] == [3, 1, 1, 3]


@pytest.mark.parametrize("query", ["?place=211104100200", "?organisation=0001", "?place=99"])
def test_nobody_looks_into_what_is_not_theirs(client, snapshot, lu, query):
    assert page_of(client, lu, "show", "small", "households").status_code == 200
    assert page_of(client, lu, "show", "small", "households", query=query).status_code == 404


def test_a_stranger_to_the_campaign_gets_404(client, snapshot, lu):
    from jiedui.orgs.models import Appointment
    from jiedui.places.models import Place

    far = Place.objects.create(path="3404", code="340400000000", name="淮南市", level="city")
    Appointment.objects.filter(user=lu).update(place=far)
    assert page_of(client, lu, "index", "small").status_code == 404
    assert page_of(client, lu, "show", "small", "households").status_code == 404
    assert page_of(client, lu, "index", "nothing").status_code == 404


def test_a_helper_has_no_page_of_figures(client, snapshot, helper):
    assert page_of(client, helper, "index", "small").status_code == 403


def test_records_leave_as_a_workbook_masked(client, snapshot, office):
    User.objects.filter(pk=office.pk).update(display_name="王办")
    office.refresh_from_db()
    answer = page_of(client, office, "workbook", "small", "households")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    cells = [str(cell) for row in sheet.values for cell in row if cell]
    assert "秦*" in cells and not [cell for cell in cells if "秦安" in cell]
    assert f"{office.display_name}（{office.username}）" in cells[0]
    assert sheet.max_row == 6  # head, titles, three records, how many they are


def test_the_workbook_leaves_out_what_the_user_may_not_see(client, snapshot, village_officer):
    answer = page_of(client, village_officer, "workbook", "small", "households")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert sheet.max_row == 4


def test_every_kind_of_record_can_be_opened(records, office):
    from jiedui.campaigns.playbook.tables import TABLES
    from jiedui.figures import duck, schemas
    from jiedui.figures.record_rows import OPENERS, visible

    assert set(OPENERS) == set(TABLES)
    snapshot = actions.take(records)
    import ibis

    for table in TABLES:
        key = schemas.record_key(table)
        rows = ibis.table(schemas.types(table), name=table).select(key)
        found = duck.run(snapshot, lambda rows=rows: rows, tables=[table])
        ids = [(table, str(row[0])) for row in found]
        found = visible(ids, user=office, playbook=records.playbook)
        assert len(found) == len(ids) == snapshot.tables[table]["rows"], table
        assert all(record.what for record in found)


def test_pages_ask_few_questions_of_the_database(
    client, snapshot, office, django_assert_max_num_queries
):
    page_of(client, office, "index", "small")
    with django_assert_max_num_queries(16):
        client.get(reverse("figures:index", args=["small"]))
    url = reverse("figures:show", args=["small", "visits.person_times"])
    client.get(url)
    with django_assert_max_num_queries(20):
        client.get(url)


@pytest.mark.parametrize(
    ("value", "counts", "exact", "rounded"),
    [(683, "households", "683", "680 余户"), (None, "share", "—", "—"),
     ("402300.00", "money", "402,300", "40 余万元"), ("99.87", "share", "99.87", "99.87%")],
)  # fmt: skip
def test_a_figure_is_said_exactly_and_rounded(value, counts, exact, rounded, today):
    from decimal import Decimal

    from jiedui.figures.evaluation import Value
    from jiedui.figures.wording import exact_text, rounded_text

    unit = {"households": "户", "money": "元", "share": "%"}[counts]
    number = Decimal(value) if isinstance(value, str) else value
    one = Value(
        key="k", name="n", value=number, unit=unit, counts=counts, as_of=today, snapshot="s",
        records=1,
    )  # fmt: skip
    assert (exact_text(one), rounded_text(one)) == (exact, rounded)


def test_progress_goes_on_while_figures_are_counted_ahead(records, office):
    from jiedui.core.models import Job

    told = []

    class Heard:
        """Progress that remembers what a page would show."""

        def __init__(self, job):
            self.job = job

        def __call__(self, done, *, total=None, message=""):
            told.append((done, total or self.job.total, str(message)))

    job = actions.refresh(records, by=office)
    actions.run_refresh(job.subject, Heard(job))
    counted = [one for one in told if one[0] < one[1]]
    assert len(counted) >= 4
    assert {total for _done, total, _words in counted} == {told[-1][1]}
    assert [done for done, _total, _words in told] == sorted(done for done, _t, _w in told)
    assert len({words for _d, _t, words in counted}) > 2
    assert Job.objects.get().runner == actions.REFRESH


def test_reading_and_publishing_do_not_make_figures_old(snapshot, office, qin_family):
    from jiedui.core import audit

    audit.record("household.read", qin_family, by=office)
    audit.record("bulletin.exported", snapshot, by=office)
    assert not actions.is_stale(snapshot)
    audit.record("issue.reported", by=office)
    assert actions.is_stale(snapshot)


def test_signing_in_and_opening_a_person_do_not_make_figures_old(
    client, snapshot, office, qin_family, today
):
    from jiedui.core import audit
    from jiedui.core.models import AuditEntry
    from jiedui.households.models import Person

    person = Person.objects.create(
        household=qin_family, number="P1", name="秦安", relation="head", since=today,
        identity="211104196001011234",
    )  # fmt: skip
    signing = {"username": office.username, "password": "correct horse battery"}
    assert client.post("/accounts/login/", signing).status_code == 302
    client.post(reverse("profiles:household_details", args=[qin_family.pk]))
    audit.record("import.received", by=office)
    audit.record("appointment.given", person, by=office)
    told = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"account.signed_in", "person.read"} <= told
    assert not actions.is_stale(snapshot)


def test_many_records_leave_by_a_job(client, snapshot, office, monkeypatch):
    from jiedui.core import exports
    from jiedui.core.models import Job
    from jiedui.web import jobs

    monkeypatch.setattr(exports, "AT_ONCE", 2)
    query = "?organisation=0001"
    answer = page_of(client, office, "workbook", "small", "visits.person_times", query=query)
    job = Job.objects.get()
    assert answer.url == reverse("web:job", args=[job.pk])
    jobs.work(once=True)
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.DONE, 4)
    content = b"".join(client.get(job.result).streaming_content)
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet.max_row == 2 + 4 + 1
    assert "4" in sheet.cell(sheet.max_row, 1).value


def test_an_export_of_figures_that_are_gone_says_so(client, snapshot, office, monkeypatch):
    from jiedui.core import exports
    from jiedui.core.models import Job
    from jiedui.web import jobs

    monkeypatch.setattr(exports, "AT_ONCE", 2)
    page_of(client, office, "workbook", "small", "visits.person_times")
    snapshot.delete()
    jobs.work(once=True)
    job = Job.objects.get(runner="figures.export")
    assert job.state == Job.State.FAILED
    assert "导出" in job.message


def test_numbers_of_bars_stand_above_them_and_the_unit_in_the_title(snapshot):
    from jiedui.figures import charts

    chart = charts.by_parts("走访", "人次", ["大洼区"], [4], [""])
    assert chart["series"][0]["label"] == {"show": True, "position": "top"}
    assert "人次" in chart["title"]


def test_the_day_is_told_once_for_all_figures(client, snapshot, office, today):
    page = page_of(client, office, "index", "small").content.decode()
    assert page.count(f"{today.year}年{today.month}月{today.day}日") == 2  # as of, and counted on
    assert page.count("截至") == 1


def test_records_and_periods_are_told_the_newest_first(client, snapshot, office):
    page = page_of(client, office, "show", "small", "visits.person_times", query="?by=month")
    days = [row.day for row in page.context["records"]]
    assert days == sorted(days, reverse=True) and len(set(days)) > 1
    months = [part.name for part, _url in page.context["parts"]]
    assert months == sorted(months, reverse=True)
    assert page.context["parts_chart"]["xAxis"]["data"] == months[::-1]


def test_a_card_has_the_line_of_its_last_months_in_words_too(client, records, office, today):
    from jiedui.figures import history

    snapshot = actions.take(records)
    months = history.month_keys(snapshot.as_of.strftime("%Y-%m"), 13)
    assert len(months) == 13 and months[-1] == f"{today:%Y-%m}"
    page = page_of(client, office, "index", "small")
    cards = {card["name"]: card for _name, cards in page.context["groups"] for card in cards}
    assert "history" not in cards["帮扶户"]  # stands as of today, not in months
    for card in cards.values():
        if "history" in card:
            assert len(card["history"]) == 12
            assert card["history_text"] in page.content.decode()
    scoped = page_of(client, office, "index", "small", query="?place=211104")
    assert all("history" not in one for _n, cards in scoped.context["groups"] for one in cards)


def test_a_line_leaves_out_the_running_month_and_says_least_and_most():
    from jiedui.figures import history

    line = history._line({"2026-01": 4, "2026-03": 9}, history.month_keys("2026-03", 3))
    assert line["history"] == [4, 0, 9]
    assert all(number in line["history_text"] for number in ("3", "0", "9"))
