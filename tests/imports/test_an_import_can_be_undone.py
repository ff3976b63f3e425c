"""Undoing restores what was before, and keeps its hands off what lives on."""

from datetime import date

import lists
import pytest
from django.utils import timezone
from registers import bring_in, done, everything, home, sheet

from jiedui.core import audit
from jiedui.core.models import AuditEntry
from jiedui.households import actions as households
from jiedui.households.models import Household, Need, Person
from jiedui.imports import actions
from jiedui.imports.models import Upload
from jiedui.orgs import actions as orgs
from jiedui.orgs.models import Member

pytestmark = pytest.mark.django_db


def test_undone_the_registers_are_as_they_were(office, willow_village):
    bring_in("households", sheet(home(phone="13900000001")), by=office)
    before = everything()
    upload = bring_in(
        "households",
        sheet(
            home(kind="特困供养户", phone="13900000002", name="李安萍"),
            home(number="H8", name="王秋月"),
        ),
        by=office,
    )
    assert everything() != before
    done(actions.undo(upload, by=office), upload)
    after = everything()
    for row in (row for rows in (before, after) for some in rows.values() for row in some):
        row.pop("version", None)  # an open form must notice that something happened
    assert after == before
    assert audit.verify().broken is None
    assert AuditEntry.objects.filter(action="household.withdrawn").count() == 1


def test_a_row_changed_since_stays_and_says_so(office, willow_village):
    upload = bring_in("households", sheet(home(), home(number="H8", name="王秋月")), by=office)
    Household.objects.filter(number="H7").update(size=9)
    done(actions.undo(upload, by=office), upload)
    upload.refresh_from_db()
    assert list(Household.objects.values_list("number", flat=True)) == ["H7"]
    assert (upload.counts["undone"], upload.counts["kept"]) == (1, 1)
    assert upload.rows.exclude(reason="").count() == 1


def test_a_row_something_refers_to_stays(office, willow_village):
    upload = bring_in("households", sheet(home()), by=office)
    household = Household.objects.get()
    Need.objects.create(household=household, kind="housing", since=date(2026, 1, 1))
    done(actions.undo(upload, by=office), upload)
    assert Household.objects.filter(pk=household.pk).exists()


def test_undone_it_can_be_imported_again(office, willow_village):
    content = sheet(home())
    upload = bring_in("households", content, by=office)
    done(actions.undo(upload, by=office), upload)
    assert bring_in("households", content, by=office).state == Upload.State.APPLIED
    assert Household.objects.count() == 1


def test_whatever_anybody_changed_afterwards_stays(office, willow_village, branch):
    """Also a field that the list does not speak of, in all kinds of list."""
    homes = bring_in("households", sheet(home()), by=office)
    household, person = Household.objects.get(), Person.objects.get()
    households.amend(household, {"difficulty": 70}, version=household.version, by=None)
    members = lists.xlsx([["编号", "姓名", "单位"], ["M7", "冯远", "农业局机关党支部"]])
    enrolled = bring_in("members", members, by=office)
    orgs.amend_member(Member.objects.get(), {"post": "干事"}, by=None)
    needs = lists.xlsx([["户编号", "需求类型", "需求内容"], ["H7", "住房", "修屋顶"]])
    needed = bring_in("needs", needs, by=office)
    households.meet(Need.objects.get(), on=timezone.localdate(), by=None)
    for upload in (needed, enrolled, homes):
        done(actions.undo(upload, by=office), upload)
        upload.refresh_from_db()
        assert (upload.counts["undone"], upload.counts["kept"]) == (0, 1)
    household.refresh_from_db()
    assert (household.difficulty, person.household) == (70, household)
    assert Member.objects.get().post == "干事"
    assert Need.objects.get().met_on
