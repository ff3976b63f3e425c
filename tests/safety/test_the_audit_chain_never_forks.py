"""Many write at once: each entry still follows the one before it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from jiedui.core import audit
from jiedui.core.models import AuditEntry

EACH = 50
at_once = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite lets one write at a time by itself"
)


@at_once
@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_make_one_chain():
    together = Barrier(2)

    def write(who):
        together.wait()
        for number in range(EACH):
            if number % 10:
                audit.record("thing.done", who=who, number=number)
            else:
                audit.record_many([audit.Entry("thing.many", "", "", {}, {})] * 3)
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, ("one", "other")))
    entries = AuditEntry.objects.order_by("pk")
    assert audit.verify().broken is None
    assert list(entries.values_list("pk", flat=True)) == list(range(1, 2 * (45 + 15) + 1))
    assert {"one", "other"} <= {e.content.get("who") for e in entries}
    assert connection.vendor == "postgresql"
