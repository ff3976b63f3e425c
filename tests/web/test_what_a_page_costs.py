"""No page asks the database more, or renders more of a template, than `page_costs.toml` says.

Every address that the office can open by GET, and the menus of the other roles. A page is asked
twice and counted the second time: what is kept between pages is warm.
"""

import os
import time

import page_costs
import pytest
from django.utils import timezone
from page_costs import counted, tables

from addresses import addresses, content, undone
from full_demonstration import NOW, account, full_demonstration
from jiedui.accounts.roles import Role
from jiedui.campaigns.models import Campaign
from jiedui.core.lists import LISTINGS
from jiedui.web.navigation import NAVIGATION

ANEW = "JIEDUI_WRITE_COSTS"
HOW = f"""If this is meant, write the table anew and look at what changed in it:
    {ANEW}=1 python -m pytest tests/web/test_what_a_page_costs.py"""
MANY = 40  # statements of one page
OFTEN = 4  # times one statement may be sent: four rights on one record, no question for each row
MENU = {entry.url for group in NAVIGATION for entry in group.entries}
# What these pages need to be told before they open.
TOLD = {
    "imports:new": lambda _rows: {"kind": "households"},
    "supervision:measure_new": lambda rows: {"issue": rows["issue"].pk},
    "fieldwork:visit": lambda rows: {"pair": rows["pair"].pk},
    "web:search": lambda _rows: {"q": "wang"},
    "web:suggestions": lambda _rows: {"q": "wang"},
}
# Lists inside the page of one record, by the name of their address.
PARTS = {
    "plans": "campaigns:plans", "complaints": "notices:list", "audit": "reports:audit",
    "pair_ledger": "reports:ledger", "users": "orgs:users", "import-mistakes": "imports:mistakes",
    "import-household-rows": "imports:show", "import-rows": "imports:show",
    "avoidances": "pairing:avoidances",
    "uncovered": "pairing:uncovered", "quotas": "pairing:quotas", "member_loads": "pairing:members",
    "window_visits": "fieldwork:windows",
    "keepers": "pairing:keepers",
    "change_requests": "handover:change_requests", "passed_on": "handover:show",
    "hand_overs": "handover:list", "notifications": "handover:notifications",
    "proposals": "proposals:list", "proposed_pairs": "proposals:show",
}  # fmt: skip


@pytest.fixture
def rows(db, monkeypatch):
    """On one day for ever: what is due changes the pages."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    monkeypatch.setattr(time, "time", NOW.timestamp)
    found = full_demonstration()
    _with_quotas(Campaign.objects.get(key="panjin"))
    return found


def _with_quotas(campaign):
    """No playbook that is shipped sets quotas for organisations yet."""
    before = "[pairings.load]  # “54321”"
    assert before in campaign.source
    quota = '[[pairings.quotas]]\nof = "branch"\nfewest = 5\n\n'
    campaign.source = campaign.source.replace(before, quota + before)
    campaign.save()


def cost_of(client, url, told=None):
    """The cost of a page asked for the second time; None where none opens, or a file."""
    with undone():
        answer = client.get(url, told)
        content(answer)
        if answer.status_code != 200 or "Content-Disposition" in answer.headers:
            return None
        with counted() as cost:
            content(client.get(url, told))
    return cost


def walked(role):
    """The office opens nearly everything; the others their menu, and the record most looked at."""
    if role == Role.OFFICE:
        return addresses()
    return [one for one in addresses() if one.name in MENU or one.name == "profiles:household"]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_no_page_costs_more_than_the_table_says(client, rows):
    found, loops, absurd = {}, [], []
    for role in Role:
        client.force_login(account(role))
        costs = found.setdefault(str(role), {})
        for one in walked(role):
            told = TOLD.get(one.name, lambda _rows: None)(rows)
            if (cost := cost_of(client, one.url(rows), told)) is None:
                continue
            costs[one.name] = cost.pair
            statement, times = cost.most_often
            loops += [f"{role}, {one.name}: {times} × {statement}"] if times > OFTEN else []
            absurd += [f"{role}, {one.name}: {cost.pair[0]}"] if cost.pair[0] > MANY else []
    if os.environ.get(ANEW):
        page_costs.write(found)
    assert not loops, "A question for every row:\n" + "\n".join(loops)
    assert not absurd, "\n".join(absurd)
    assert len(found["office"]) > 130
    wrong = page_costs.differences(found)
    assert not wrong, "\n".join([*wrong, HOW])


def address_of(listing):
    """The page that shows this list: its own, or that of the record it is a part of."""
    name = PARTS.get(listing.key) or listing.url
    return next(one for one in addresses() if one.name == name)


def test_a_list_asks_no_more_when_it_shows_more_rows(client, rows):
    wrong = []
    for listing in LISTINGS.values():
        client.force_login(account(Role.AUDITOR if listing.key == "audit" else Role.OFFICE))
        own = {"upload": rows["other_upload"]} if listing.key == "import-rows" else {}
        url = address_of(listing).url(rows | own)
        client.get(url)
        with counted() as few:
            client.get(url)
        with counted() as many:
            shown = client.get(url, {"size": 50}).context["list"]
        assert len(shown.lines) == 50, f"{listing.key} is too short to be compared"
        # Fewer are fine: among more rows there may be no empty column to look further for.
        if many.pair[0] > few.pair[0]:
            more = [tables(sql) for sql in many.statements - few.statements]
            wrong.append(f"{listing.key}: {many.pair[0]} statements, not {few.pair[0]}: {more}")
    assert not wrong, "\n".join(wrong)
