"""A register as a list to fill in: at once when small, by a job and in steps when large."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.core import exports
from jiedui.core.models import AuditEntry, Job
from jiedui.households.models import Household, Person
from jiedui.imports.workbooks import exporting, register_rows
from jiedui.orgs import appointments
from jiedui.web import jobs

HOMES = 40


@pytest.fixture(autouse=True)
def _many(monkeypatch):
    """What is a large register here has thousands of records elsewhere."""
    monkeypatch.setattr(exports, "AT_ONCE", 20)
    monkeypatch.setattr(register_rows, "STEP", 7)


@pytest.fixture
def full(willow_village, today):
    homes = Household.objects.bulk_create(
        Household(number=f"H{n:03}", head=f"户{n}", kind="allowance", place=willow_village, size=1,
                  since=today)
        for n in range(HOMES)
    )  # fmt: skip
    Person.objects.bulk_create(
        Person(household=home, number=f"P{n:03}", name=home.head, relation="head", since=today)
        for n, home in enumerate(homes)
    )


def ask(client, user, kind="households"):
    client.force_login(user)
    return client.get(reverse("imports:registers", args=[kind]))


def of_register():
    return Job.objects.get(runner=exporting.EXPORT)


def rows(content):
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in page.iter_rows()]


def test_its_file_is_made_by_a_job_for_whoever_asked(client, full, office, leader):
    answer = ask(client, office)
    assert answer.url == reverse("web:job", args=[of_register().pk])
    jobs.work(once=True)
    job = of_register()
    assert (job.state, job.done, job.total) == ("done", HOMES, HOMES)
    file = client.get(job.result)
    assert "households" not in file["Content-Disposition"]  # called as people call it
    found = rows(b"".join(file.streaming_content))
    assert len(found) == HOMES + 1
    entry = AuditEntry.objects.get(action="register.exported")
    assert (entry.actor_id, entry.door) == (office.pk, "job")
    assert (entry.content["listing"], entry.content["rows"]) == ("import.households", HOMES)
    client.force_login(leader)
    assert client.get(job.result).status_code == 404


@pytest.mark.parametrize("kind", exporting.KINDS)
def test_steps_change_nothing_of_it(full, monkeypatch, kind):
    taken = []
    for step in (7, 1_000):
        monkeypatch.setattr(register_rows, "STEP", step)
        out = io.BytesIO()
        exporting.write(kind, out, by=None)
        taken.append(rows(out.getvalue()))
    assert taken[0] == taken[1]


def test_a_small_one_comes_at_once(client, full, office):
    answer = ask(client, office, "organisations")
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert not Job.objects.filter(runner=exporting.EXPORT).exists()


def test_who_may_no_longer_take_it_out_gets_nothing(client, full, office, today):
    ask(client, office)
    for one in office.appointments.all():
        appointments.end(one, on=today, by=None)
    jobs.work(once=True)
    job = of_register()
    assert (job.state, job.result) == (Job.State.FAILED, "")
    assert not AuditEntry.objects.filter(action="register.exported").exists()


def test_each_step_asks_the_same_and_little(full, office):
    def asked(step):
        register_rows.STEP = step
        with CaptureQueriesContext(connection) as queries:
            exporting.write("households", io.BytesIO(), by=office)
        return len(queries)

    one, eight = asked(HOMES), asked(HOMES // 8)
    assert (eight - one) / 7 <= 4  # households, their people, their incomes, names of places
