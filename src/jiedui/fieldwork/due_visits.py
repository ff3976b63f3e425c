"""When pairs and households were last visited and are due next: `rhythm` as SQL.

The one definition of overdue for lists, columns, figures, reminders and cards: a current pair of a
running campaign whose day by the rhythms of its playbook has passed; a household with such a pair.
Nothing is kept of it: it follows from the visits, so it is true in the moment it is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Least, NullIf
from django.db.models.lookups import GreaterThan

from jiedui.campaigns.models import Campaign, all_campaigns, give_campaigns
from jiedui.campaigns.playbook.calendar import Rhythm
from jiedui.core.lists import joined
from jiedui.fieldwork import rhythm
from jiedui.fieldwork.models import Activity
from jiedui.households.models import Household
from jiedui.pairing.models import Pair, PairQuerySet

_NEVER = Value(date.max, output_field=DateField())


def overdue_pairs(*, today: date, campaign: Campaign | None = None) -> PairQuerySet:
    """Current pairs whose visit is overdue on this day; of all campaigns unless one is given.

    A condition on the days of visits, without arithmetic in the database: some 50 ms for 16,000
    households, and nothing for the few of a village. `narrow_pairs` keeps to them in a list.
    """
    late = Q(pk__in=[])
    for one in _rhythms(today=today, campaign=campaign):
        if one.rhythm.every_months:
            last = rhythm.latest_before(today, months=one.rhythm.every_months)
            called = one.visits.filter(pair=OuterRef("pk"), day__gt=last, day__lte=today)
            late |= one.pairs & Q(~Exists(called), since__lte=last)
    in_time = Q(overlap_until=None) | Q(overlap_until__gte=today)
    rows: PairQuerySet = Pair.objects.current().filter(late, in_time)
    return rows


def overdue_households(*, today: date, campaign: Campaign | None = None) -> QuerySet[Household]:
    """Households on the register that wait for an overdue visit of one of their helpers."""
    pairs = overdue_pairs(today=today, campaign=campaign).filter(household=OuterRef("pk"))
    rows: QuerySet[Household] = Household.objects.on_register().filter(Exists(pairs))
    return rows


def narrow_pairs(rows: QuerySet[Any], yes: bool, *, today: date) -> QuerySet[Any]:
    """Of these pairs the overdue ones, or the others: for a filter of a list."""
    # Looked up row by row: the subquery alone would go through all pairs of the campaign.
    late = Exists(overdue_pairs(today=today).filter(pk=OuterRef("pk")))
    return rows.filter(late if yes else ~late)


def narrow_households(rows: QuerySet[Any], yes: bool, *, today: date) -> QuerySet[Any]:
    """Of these households those overdue for a visit, or the others: for a filter of a list."""
    late = Exists(overdue_households(today=today).filter(pk=OuterRef("pk")))
    return rows.filter(late if yes else ~late)


def with_pair_visits(rows: QuerySet[Any], *, today: date) -> QuerySet[Any]:
    """These pairs with `last_visit` and `next_due`, days or None; overdue where `next_due` < today.

    Both can be sorted and filtered by; what asks for a few rows pays for these only.
    """
    return rows.annotate(**_visits_of_pairs(today, _rules()))


def with_household_visits(rows: QuerySet[Any], *, today: date) -> QuerySet[Any]:
    """These households with `last_visit` (of whoever came) and `next_due`, the first day of their
    pairs; None where nobody came, or nothing is asked. Overdue where `next_due` < today."""
    return rows.annotate(**_visits_of_households(today, _rules()))


@dataclass(frozen=True)
class Visits:
    """What is known of the visits of a household, as `with_household_visits` says it."""

    pairs: list[Pair]  # current ones, the oldest first, each with who helps
    last: date | None
    next_due: date | None


def of_households(keys: list[int], *, today: date) -> dict[int, Visits]:
    """The same of a few households, the rows of a page: the days are compared here.

    The database would be asked with a condition for every rhythm and kind of visit, and putting
    that together takes longer than the page.
    """
    current = Pair.objects.current().filter(household__in=keys).order_by()
    names = ("name",)
    shown = joined(current, member=names, team=names, organisation=names)
    rows = sorted(shown, key=attrgetter("pk"))
    give_campaigns(rows)
    pairs: dict[int, list[Pair]] = {key: [] for key in keys}
    for pair in rows:
        pairs[pair.household_id or 0].append(pair)
    last, done = _visits_to(keys)
    dues = rhythm.dues(rows, today=today, done=done)
    found = {}
    for key, some in pairs.items():
        days = [due.day for pair in some if (due := dues[pair.pk])]
        found[key] = Visits(some, last.get(key), min(days, default=None))
    return found


def _visits_to(keys: list[int]) -> tuple[dict[int, date], rhythm.DoneByPair]:
    """When somebody was last at the door of these households, and all days of their pairs.

    A visit of a pair is one to its household: both follow from one look.
    """
    last: dict[int, date] = {}
    done: rhythm.DoneByPair = {}
    at_the_door = {(one.pk, kind) for one in all_campaigns() for kind in _call_kinds(one)}
    visits = Activity.objects.standing().filter(household__in=keys).order_by()
    for household, pair, campaign, kind, day in visits.values_list(
        "household", "pair", "campaign", "kind", "day"
    ):
        if pair:
            done.setdefault(pair, {}).setdefault(kind, []).append(day)
        if (campaign, kind) in at_the_door and day > last.get(household, date.min):
            last[household] = day
    return last, done


Rules = tuple[tuple[Any, ...], ...]


def _rules() -> Rules:
    """All that the columns follow from besides the day; while it stays, they stay."""
    return tuple((one.pk, one.playbook_text_id, one.starts, one.ends) for one in all_campaigns())


@lru_cache(maxsize=8)  # put together once: that takes as long as the database
def _visits_of_pairs(today: date, _rules: Rules) -> dict[str, Any]:
    own = calls().filter(pair=OuterRef("pk"))
    return {"last_visit": _latest(own), "next_due": _next_due(today)}


@lru_cache(maxsize=8)
def _visits_of_households(today: date, _rules: Rules) -> dict[str, Any]:
    own = calls().filter(household=OuterRef("pk"))
    pairs = Pair.objects.current().filter(household=OuterRef("pk"))
    due = pairs.annotate(next_due=_next_due(today)).filter(next_due__isnull=False)
    first = due.order_by("next_due").values("next_due")[:1]
    return {"last_visit": _latest(own), "next_due": Subquery(first)}


@dataclass(frozen=True)
class _RunningRhythm:
    """A rhythm that runs today, with the pairs it is for and the visits that count."""

    campaign: Campaign
    rhythm: Rhythm

    @property
    def pairs(self) -> Q:
        return Q(campaign=self.campaign, kind=self.rhythm.pairing)

    @property
    def visits(self) -> QuerySet[Activity]:
        """Those of a pair are of its campaign: an index knows all that is asked of them."""
        kinds = (self.rhythm.activity, *self.rhythm.also)
        rows: QuerySet[Activity] = Activity.objects.standing().order_by()
        return rows.filter(kind__in=kinds)


def _rhythms(*, today: date, campaign: Campaign | None = None) -> Iterator[_RunningRhythm]:
    for one in [campaign] if campaign else all_campaigns():
        for running in rhythm.running(one, today=today):
            yield _RunningRhythm(one, running)


def calls() -> QuerySet[Activity]:
    """Visits at the door, whatever campaign they belong to; a telephone call is none."""
    kinds = Q(pk__in=[])
    for one in all_campaigns():
        kinds |= Q(campaign=one, kind__in=_call_kinds(one))
    rows: QuerySet[Activity] = Activity.objects.standing().filter(kinds)
    return rows


def _call_kinds(campaign: Campaign) -> list[str]:
    return [kind.key for kind in campaign.playbook.activities if kind.is_call]


def _latest(visits: QuerySet[Activity]) -> Subquery:
    return Subquery(visits.order_by("-day").values("day")[:1], output_field=DateField())


def _next_due(today: date) -> Any:
    """As `rhythm.next_due` finds it for one pair: the first day of all its rhythms."""
    days: dict[tuple[int, str], list[Any]] = {}
    for one in _rhythms(today=today):
        found = days.setdefault((one.campaign.pk, one.rhythm.pairing), [_NEVER, _NEVER])
        found.append(Coalesce(_due(one, today), _NEVER))
    # Where no branch has a day PostgreSQL would take the column for text.
    nothing = Cast(Value(None), DateField())
    is_over = When(overlap_until__lt=today, then=nothing)
    cases = [
        When(campaign=campaign, kind=kind, then=NullIf(Least(*due), _NEVER))
        for (campaign, kind), due in days.items()
    ]
    return Case(is_over, *cases, default=nothing, output_field=DateField())


def _due(one: _RunningRhythm, today: date) -> Any:
    own = one.visits.filter(pair=OuterRef("pk"), day__lte=today)
    if one.rhythm.every_months:
        return _MonthsAfter(Coalesce(_latest(own), F("since")), months=one.rhythm.every_months)
    return _of_window(one, own, today=today)


def _of_window(one: _RunningRhythm, own: QuerySet[Activity], *, today: date) -> Any:
    """The end of the first window that has not had its visits; what is to come has had none."""
    windows = rhythm.windows_ahead(one.campaign.playbook, one.rhythm, today=today)
    begun = [window for window in windows if window.starts <= today]
    later = next((window.ends for window in windows if window.starts > today), None)
    return Case(
        *(
            When(
                GreaterThan(one.rhythm.times, _times(own, window.starts, window.ends)),
                then=Value(window.ends),
            )
            for window in begun
        ),
        default=Value(later),
        output_field=DateField(),
    )


def _times(own: QuerySet[Activity], starts: date, ends: date) -> Any:
    inside = own.filter(day__gte=starts, day__lte=ends).values("pair").annotate(n=Count("pk"))
    return Coalesce(Subquery(inside.values("n")), 0)


class _MonthsAfter(Func):
    """`rhythm.months_after` in SQL: a day that a shorter month lacks is its last."""

    output_field = DateField()

    def __init__(self, day: Any, *, months: int) -> None:
        super().__init__(day, months=months, after=months + 1)

    template = "(%(expressions)s + make_interval(months => %(months)s))::date"  # PostgreSQL cuts

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite runs over into the next month instead; the last day of the month is earlier."""
        sql, params = compiler.compile(self.source_expressions[0])
        months = self.extra["months"]
        text = (
            f"min(date({sql}, '+{months} months'),"
            f" date({sql}, 'start of month', '+{months + 1} months', '-1 day'))"
        )
        return text, (*params, *params)
