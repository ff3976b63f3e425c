"""Records of two years: visits by name, clean-ups by count, letters, gifts, a fund, issues."""

from datetime import timedelta
from decimal import Decimal

import pytest

from jiedui.figures import duck


@pytest.fixture(autouse=True)
def _closed():
    yield
    duck.forget()


@pytest.fixture
def records(campaign, office, bureau, branch, zhou, he, qin_family, willow_village, city, today):
    """A small campaign with something in every table."""
    from jiedui.households.models import Household
    from jiedui.ledger.models import Fund, FundEntry, Gift
    from jiedui.pairing.models import Pair
    from jiedui.places.models import Place
    from jiedui.supervision.models import Issue, Measure

    town = Place.objects.get(path="211104100")
    lis = Household.objects.create(
        number="H2", head="李四海", place=town, kind="allowance", cause="illness", size=2,
        since=today - timedelta(days=500), is_hardest=True,
    )  # fmt: skip
    Household.objects.create(
        number="H3", head="王五洲", place=town, kind="allowance", size=1,
        since=today - timedelta(days=500), ended=today - timedelta(days=9),
    )  # fmt: skip
    for member, household in ((zhou, qin_family), (he, lis)):
        Pair.objects.create(
            campaign=campaign, kind="kinship", member=member, organisation=branch,
            household=household, since=today - timedelta(days=450),
        )  # fmt: skip
    fund = Fund.objects.create(
        campaign=campaign, organisation=bureau, name="爱心基金", since=today, balance_fen=60_00
    )
    wrong = FundEntry.objects.create(fund=fund, day=today, amount_fen=500, balance_fen=10_500)
    for amount, reverses in ((10_000, None), (-500, wrong), (-4_000, None)):
        FundEntry.objects.create(
            fund=fund, day=today, amount_fen=amount, balance_fen=6_000, reverses=reverses
        )
    give = {"campaign": campaign, "recorded_at": _now(), "valuation_source": "市场价"}
    for days, kind, fen, giver, household, more in (
        (1, "cash", 100_050, bureau, qin_family, {}),
        (400, "cash", 20_001, branch, lis, {"is_steady": True}),
        (3, "goods", 12_000, branch, qin_family, {"item": "rice", "quantity": 2, "unit": "袋"}),
        (
            4,
            "goods",
            9_000,
            bureau,
            None,
            {"item": "rice", "quantity": Decimal("1.5"), "unit": "袋"},
        ),
        (5, "cash", 7_777_777, bureau, lis, {"voided_on": today, "void_reason": "重复"}),
    ):
        Gift.objects.create(
            day=today - timedelta(days=days), kind=kind, value_fen=fen, giver=giver,
            household=household, place=household.place if household else city, **give, **more,
        )  # fmt: skip
    _activities(campaign, bureau, branch, zhou, he, qin_family, willow_village, town, city, today)
    issue = {"campaign": campaign, "kind": "style", "source": "own", "text": "作风问题"}
    one = Issue.objects.create(organisation=branch, found_on=today - timedelta(days=20), **issue)
    two = Issue.objects.create(organisation=bureau, found_on=today - timedelta(days=2), **issue)
    measure = Measure.objects.create(
        campaign=campaign, organisation=branch, text="措施", since=today, due=today, done_on=today
    )
    measure.issues.set([one, two])
    return campaign


def _now():
    from django.utils import timezone

    return timezone.now()


def _activities(campaign, bureau, branch, zhou, he, qin, village, town, city, today):
    from jiedui.fieldwork.models import Activity, Attendance, Output

    def done(kind, days, organisation, place, *, people=(), letters=None, **more):
        row = Activity.objects.create(
            campaign=campaign, kind=kind, day=today - timedelta(days=days), place=place,
            organisation=organisation, recorded_at=_now(), note="秦安一家很好", **more,
        )  # fmt: skip
        for member in people:
            Attendance.objects.create(activity=row, member=member)
        if letters:
            Output.objects.create(activity=row, kind="letters", quantity=letters, unit="封")
        return row

    done("visit", 1, branch, village, people=[zhou], household=qin)
    done("visit", 40, branch, village, people=[zhou, he], household=qin)
    done("visit", 400, branch, town, people=[he])
    done("visit", 2, branch, village, people=[zhou], household=qin,
         voided_on=today, void_reason="记错了")  # fmt: skip
    done("phone_call", 45, branch, village, people=[zhou], household=qin)
    done("cleaning", 3, bureau, town, members_counted=30, public_counted=12, letters=500)
    done("cleaning", 390, branch, city, members_counted=7, letters=Decimal("12.5"))
    done("cleaning", 5, bureau, town, people=[he], public_counted=3,
         letters=9, voided_on=today, void_reason="重复")  # fmt: skip
