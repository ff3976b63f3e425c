"""Who may help in one kind of pair, and how many partners each may carry (R12)."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Literal

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import Playbook
from jiedui.campaigns.playbook.pairs import Load, LoadRule, Pairing
from jiedui.campaigns.playbook.people import Rank
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing.models import Pair

Role = Literal["first", "second"]
UNIT_FACTS = ("pk", "path", "kind", "affiliation", "unit_kind", "classes")


def ranks_by_grade(playbook: Playbook) -> dict[str, Rank]:
    """The playbook's rank of each grade of the member register."""
    return {grade: rank for rank in playbook.ranks for grade in rank.grades}


def grades_of(playbook: Playbook, ranks: Iterable[str]) -> list[str]:
    """The grades of the member register that fall into these ranks of the playbook."""
    wanted = set(ranks)
    return [grade for rank in playbook.ranks if rank.key in wanted for grade in rank.grades]


class Limits:
    """Fewest and most partners of each member in one kind of pair, in a role.

    A member's is the first of the playbook's rules that fits the rank and the unit (R12), and never
    more than the cap of their own in the register.
    """

    def __init__(self, campaign: Campaign, pairing: Pairing, *, role: Role = "first") -> None:
        self.campaign, self.playbook, self.pairing = campaign, campaign.playbook, pairing
        self.ranks = ranks_by_grade(self.playbook)
        # The second of two helpers has the same load whatever the rank, where it is told apart.
        self.second = pairing.second_load if role == "second" else None
        self.rules = () if self.second else pairing.loads

    def of(self, member: Member) -> Load:
        return self.load(member.rank, member.organisation_id, own=member.most_pairs)

    def load(self, grade: str, organisation: int, *, own: int | None) -> Load:
        """That of a member with this grade in this organisation and this cap of their own."""
        asked = self._asked(grade, organisation)
        if own is None or own >= asked.most:
            return asked
        return Load(fewest=min(asked.fewest, own), most=own)

    def standing(self, members: QuerySet[Member], carried: Any) -> QuerySet[Any]:
        """Members with `carried` (as this expression counts), `fewest`, `most` and `missing`."""

        def capped(bound: str) -> Any:
            own = Coalesce("most_pairs", self._asks(bound), output_field=IntegerField())
            return Least(self._asks(bound), own)

        rows = members.annotate(carried=carried, fewest=capped("fewest"), most=capped("most"))
        return rows.annotate(missing=Greatest(F("fewest") - F("carried"), Value(0)))

    def _asked(self, grade: str, organisation: int) -> Load:
        if self.second:
            return self.second
        rank = self.ranks.get(grade)
        for rule in self.rules:
            is_of_rank = not rule.ranks or (rank and rank.key in rule.ranks)
            if is_of_rank and (not rule.by_unit or organisation in self._inside[rule]):
                return rule.load
        return self.pairing.load.get(rank.key, self.pairing.usual_load) if rank else self._usual

    @property
    def _usual(self) -> Load:
        return self.second or self.pairing.usual_load

    def _asks(self, bound: str) -> Any:
        """What the playbook asks, `fewest` or `most`, as an expression over members."""
        whens = []
        for rule in self.rules:
            wanted = Q(rank__in=grades_of(self.playbook, rule.ranks)) if rule.ranks else Q()
            if rule.by_unit:
                wanted &= Q(organisation__in=self._inside[rule])
            whens.append(When(wanted, then=getattr(rule, bound)))
        for key, load in {} if self.second else self.pairing.load.items():
            grades = grades_of(self.playbook, [key])
            whens.append(When(rank__in=grades, then=getattr(load, bound)))
        return Case(*whens, default=getattr(self._usual, bound))

    @cached_property
    def _inside(self) -> dict[LoadRule, set[int]]:
        """By rule the keys of organisations whose unit is of its sort."""
        rows = Organisation.objects.filter(below(self.campaign.organisation.path)).order_by("path")
        found = {row.path: row for row in rows.only(*UNIT_FACTS)}
        inside: dict[LoadRule, set[int]] = {rule: set() for rule in self.rules}
        for path, row in found.items():
            line = [found[cut] for cut in reversed(Organisation.cuts(path)) if cut in found]
            unit = next((one for one in line if one.kind == Organisation.Kind.UNIT), row)
            for rule, keys in inside.items():
                if fits(rule, unit):
                    keys.add(row.pk)
        return inside


def fits(rule: LoadRule, unit: Organisation) -> bool:
    """Whether the unit is of the sort that a rule speaks of."""
    return (
        (not rule.levels or unit.affiliation in rule.levels)
        and (not rule.unit_kinds or unit.unit_kind in rule.unit_kinds)
        and (not rule.classes or not set(rule.classes).isdisjoint(unit.classes))
    )


def leading_grades(playbook: Playbook, pairing: Pairing) -> frozenset[str]:
    """Grades of those who take the hardest households; empty when the kind of pair has no such."""
    if pairing.hardest is None:
        return frozenset()
    leading = [rank.key for rank in playbook.ranks if rank.leader]
    return frozenset(grades_of(playbook, pairing.hardest.ranks or leading))


def helpers(campaign: Campaign, pairing: Pairing) -> QuerySet[Member]:
    """Serving members of the campaign whom this kind of pair may call upon."""
    return chosen_by(campaign, pairing)[-1][1]


def chosen_by(campaign: Campaign, pairing: Pairing) -> list[tuple[str, QuerySet[Member]]]:
    """The serving members, and whom each rule of the playbook leaves of them, rule by rule."""
    playbook = campaign.playbook
    rows: QuerySet[Member] = Member.objects.serving().filter(
        below(campaign.organisation.path, field="organisation__path")
    )
    found = [("serving", rows)]
    if pairing.helper_kinds:
        rows = rows.filter(organisation__kind__in=pairing.helper_kinds)
        found.append(("helper_kinds", rows))
    if pairing.ranks:
        rows = rows.filter(rank__in=grades_of(playbook, pairing.ranks))
        found.append(("ranks", rows))
    return found


def emptied_by(
    campaign: Campaign, pairing: Pairing, *, user: User | None = None
) -> tuple[str, int]:
    """The rule that leaves nobody to help, and how many there were before it; "" when none does."""
    before = 0
    for rule, rows in chosen_by(campaign, pairing):
        if not rows.exists():
            return rule, before
        before = rows.count()
    if user and not helpers(campaign, pairing).visible_to(user).exists():  # type: ignore[attr-defined]
        return "reach", before
    return "", before


def with_room(
    helpers: QuerySet[Member], campaign: Campaign, pairing: Pairing, *, role: Role = "first"
) -> QuerySet[Member]:
    """Those of these helpers who may take one more, as a query."""
    return standing(helpers, campaign, pairing, role=role).filter(carried__lt=F("most"))


def standing(
    helpers: QuerySet[Member], campaign: Campaign, pairing: Pairing, *, role: Role = "first"
) -> QuerySet[Any]:
    """These helpers with what they carry and what they are asked to (`Limits.standing`)."""
    mine = _carried(campaign, pairing.key, role=role).filter(member=OuterRef("pk"))
    count = mine.order_by().values("member").annotate(n=Count("pk")).values("n")
    limits = Limits(campaign, pairing, role=role)
    return limits.standing(helpers, Coalesce(Subquery(count), 0))


def busy(
    campaign: Campaign, kind: str, *, members: Any = None, role: Role = "first"
) -> dict[int, int]:
    """How many partners each member carries now; one who is handing over is relieved already."""
    rows = _carried(campaign, kind, role=role)
    if members is not None:
        rows = rows.filter(member__in=members)
    return dict(rows.order_by().values_list("member").annotate(n=Count("pk")))


def _carried(campaign: Campaign, kind: str, *, role: Role = "first") -> QuerySet[Pair]:
    """Pairs that fill the places of a role: of that alone, where it has a load of its own."""
    rows: QuerySet[Pair] = Pair.objects.open().filter(
        campaign=campaign, kind=kind, overlap_until=None, member__isnull=False
    )
    return rows.filter(role=role) if campaign.playbook.pairing(kind).second_load else rows
