"""Days are short, and what nobody has a value for takes no room: on the page and on paper."""

from datetime import date, datetime

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jiedui.households.models import Need
from jiedui.notices.models import Complaint

NEEDS = "/households/needs/"


@pytest.fixture
def needs(office, client, qin_family):
    """Sixty needs, none of them met, none in words."""
    client.force_login(office)
    return Need.objects.bulk_create(
        Need(household=qin_family, kind="job", since=date(2020, 1, 1)) for _ in range(60)
    )


def keys(client, address=NEEDS, **query):
    return [head.column.key for head in client.get(address, query).context["list"].table.heads]


def test_a_column_nobody_has_a_value_for_is_left_out(client, needs):
    assert "met_on" not in keys(client)
    assert "met_on" not in keys(client, page=2)
    assert {"kind", "head", "urgency", "since"} <= set(keys(client))


def test_a_column_stays_while_one_pages_to_where_it_is_empty(client, needs):
    Need.objects.filter(pk=needs[0].pk).update(met_on=date(2021, 1, 1))
    assert [("met_on" in keys(client, page=page)) for page in (1, 2, 3)] == [True] * 3


def test_a_value_far_behind_is_shown_where_it_is(client, needs, qin_family):
    Need.objects.bulk_create(
        Need(household=qin_family, kind="job", urgency=1, since=date(2020, 1, 1))
        for _ in range(300)
    )
    last = Need.objects.order_by("-urgency", "since", "pk").last()
    Need.objects.filter(pk=last.pk).update(text="想学手艺")
    assert "text" not in keys(client)
    page = client.get(NEEDS, {"page": 99})
    assert "想学手艺" in page.content.decode()


def test_a_column_one_chose_or_sorts_by_is_shown_empty_or_not(client, needs):
    assert "met_on" in keys(client, sort="met_on")
    client.get(NEEDS, {"columns": ["kind", "met_on"]})
    assert keys(client) == ["kind", "met_on"]


def test_empty_columns_are_not_printed_but_stay_in_the_workbook(client, needs):
    printed = client.get(NEEDS, {"print": "1"}).content.decode()
    assert "解决日期" not in printed and "Met on" not in printed
    listing = client.get(NEEDS).context["list"]
    assert "met_on" in [column.key for column in listing.shown]


def test_the_number_of_queries_is_the_same_for_ten_rows_and_a_hundred(client, needs):
    client.get(NEEDS)
    counts = []
    for size in (25, 50):
        with CaptureQueriesContext(connections[Need.objects.db]) as queries:
            client.get(NEEDS, {"size": size})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_days_are_short_and_their_title_is_the_whole_day(client, office):
    client.force_login(office)
    now = timezone.localtime()
    old = timezone.make_aware(datetime(2019, 3, 5, 7, 8))
    first, second = (Complaint.objects.create(text=text) for text in ("a", "b"))
    Complaint.objects.filter(pk=first.pk).update(made=old)
    page = client.get(reverse("notices:list")).content.decode()
    assert ">2019-03-05 07:08<" in page and 'title="2019年3月5日 07:08"' in page
    assert f">{now:%m-%d}" in page
    printed = client.get(reverse("notices:list"), {"print": "1"}).content.decode()
    assert "2019年3月5日 07:08" in printed and "<time" not in printed
    assert second.text in printed
