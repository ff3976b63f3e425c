"""Every figure of a whole playbook: children add up, persons are no more than person-times."""

from decimal import Decimal

from jiedui.figures import actions
from jiedui.figures.evaluation import evaluate
from jiedui.places.models import Place

BELOW = {"city": "county", "county": "town", "town": "village"}


def _sums(campaign):
    """Figures that add up: counts and sums, not means, shares or different persons."""
    return [
        one for one in campaign.playbook.figures
        if one.measure in ("count", "sum") and not one.distinct and one.over != "funds"
    ]  # fmt: skip


def test_a_place_is_the_sum_of_its_children_and_of_what_lies_at_itself(records, city):
    snapshot = actions.take(records)
    figures = _sums(records)
    assert figures
    for place in Place.objects.filter(level__in=BELOW):
        whole = evaluate(snapshot, figures, place=place)
        parts = evaluate(snapshot, figures, place=place, by=BELOW[place.level])
        for value in whole:
            mine = [part for part in parts if part.key == value.key]
            assert sum((p.value or Decimal(0) for p in mine), Decimal(0)) == value.value, value
            assert sum(p.records for p in mine) == value.records, value


def test_what_a_place_says_of_itself_is_what_its_parent_says_of_it(records):
    snapshot = actions.take(records)
    figures = _sums(records)
    for place in Place.objects.filter(level__in=BELOW):
        parts = evaluate(snapshot, figures, place=place, by=BELOW[place.level])
        told = {(part.key, part.part): part.value for part in parts}
        for child in place.children.all():
            for value in evaluate(snapshot, figures, place=child):
                assert told.get((value.key, child.path), Decimal(0)) == value.value


def test_counting_twice_gives_the_same_and_so_does_a_second_snapshot(records):
    figures = list(records.playbook.figures)
    first = actions.take(records)
    said = evaluate(first, figures)
    assert evaluate(first, figures) == said
    assert actions.take(records).key == first.key


PEOPLE = """
[[figures]]
key = "visits.people"
name = { zh = "走访人数", en = "People who visited" }
unit = { zh = "人", en = "persons" }
counts = "people"
over = "attendances"
distinct = "member"
where = { kind = "visit" }

"""


def test_persons_are_no_more_than_person_times_wherever_one_looks(records):
    records.source = records.source.replace("[[dashboards]]", f"{PEOPLE}[[dashboards]]", 1)
    records.save()
    snapshot = actions.take(records)
    keys = ["visits.people", "visits.person_times"]
    people, times = evaluate(snapshot, keys)
    assert 0 < people.value < times.value
    for by in ("county", "town", "village", "unit", "branch", "month", "year"):
        found = evaluate(snapshot, keys, by=by)
        person_times = {v.part: v.value for v in found if v.key == "visits.person_times"}
        persons = {v.part: v.value for v in found if v.key == "visits.people"}
        assert persons
        assert persons.keys() == person_times.keys()
        assert all(persons[part] <= person_times[part] for part in persons)
