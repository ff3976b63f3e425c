"""Paper leaves the house as a workbook does: only rows on which one may export are printed."""

from datetime import date

import pytest
from django.urls import reverse

from addresses import addresses, content, undone
from jiedui.core.models import AuditEntry
from jiedui.orgs.models import Appointment

PRINTED = ("register.printed", "ledger.printed")
# Pages about one row are printed by those who read it, and bulletins by those who read bulletins.
READ = {"households:card", "handover:sheet", "ledger:fund", "reports:bulletins"}
HEADED = {("handover:show", "周明")}  # whose hand-over it is; the rows are left out
PAPERS = ("reports:ledger_paper", "supervision:ledger", "handover:slips", "ledger:sheet")


@pytest.fixture
def handed_over(world, he, today):
    """The Qins have passed on to another helper, and nobody has told them yet."""
    from jiedui.handover import actions, bulk_hand_over

    bulk_hand_over.discard(world.rows["hand_over"], by=None)
    pair = world.rows["pair"]
    pair.refresh_from_db()
    actions.hand_over(pair, to=[he], on=today, reason="transfer", by=None)
    return world


@pytest.fixture
def officer_and_leader(lu, city, bureau):
    """An officer of another village who reads the whole city as a leader."""
    _lead(lu, city, bureau)
    return lu


def _lead(user, city, bureau):
    Appointment.objects.create(
        user=user, role="leader", organisation=bureau.parent, place=city, since=date(2020, 1, 1)
    )


def _papers(client, world):
    """Name and text of every page that is paper."""
    for one in addresses():
        for query in ({}, {"print": "1"}):
            with undone():
                before = AuditEntry.objects.order_by("pk").values_list("pk", flat=True).last() or 0
                said = content(client.get(world.url(one), query))
                new = AuditEntry.objects.filter(pk__gt=before)
                if any(entry.action in PRINTED for entry in new):
                    yield one.name, said


def test_no_paper_shows_what_only_another_role_reads(client, handed_over, officer_and_leader):
    client.force_login(officer_and_leader)
    seen = dict(_papers(client, handed_over))
    assert {"households:list", "orgs:members", "pairing:list", *PAPERS} <= set(seen)
    told = {
        (name, secret) for name, said in seen.items() for secret in handed_over.secrets
        if secret in said and name not in READ
    }  # fmt: skip
    assert told <= HEADED


def test_the_own_area_is_still_printed(client, handed_over, village_officer, city, bureau):
    _lead(village_officer, city, bureau)
    client.force_login(village_officer)
    for address, word in (
        (reverse("households:list") + "?print=1", "秦安"),
        (reverse("pairing:list") + "?print=1", "秦安"),
        (reverse("reports:ledger_paper"), "秦安"),
        (reverse("supervision:ledger"), "问题文字庚"),
        (reverse("handover:slips"), "秦安"),
        (reverse("ledger:sheet"), "秦安"),
    ):
        assert word in client.get(address).content.decode(), address


@pytest.mark.parametrize("address", PAPERS)
def test_who_may_not_export_prints_no_list(client, handed_over, leader, helper, address):
    for user in (leader, helper):
        client.force_login(user)
        assert client.get(reverse(address)).status_code == 403


def test_slips_are_offered_to_those_who_may_print_them(client, handed_over, leader, office):
    for user, is_offered in ((leader, False), (office, True)):
        client.force_login(user)
        page = client.get(reverse("handover:notifications")).content.decode()
        assert (reverse("handover:slips") in page) is is_offered


def test_the_sheets_of_a_hand_over_are_a_list_too(client, world, leader, office):
    hand_over = world.rows["hand_over"]
    address = reverse("handover:sheets", args=[hand_over.pk])
    for user, status in ((leader, 403), (office, 200)):
        client.force_login(user)
        assert client.get(address).status_code == status
        assert client.get(hand_over.get_absolute_url()).status_code == 200
