"""The register and the target group are two figures, the same on pages, lists, plans and paper.

A county's campaign of the shipped playbook: of its households on the register some are of kinds
that kinship is not for, some have no helper, one has left the register after a visit.
"""

from datetime import timedelta

import pytest
from django.urls import reverse

from jiedui.campaigns import actions as campaigns
from jiedui.campaigns import playbook
from jiedui.campaigns.playbook import moving
from jiedui.fieldwork.models import Activity, Attendance
from jiedui.figures import actions as figures
from jiedui.households.models import Household
from jiedui.pairing import actions as pairing
from jiedui.pairing import coverage
from jiedui.pairing.problem import Options
from jiedui.places.models import Place
from jiedui.proposals import proposing
from jiedui.proposals.models import Proposal
from jiedui.reports import bulletins

TARGET, OUTSIDE, UNCOVERED = 9, 5, 2


@pytest.fixture
def county_campaign(bureau, city, today):
    source = moving.beginning(playbook.source("panjin"), today - timedelta(days=60))
    source = moving.called(
        source, name="", full_name="", office="大洼区活动办", document_word="洼走亲办",
        place="211104000000",
    )  # fmt: skip
    county = Place.objects.get(path="211104")
    return campaigns.start(source, organisation=bureau.parent, place=county, by=None)


@pytest.fixture
def homes(county_campaign, willow_village, zhou, he, branch, today):
    """Nine of the target group, two of these without a helper; five others; one that has left."""

    def home(number, kind, **more):
        return Household.objects.create(
            number=f"T{number:02}", head=f"户{number}", place=willow_village, kind=kind,
            since=today - timedelta(days=50), **more,
        )  # fmt: skip

    found = [home(n, "allowance") for n in range(TARGET)]
    others = [home(20 + n, "general") for n in range(OUTSIDE)]
    left = home(40, "allowance", ended=today - timedelta(days=3))
    for number, household in enumerate(found[: TARGET - UNCOVERED]):
        pairing.open_pair(
            county_campaign, kind="kin", member=_member(branch, number), household=household,
            since=today - timedelta(days=40), by=None,
        )  # fmt: skip
    # Somebody of no kind that kinship is for has a helper all the same; and was called on.
    pairing.open_pair(
        county_campaign, kind="kin", member=zhou, household=others[0],
        since=today - timedelta(days=40), by=None,
    )  # fmt: skip
    for household in (found[0], found[0], others[0], left):
        visit = Activity.objects.create(
            campaign=county_campaign, kind="visit", day=today - timedelta(days=5),
            organisation=branch, place=willow_village, household=household,
            recorded_at=_now(),
        )  # fmt: skip
        Attendance.objects.create(activity=visit, member=zhou)
    return found


def _now():
    from django.utils import timezone

    return timezone.now()


def _member(branch, number):
    from jiedui.orgs.models import Member

    return Member.objects.create(
        number=f"Z{number}", name=f"员{number}", organisation=branch, rank="section_chief"
    )


def _said(campaign):
    return {one["key"]: one["value"] for one in figures.figures_json(campaign.key)}


def test_figures_list_home_proposal_and_bulletin_say_the_same(
    client, county_campaign, homes, office
):
    kin = county_campaign.playbook.pairing("kin")
    counted = coverage.coverage(county_campaign, kin)
    assert (counted.listed, counted.eligible, counted.uncovered) == (
        TARGET + OUTSIDE, TARGET, UNCOVERED,
    )  # fmt: skip
    said = _said(county_campaign)
    assert said["households.listed"] == counted.listed
    assert said["households.target"] == counted.eligible
    assert said["households.covered"] == counted.covered
    assert said["households.uncovered"] == counted.uncovered
    assert said["pairs.coverage"] == round(100 * counted.covered / counted.eligible, 2)

    client.force_login(office)
    session = client.session
    session["campaign"] = county_campaign.key
    session.save()
    listed = client.get(reverse("pairing:uncovered")).context
    assert listed["list"].total == listed["coverage"].uncovered == UNCOVERED
    home = client.get(reverse("web:home")).context
    assert next(gap for gap in home["gaps"] if gap["is_home"])["count"] == UNCOVERED
    whole = proposing.propose_now(county_campaign, options=Options(scope="all"), by=office)
    assert whole["households"] == counted.eligible
    assert proposing.propose_now(county_campaign, by=office)["households"] == counted.uncovered
    page = client.get(Proposal.objects.latest("pk").get_absolute_url())
    assert page.context["figures"][0]["value"] == UNCOVERED

    written = {one["key"]: one["value"] for one in _bulletin(county_campaign)["figures"]}
    assert written["households.uncovered"] == str(UNCOVERED)
    assert written["households.target"] == str(TARGET)
    assert written["households.listed"] == str(TARGET + OUTSIDE)


def _bulletin(campaign):
    return bulletins.bulletin_json(campaign.key, "progress")


def test_the_bulletin_names_the_two_groups_apart(county_campaign, homes):
    text = _bulletin(county_campaign)["text"]
    assert f"在册低收入家庭{TARGET + OUTSIDE}户" in text
    assert f"结对对象{TARGET}户" in text
    assert f"尚有{UNCOVERED}户没有帮扶人" in text


def test_households_called_on_are_those_on_the_register(county_campaign, homes):
    assert _said(county_campaign)["visits.households"] == 2  # the one that left is not counted
    assert _said(county_campaign)["visits.count"] == 4


def test_the_records_behind_them_are_as_many(county_campaign, homes):
    from jiedui.figures.evaluation import evaluate
    from jiedui.figures.trace import records

    snapshot = figures.take(county_campaign)
    for key in ("households.target", "households.uncovered", "visits.households"):
        (value,) = evaluate(snapshot, [key])
        assert records(snapshot, county_campaign.playbook.figure(key)).total == value.records


def test_a_snapshot_from_before_the_two_groups_is_still_counted(county_campaign, homes):
    """Its file has neither column: figures that do not ask for them come out as before."""
    import pyarrow.parquet as pq

    from jiedui.figures import store
    from jiedui.figures.evaluation import evaluate

    snapshot = figures.take(county_campaign)
    (file,) = snapshot.tables["households"]["files"]
    table = pq.read_table(store.path(file["sha256"]))
    file["sha256"] = store.put(table.drop_columns(["target", "covered"]))
    snapshot.save()
    by_village = evaluate(snapshot, ["households.listed"], by="village")
    assert [one.value for one in by_village] == [TARGET + OUTSIDE]


def test_what_is_counted_among_households_must_be_about_them():
    source = playbook.source("panjin")
    wrong = source.replace(
        'where = { is_visit = true }\namong = "households.listed"',
        'where = { is_visit = true }\namong = "visits.count"',
    )
    (mistake,) = playbook.check(wrong)
    assert mistake.path == "figures[visits.households].among"
