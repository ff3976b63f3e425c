"""Undoing restores what was before, and keeps its hands off what lives on."""

from datetime import date

import pytest
from registers import bring_in, done, everything, home, sheet

from jiedui.core import audit
from jiedui.core.models import AuditEntry
from jiedui.households.models import Household, Need
from jiedui.imports import actions
from jiedui.imports.models import Upload

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
