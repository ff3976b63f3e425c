"""Who may help in one kind of pair, and how many partners each may carry (R12)."""

from typing import Any, Literal

from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import Playbook
from jiedui.campaigns.playbook.pairs import Load, Pairing
from jiedui.campaigns.playbook.people import Rank
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.orgs.models import Member
from jiedui.pairing.models import Pair

Role = Literal["first", "second"]


def ranks_by_grade(playbook: Playbook) -> dict[str, Rank]:
    """The playbook's rank of each grade of the member register."""
    return {grade: rank for rank in playbook.ranks for grade in rank.grades}


def load_of(playbook: Playbook, pairing: Pairing, grade: str, *, role: Role = "first") -> Load:
    """Fewest and most partners of a member with this grade."""
    if role == "second" and pairing.second_load:
        return pairing.second_load
    rank = ranks_by_grade(playbook).get(grade)
    return pairing.load.get(rank.key, pairing.usual_load) if rank else pairing.usual_load


def leading_grades(playbook: Playbook, pairing: Pairing) -> frozenset[str]:
    """Grades of those who take the hardest households; empty when the kind of pair has no such."""
    if pairing.hardest is None:
        return frozenset()
    named = pairing.hardest.ranks
    return frozenset(
        grade
        for rank in playbook.ranks
        if (rank.key in named if named else rank.leader)
        for grade in rank.grades
    )


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
        grades = [g for rank in playbook.ranks if rank.key in pairing.ranks for g in rank.grades]
        rows = rows.filter(rank__in=grades)
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
    playbook = campaign.playbook
    grades = [grade for rank in playbook.ranks for grade in rank.grades]
    most = Case(
        *(When(rank=one, then=load_of(playbook, pairing, one, role=role).most) for one in grades),
        default=load_of(playbook, pairing, "", role=role).most,
    )
    mine = _carried(campaign, pairing.key, role=role).filter(member=OuterRef("pk"))
    count = mine.order_by().values("member").annotate(n=Count("pk")).values("n")
    return helpers.alias(carried=Coalesce(Subquery(count), 0)).filter(carried__lt=most)


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
