"""The database knows how its columns are spread once many rows have come, and every day."""

from datetime import date

import pytest
from django.db import connection

from jiedui.core import table_statistics
from jiedui.web import tidying

sqlite_only = pytest.mark.skipif("connection.vendor != 'sqlite'")


def known(table):
    with connection.cursor() as cursor:
        if not connection.introspection.table_names(cursor).count("sqlite_stat1"):
            return {}
        cursor.execute("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = %s", [table])
        return dict(cursor.fetchall())


def plan(queryset):
    return queryset.explain()


@sqlite_only
def test_they_are_gathered_every_day(county):
    tidying.tidy_daily(date.today())
    assert known("households_household")["household_on_register"].startswith("300 ")


@sqlite_only
def test_the_households_of_a_village_are_found_by_their_village(county, village_officer):
    from jiedui.households.models import Household

    table_statistics.gather()
    rows = Household.objects.on_register().visible_to(village_officer)
    assert "household_on_register" not in plan(rows.order_by())
    assert "COVERING INDEX household_on_register" in plan(
        Household.objects.on_register().order_by("number").values("pk")
    )
