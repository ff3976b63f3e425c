import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiedui.core import audit
from jiedui.core.models import AuditEntry

FIELDS = ["actor", "door", "action", "kind", "subject", "previous", "seal"]


@pytest.fixture
def chain(db, office):
    AuditEntry.objects.all().delete()
    return [audit.record(f"thing.{n}", office, by=office, number=n) for n in range(5)]


def test_an_untouched_chain_fits(chain):
    assert audit.verify() == audit.Verdict(entries=5, broken=None, head=chain[-1].seal)


def test_a_removed_entry_is_found(chain):
    chain[2].delete()
    assert audit.verify().broken == chain[3].pk


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0, 4), field=st.sampled_from(FIELDS), extra=st.sampled_from("ax0"))
def test_the_chain_breaks_when_any_field_changes(chain, which, field, extra):
    entry = AuditEntry.objects.get(pk=chain[which].pk)
    was = getattr(entry, field)
    AuditEntry.objects.filter(pk=entry.pk).update(**{field: (was + extra)[-len(was) or None :]})
    changed = AuditEntry.objects.get(pk=entry.pk)
    broken = audit.verify().broken
    AuditEntry.objects.filter(pk=entry.pk).update(**{field: was})
    if getattr(changed, field) != was:
        assert broken is not None


def test_the_chain_breaks_when_a_fact_changes(chain):
    AuditEntry.objects.filter(pk=chain[1].pk).update(content={"number": 99})
    assert audit.verify().broken == chain[1].pk
