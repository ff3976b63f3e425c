"""Each published figure (mission.md) counted again with plain SQL, at the full scale.

Both campaigns are loaded as `jiedui demo` does; then each writes its bulletin, whose figures must
be those that SQL counts.
"""

import json
import sqlite3
import subprocess
import sys
from decimal import Decimal

import pytest

from installations import both_whole, copied, environment

TELL = """
import json, sys
import django; django.setup()
from jiedui.campaigns.models import Campaign
from jiedui.demo import reading
from jiedui.figures.actions import latest
from jiedui.figures.evaluation import evaluate
from jiedui.reports.bulletins import bulletin_json

def wrong(name):
    campaign, published = Campaign.objects.get(key=name), reading.read(name).declared.published
    figures = [campaign.playbook.figure(key) for key in published]
    counted = {value.key: value.value for value in evaluate(latest(campaign), figures)}
    return {key: counted[key] for key in published if counted[key] not in published[key]}

told = {name: bulletin_json(name) | {"wrong": wrong(name)} for name in reading.available()}
open(sys.argv[1], "w").write(json.dumps(told, default=str))
"""
VISITS = "('visit', 'leader_visit', 'farm_help', 'steady_help', 'handover_visit', 'household_plan')"


@pytest.fixture(scope="module")
def folder(tmp_path_factory, shared):
    """An installation of its own with both demonstrations and their bulletins."""
    folder = copied(both_whole(shared), tmp_path_factory.mktemp("full"))
    told = str(folder / "bulletins.json")
    subprocess.run([sys.executable, "-c", TELL, told], check=True, env=environment(folder))
    return folder


@pytest.fixture(scope="module")
def count(folder):
    """Ask the loaded database one number; `%s` is filled with the id of the campaign."""
    connection = sqlite3.connect(folder / "jiedui.sqlite3")
    keys = dict(connection.execute("SELECT key, id FROM campaigns_campaign"))

    def ask(sql: str, campaign: str = "panjin") -> int:
        return connection.execute(sql.replace("%s", str(keys[campaign]))).fetchone()[0]

    yield ask
    connection.close()


@pytest.fixture(scope="module")
def told(folder):
    """By campaign: its bulletin, and which figures are not what its demonstration declares."""
    return json.loads((folder / "bulletins.json").read_text())


@pytest.mark.parametrize("campaign", ["panjin", "xiejiaji"])
def test_every_figure_declared_in_the_demonstration_is_counted(told, campaign):
    assert told[campaign]["wrong"] == {}


@pytest.fixture(scope="module")
def bulletin(told):
    """What the bulletin of a campaign says: figures by key, those of the whole campaign."""

    def of(campaign):
        said = [one for one in told[campaign]["figures"] if not one["place"]]
        return {one["key"]: one for one in said}, told[campaign]["text"]

    return of


PANJIN = {
    "places.districts": 3, "places.counties": 1, "places.economic_zones": 2,
    "places.subdistricts": 29, "places.townships": 27, "places.villages": 309,
    "places.communities": 183, "households.listed": 16_000,
}  # fmt: skip
XIEJIAJI = {
    "branches": 425, "issues.found": 558, "measures": 135, "teams.dissuasion": 89,
    "teams.volunteer": 322, "teams.stations": 18,
}  # fmt: skip


@pytest.mark.parametrize(("campaign", "numbers"), [("panjin", PANJIN), ("xiejiaji", XIEJIAJI)])
def test_the_bulletin_says_the_published_figures(bulletin, campaign, numbers):
    said, text = bulletin(campaign)
    assert {key: Decimal(said[key]["value"]) for key in numbers} == numbers
    assert [key for key in numbers if said[key]["shown"] not in text] == []


def test_what_the_bulletin_of_panjin_rounds_is_what_sql_counts(bulletin, count):
    said, text = bulletin("panjin")
    visits = (
        "SELECT count(*) FROM fieldwork_attendance t JOIN fieldwork_activity a"
        " ON a.id = t.activity_id WHERE a.campaign_id = %s AND a.voided_on IS NULL"
        f" AND a.kind IN {VISITS}"
    )
    given = "SELECT sum(value_fen) FROM ledger_gift WHERE campaign_id = %s AND voided_on IS NULL"
    assert Decimal(said["visits.person_times"]["value"]) == count(visits)
    assert Decimal(said["gifts.value"]["value"]) * 100 == count(given)
    assert "30余万人次" in text
    assert "近9000万元" in text


@pytest.mark.parametrize(
    ("key", "kind"),
    [("materials.boards", "board"), ("materials.letters", "letter"),
     ("services.dissuasions", "dissuasion"), ("services.services", "service"),
     ("services.door", "door_service")],
)  # fmt: skip
def test_what_the_bulletin_of_xiejiaji_rounds_is_what_sql_counts(bulletin, count, key, kind):
    said, _text = bulletin("xiejiaji")
    sql = (
        "SELECT sum(quantity) FROM fieldwork_output o JOIN fieldwork_activity a"
        f" ON a.id = o.activity_id WHERE a.campaign_id = %s AND o.kind = '{kind}'"
    )
    assert Decimal(said[key]["value"]) == count(sql, "xiejiaji")


@pytest.mark.parametrize(
    ("level", "kind", "number"),
    [
        ("county", "district", 3),
        ("county", "county", 1),
        ("county", "economic_zone", 2),
        ("town", "street", 29),
        ("town", "township", 27),
        ("village", "village", 309),
        ("village", "community", 183),
    ],
)
def test_panjin_has_its_places(count, level, kind, number):
    where = f"level = '{level}' AND kind = '{kind}' AND ended IS NULL AND path LIKE '2111%'"
    assert count(f"SELECT count(*) FROM places_place WHERE {where}") == number


def test_panjin_has_16_000_households_in_every_village(count):
    standing = (
        "FROM households_household h JOIN places_place p ON p.id = h.place_id"
        " WHERE h.ended IS NULL AND p.path LIKE '2111%'"
    )
    assert count(f"SELECT count(*) {standing}") == 16_000
    assert count(f"SELECT count(DISTINCT p.id) {standing}") == 309 + 183
    assert count(f"SELECT sum(h.is_hardest) {standing}") == 1_600


def test_panjin_has_about_10_000_helpers_and_hardly_a_household_without(count):
    open_pairs = "FROM pairing_pair WHERE campaign_id = %s AND kind = 'kin' AND ended IS NULL"
    assert 10_000 <= count(f"SELECT count(DISTINCT member_id) {open_pairs}") < 10_200
    covered = count(f"SELECT count(DISTINCT household_id) {open_pairs}")
    assert 15_980 <= covered < 16_000


def test_panjin_made_over_300_000_person_times_of_home_visits(count):
    sql = (
        "SELECT count(*) FROM fieldwork_attendance t"
        " JOIN fieldwork_activity a ON a.id = t.activity_id"
        f" WHERE a.campaign_id = %s AND a.voided_on IS NULL AND a.kind IN {VISITS}"
    )
    assert 302_000 <= count(sql) <= 306_000


def test_panjin_visits_spread_over_six_years(count):
    sql = (
        "SELECT {} FROM (SELECT day, count(*) AS n FROM fieldwork_activity"
        " WHERE campaign_id = %s AND household_id IS NOT NULL GROUP BY day)"
    )
    assert count(sql.format("count(*)")) > 1_500
    assert count(sql.format("max(n)")) < 4_000


def test_panjin_gave_nearly_90_million_yuan(count):
    sql = "SELECT sum(value_fen) / 100 FROM ledger_gift WHERE campaign_id = %s"
    assert 89_000_000 <= count(sql) < 90_000_000
    for kind in ("cash", "goods"):
        assert count(f"{sql} AND kind = '{kind}'") > 5_000_000


def test_panjin_gave_over_5_million_around_the_last_new_year_and_spring_festival(count):
    year = count(
        "SELECT max(strftime('%Y', day)) FROM ledger_gift WHERE strftime('%m', day) = '02'"
    )
    sql = (
        "SELECT sum(value_fen) / 100 FROM ledger_gift WHERE campaign_id = %s"
        f" AND day BETWEEN '{int(year) - 1}-12-25' AND '{year}-02-22'"
    )
    assert 5_000_000 < count(sql) < 5_500_000


def test_one_unit_of_panjin_gave_52_000_in_cash_and_14_000_in_goods(count):
    donated = (
        "FROM ledger_fundentry e JOIN ledger_fund f ON f.id = e.fund_id WHERE amount_fen = 5200000"
    )
    assert count(f"SELECT count(*) {donated}") >= 1
    sql = (
        "SELECT sum(value_fen) / 100 FROM ledger_gift WHERE kind = 'goods' AND household_id IS NULL"
        f" AND campaign_id = %s AND giver_id IN (SELECT f.organisation_id {donated})"
    )
    assert count(sql) == 14_000
    assert count("SELECT count(*) FROM ledger_fund WHERE balance_fen = 2700000") >= 1


def test_no_fund_is_ever_negative(count):
    assert count("SELECT min(balance_fen) FROM ledger_fundentry") >= 0


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("supervision_issue WHERE campaign_id = %s", 558),
        ("supervision_measure WHERE campaign_id = %s", 135),
        ("orgs_team WHERE kind = 'dissuasion'", 89),
        ("orgs_team WHERE kind = 'volunteer'", 322),
        ("orgs_team WHERE kind = 'service_station'", 18),
    ],
)
def test_xiejiaji_has_its_problems_measures_and_teams(count, sql, number):
    assert count(f"SELECT count(*) FROM {sql}", "xiejiaji") == number


def test_xiejiaji_has_425_branches_and_over_10_000_members(count):
    tree = (
        "path LIKE (SELECT o.path || '%' FROM campaigns_campaign c"
        " JOIN orgs_organisation o ON o.id = c.organisation_id WHERE c.id = %s)"
    )
    branches = f"SELECT count(*) FROM orgs_organisation WHERE kind = 'branch' AND {tree}"
    assert count(branches, "xiejiaji") == 425
    members = (
        "SELECT count(*) FROM orgs_member WHERE ended IS NULL"
        f" AND organisation_id IN (SELECT id FROM orgs_organisation WHERE {tree})"
    )
    assert 10_000 < count(members, "xiejiaji") < 10_500


def test_one_measure_of_xiejiaji_answers_many_problems(count):
    answered = (
        "SELECT {} FROM (SELECT measure_id, count(*) AS n FROM supervision_issue_measures m"
        " JOIN supervision_issue i ON i.id = m.issue_id WHERE i.campaign_id = %s"
        " GROUP BY measure_id)"
    )
    assert count(answered.format("sum(n)"), "xiejiaji") == 558
    assert count(answered.format("max(n)"), "xiejiaji") > 5
    struck = "SELECT count(*) FROM supervision_issue WHERE campaign_id = %s AND state = 'closed'"
    assert 500 < count(struck, "xiejiaji") < 558
    own = f"{struck} AND (checked_by_id IS NULL OR checked_by_id = done_by_id)"
    assert count(own, "xiejiaji") == 0


@pytest.mark.parametrize(
    ("kind", "least", "below"),
    [
        ("dissuasion", 100, 200),
        ("service", 60, 70),
        ("door_service", 80, 90),
        ("board", 120, 130),
        ("letter", 11_000, 12_000),
    ],
)
def test_xiejiaji_counts_services_and_materials(count, kind, least, below):
    sql = (
        "SELECT sum(quantity) FROM fieldwork_output o JOIN fieldwork_activity a"
        f" ON a.id = o.activity_id WHERE a.campaign_id = %s AND o.kind = '{kind}'"
    )
    assert least < count(sql, "xiejiaji") < below


PEOPLE = (
    "SELECT sum(members_counted"
    " + (SELECT count(*) FROM fieldwork_attendance t WHERE t.activity_id = a.id))"
    " FROM fieldwork_activity a JOIN places_place p ON p.id = a.place_id WHERE campaign_id = %s"
)


def test_xiejiaji_held_events_with_thousands_and_cadres_stood_at_the_junctions(count):
    events = "kind = 'volunteer_event'"
    sql = f"SELECT count(*) FROM fieldwork_activity WHERE campaign_id = %s AND {events}"
    assert 50 < count(sql, "xiejiaji") < 60
    assert 4_000 < count(f"{PEOPLE} AND a.{events}", "xiejiaji") < 5_000
    assert 400 < count(f"{PEOPLE} AND a.kind = 'traffic_duty'", "xiejiaji") < 500


def test_one_township_of_xiejiaji_held_13_events_with_over_400(count):
    here = "AND a.kind = 'volunteer_event' AND p.path LIKE '340404102%'"
    assert 400 < count(f"{PEOPLE} {here}", "xiejiaji") < 500
    events = (
        "SELECT count(*) FROM fieldwork_activity a JOIN places_place p ON p.id = a.place_id"
        f" WHERE campaign_id = %s {here}"
    )
    assert count(events, "xiejiaji") == 13


def test_nearly_every_stairwell_of_xiejiaji_has_a_head(count):
    stairwells = count("SELECT count(*) FROM places_place WHERE level = 'stairwell'")
    kept = count(
        "SELECT count(DISTINCT place_id) FROM pairing_pair WHERE campaign_id = %s"
        " AND kind = 'stairwell_head' AND ended IS NULL",
        "xiejiaji",
    )
    assert stairwells - 20 < kept < stairwells
