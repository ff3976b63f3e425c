"""The line of a household's helpers: how long each, why they changed, and when nobody was there."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Count
from django.utils.translation import gettext as _

from jiedui.core.doors import may
from jiedui.core.users import User
from jiedui.fieldwork.models import Activity
from jiedui.handover.models import HandOver, HandOverLine
from jiedui.households.models import Household
from jiedui.pairing.models import Pair
from jiedui.pairing.reasons import change_reason
from jiedui.proposals.models import Proposal


@dataclass(frozen=True)
class Stretch:
    """The time of one helper."""

    pair: Pair
    until: date | None  # the last day; None while it runs
    visits: int
    reason: str = ""
    came_from: str = ""
    came_from_url: str = ""

    @property
    def overlap(self) -> int:
        """Days this helper stayed beside the successor."""
        if not (self.pair.overlap_until and self.until):
            return 0
        begun = [one.since for one in self.pair.successors.all()]
        return max(0, (self.until - min(begun)).days) if begun else 0


@dataclass(frozen=True)
class Alone:
    """Days on which nobody answered for the household."""

    since: date
    until: date | None
    days: int
    is_red: bool  # still open, and longer than the playbook allows


@dataclass(frozen=True)
class Line:
    """All of one kind of pair, the newest first."""

    name: str
    steps: list[Stretch | Alone]


def relay(household: Household, pairs: Sequence[Pair], *, user: User, today: date) -> list[Line]:
    """The helpers of a household by kind of pair. `pairs` have campaign, member, organisation."""
    visits = _visits(pairs)
    sources = _Sources(pairs, user)
    ordered = sorted(pairs, key=lambda p: (-p.campaign_id, p.kind, p.since, p.pk))
    lines = []
    for _key, group in groupby(ordered, key=lambda p: (p.campaign_id, p.kind)):
        mine = list(group)
        steps = list(_steps(household, mine, visits, sources, today=today))
        lines.append(Line(str(mine[0].kind_name), steps[::-1]))
    return lines


def _visits(pairs: Sequence[Pair]) -> Counter[int]:
    """How often somebody went there in the time of each; a telephone call is no visit."""
    playbooks = {one.pk: one.campaign.playbook for one in pairs}
    rows = Activity.objects.standing().filter(pair__in=list(playbooks)).order_by()
    found: Counter[int] = Counter()
    for pair, kind, count in rows.values_list("pair", "kind").annotate(n=Count("pk")):
        calls = {one.key for one in playbooks[pair].activities if one.is_call}
        found[pair] += count if kind in calls else 0
    return found


def _steps(
    household: Household,
    pairs: Sequence[Pair],
    visits: Counter[int],
    sources: "_Sources",
    *,
    today: date,
) -> Iterator[Stretch | Alone]:
    pairing = pairs[0].campaign.playbook.pairing(pairs[0].kind)
    # Alone counts from the register or the campaign, whichever began later (as coverage has it).
    begun = pairs[0].campaign.starts
    last: date | None = max(household.since or begun, begun)
    for pair in pairs:
        if last is not None and (days := (pair.since - last).days - 1) > 0:
            yield Alone(last, pair.since, days, is_red=False)
        until = _end(pair)
        if last is not None:
            last = None if until is None else max(last, until)
        yield Stretch(pair, until, visits[pair.pk], sources.reason(pair), *sources.of(pair))
    running = any(_end(one) is None for one in pairs)
    ends = household.ended or today
    last = max((end for one in pairs if (end := _end(one))), default=None)
    if not running and last and (days := (ends - last).days) > 0:
        is_red = household.ended is None and days > pairing.gap_red_days
        yield Alone(last, household.ended, days, is_red)


def _end(pair: Pair) -> date | None:
    """The last day somebody answered: the pair's end, or before it the helper's leaving."""
    left = pair.member.ended if pair.member else None
    days = [day for day in (pair.ended, left) if day]
    return max(pair.since, min(days)) if days else None


class _Sources:
    """Where pairs come from: a proposal, a hand-over in bulk, or by hand; and why they ended."""

    def __init__(self, pairs: Iterable[Pair], user: User) -> None:
        before = [one.previous_id for one in pairs if one.previous_id]
        rows = HandOverLine.objects.filter(pair__in=before, hand_over__state=HandOver.State.DONE)
        self.bulk = dict(rows.values_list("pair", "hand_over")) if before else {}
        proposed = {one.proposal_id for one in pairs if one.proposal_id}
        may_read = bool(proposed) and may(user, "pair.propose", "pair.approve")
        seen = Proposal.objects.visible_to(user).filter(pk__in=proposed) if may_read else None
        self.proposals = set(seen.values_list("pk", flat=True)) if seen is not None else set()
        mine = set(self.bulk.values())
        seen = HandOver.objects.visible_to(user).filter(pk__in=mine) if mine else None
        self.hand_overs = set(seen.values_list("pk", flat=True)) if seen is not None else set()

    def of(self, pair: Pair) -> tuple[str, str]:
        """In words, and the page where the user may read it."""
        if pair.proposal_id:
            proposal = Proposal(pk=pair.proposal_id)
            url = proposal.get_absolute_url() if pair.proposal_id in self.proposals else ""
            return _("from a proposal"), url
        if key := self.bulk.get(pair.previous_id or 0):
            url = HandOver(pk=key).get_absolute_url() if key in self.hand_overs else ""
            return _("from a hand-over"), url
        return _("by hand"), ""

    def reason(self, pair: Pair) -> str:
        return str(change_reason(pair.campaign, pair.end_reason))
