"""Plans of pairs: asked for, worked out by the engine, counted."""

from collections import Counter
from typing import Any

import numpy as np
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core import audit
from jiedui.core.jobs import Progress, queue, runner
from jiedui.core.models import Job
from jiedui.core.refusals import Refused
from jiedui.engines.matching import Plan, solve, verify
from jiedui.engines.matching.costs import pair_costs
from jiedui.pairing import coverage, loads, question
from jiedui.pairing.models import Proposal, ProposedPair
from jiedui.pairing.question import Options, Question

STEPS = {
    "candidates": gettext_lazy("Looking for helpers nearby"),
    "pairing": gettext_lazy("Pairing"),
    "proving": gettext_lazy("Proving that no better plan exists"),
    "done": gettext_lazy("Writing the plan down"),
}
KM = (1, 2, 5, 10, 20, 50)  # classes of distance: up to so many kilometres


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
