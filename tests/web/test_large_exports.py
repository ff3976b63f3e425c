"""Lists of hundreds of thousands of rows as workbooks; benchmarks/exports.py measures them."""

from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiedui.core.lists import export, listing
from jiedui.core.lists.keys import pack
from jiedui.fieldwork.views.registers import Activities
from jiedui.ledger.views.registers import Gifts
from jiedui.notices.models import Complaint
from jiedui.notices.views import Complaints


@pytest.fixture
def notes(office):
    Complaint.objects.bulk_create(Complaint(text=f"note {n:02}") for n in range(25))
    return Complaints(office)


@pytest.mark.parametrize("make", [lambda n: n * 7, lambda _n: uuid4()])
def test_packed_keys_come_back_as_they_were(make):
    keys = [make(n) for n in range(25)]
    steps = list(pack(iter(keys)).steps(10))
    assert [len(step) for step in steps] == [10, 10, 5]
    assert [key for step in steps for key in step] == keys
    assert list(pack([]).steps(10)) == []


def test_every_row_comes_in_order_whatever_the_step(notes, monkeypatch):
    monkeypatch.setattr(listing, "STEP", 10)
    assert [row.text for row in notes.every()] == [f"note {n:02}" for n in range(24, -1, -1)]


def test_how_much_there_is_can_be_seen_before_a_row_is_read(notes):
    told = []
    with CaptureQueriesContext(connection) as asked:

        def progress(done, *, total):
            told.append((done, total, len(asked)))

        with export.to_file(notes, progress=progress) as file:
            sheet = openpyxl.load_workbook(BytesIO(file.read())).active
    assert told[0][:2] == (0, 25)
    assert not any('"text"' in asked[n]["sql"] for n in range(told[0][2]))
    assert any('"text"' in one["sql"] for one in asked)
    assert sheet.max_row == 2 + 25


@pytest.mark.parametrize("register", [Gifts, Activities])
def test_an_order_that_names_the_key_names_it_once(office, register):
    """SQLite reads an index in its order only then; else it sorts 300,000 keys first."""
    assert register(office).ordering == ["-day", "-id"]
