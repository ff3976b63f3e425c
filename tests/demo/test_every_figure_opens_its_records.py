"""Whatever a playbook counts leads to exactly the records that were counted, and no further."""

import os

import pytest
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.campaigns.models import Campaign
from jiedui.demo.loading import load
from jiedui.figures import actions, duck, trace
from jiedui.figures.evaluation import evaluate
from jiedui.figures.record_rows import visible
from jiedui.orgs.models import Appointment

SMALL = 0.01
STEP = 2_000
THOROUGH = os.environ.get("JIEDUI_THOROUGH") == "1"


@pytest.fixture(params=["panjin", "xiejiaji"])
def snapshot(request, db):
    load(request.param, scale=SMALL)
    yield actions.take(Campaign.objects.get())
    duck.forget()


def _ids(snapshot, figure):
    first = trace.records(snapshot, figure, size=STEP)
    later = (trace.records(snapshot, figure, page=n, size=STEP) for n in range(2, first.pages + 1))
    return first.total, [one for page in (first, *later) for one in page.ids]


def _user(role):
    held = Appointment.objects.filter(role=role, ended=None).order_by("pk").first()
    return held.user if held else User.objects.none()


def test_the_records_of_every_figure_are_as_many_as_it_says(snapshot):
    office = _user("office")
    book = snapshot.campaign.playbook
    wrong = {}
    for figure in book.figures:
        (value,) = evaluate(snapshot, [figure])
        total, ids = _ids(snapshot, figure)
        opened = visible(ids, user=office, playbook=book)
        found = (value.records, total, len(ids), len(opened))
        if len(set(found)) != 1:
            wrong[figure.key] = found
        if figure.measure == "count" and not figure.distinct and value.value != total:
            wrong[figure.key] = (value.value, total)
    assert wrong == {}


def test_pages_open_what_is_the_readers_and_tell_of_the_rest(snapshot, client):
    start = reverse("figures:index", args=[snapshot.campaign.key])
    client.force_login(_user("office"))
    assert _hidden(client, snapshot.campaign) == set()
    for address in ("/", start, reverse("home:map")):
        assert start in client.get(address).content.decode(), address
    for role in ("liaison", "village_officer"):
        client.force_login(_user(role))
        assert _hidden(client, snapshot.campaign, step=1 if THOROUGH else 4), role


def _hidden(client, campaign, *, step=1):
    """Keys of the figures of which this reader may not open every record; the page says so."""
    found = set()
    for figure in campaign.playbook.figures[::step]:
        page = client.get(reverse("figures:show", args=[campaign.key, figure.key]))
        assert page.status_code == 200, figure.key
        shown, said = len(page.context["records"]), page.context["hidden"]
        assert page.context["page"].total == page.context["value"].records, figure.key
        assert shown + said == len(page.context["page"].ids), figure.key
        if said:
            assert "不在您的范围内" in page.content.decode(), figure.key
            found.add(figure.key)
    return found
