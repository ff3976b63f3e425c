from datetime import timedelta

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiedui.core import audit
from jiedui.core.models import AuditEntry

COLUMNS = [field.attname for field in AuditEntry._meta.concrete_fields]


@pytest.fixture
def chain(db, office, qin_family):
    AuditEntry.objects.all().delete()
    with audit.through("web", address="10.0.0.7"):
        for n in range(5):
            audit.record(f"thing.{n}", qin_family, by=office, number=n)
    return list(AuditEntry.objects.order_by("pk"))


def test_an_untouched_chain_fits(chain):
    verdict = audit.verify()
    assert (verdict.entries, verdict.broken, verdict.head) == (5, None, chain[-1].seal)
    assert verdict.holds


def test_entries_are_numbered_without_gaps(chain, qin_family):
    entries = [audit.Entry("thing.many", "households.household", str(qin_family.pk), {}, {})] * 3
    audit.record_many(entries)
    audit.record("thing.last")
    numbers = AuditEntry.objects.order_by("pk").values_list("pk", flat=True)
    assert list(numbers) == list(range(1, 10))
    assert audit.verify().broken is None


def test_a_removed_entry_is_found(chain):
    chain[2].delete()
    assert audit.verify().broken == chain[3].pk


def changed(value, at, extra):
    """The value with one character, digit, moment or fact of it another."""
    if isinstance(value, str):
        return value[: at % (len(value) + 1)] + extra + value[at % (len(value) + 1) + 1 :]
    if isinstance(value, dict):
        return value | {extra: at}
    return value + (timedelta(microseconds=at + 1) if not isinstance(value, int) else at + 1)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.integers(0, 4),
    column=st.sampled_from(COLUMNS),
    at=st.integers(0, 70),
    extra=st.sampled_from("ax0"),
)
def test_the_chain_breaks_when_any_column_changes(chain, which, column, at, extra):
    entry = AuditEntry.objects.get(pk=chain[which].pk)
    was = getattr(entry, column)
    new = changed(was, at, extra)
    size = getattr(AuditEntry._meta.get_field(column), "max_length", None)
    if new == was or (size and len(new) > size):
        return
    with transaction.atomic():
        rows = AuditEntry.objects.filter(pk=entry.pk)
        if column == "id":
            new = max(one.pk for one in chain) + at + 1
        rows.update(**{column: new})
        assert audit.verify().broken is not None
        transaction.set_rollback(True)
    assert audit.verify().broken is None


def test_every_column_holds_something_to_change(chain):
    """The test above would prove little of a column that is always empty."""
    entry = AuditEntry.objects.get(pk=chain[2].pk)
    empty = [name for name in COLUMNS if getattr(entry, name) in ("", None, {})]
    assert empty == ["organisation"]
    assert isinstance(AuditEntry._meta.get_field("content"), models.JSONField)
