"""Whatever is recorded, step by step: files and figures are those of reading and counting anew."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiedui.core.refusals import Refused
from jiedui.fieldwork import actions as fieldwork
from jiedui.fieldwork.models import Activity
from jiedui.figures import (
    actions,
    activity_tables,
    differences,
    duck,
    evaluation,
    extract,
    register_tables,
)
from jiedui.figures.expressions import FigureQuery
from jiedui.figures.models import FigureValue
from jiedui.figures.trees import Trees
from jiedui.figures.warm import questions, warm
from jiedui.handover import actions as handover
from jiedui.households import actions as households
from jiedui.ledger import actions as ledger
from jiedui.ledger.models import Gift
from jiedui.pairing import actions as pairing
from jiedui.pairing.models import Pair
from jiedui.places.models import Place

RHYTHM = """
[[rhythms]]
key = "regular"
name = { zh = "经常走访", en = "Regular visit" }
pairing = "kinship"
activity = "visit"
every_months = 2

[[tasks]]
key = "letters"
name = { zh = "宣传", en = "Letters" }
choice = "prescribed"
per = "branch"
output = "letters"
wanted = 3
phase = "all"

"""
FIGURES = {
    "visits": 'over = "activities"\nwhere = { is_visit = true }',
    "helpers": 'over = "attendances"\ndistinct = "member"',
    "visited": 'over = "activities"\ndistinct = "household"\nwhere = { is_visit = true }\n'
               'among = "listed"',
    "listed": 'over = "households"\nwhere = { ended = { empty = true } }',
    "late": 'over = "households"\nwhere = { overdue = true }',
    "late_pairs": 'over = "pairs"\nwhere = { overdue = true }',
    "letters": 'over = "outputs"\nmeasure = "sum"\ncolumn = "quantity"',
    "receivers": 'over = "gifts"\ndistinct = "household"',
    "left": 'over = "funds"\nmeasure = "sum"\ncolumn = "balance_fen"',
    "done": 'over = "tasks"\nmeasure = "sum"\ncolumn = "done"',
    "crowd": 'over = "activities"\nmeasure = "mean"\ncolumn = "headcount_members"',
    "late_share": 'measure = "ratio"\nparts = ["late", "listed"]',
    "not_late": 'measure = "difference"\nparts = ["listed", "late"]',
    "both": 'measure = "total"\nparts = ["visits", "receivers"]',
}  # fmt: skip
COUNTS = {"helpers": "people", "late_share": "share", "left": "money"}
BYS = ("", "place/6", "place/12", "org/8", "org/12", "unit", "branch", "month", "year")
STEPS = (
    "visit", "visit", "visit", "call", "clean", "void", "correct", "take_back", "give", "confirm",
    "void_gift", "pair", "end", "move", "strike", "register",
)  # fmt: skip
SOME_STEPS = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 30), st.integers(0, 600)), max_size=8
)


@pytest.fixture
def rich(campaign):
    """The small campaign with a figure of every measure, over every table that records change."""
    figures = "".join(
        f'[[figures]]\nkey = "{key}"\nname = {{ zh = "{key}", en = "{key}" }}\n'
        f'unit = {{ zh = "个", en = "n" }}\ncounts = "{COUNTS.get(key, "households")}"\n{rest}\n\n'
        for key, rest in FIGURES.items()
    )
    source = campaign.source.replace("[[outputs]]", f"{RHYTHM}[[outputs]]", 1)
    campaign.source = source.replace("[[dashboards]]", f"{figures}[[dashboards]]", 1)
    campaign.save()
    return campaign


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(early=SOME_STEPS, late=st.lists(SOME_STEPS, min_size=1, max_size=3))
def test_any_steps_give_what_counting_anew_gives(
    rich, zhou_and_the_qins, fund, zhou, he, willow_village, branch, today, early, late
):
    try:
        with transaction.atomic():
            cast = _Cast(rich, [zhou, he], branch, fund, today)
            cast.take(early)
            warm(actions.take(rich))
            for steps in late:
                cast.take(steps)
                snapshot = actions.take(rich)
                warm(snapshot)
                check_files(snapshot)
            check_values(snapshot)
            raise _Undo
    except _Undo:
        pass


class _Undo(Exception):
    pass


@pytest.fixture
def fund(campaign, bureau, today):
    found = ledger.open_fund(
        campaign, name="爱心基金", organisation=bureau, since=today - timedelta(days=650), by=None
    )
    ledger.contribute(
        found, amount_fen=900_00, day=today - timedelta(days=640), donor_name="众人", by=None
    )
    return found


class _Cast:
    """Takes steps as people take them; what is refused changes nothing."""

    def __init__(self, campaign, members, branch, fund, today):
        self.campaign, self.members, self.branch = campaign, members, branch
        self.fund, self.today = fund, today

    def take(self, steps):
        for name, which, days in steps:
            try:
                with transaction.atomic():
                    getattr(self, name)(which, self.today - timedelta(days=days))
            except Refused:
                pass

    def _one(self, rows, which):
        """One of the rows, if there is any."""
        found = list(rows.order_by("pk"))
        if not found:
            raise Refused("nobody")
        return found[which % len(found)]

    def visit(self, which, day, kind="visit"):
        pair = self._one(Pair.objects.current(), which)
        fieldwork.visit(pair, fieldwork.Done(kind, day, note="都好"), by=None)

    def call(self, which, day):
        self.visit(which, day, kind="phone_call")

    def clean(self, which, day):
        people = {"members": self.members} if which % 2 else {"members_counted": which}
        letters = {"letters": Decimal(which) / 2} if which % 3 else {}
        done = fieldwork.Done("cleaning", day, public_counted=which, outputs=letters, **people)
        fieldwork.activity(
            self.campaign, done, organisation=self.branch, place=self._place(which), by=None
        )

    def _place(self, which):
        return self._one(Place.objects.all(), which)

    def void(self, which, _day):
        fieldwork.void(self._one(Activity.objects.standing(), which), reason="错", by=None)

    def correct(self, which, _day):
        wrong = self._one(Activity.objects.standing().filter(pair__isnull=False), which)
        done = fieldwork.Done(wrong.kind, wrong.day, note="更正", members=self.members)
        fieldwork.visit(wrong.pair, done, by=None, corrects=wrong)

    def take_back(self, which, _day):
        fieldwork.take_back(self._one(Activity.objects.standing(), which), by=None)

    def give(self, which, day):
        given = ledger.Given("cash", day, 100 + which)
        home = self._one(households.Household.objects.all(), which)
        fund = self.fund if which % 2 else None
        ledger.give(
            self.campaign, given, giver=self.branch.parent, household=home, fund=fund, by=None
        )

    def confirm(self, which, _day):
        gift = self._one(Gift.objects.filter(voided_on=None), which)
        ledger.confirm(gift, on=self.today, how="signature", name="秦安", by=None)

    def void_gift(self, which, _day):
        ledger.void(self._one(Gift.objects.all(), which), reason="错", by=None)

    def pair(self, which, day):
        home = self._one(households.Household.objects.all(), which)
        member = self.members[which % 2]
        pairing.open_pair(
            self.campaign, kind="kinship", member=member, household=home, since=day, by=None
        )

    def end(self, which, _day):
        pair = self._one(Pair.objects.open(), which)
        handover.end(pair, on=self.today, reason="transfer", by=None)

    def move(self, which, _day):
        home = self._one(households.Household.objects.all(), which)
        values = {"place": self._place(which // 2)}
        households.amend(home, values, version=home.version, by=None)

    def strike(self, which, _day):
        home = self._one(households.Household.objects.all(), which)
        households.strike(home, on=self.today, reason="脱贫", by=None)

    def register(self, which, day):
        households.register(
            {"number": f"N{which}", "head": "李", "place": self._place(which), "size": 1,
             "kind": "allowance", "since": day}, by=None,
        )  # fmt: skip


def check_files(snapshot):
    """They are the files of reading everything."""
    source = register_tables.Source(snapshot.campaign, snapshot.as_of, Trees(snapshot.campaign))
    anew = dict(extract.tables(source, {}, progress=lambda _done, _total: None))
    for name, table in anew.items():
        parts = [[(f["part"], f["sha256"], f["rows"]) for f in t["files"]]
                 for t in (table, snapshot.tables[name])]  # fmt: skip
        assert parts[0] == parts[1], name


def check_values(snapshot):
    """All that is kept is what the files give, and so is what is asked for only now."""
    playbook, dated = snapshot.campaign.playbook, evaluation.dated_playbook(snapshot)
    kept = dict(FigureValue.objects.filter(snapshot=snapshot).values_list("digest", "result"))
    ahead = {(by, key) for by, keys in questions(snapshot.campaign) for key in keys}
    asked = {(by, figure.key) for by in BYS for figure in playbook.figures}
    for by, key in sorted(ahead | asked):
        figure, query = playbook.figure(key), FigureQuery(by=by)
        digest = evaluation.digest_of(figure, query, dated)
        assert digest in kept or (by, key) not in ahead
        (rows,) = evaluation.answers(snapshot, [figure], query)
        assert rows == evaluation.count(snapshot, figure, query), (by, key)


@pytest.fixture
def counted(monkeypatch):
    """The figures counted from the files from now on."""
    found, count = [], evaluation.count
    monkeypatch.setattr(
        evaluation, "count", lambda s, figure, q: found.append(figure.key) or count(s, figure, q)
    )
    return found


@pytest.fixture
def read(monkeypatch):
    """How often all tables are read from now on."""
    found, tables = [], extract.tables
    monkeypatch.setattr(extract, "tables", lambda *a, **more: found.append(1) or tables(*a, **more))
    return found


def test_a_visit_is_read_alone_and_added(rich, zhou_and_the_qins, fund, today, counted, read):
    for days in (1, 40):
        done = fieldwork.Done("visit", today - timedelta(days=days), note="都好")
        fieldwork.visit(zhou_and_the_qins, done, by=None)
    warm(actions.take(rich))
    assert counted and read
    counted.clear(), read.clear()
    fieldwork.visit(zhou_and_the_qins, fieldwork.Done("visit", today, note="又去"), by=None)
    snapshot = actions.take(rich)
    warm(snapshot)
    assert set(counted) == {"crowd"}  # a mean: it does not add up
    assert not read
    (visits,) = evaluation.evaluate(snapshot, ["visits"])
    assert visits.value == 3


def test_a_snapshot_that_was_closed_meanwhile_is_opened_with_the_rows_that_differ(
    rich, zhou_and_the_qins, today
):
    """Few are held open: those of other campaigns close it between two figures."""
    warm(actions.take(rich))
    fieldwork.visit(zhou_and_the_qins, fieldwork.Done("visit", today, note="去"), by=None)
    snapshot = actions.take(rich)
    playbook = snapshot.campaign.playbook
    for key, by in itertools.product(("visits", "visited"), BYS):
        duck.forget()
        figure, query = playbook.figure(key), FigureQuery(by=by)
        (rows,) = evaluation.answers(snapshot, [figure], query)
        assert rows == evaluation.count(snapshot, figure, query)


def test_where_too_many_households_differ_they_are_counted_anew(
    rich, zhou_and_the_qins, qin_family, today, monkeypatch
):
    """As after a list of a thousand: figures among households do not rest on the ones before."""
    fieldwork.visit(zhou_and_the_qins, fieldwork.Done("visit", today, note="去"), by=None)
    warm(actions.take(rich))
    monkeypatch.setattr(differences, "MOST", 0)
    households.amend(qin_family, {"size": 5}, version=qin_family.version, by=None)
    snapshot = actions.take(rich)
    warm(snapshot)
    check_values(snapshot)


def test_a_new_day_is_read_and_counted_anew(rich, zhou_and_the_qins, today, counted, read):
    warm(actions.take(rich, on=today - timedelta(days=1)))
    counted.clear(), read.clear()
    fieldwork.visit(zhou_and_the_qins, fieldwork.Done("visit", today, note="去"), by=None)
    warm(actions.take(rich))
    assert {"visits", "late", "crowd"} <= set(counted)
    assert read


def test_another_release_reads_all(rich, zhou_and_the_qins, today, read):
    snapshot = actions.take(rich)
    snapshot.code = "another"
    snapshot.save()
    read.clear()
    fieldwork.visit(zhou_and_the_qins, fieldwork.Done("visit", today, note="去"), by=None)
    actions.take(rich)
    assert read


def test_where_one_stands_again_for_another_the_month_is_read(
    rich, zhou_and_the_qins, zhou, he, today, office
):
    """As many are void as before, and all sums are the same."""
    first = fieldwork.visit(zhou_and_the_qins, fieldwork.Done("visit", today, note="去"), by=None)
    right = fieldwork.Done("visit", today, note="两人去", members=[zhou, he])
    second = fieldwork.visit(zhou_and_the_qins, right, by=None, corrects=first)
    actions.take(rich)
    fieldwork.take_back(second, by=None)
    handover.end(zhou_and_the_qins, on=today, reason="transfer", by=None)
    check_files(actions.take(rich))


@pytest.mark.parametrize(
    ("month", "part"),
    [("2026-11", "2026-11"), ("2025-01", "2025-01"), ("2024-12", "2024"), ("2021-03", "2021")],
)
def test_what_is_long_ago_is_kept_by_year(month, part):
    assert activity_tables.part_of(month, date(2026, 12, 1)) == part
