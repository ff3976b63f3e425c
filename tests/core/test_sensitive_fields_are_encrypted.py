import pytest
from django.db import connection

from jiedui.core import crypto
from jiedui.households.models import Household


def test_a_telephone_number_cannot_be_read_from_the_database(qin_family):
    Household.objects.filter(pk=qin_family.pk).update(phone="10000012345")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM households_household")
        stored = bytes(cursor.fetchone()[0])
    assert b"10000012345" not in stored
    qin_family.refresh_from_db()
    assert qin_family.phone == "10000012345"


def test_a_value_moved_to_another_column_cannot_be_read():
    stored = crypto.encrypt("秘密", context="households.household.phone")
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(stored, context="households.household.address")


def test_one_altered_byte_is_noticed():
    stored = bytearray(crypto.encrypt("秘密", context="c"))
    stored[-1] ^= 1
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(bytes(stored), context="c")


def test_equal_values_have_equal_digests_and_empty_stays_empty():
    assert crypto.digest("a") == crypto.digest("a") != crypto.digest("b")
    assert crypto.digest("") == ""
