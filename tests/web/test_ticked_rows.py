"""Rows are ticked and something is done with them: only by those who may, and only with these."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from jiedui.core.models import AuditEntry
from jiedui.households.models import Household
from jiedui.orgs.models import Appointment

LIST = "/households/"
DAY = date(2020, 1, 1)


@pytest.fixture
def families(office, client, qin_family):
    client.force_login(office)
    number = (f"T{n:03}" for n in range(60))
    rows = [
        Household(
            number=next(number), head=f"户主{n}", place=qin_family.place, kind="other", since=DAY
        )
        for n in range(60)
    ]
    return Household.objects.bulk_create(rows)


@pytest.fixture
def far_household(other_village):
    return Household.objects.create(
        number="F1", head="远方户", place=other_village, kind="other", since=DAY
    )


def do(client, act, rows=(), address=LIST, **more):
    return client.post(address, {"act": act, "row": [str(one.pk) for one in rows], **more})


def heads(answer):
    content = b"".join(answer.streaming_content)
    rows = openpyxl.load_workbook(BytesIO(content)).active.iter_rows(values_only=True, min_row=3)
    return [row[0] for row in rows]


def said(answer):
    return [str(one) for one in get_messages(answer.wsgi_request)]


def test_boxes_and_their_form_are_there_without_a_script(client, families):
    page = client.get(LIST).content.decode()
    assert page.count('name="row"') == 25
    assert 'id="ticked-rows"' in page and 'value="export"' in page


def test_only_the_ticked_rows_are_exported(client, families):
    assert heads(do(client, "export", families[3:6])) == ["户主3", "户主4", "户主5"]
    entry = AuditEntry.objects.get(action="register.exported")
    assert entry.content["rows"] == 3


def test_all_that_match_are_those_the_filters_leave(client, families):
    found = heads(do(client, "export", families[:1], f"{LIST}?q=户主1", all="1"))
    assert found == ["户主1", *[f"户主1{n}" for n in range(10)]]


def test_only_the_ticked_rows_are_printed(client, families):
    page = do(client, "print", families[7:9]).content.decode()
    assert "户主7" in page and "户主8" in page and "户主9" not in page
    assert 'name="row"' not in page and "print-mark" in page
    assert AuditEntry.objects.get(action="register.printed").content["rows"] == 2


@pytest.mark.parametrize("act", ["", "sell", "EXPORT"])
def test_an_act_that_is_none_is_refused_in_a_sentence(client, families, act):
    answer = do(client, act, families[:1])
    assert answer.status_code == 302 and answer.url == LIST
    assert len(said(answer)) == 1


@pytest.mark.parametrize(
    "rows", [[], ["x"], ["9" * 5000], ["²"], ["-1 or 1"], ["\0"], [str(n) for n in range(1500)]]
)
def test_ticks_that_are_none_are_refused_in_a_sentence(client, families, rows):
    for address in (LIST, "/gifts/", "/activities/"):
        answer = client.post(address, {"act": "export", "row": rows})
        assert answer.status_code == 302 and answer.url == address and said(answer), address


def test_what_is_not_there_is_left_out_and_said(client, families):
    answer = client.post(LIST, {"act": "export", "row": [families[0].pk, 10**15]})
    assert heads(answer) == ["户主0"]
    assert "1" in said(answer)[0]


def test_who_may_not_export_has_no_boxes_and_no_file(client, families, leader):
    client.force_login(leader)
    page = client.get(LIST).content.decode()
    assert 'name="row"' not in page and "ticked-rows" not in page
    for act in ("export", "print"):
        assert do(client, act, families[:1]).status_code == 403


def test_only_rows_one_may_take_away_are_taken(
    client, families, village_officer, city, bureau, far_household
):
    """An officer who reads the city as a leader exports the own village only."""
    Appointment.objects.create(
        user=village_officer,
        role="leader",
        organisation=bureau.parent,
        place=city,
        since=date(2020, 1, 1),
    )
    client.force_login(village_officer)
    answer = do(client, "export", [families[0], far_household])
    assert heads(answer) == ["户主0"]
    assert "1" in said(answer)[0]
    page = do(client, "print", [families[0], far_household]).content.decode()
    assert far_household.head not in page


def test_lists_nothing_can_be_done_with_have_no_boxes(client, administrator):
    client.force_login(administrator)
    assert 'name="row"' not in client.get(reverse("orgs:users")).content.decode()
