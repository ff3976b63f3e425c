"""Fewest and most partners of whole organisations (每个党小组至少帮两户), and how they stand."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing, Quota
from jiedui.core.trees import below
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing.models import Pair

# Where the partners of a pair count: with the helper, wherever they have moved since.
PATH = Coalesce("member__organisation__path", "team__organisation__path", "organisation__path")


@dataclass(frozen=True)
class Bounded:
    """An organisation with a quota: `carried` partners are those of all below it."""

    pk: int
    path: str
    quota: Quota
    carried: int

    @property
    def missing(self) -> int:
        return max(0, self.quota.fewest - self.carried)

    @property
    def room(self) -> int | None:
        """How many more it may take; None where no most is set."""
        return None if self.quota.most is None else max(0, self.quota.most - self.carried)


class Quotas:
    """The quotas of one kind of pair, and how they stand now."""

    def __init__(self, campaign: Campaign, pairing: Pairing) -> None:
        self.campaign, self.pairing = campaign, pairing
        self.of_kind = {quota.of: quota for quota in pairing.quotas}

    def organisations(self) -> QuerySet[Organisation]:
        """Standing organisations of the campaign that have a quota."""
        rows: QuerySet[Organisation] = Organisation.objects.standing().filter(
            below(self.campaign.organisation.path), kind__in=self.of_kind
        )
        return rows

    @cached_property
    def bounded(self) -> list[Bounded]:
        """Each of them, by path."""
        carried = self._carried()
        rows = self.organisations().order_by("path").values_list("pk", "path", "kind")
        return [
            Bounded(pk, path, self.of_kind[kind], carried[path])
            for pk, path, kind in (rows if self.of_kind else ())
        ]

    def _carried(self) -> Counter[str]:
        """Partners with a first helper, by the path of every organisation above that helper."""
        rows = Pair.objects.current().filter(
            campaign=self.campaign, kind=self.pairing.key, role="first", overlap_until=None
        )
        found: Counter[str] = Counter()
        for path in rows.order_by().values_list(PATH, flat=True):
            found.update(Organisation.cuts(path))
        return found

    def serving(self) -> Counter[str]:
        """Serving members by the path of every organisation above them."""
        rows = Member.objects.serving().filter(
            below(self.campaign.organisation.path, field="organisation__path")
        )
        paths = rows.order_by().values_list("organisation__path").annotate(n=Count("pk"))
        found: Counter[str] = Counter()
        for path, number in paths:
            found.update(dict.fromkeys(Organisation.cuts(path), number))
        return found

    def standing(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """These organisations with `carried`, `fewest`, `most` and `missing`."""
        by_count: dict[int, list[int]] = defaultdict(list)
        for one in self.bounded:
            by_count[one.carried].append(one.pk)
        carried = [When(pk__in=keys, then=number) for number, keys in by_count.items() if number]
        fewest = [When(kind=kind, then=quota.fewest) for kind, quota in self.of_kind.items()]
        most = [When(kind=kind, then=quota.most) for kind, quota in self.of_kind.items()]
        rows = rows.annotate(
            carried=Case(*carried, default=Value(0)),
            fewest=Case(*fewest, default=Value(0)),
            most=Case(*most, default=None, output_field=IntegerField()),
        )
        return rows.annotate(missing=Greatest(F("fewest") - F("carried"), Value(0)))


@dataclass(frozen=True)
class Tree:
    """What the engine takes: the node of each helper, and of each node the one above and bounds."""

    node: list[int]
    parent: list[int]
    lower: list[int]
    upper: list[int]


def tree(
    bounded: Sequence[Bounded], paths: Sequence[str], *, freed: Iterable[int], none: int
) -> Tree:
    """The quotas above helpers in these organisations, less what is carried outside the problem.

    `freed` are the rows of helpers (one for each pair) whose partners the problem gives anew;
    `none` stands for no upper bound.
    """
    at = {one.path: number for number, one in enumerate(bounded)}

    def line(path: str, *, is_above: bool = False) -> list[int]:
        cuts = [cut for cut in reversed(Organisation.cuts(path)) if cut in at]
        return [at[cut] for cut in cuts if not (is_above and cut == path)]

    again: Counter[int] = Counter()
    for helper in freed:
        again.update(line(paths[helper]))
    carried = [one.carried - again[number] for number, one in enumerate(bounded)]
    upper = [
        none if one.quota.most is None else max(0, one.quota.most - kept)
        for one, kept in zip(bounded, carried, strict=True)
    ]
    lower = [
        min(most, max(0, one.quota.fewest - kept))
        for one, kept, most in zip(bounded, carried, upper, strict=True)
    ]
    return Tree(
        node=[next(iter(line(path)), -1) for path in paths],
        parent=[next(iter(line(one.path, is_above=True)), -1) for one in bounded],
        lower=lower,
        upper=upper,
    )
