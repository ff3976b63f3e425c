"""One sentence, four gaps that open their lists, areas by gap: for each role its own question."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from jiedui.campaigns.playbook.publishing import Dashboard
from jiedui.fieldwork.models import Activity
from jiedui.figures import actions as figures
from jiedui.figures import this_month
from jiedui.home import summary
from jiedui.households.models import Household
from jiedui.pairing.models import Pair
from jiedui.supervision.models import Issue, Measure

RHYTHM = """
[[rhythms]]
key = "regular"
name = { zh = "经常走访", en = "Regular" }
pairing = "kinship"
activity = "visit"
every_months = 1
"""
ROLES = ("office", "liaison", "helper", "village_officer", "supervisor", "leader", "auditor")


@pytest.fixture
def gaps(counted, bureau, willow_village, today):
    """Everything a card counts, at least once; the Qins are overdue, the Zhaos have nobody."""
    counted.source += RHYTHM
    counted.save()
    Household.objects.create(
        number="N1", head="赵山", place=willow_village, kind="allowance",
        since=today - timedelta(days=50),
    )  # fmt: skip
    states = Issue.State.OPEN, Issue.State.TO_CHECK, Issue.State.REOPENED
    for state, due in ((one, today - timedelta(days=days)) for one in states for days in (-9, 9)):
        Issue.objects.create(
            campaign=counted, organisation=bureau, kind="style", source="own", text="没走到",
            found_on=today - timedelta(days=30), due=due, state=state,
        )  # fmt: skip
    Measure.objects.create(
        campaign=counted, organisation=bureau, text="走到", since=today - timedelta(days=30),
        due=today - timedelta(days=1),
    )  # fmt: skip
    figures.take(counted)
    return counted


def home(client, user):
    client.force_login(user)
    return client.get(reverse("web:home")).context


@pytest.mark.parametrize("role", ROLES)
def test_a_card_opens_the_list_of_exactly_that_many(client, gaps, helper, request, role):
    cards = home(client, request.getfixturevalue(role))["cards"]
    assert 1 <= len(cards) <= 4
    for card in cards:
        assert client.get(card.url).context["list"].total == card.count, card.name


@pytest.mark.parametrize(
    ("role", "clauses"),
    [
        ("office", ["1 household without a helper", "1 household overdue for a visit",
                    "2 issues overdue"]),
        ("leader", ["1 household without a helper"]),
        ("liaison", ["1 visit overdue", "2 issues overdue"]),
        ("village_officer", ["1 household without a helper", "1 household overdue for a visit"]),
        ("supervisor", ["2 issues overdue", "2 issues to be checked", "1 measure overdue"]),
    ],
)  # fmt: skip
def test_each_role_reads_its_own_question(client, gaps, request, role, clauses):
    client.cookies["django_language"] = "en"
    said = home(client, request.getfixturevalue(role))["sentence"]
    for clause in clauses:
        assert clause in said, said


def test_a_helper_reads_whom_to_visit_next_and_what_is_late(client, gaps, helper):
    client.cookies["django_language"] = "en"
    said = home(client, helper)["sentence"]
    assert said.startswith("You answer for 1 pair; 1 visit is overdue; first of all 秦安")


def test_it_says_so_when_no_gap_is_open(client, counted, office):
    client.cookies["django_language"] = "en"
    said = home(client, office)["sentence"]
    assert said.lower().endswith("no gap is open.") and "overdue" not in said


def test_the_numbers_of_cards_follow_a_visit_at_once(client, gaps, office, helper, today):
    from jiedui.fieldwork import actions

    def overdue():
        return next(c.count for c in home(client, office)["cards"] if "overdue=1" in c.url)

    assert (overdue(), overdue()) == (1, 1)
    pair = Pair.objects.get()
    done = actions.Done(kind="visit", day=today, members=[pair.member], note="聊了聊")
    actions.visit(pair, done, by=office)
    assert overdue() == 0


def test_areas_and_units_stand_by_their_gap_and_open_their_lists(client, gaps, office, bureau):
    context = home(client, office)
    found = {table.key: table.lines for table in context["areas"]}
    (area,), (unit,) = found["places"], found["units"]
    assert (area.name, area.overdue, area.share) == ("大洼区", 1, 50.0)
    assert (unit.name, unit.overdue, unit.share) == ("农业局", 1, 100.0)
    for line in (area, unit):
        assert client.get(line.url).context["list"].total == line.overdue


def test_helpers_are_reminded_from_here_by_those_who_may(client, gaps, office, leader):
    assert home(client, office)["remind"] == reverse("fieldwork:visits_remind")
    assert home(client, leader)["remind"] == ""


def test_last_year_stands_grey_beside_this_year(client, gaps, office, zhou, today):
    Activity.objects.update(day=today)
    first = Activity.objects.first()
    last_year = date(today.year - 1, today.month, 1)
    Activity.objects.filter(pk=first.pk).update(day=last_year)
    playbook = gaps.playbook
    gaps.source = gaps.source.replace(
        "[[dashboards]]",
        '[[dashboards]]\nkey = "time"\nname = { zh = "走访", en = "Visits" }\n'
        'figures = ["visits.person_times"]\nover_time = true\n\n[[dashboards]]',
        1,
    )
    gaps.save()
    assert isinstance(playbook.dashboards[0], Dashboard)
    figures.take(gaps)
    (picture,) = home(client, office)["pictures"]
    grey, this_year = picture.option["series"]
    assert (grey["data"][-1], this_year["data"][-1]) == (1, 2)
    assert "本月" in home(client, office)["sentence"]


def test_a_month_is_compared_with_the_same_days_of_last_year():
    assert this_month.periods(date(2024, 2, 29)) == (
        (date(2024, 2, 1), date(2024, 2, 29)),
        (date(2023, 2, 1), date(2023, 2, 28)),
    )


class Number:
    def __init__(self, value):
        self.value = value


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (106, 100, "6 % more than in the same days of last year"),
        (88, 100, "12 % fewer than in the same days of last year"),
        (1000, 1001, "as many as in the same days of last year"),
        (150, 20, "7.5 times as many as in the same days of last year"),
        (5, 0, ""),
        (5, None, ""),
        (0, 4, "100 % fewer than in the same days of last year"),
    ],
)
def test_last_year_is_said_as_people_say_it(now, then, said):
    with translation.override("en"):
        assert summary._compared(Number(now), Number(then)) == said
