"""Every aggregate and every kind of condition, against SQL on the database itself."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from jiedui.campaigns.playbook.declare import Text
from jiedui.campaigns.playbook.publishing import Figure, Filter
from jiedui.figures import actions
from jiedui.figures.evaluation import KEYS, evaluate
from jiedui.figures.trace import records as records_of

ACTIVITY = "fieldwork_activity a WHERE a.voided_on IS NULL"
PEOPLE = (
    "fieldwork_attendance t JOIN fieldwork_activity a ON a.id = t.activity_id "
    "WHERE a.voided_on IS NULL"
)
GIFT = "ledger_gift WHERE voided_on IS NULL"
HOUSEHOLD = "households_household WHERE 1 = 1"


def figure(**more):
    text = Text("数", "Figure")
    return Figure(**{"key": "f", "name": text, "unit": text, "counts": "items", **more})


def where(column, *words, **more):
    return (Filter(column=column, words=words, **more),)


def sql(text):
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchone()[0]


CASES = {
    "count": ({"over": "activities"}, f"count(*) FROM {ACTIVITY}"),
    "distinct": ({"over": "attendances", "distinct": "member"},
                 f"count(DISTINCT member_id) FROM {PEOPLE}"),
    "person_times": ({"over": "attendances", "where": where("kind", "visit")},
                     f"count(*) FROM {PEOPLE} AND a.kind = 'visit'"),
    "sum": ({"over": "gifts", "measure": "sum", "column": "value_fen"},
            f"sum(value_fen) FROM {GIFT}"),
    "mean": ({"over": "households", "measure": "mean", "column": "size"},
             f"avg(size) FROM {HOUSEHOLD}"),
    "sum of hundredths": ({"over": "outputs", "measure": "sum", "column": "quantity"},
        "sum(quantity) FROM fieldwork_output o JOIN fieldwork_activity a ON a.id = o.activity_id "
        "WHERE a.voided_on IS NULL"),
    "sum of nothing": ({"over": "gifts", "measure": "sum", "column": "value_fen",
                        "where": where("item", "flour")}, "0"),
    "heads counted": ({"over": "activities", "measure": "sum", "column": "headcount_members",
                       "where": where("kind", "cleaning")},
                      f"sum(members_counted) FROM {ACTIVITY} AND kind = 'cleaning'"),
    "heads named": ({"over": "activities", "measure": "sum", "column": "headcount_members",
                     "where": where("named", True)}, f"count(*) FROM {PEOPLE}"),
    "words": ({"over": "gifts", "where": where("kind", "goods", "cash")},
              f"count(*) FROM {GIFT} AND kind IN ('goods', 'cash')"),
    "flag": ({"over": "households", "where": where("hardest", True)},
             f"count(*) FROM {HOUSEHOLD} AND is_hardest"),
    "flag false": ({"over": "activities", "where": where("is_visit", False)},
                   f"count(*) FROM {ACTIVITY} AND kind <> 'visit'"),
    "calls at the door": ({"over": "activities", "where": where("is_visit", True)},
                          f"count(*) FROM {ACTIVITY} AND kind = 'visit'"),
    "low": ({"over": "gifts", "where": where("value_fen", low=12_000)},
            f"count(*) FROM {GIFT} AND value_fen >= 12000"),
    "low and high": ({"over": "gifts", "where": where("value_fen", low=10_000, high=12_000)},
                     f"count(*) FROM {GIFT} AND value_fen BETWEEN 10000 AND 12000"),
    "empty": ({"over": "households", "where": where("ended", empty=True)},
              f"count(*) FROM {HOUSEHOLD} AND ended IS NULL"),
    "not empty": ({"over": "gifts", "where": where("item", empty=False)},
                  f"count(*) FROM {GIFT} AND item <> ''"),
    "key as word": ({"over": "places", "where": where("county", "211104000000")},
                    "count(*) FROM places_place WHERE code LIKE '211104%'"),
    "issues": ({"over": "issues", "where": where("state", "open")},
               "count(*) FROM supervision_issue WHERE state = 'open'"),
    "measures' issues": ({"over": "measure_issues", "distinct": "issue"},
                         "count(*) FROM supervision_issue_measures"),
    "pairs": ({"over": "pairs", "distinct": "household", "where": where("ended", empty=True)},
              "count(DISTINCT household_id) FROM pairing_pair WHERE ended IS NULL"),
    "units": ({"over": "organisations", "where": where("kind", "unit")},
              "count(*) FROM orgs_organisation WHERE kind = 'unit'"),
    "balance": ({"over": "funds", "measure": "sum", "column": "balance_fen"},
                "sum(balance_fen) FROM ledger_fund"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_figure_is_what_sql_says(records, case):
    parts, query = CASES[case]
    (value,) = evaluate(actions.take(records), [figure(**parts)])
    expected = Decimal(str(sql(f"SELECT {query}")))
    assert value.value == (
        expected if expected == int(expected) else expected.quantize(Decimal("0.01"))
    )


@pytest.mark.parametrize("case", CASES)
def test_the_records_behind_a_figure_can_be_opened(records, case):
    snapshot = actions.take(records)
    one = figure(**CASES[case][0])
    (value,) = evaluate(snapshot, [one])
    page = records_of(snapshot, one)
    assert page.total == value.records == len(set(page.ids))
    if one.measure == "count" and one.distinct is None:
        assert value.value == value.records


def test_a_purse_counts_what_was_taken_back_against_its_own_side(records):
    snapshot = actions.take(records)
    sums = {
        column: evaluate(snapshot, [figure(over="funds", measure="sum", column=column)])[0].value
        for column in ("in_fen", "out_fen", "balance_fen")
    }
    assert sums == {"in_fen": 10_000, "out_fen": 4_000, "balance_fen": 6_000}


def test_money_is_yuan_exact_to_the_fen(records):
    one = figure(over="gifts", measure="sum", column="value_fen", counts="money")
    (value,) = evaluate(actions.take(records), [one])
    assert value.value == Decimal("1410.51") and value.as_dict()["value"] == 1410.51


def test_people_and_attendances_are_two_figures(records):
    visits = where("kind", "visit")
    people, times = evaluate(
        actions.take(records),
        [figure(key="p", over="attendances", distinct="member", where=visits, counts="people"),
         figure(key="t", over="attendances", where=visits, counts="person_times")],
    )  # fmt: skip
    assert (people.value, people.counts) == (2, "people")
    assert (times.value, times.counts) == (4, "person_times")


def test_the_facts_have_exactly_the_stable_keys(records):
    for fact in actions.figures_json(records.key):
        assert tuple(fact) == KEYS
    assert [f["key"] for f in actions.figures_json(records.key, ["households"])] == ["households"]


def test_an_unknown_figure_is_refused(records):
    from jiedui.core.refusals import Refused

    with pytest.raises(Refused, match="nonsense"):
        actions.figures_json(records.key, ["nonsense"])


def playbook_with(records, extra):
    records.source += extra
    records.save()
    return actions.take(records)


PARTS = """
[[figures]]
key = "gifts.count"
name = { zh = "笔数", en = "Gifts" }
unit = { zh = "笔", en = "gifts" }
counts = "items"
over = "gifts"

[[figures]]
key = "composed"
name = { zh = "合", en = "Composed" }
unit = { zh = "个", en = "items" }
counts = "%s"
measure = "%s"
parts = ["visits.person_times", "%s"]
"""


@pytest.mark.parametrize(
    ("counts", "measure", "second", "expected"),
    [
        ("items", "total", "gifts.count", 8),
        ("items", "difference", "gifts.count", 0),
        ("items", "difference", "households", 1),
        ("share", "ratio", "households", Decimal("133.33")),
        ("share", "ratio", "gifts.count", 100),
    ],
)
def test_figures_are_made_of_figures(records, counts, measure, second, expected):
    snapshot = playbook_with(records, PARTS % (counts, measure, second))
    (value,) = evaluate(snapshot, ["composed"])
    assert value.value == expected
    first, other = evaluate(snapshot, ["visits.person_times", second])
    composed = records.playbook.figure("composed")
    assert value.records == first.records + other.records
    assert records_of(snapshot, composed).total == value.records
    pages = [records_of(snapshot, composed, page=n, size=3).ids for n in (1, 2, 3)]
    assert len({one for page in pages for one in page}) == value.records


def test_a_share_of_nothing_cannot_be_said(records, willow_village):
    snapshot = playbook_with(records, PARTS % ("share", "ratio", "households"))
    (value,) = evaluate(snapshot, ["composed"], since=None, organisation=records.organisation,
                        place=willow_village)  # fmt: skip
    assert value.value is not None
    empty = type(willow_village).objects.create(
        path="211104100299", code="211104100299", name="空村", level="village"
    )
    (value,) = evaluate(snapshot, ["composed"], place=empty)
    assert (value.value, value.records) == (None, 0)


WINDOWS = """
[[windows]]
key = "near"
name = { zh = "近日", en = "Near" }
rule = "once"
starts = %s
ends = %s

[[phases]]
key = "late"
name = { zh = "后期", en = "Late" }
starts = %s
ends = %s

[[figures]]
key = "in.window"
name = { zh = "窗口", en = "In the window" }
unit = { zh = "次", en = "times" }
counts = "activities"
over = "activities"
where = { day = { %s = "%s" } }
"""


@pytest.mark.parametrize("kind", ["window", "phase"])
def test_windows_and_phases_take_their_own_days_only(records, today, kind):
    since, until = today - timedelta(days=40), today - timedelta(days=3)
    name = {"window": "near", "phase": "late"}[kind]
    snapshot = playbook_with(records, WINDOWS % (since, until, since, until, kind, name))
    expected = sql(f"SELECT count(*) FROM {ACTIVITY} AND day BETWEEN '{since}' AND '{until}'")
    assert evaluate(snapshot, ["in.window"])[0].value == expected == 2


def test_a_period_and_a_place_and_an_organisation_narrow(records, today, willow_village, branch):
    snapshot = actions.take(records)
    one = [figure(over="activities")]
    near = evaluate(snapshot, one, since=today - timedelta(days=40), until=today)[0].value
    assert near == sql(f"SELECT count(*) FROM {ACTIVITY} AND day >= '{today - timedelta(days=40)}'")
    assert evaluate(snapshot, one, place=willow_village)[0].value == 3
    assert evaluate(snapshot, one, organisation=branch)[0].value == 5
    both = evaluate(snapshot, one, organisation=branch, place=willow_village)[0]
    assert (both.value, both.records) == (3, 3)


@pytest.mark.parametrize("by", ["county", "town", "village", "unit", "branch", "month", "year"])
def test_the_parts_add_up_to_the_whole(records, by):
    snapshot = actions.take(records)
    for one in (figure(over="activities"), figure(over="gifts", measure="sum", column="value_fen")):
        (whole,) = evaluate(snapshot, [one])
        parts = evaluate(snapshot, [one], by=by)
        assert sum(part.value for part in parts) == whole.value
        assert sum(part.records for part in parts) == whole.records


def test_a_part_is_what_its_subtree_comes_to(records, bureau):
    from jiedui.places.models import Place

    snapshot = actions.take(records)
    one = figure(over="attendances", distinct="member")
    for part in evaluate(snapshot, [one], by="county"):
        place = Place.objects.get(path=part.part)
        assert evaluate(snapshot, [one], place=place)[0].value == part.value
    (part,) = [p for p in evaluate(snapshot, [one], by="unit") if p.part == bureau.path]
    assert evaluate(snapshot, [one], organisation=bureau)[0].value == part.value


def test_the_same_expression_is_written_for_other_engines(records):
    import ibis

    from jiedui.figures.evaluation import dated_playbook
    from jiedui.figures.expressions import FigureQuery, expression

    book = dated_playbook(actions.take(records))
    for one in records.playbook.figures:
        for by in ("", "place/6", "unit", "month"):
            text = ibis.to_sql(expression(one, FigureQuery(by=by), book), dialect="pyspark")
            assert str(one.over) in text


def test_a_value_is_counted_once_and_kept(records, monkeypatch):
    from jiedui.figures import duck

    snapshot = actions.take(records)
    first = evaluate(snapshot, ["visits.person_times", "gifts.value"])
    monkeypatch.setattr(duck, "run", None)
    assert evaluate(snapshot, ["visits.person_times", "gifts.value"]) == first


def test_tasks_are_counted_for_every_organisation_that_has_them(records, bureau):
    from jiedui.campaigns.models import Task

    snapshot = actions.take(records)
    begun = Task.objects.filter(starts__lte=snapshot.as_of).count()
    parts = evaluate(snapshot, [figure(over="tasks")], by="unit")
    assert begun and [(p.part, p.value) for p in parts] == [(bureau.path, begun)]


@pytest.mark.parametrize("key", ["panjin", "xiejiaji"])
def test_every_figure_of_the_playbooks_that_ship_can_be_counted(records, key):
    from jiedui.campaigns.playbook import source

    records.source = source(key)
    records.save()
    values = evaluate(actions.take(records), records.playbook.figures)
    assert [value.key for value in values] == [one.key for one in records.playbook.figures]
    assert any(value.value for value in values)
