"""The audit chain breaks when any byte changes."""

from datetime import timedelta

from django.db import DataError, transaction

from jiedui.core import audit
from jiedui.core.models import AuditEntry


def _bent(value):
    """The value with one bit of it changed, in every way there is; at most a few for long ones."""
    if isinstance(value, str):
        for at in {0, len(value) // 2, len(value) - 1} if value else ():
            yield value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
        yield value + "x"
        yield value[:-1] if value else "y"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: bent} for bent in _bent(inner))
        yield {**value, "more": 1}
    elif hasattr(value, "isoformat"):
        yield value + timedelta(microseconds=1)
    else:
        yield (value or 0) + 1


def _forced_in(entry, changed):
    """Whether the change could be written behind the chain's back: not what overflows a column."""
    try:
        with transaction.atomic():
            return AuditEntry.objects.filter(pk=entry.pk).update(**changed)
    except DataError:
        return False


def test_the_chain_breaks_whatever_is_changed_in_whatever_entry(db, office):
    AuditEntry.objects.all().delete()
    for number in range(3):
        after = {"name": f"秦{number}", "n": number, "none": None}
        audit.record("thing.changed", office, by=office, before={"name": ""}, after=after)
    kept = list(AuditEntry.objects.order_by("pk"))
    for entry in kept:
        for field in AuditEntry._meta.concrete_fields:
            if field.primary_key:
                continue
            was = getattr(entry, field.attname)
            for bent in _bent(was):
                if bent == was or not _forced_in(entry, {field.attname: bent}):
                    continue
                assert audit.verify().broken is not None, (field.name, was, bent)
                AuditEntry.objects.filter(pk=entry.pk).update(**{field.attname: was})
    assert audit.verify().broken is None


def test_the_chain_breaks_when_entries_change_places_or_go(db, office):
    AuditEntry.objects.all().delete()
    for n in range(4):
        audit.record(f"thing.{n}", office, by=office)
    rows = list(AuditEntry.objects.order_by("pk"))
    head = audit.verify().head
    first, second = (AuditEntry.objects.filter(pk=row.pk).values().get() for row in rows[1:3])
    for keys in ((second["id"], first["id"]), (first["id"], second["id"])):
        AuditEntry.objects.filter(pk__in=keys).delete()
        AuditEntry.objects.create(**{**first, "id": keys[0]})
        AuditEntry.objects.create(**{**second, "id": keys[1]})
        assert (audit.verify().broken is None) == (keys[0] == first["id"])
    # The last entry gone leaves a chain that fits: the head written down elsewhere tells.
    rows[3].delete()
    assert audit.verify().broken is None
    assert audit.verify().head != head
