"""A ciphertext is bound to its row; moved to another one it cannot be read."""

import pytest
from django.apps import apps
from django.db import connection

from jiedui.core import binding, bulk, crypto
from jiedui.core.fields import BOUND, EncryptedText
from jiedui.core.models import Confidential
from jiedui.households.models import Household, Person
from jiedui.orgs.models import Member

COPY = (
    "UPDATE households_household SET phone ="
    " (SELECT phone FROM households_household WHERE id = %s) WHERE id = %s"
)


@pytest.fixture
def neighbours(qin_family, willow_village, today):
    qin_family.phone = "13900000001"
    qin_family.save()
    other = Household.objects.create(
        number="H2", head="秦宁", place=willow_village, kind="allowance", since=today,
        phone="13900000002",
    )  # fmt: skip
    return qin_family, other


def stored(row, column="phone"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        return bytes(cursor.fetchone()[0])


def unbind(row, text):
    """As earlier versions wrote it."""
    old = crypto.encrypt(text, context="households.household.phone")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE households_household SET phone = %s WHERE id = %s", [old, row.pk])


def test_every_row_reads_its_own(neighbours):
    one, other = (Household.objects.get(pk=row.pk) for row in neighbours)
    assert (one.phone, other.phone) == ("13900000001", "13900000002")


def test_a_ciphertext_moved_to_another_row_is_refused(neighbours):
    one, other = neighbours
    with connection.cursor() as cursor:
        cursor.execute(COPY, [one.pk, other.pk])
    with pytest.raises(crypto.Unreadable):
        _ = Household.objects.get(pk=other.pk).phone


def test_old_ciphertexts_stay_readable_and_are_bound_by_an_upgrade(neighbours):
    one, other = neighbours
    unbind(one, "13911111111")
    assert Household.objects.get(pk=one.pk).phone == "13911111111"
    assert binding.bind_all() == 1
    assert stored(one).startswith(BOUND)
    assert Household.objects.get(pk=one.pk).phone == "13911111111"
    assert binding.bind_all() == 0
    with connection.cursor() as cursor:
        cursor.execute(COPY, [one.pk, other.pk])
    with pytest.raises(crypto.Unreadable):
        _ = Household.objects.get(pk=other.pk).phone


def test_rows_in_bulk_are_bound_to_the_keys_they_get(qin_family, branch, today):
    names = ["household_id", "number", "name", "since", "identity"]
    rows = [[qin_family.pk, f"H1-{n}", "秦甲", today, f"21110419580101{n:04d}"] for n in range(3)]
    bulk.insert(Person, names, rows)
    made = bulk.make(Person, [dict(zip(names, [*row[:1], f"{row[1]}b", *row[2:]], strict=True))
                              for row in rows])  # fmt: skip
    bulk.create([Person(household=qin_family, number="H1-9", name="秦乙", since=today, phone="1")])
    bulk.update(Person, ["health"], [["chronic", made[0]]])
    kept = list(Person.objects.order_by("pk").values_list("number", flat=True))
    assert [p.identity for p in Person.objects.filter(pk__in=made).order_by("pk")] == [
        row[-1] for row in rows
    ]
    assert len(kept) == 7
    assert Person.objects.get(pk=made[0]).health == "chronic"
    assert Person.objects.get(number="H1-9").phone == "1"
    Member.objects.bulk_create([Member(number="M7", name="周", organisation=branch, phone="7")])
    Member.objects.filter(number="M7").update(identity="9", post="书记")
    member = Member.objects.get(number="M7")
    assert (member.phone, member.identity, member.post) == ("7", "9", "书记")


def test_a_row_written_again_keeps_what_was_not_touched(neighbours):
    row = Household.objects.get(pk=neighbours[0].pk)
    before = stored(row)
    row.head = "秦平"
    row.save()
    assert stored(row) == before
    row.refresh_from_db()
    assert row.phone == "13900000001"


def test_every_model_with_encrypted_fields_knows_its_key_before_it_is_written():
    holders = {
        model for model in apps.get_models()
        for field in model._meta.concrete_fields if isinstance(field, EncryptedText)
    }  # fmt: skip
    assert holders
    assert all(issubclass(model, Confidential) for model in holders)
