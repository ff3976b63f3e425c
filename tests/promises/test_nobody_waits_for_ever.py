"""Different things done at the same moment: both are done, or the second is refused by the rules.

On PostgreSQL two transactions may wait for each other until the database ends one of them: rows are
held so that this does not happen. And what ends while something is added to it has nothing open.
"""

from functools import partial

import pytest
from test_two_at_the_same_moment import at_once

from jiedui.fieldwork import actions as fieldwork
from jiedui.fieldwork.models import Activity
from jiedui.households import actions as households
from jiedui.households.models import Household, Person
from jiedui.ledger import actions as ledger
from jiedui.ledger.models import Fund
from jiedui.orgs import actions as orgs
from jiedui.orgs import ending
from jiedui.orgs.models import Member, Organisation, Team, TeamMember
from jiedui.pairing import actions as pairing
from jiedui.pairing.models import Pair
from jiedui.places import actions as places
from jiedui.places.models import Place
from jiedui.supervision import actions as supervision
from jiedui.supervision.models import Issue

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def anew(row):
    """The row as a page of its own would have read it."""
    return type(row).objects.get(pk=row.pk)


def test_a_person_is_added_while_something_is_written_of_the_household(
    campaign, bureau, qin_family, zhou_and_the_qins, today
):
    pair, home = zhou_and_the_qins, qin_family
    for n in range(ROUNDS):
        beside = (
            lambda n=n: fieldwork.visit(
                anew(pair), fieldwork.Done("visit", today, note=f"{n}"), by=None
            ),
            lambda: households.add_need(
                anew(home), {"kind": "other", "since": today, "urgency": 1}, by=None
            ),
            lambda: ledger.give(
                campaign, ledger.Given("cash", today, 5000), giver=bureau, household=anew(home),
                by=None,
            ),
        )  # fmt: skip
        for turn, deed in enumerate(beside):
            values = {"name": f"新{n}{turn}", "relation": "other", "since": today}
            adding = partial(households.add_person, anew(home), values, by=None)
            assert at_once(adding, deed) == ["done", "done"]
    assert home.people.count() == 3 * ROUNDS
    assert Activity.objects.count() == ROUNDS


def test_a_member_gets_a_second_household_while_visiting_the_first(
    campaign, zhou, willow_village, zhou_and_the_qins, today
):
    for n in range(ROUNDS):
        home = Household.objects.create(
            number=f"HS{n}", head="甲", place=willow_village, kind="allowance", since=today
        )
        # Somebody else visits along with the helper, so that both rows are of one member.
        other = Member.objects.create(number=f"MM{n}", name="帮", organisation=zhou.organisation)
        opening = partial(
            pairing.open_pair, campaign, kind="kinship", member=other, household=home, since=today,
            by=None,
        )  # fmt: skip
        done = fieldwork.Done("visit", today, note=f"{n}", members=[zhou, other])
        visiting = partial(fieldwork.visit, anew(zhou_and_the_qins), done, by=None)
        assert at_once(opening, visiting) == ["done", "done"]


ADDED = {
    "member": (Member, lambda campaign, o, n, day: orgs.enrol(
        {"number": f"R{n}", "name": "新", "organisation": o, "since": day}, by=None)),
    "team": (Team, lambda campaign, o, n, day: orgs.form_team(
        {"number": f"R{n}", "name": "新", "kind": "v", "organisation": o, "since": day}, by=None)),
    "fund": (Fund, lambda campaign, o, n, day: ledger.open_fund(
        campaign, organisation=o, name=f"F{n}", since=day, by=None)),
    "issue": (Issue, lambda campaign, o, n, day: supervision.report(
        campaign, organisation=o, kind="style", source="own", text="t", found_on=day, by=None)),
}  # fmt: skip


@pytest.mark.parametrize("what", ADDED)
def test_nothing_is_added_to_a_unit_that_ends(campaign, bureau, today, what):
    model, add = ADDED[what]
    for n in range(ROUNDS):
        unit = orgs.found(bureau, {"name": f"支部{n}", "kind": "branch"}, by=None)
        said = at_once(
            lambda unit=unit: ending.end(anew(unit), on=today, by=None),
            lambda unit=unit, n=n: add(campaign, anew(unit), n, today),
        )
        assert "done" in said
        standing = model.objects.filter(organisation=unit)
        standing = (
            standing.exclude(state="closed") if model is Issue else standing.filter(ended=None)
        )
        assert not (Organisation.objects.get(pk=unit.pk).ended and standing.exists()), said


def test_nobody_comes_to_live_in_a_place_that_closes(willow_village, today):
    for n in range(ROUNDS):
        place = Place.objects.create(
            parent=willow_village.parent, path=f"2111041003{n:02d}", code=f"2111041003{n:02d}",
            name=f"村{n}", level="village",
        )  # fmt: skip
        values = {"number": f"HR{n}", "head": "某", "place": place, "kind": "allowance",
                  "since": today}  # fmt: skip
        at_once(
            lambda place=place: places.close(anew(place), on=today, by=None),
            partial(households.register, values, by=None),
        )
        place.refresh_from_db()
        assert not (place.ended and Household.objects.filter(place=place, ended=None).exists())


def test_a_household_has_a_head_whoever_leaves(willow_village, today):
    for n in range(ROUNDS):
        home = Household.objects.create(
            number=f"HH{n}", head="甲", place=willow_village, size=3, kind="allowance", since=today
        )
        head, son, _other = (
            Person.objects.create(
                household=home, number=f"HH{n}-{k}", name=name, since=today,
                relation="son" if k else "head",
            )
            for k, name in enumerate("甲乙丙")
        )  # fmt: skip
        at_once(
            lambda head=head, son=son: households.leave(
                anew(head), on=today, by=None, reason="died", next_head=son
            ),
            lambda son=son: households.leave(anew(son), on=today, by=None, reason="died"),
        )
        home.refresh_from_db()
        heads = Person.objects.filter(household=home, relation="head", ended=None)
        assert [one.name for one in heads] == [home.head]


def test_a_team_that_ends_has_nobody_in_it(bureau, zhou, today):
    for n in range(ROUNDS):
        values = {"number": f"T{n}", "name": "队", "kind": "v", "organisation": bureau,
                  "since": today}  # fmt: skip
        team = orgs.form_team(values, by=None)
        at_once(
            lambda team=team: orgs.disband(anew(team), on=today, by=None),
            lambda team=team: orgs.join(anew(team), zhou, on=today, by=None),
        )
        team.refresh_from_db()
        assert not (team.ended and TeamMember.objects.filter(team=team, ended=None).exists())


def test_nobody_answers_for_a_household_struck_off(campaign, zhou, willow_village, today):
    for n in range(ROUNDS):
        home = Household.objects.create(
            number=f"HS{n}", head="甲", place=willow_village, kind="allowance", since=today
        )
        at_once(
            lambda home=home: households.strike(anew(home), on=today, reason="lifted", by=None),
            partial(
                pairing.open_pair, campaign, kind="kinship", member=zhou, household=home,
                since=today, by=None,
            ),
        )  # fmt: skip
        home.refresh_from_db()
        assert not (home.ended and Pair.objects.open().filter(household=home).exists())
