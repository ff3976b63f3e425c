"""Plans of pairs: asked for, worked out by the engine, changed by hand, approved, discarded."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.accounts.roles import PERMISSIONS
from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core import audit
from jiedui.core.jobs import Progress, queue, runner
from jiedui.core.models import Job
from jiedui.core.refusals import Refused
from jiedui.engines.matching import Plan, solve, verify
from jiedui.engines.matching.costs import pair_costs
from jiedui.households.models import Household
from jiedui.orgs.models import Appointment, Member
from jiedui.pairing import coverage, loads, question, suggestions
from jiedui.pairing.actions import hand_over
from jiedui.pairing.models import Avoidance, Pair, Proposal, ProposedPair
from jiedui.pairing.question import Options, Question

STEPS = {
    "candidates": gettext_lazy("Looking for helpers nearby"),
    "pairing": gettext_lazy("Pairing"),
    "proving": gettext_lazy("Proving that no better plan exists"),
    "done": gettext_lazy("Writing the plan down"),
}
KM = (1, 2, 5, 10, 20, 50)  # classes of distance: up to so many kilometres
APPROVERS = [role for role, may in PERMISSIONS.items() if "pair.approve" in may]


def pairing_of(campaign: Campaign, kind: str | None) -> Pairing:
    """The kind of pair of households and members that is meant; the main one if none is named.

    Raises `Refused` when the playbook has none such.
    """
    fitting = [
        p for p in campaign.playbook.pairings if p.helper == "member" and p.helped == "household"
    ]
    chosen = next((p for p in fitting if (p.key == kind if kind else p.main)), None)
    chosen = chosen or (fitting[0] if fitting and not kind else None)
    if chosen is None:
        raise Refused(_("The playbook has no such kind of pair of members and households."))
    return chosen


@transaction.atomic
def propose(
    campaign: Campaign, *, kind: str, by: Any, options: Options | None = None, seed: int = 0
) -> Proposal:
    """Ask for a proposal: a job works it out. One at a time for each kind of pair."""
    proposal = _write_down(campaign, kind=kind, by=by, options=options or Options(), seed=seed)
    proposal.job = queue("pairing.propose", subject=str(proposal.pk), by=by)
    proposal.save(update_fields=["job"])
    return proposal


def _write_down(campaign: Campaign, *, kind: str, by: Any, options: Options, seed: int) -> Proposal:
    pairing = pairing_of(campaign, kind)
    waiting = Proposal.objects.filter(
        campaign=campaign, kind=pairing.key, state=Proposal.State.SOLVING
    )
    running = waiting.filter(job__state__in=(Job.State.QUEUED, Job.State.RUNNING))
    if running.exists():
        raise Refused(_("A proposal for this kind of pair is being worked out already."))
    proposal = Proposal.objects.create(
        campaign=campaign,
        kind=pairing.key,
        rules={**options.facts(), "by": getattr(by, "pk", None)},
        seed=seed,
        made_by=str(by or ""),
    )
    audit.record("proposal.asked", proposal, by=by, kind=pairing.key, seed=seed, **options.facts())
    return proposal


@runner("pairing.propose")
def work_out(subject: str, progress: Progress) -> str:
    """Solve a proposal and keep its rows; doing it twice gives the same rows."""
    proposal = Proposal.objects.select_related("campaign").get(pk=subject)
    if proposal.state not in (Proposal.State.SOLVING, Proposal.State.READY):
        raise Refused(_("This proposal has been decided already."))
    progress(0, total=100, message=_("Reading the register"))

    def tell(step: str, share: float) -> None:
        progress(5 + int(90 * share), message=STEPS.get(step, ""))

    _solve(proposal, tell)
    return reverse("pairing:proposal", args=[proposal.pk])


def propose_now(
    campaign: Campaign, kind: str | None = None, *, seed: int = 0, by: Any = None
) -> dict[str, Any]:
    """Work a proposal out at once, for people to review. Returns its `facts`."""
    pairing = pairing_of(campaign, kind)
    proposal = _write_down(campaign, kind=pairing.key, by=by, options=Options(), seed=seed)
    _solve(proposal, lambda _step, _share: None)
    return facts(proposal)


def facts(proposal: Proposal) -> dict[str, Any]:
    """What a solved proposal came to, with the keys the command line promises."""
    keys = ("households", "covered", "uncovered", "cost", "certified", "seconds")
    return {**{key: proposal.result.get(key) for key in keys}, "proposal": proposal.pk}


def build(proposal: Proposal) -> Question:
    """The question of a proposal, from the register as it is now."""
    campaign, options = proposal.campaign, Options.of(proposal.rules)
    pairing = campaign.playbook.pairing(proposal.kind)
    everybody = coverage.eligible(campaign, pairing)
    households: Any = everybody
    if options.scope == "uncovered":
        households = coverage.uncovered(campaign, pairing)
    helpers = loads.helpers(campaign, pairing)
    if user := _asker(proposal):
        households = households.visible_to(user)
        helpers = helpers.visible_to(user)  # type: ignore[attr-defined]
    return question.ask(
        campaign,
        pairing,
        households=households,
        helpers=helpers,
        options=options,
        hardest_of=everybody,
    )


def _asker(proposal: Proposal) -> Any:
    return get_user_model()._default_manager.filter(pk=proposal.rules.get("by")).first()


def _solve(proposal: Proposal, tell: Any) -> None:
    asked = build(proposal)
    plan = solve(asked.problem, seed=proposal.seed, progress=tell)
    if broken := verify(asked.problem, plan):
        raise RuntimeError(f"The plan breaks its rules: {broken[:3]}")
    with transaction.atomic():
        proposal.rows.all().delete()
        ProposedPair.objects.bulk_create(_rows(proposal, asked, plan), batch_size=1000)
        proposal.engine = question.ENGINE
        proposal.digest = asked.digest
        proposal.result = _result(asked, plan)
        proposal.state = Proposal.State.READY
        proposal.save()
        summarise(proposal)


def _rows(proposal: Proposal, asked: Question, plan: Plan) -> list[ProposedPair]:
    covered = np.flatnonzero(plan.assignment >= 0)
    helpers = plan.assignment[covered]
    costs = dict(zip(covered.tolist(), pair_costs(asked.problem, covered, helpers), strict=True))
    ways = dict(zip(covered.tolist(), asked.distances(covered, helpers), strict=True))
    return [
        ProposedPair(
            proposal=proposal,
            household_id=household,
            member_id=asked.helpers[plan.assignment[at]] if at in costs else None,
            cost=int(costs.get(at, 0)),
            distance_m=ways.get(at),
        )
        for at, household in enumerate(asked.households)
    ]


def _result(asked: Question, plan: Plan) -> dict[str, Any]:
    households = asked.problem.households
    missing = len(plan.uncovered)
    return {
        "households": households,
        "covered": households - missing,
        "uncovered": missing,
        "cost": plan.cost,
        "certified": plan.certified,
        "seconds": round(plan.seconds, 3),
        "changed": plan.changed,
        "helpers": asked.problem.helpers,
        "places": int(asked.problem.capacity.sum()),
        "rounds": plan.rounds,
        "shortages": [_shortage(asked, one) for one in plan.shortages],
    }


def _shortage(asked: Question, one: Any) -> dict[str, Any]:
    member = asked.helpers[one.where] if one.kind == "helper_minimum" else None
    return {"kind": one.kind, "needed": one.needed, "available": one.available, "member": member}


def summarise(proposal: Proposal) -> None:
    """Count what the rows now say: loads by rank, distances, fit. Kept beside the result."""
    book = proposal.campaign.playbook
    ranks = loads.ranks_by_grade(book)
    rows = proposal.rows.filter(is_left_out=False, member__isnull=False)
    found = list(rows.order_by().values_list("member", "member__rank", "distance_m", "cost"))
    by_rank: dict[str, list[int]] = {}
    for member, grade, _way, _cost in found:
        by_rank.setdefault(ranks[grade].key if grade in ranks else "", []).append(member)
    ways = [way for _m, _g, way, _c in found if way is not None]
    proposal.result["now"] = {
        "pairs": len(found),
        "left_out": proposal.rows.filter(is_left_out=True).count(),
        "nobody": proposal.rows.filter(member=None, is_left_out=False).count(),
        "by_hand": proposal.rows.filter(is_by_hand=True).count(),
        "cost": sum(cost for *_rest, cost in found),
        "ranks": [
            {"rank": key, "pairs": len(members), "helpers": len(set(members)),
             "most": max(Counter(members).values())}
            for key, members in sorted(by_rank.items())
        ],
        "distances": _classes(ways),
        "median_m": int(np.median(ways)) if ways else None,
        "far_m": int(np.percentile(ways, 95)) if ways else None,
    }  # fmt: skip
    proposal.save(update_fields=["result"])


def _classes(ways: list[int]) -> list[int]:
    """How many ways are up to 1, 2, 5, 10, 20, 50 km, and longer."""
    bounds = [km * 1000 for km in KM]
    counts = np.bincount(np.searchsorted(bounds, ways), minlength=len(KM) + 1)
    return [int(n) for n in counts]


# ---- changes by hand


@transaction.atomic
def change_helper(row: ProposedPair, *, member: Member, by: Any) -> ProposedPair:
    """Another helper than the engine's, chosen by a person who answers for it."""
    proposal = _still_open(row.proposal)
    pairing = proposal.campaign.playbook.pairing(proposal.kind)
    if member.ended:
        raise Refused(_("%(member)s has left.") % {"member": member.name})
    (found,) = suggestions.weigh(proposal.campaign, pairing, row.household, [member])
    avoided = Avoidance.objects.filter(
        member=member, household=row.household, state=Avoidance.State.ACCEPTED
    )
    if avoided.exists():
        raise Refused(_("%(member)s is to avoid this household (回避).") % {"member": member.name})
    before = row.member_id
    row.member, row.is_by_hand, row.is_left_out = member, True, False
    row.cost, row.distance_m = found.cost, found.distance_m
    row.save()
    audit.record("proposal.changed", proposal, by=by, household=row.household_id,
                 before={"member": before}, after={"member": member.pk})  # fmt: skip
    summarise(proposal)
    return row


@transaction.atomic
def leave_out(row: ProposedPair, *, by: Any, is_left_out: bool = True) -> None:
    """A row that is not to become a pair with this proposal; or back in."""
    proposal = _still_open(row.proposal)
    if row.is_left_out == is_left_out:
        return
    ProposedPair.objects.filter(pk=row.pk).update(is_left_out=is_left_out)
    action = "proposal.row_left_out" if is_left_out else "proposal.row_back_in"
    audit.record(action, proposal, by=by, household=row.household_id)
    summarise(proposal)


def _still_open(proposal: Proposal) -> Proposal:
    """The proposal, locked until the transaction ends. Raises `Refused` once it is decided."""
    # The conditional update is the lock: of two at once, the second waits and then looks again.
    if not Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.READY).update(
        state=Proposal.State.READY
    ):
        raise Refused(_("This proposal has been decided already."))
    return Proposal.objects.select_related("campaign").get(pk=proposal.pk)


@transaction.atomic
def discard(proposal: Proposal, *, by: Any) -> None:
    """Lay a proposal aside; pairs already opened from it stay."""
    undecided = (Proposal.State.READY, Proposal.State.SOLVING)
    if not Proposal.objects.filter(pk=proposal.pk, state__in=undecided).update(
        state=Proposal.State.DISCARDED
    ):
        raise Refused(_("This proposal has been decided already."))
    audit.record("proposal.discarded", proposal, by=by)


# ---- approval


@dataclass(frozen=True)
class Approval:
    """How many pairs were opened or changed; which rows were refused, and why."""

    opened: int
    changed: int
    refused: list[tuple[Household, str]]


def may_approve(proposal: Proposal, *, by: Any) -> bool:
    """Whoever asked for it may not approve it alone while somebody else could (two persons)."""
    if by is None or proposal.rules.get("by") != by.pk:
        return True
    others = Appointment.objects.filter(role__in=APPROVERS, ended=None, user__is_active=True)
    return not others.exclude(user=by).exists()


@transaction.atomic
def approve(
    proposal: Proposal, *, by: Any, rows: QuerySet[Any, Any] | None = None, reason: str = ""
) -> Approval:
    """Open the pairs of a proposal, or of these rows of it, in one transaction.

    Approving again opens nothing twice. Rows whose household or helper is no longer free are
    refused by name. `reason` is the playbook's reason for helpers that a re-plan changes.
    """
    if not may_approve(proposal, by=by):
        raise Refused(_("Whoever asked for a proposal does not approve it; ask a colleague to."))
    try:
        proposal = _still_open(proposal)
    except Refused:
        if Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.APPROVED).exists():
            return Approval(0, 0, [])  # somebody was faster, or the button was pressed twice
        raise
    wanted = _waiting(proposal) if rows is None else _waiting(proposal).filter(pk__in=rows)
    chosen = list(wanted.select_related("household", "member__organisation").order_by("pk"))
    done = _open(proposal, chosen, by=by, reason=reason)
    if rows is None or not _waiting(proposal).exists():
        Proposal.objects.filter(pk=proposal.pk).update(
            state=Proposal.State.APPROVED,
            approved_by=str(by or ""),
            approved_on=timezone.localdate(),
        )
    audit.record("proposal.approved", proposal, by=by, opened=done.opened, changed=done.changed,
                 refused=[household.pk for household, _why in done.refused])  # fmt: skip
    return done


def _waiting(proposal: Proposal) -> QuerySet[ProposedPair]:
    """Rows that could still become pairs: with a helper, not left out, not opened already."""
    opened = Pair.objects.filter(proposal=proposal).values("household")
    rows = proposal.rows.filter(is_left_out=False, member__isnull=False)
    return rows.exclude(household__in=opened)


def _open(proposal: Proposal, rows: list[ProposedPair], *, by: Any, reason: str) -> Approval:
    today = timezone.localdate()
    state = _State(proposal, rows)
    fresh: list[Pair] = []
    refused: list[tuple[Household, str]] = []
    changed = 0
    for row in rows:
        old = state.running.get(row.household_id)
        if old and old.member_id == row.member_id:
            continue  # a re-plan that leaves everything as it is
        if why := state.objection(row, reason=reason):
            refused.append((row.household, why))
            continue
        state.take(row)
        if old:
            assert row.member is not None
            successors = hand_over(old, to=[row.member], on=today, reason=reason, by=by)
            Pair.objects.filter(pk=successors[0].pk).update(proposal=proposal)
            changed += 1
        else:
            fresh.append(_pair(proposal, row))
    opened = Pair.objects.bulk_create(fresh, batch_size=1000)
    for start in range(0, len(opened), 500):
        part = opened[start : start + 500]
        pairs = [[p.pk, p.household_id, p.member_id] for p in part]
        audit.record("proposal.pairs_opened", proposal, by=by, pairs=pairs)
    return Approval(len(opened), changed, refused)


def _pair(proposal: Proposal, row: ProposedPair) -> Pair:
    assert row.member is not None
    return Pair(
        campaign_id=proposal.campaign_id,
        kind=proposal.kind,
        member=row.member,
        organisation=row.member.organisation,
        household=row.household,
        since=timezone.localdate(),
        proposal=proposal,
    )


class _State:
    """How things stand while pairs are opened: who is paired, who is full, who avoids whom."""

    def __init__(self, proposal: Proposal, rows: list[ProposedPair]) -> None:
        campaign = proposal.campaign
        self.book = campaign.playbook
        self.pairing = self.book.pairing(proposal.kind)
        self.is_replan = proposal.rules.get("scope") == "all"
        self.load = loads.busy(campaign, proposal.kind)
        running = Pair.objects.open().filter(
            campaign=campaign, kind=proposal.kind, household__isnull=False, overlap_until=None
        )
        serving = running.filter(member__ended=None).select_related("member", "campaign")
        self.running = {
            pair.household_id: pair for pair in serving.order_by("-role", "-pk").iterator(2000)
        }
        avoided = Avoidance.objects.filter(state=Avoidance.State.ACCEPTED)
        self.avoided = set(avoided.values_list("member", "household"))

    def objection(self, row: ProposedPair, *, reason: str) -> str:
        """Why a row cannot become a pair now; "" when it can."""
        member, old = row.member, self.running.get(row.household_id)
        assert member is not None
        if row.household.ended:
            return _("no longer on the register")
        if old and not self.is_replan:
            name = old.member.name if old.member else ""
            return _("paired with %(member)s meanwhile") % {"member": name}
        if old and not reason:
            return _("changes helper, but no reason was given")
        if member.ended:
            return _("%(member)s has left meanwhile") % {"member": member.name}
        if (member.pk, row.household_id) in self.avoided:
            return _("%(member)s is to avoid this household (回避)") % {"member": member.name}
        most = loads.load_of(self.book, self.pairing, member.rank).most
        if not row.is_by_hand and not self.is_replan and self.load.get(member.pk, 0) >= most:
            return _("%(member)s has no place left") % {"member": member.name}
        return ""

    def take(self, row: ProposedPair) -> None:
        assert row.member_id is not None
        self.load[row.member_id] = self.load.get(row.member_id, 0) + 1
