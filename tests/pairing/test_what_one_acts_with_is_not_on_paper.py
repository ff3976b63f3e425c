"""Paper and workbooks carry what is known, not the buttons of a screen, and say what they are."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from jiedui.handover import bulk_hand_over
from jiedui.handover.models import HandOver
from jiedui.handover.views.notifications import Notifications
from jiedui.orgs.models import Member
from jiedui.pairing import avoiding
from jiedui.pairing.views.avoidances import Avoidances
from jiedui.pairing.views.uncovered import Uncovered


def _heads(client, address):
    answer = client.get(address, {"export": "xlsx"})
    book = openpyxl.load_workbook(BytesIO(b"".join(answer)))
    return [cell.value for cell in book.active[2]]


def _table(page):
    """The table of the page or of the paper."""
    return page.context.get("table") or page.context["list"].table


@pytest.mark.parametrize(
    ("listing", "key", "address"),
    [
        (Avoidances, "decide", "pairing:avoidances"),
        (Notifications, "tick", "handover:notifications"),
        (Uncovered, "find", "pairing:uncovered"),
    ],
)
def test_columns_of_buttons_stay_on_the_screen(
    client, office, zhou_and_the_qins, listing, key, address
):
    avoiding.declare(
        zhou_and_the_qins.member, household=zhou_and_the_qins.household, reason="表亲", by=None
    )
    client.force_login(office)
    label = next(str(one.label) for one in listing.columns if one.key == key)
    address = reverse(address)
    for paper in (False, True):
        page = client.get(address, {"print": "1"} if paper else {})
        heads = [head.column.key for head in _table(page).heads]
        assert (key in heads) is not paper
    assert label not in _heads(client, address)


def test_a_printed_hand_over_says_whose_it_is(client, office, zhou, zhou_and_the_qins, today):
    bulk_hand_over.prepare(
        zhou, fate="later", on=today, reason="transfer", among=Member.objects.all(), by=office
    )
    client.force_login(office)
    page = client.get(HandOver.objects.get().get_absolute_url(), {"print": "1"}).content.decode()
    head = page.split("<h1>")[1].split("</h1>")[0]
    assert zhou.name in head and str(today.year) in head
