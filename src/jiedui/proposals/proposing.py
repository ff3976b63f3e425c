"""Plans of pairs: asked for, worked out by the engine, counted."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core import audit, bulk
from jiedui.core.jobs import Progress, queue, runner
from jiedui.core.models import Job
from jiedui.core.refusals import Refused
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.engines.matching import Plan, Problem, solve, verify
from jiedui.engines.matching.costs import pair_costs
from jiedui.engines.matching.shortages import emptied_by
from jiedui.households.models import Household
from jiedui.pairing import coverage, loads, problem
from jiedui.pairing.models import Pair
from jiedui.pairing.problem import BuiltProblem, Options
from jiedui.proposals import areas, measuring, stored_plans
from jiedui.proposals.models import Proposal, ProposedPair, StoredPlan

STEPS = {
    "candidates": gettext_lazy("Looking for helpers nearby"),
    "pairing": gettext_lazy("Pairing"),
    "proving": gettext_lazy("Proving that no better plan exists"),
    "checking": gettext_lazy("Having a second program check the proof"),
    "done": gettext_lazy("Writing the plan down"),
}
Goal = StoredPlan.Goal
ReportProgress = Callable[[str, float], None]  # which step, and the share of all that is done


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
    campaign: Campaign,
    *,
    kind: str,
    by: User | None,
    options: Options | None = None,
    seed: int = 0,
    beside: Proposal | None = None,
) -> Proposal:
    """Ask for a proposal: a job works it out. One at a time for each kind of pair.

    `beside` is the one it is to be compared with.
    """
    proposal = _write_down(campaign, kind=kind, by=by, options=options or Options(), seed=seed)
    if beside:
        proposal.rules = {**proposal.rules, "beside": beside.pk}
    proposal.job = queue("pairing.propose", subject=str(proposal.pk), by=by)
    proposal.save(update_fields=["job", "rules"])
    return proposal


def without_minimums(proposal: Proposal, *, by: User | None) -> Proposal:
    """The same plan again, but nobody is given a household only to reach a minimum.

    Raises `Refused` where no minimum was kept to.
    """
    options = Options.of(proposal.rules)
    if not options.minimums or not proposal.result.get("minimums"):
        raise Refused(_("No minimum of the playbook bears on this plan."))
    return propose(
        proposal.campaign, kind=proposal.kind, by=by, seed=proposal.seed, beside=proposal,
        options=replace(options, minimums=False),
    )  # fmt: skip


def _write_down(
    campaign: Campaign, *, kind: str, by: User | None, options: Options, seed: int
) -> Proposal:
    pairing = pairing_of(campaign, kind)
    if options.role == "second" and pairing.helpers_each.most < 2:
        raise Refused(_("The playbook gives each household one helper in this kind of pair."))
    if options.scope != "all":  # nobody who has a helper is touched: there is no change to spare
        options = replace(options, goal="cost")
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
        made_by=audit.signed(by),
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

    def report(step: str, share: float) -> None:
        progress(5 + int(90 * share), message=STEPS.get(step, ""))

    _solve(proposal, report)
    return reverse("proposals:show", args=[proposal.pk])


def propose_now(
    campaign: Campaign,
    kind: str | None = None,
    *,
    seed: int = 0,
    by: User | None = None,
    options: Options | None = None,
) -> dict[str, Any]:
    """Work a proposal out at once, for people to review. Returns its `facts`."""
    pairing = pairing_of(campaign, kind)
    options = options or Options()
    proposal = _write_down(campaign, kind=pairing.key, by=by, options=options, seed=seed)
    _solve(proposal, lambda _step, _share: None)
    return facts(proposal)


def facts(proposal: Proposal) -> dict[str, Any]:
    """What a solved proposal came to, with the keys the command line promises."""
    keys = ("households", "covered", "uncovered", "cost", "certified", "seconds")
    return {**{key: proposal.result.get(key) for key in keys}, "proposal": proposal.pk}


def build(proposal: Proposal) -> BuiltProblem:
    """The problem of a proposal, from the register as it is now."""
    campaign, options = proposal.campaign, Options.of(proposal.rules)
    pairing = campaign.playbook.pairing(proposal.kind)
    everybody = coverage.eligible(campaign, pairing)
    households: Any = everybody
    if options.scope == "uncovered":
        households = coverage.uncovered(campaign, pairing)
    elif options.scope == "second":
        households = coverage.with_one(campaign, pairing)
    helpers = loads.helpers(campaign, pairing)
    if user := _requester(proposal):
        households = households.visible_to(user, permission="pair.propose")
        helpers = helpers.visible_to(user, permission="pair.propose")  # type: ignore[attr-defined]
    return problem.build_problem(
        campaign,
        pairing,
        households=households,
        helpers=helpers,
        options=options,
        hardest_of=everybody if options.role == "first" else None,  # they have their leader
        has_quotas=True,
    )


def _requester(proposal: Proposal) -> Any:
    return get_user_model()._default_manager.filter(pk=proposal.rules.get("by")).first()


def _solve(proposal: Proposal, report: ReportProgress) -> None:
    built = build(proposal)
    goals = _goals(built, Options.of(proposal.rules))
    pairing = proposal.campaign.playbook.pairing(proposal.kind)
    bar = problem.hardest_bar(pairing, coverage.eligible(proposal.campaign, pairing))
    plans = {
        goal: _proven(one.problem, proposal.seed, _part(report, at, of=len(goals)))
        for at, (goal, one) in enumerate(goals.items())
    }
    report("done", 1.0)
    with transaction.atomic():
        proposal.stored_plans.all().delete()
        kept = {
            goal: stored_plans.keep(proposal, goal, built=one, plan=plans[goal],
                               result={**_result(proposal, one, plans[goal]), "bar": bar})
            for goal, one in goals.items()
        }  # fmt: skip
        proposal.engine = problem.ENGINE
        proposal.state = Proposal.State.READY
        seals = {goal: [one.digest, one.seal] for goal, one in kept.items()}
        audit.record(
            "proposal.solved", proposal, engine=proposal.engine, seed=proposal.seed, plans=seals
        )
        show(proposal, kept[proposal.rules["goal"]])


def _part(report: ReportProgress, at: int, *, of: int) -> ReportProgress:
    """Report the progress of one plan of several."""
    return lambda step, share: report(step, (at + share) / of)


def _proven(problem: Problem, seed: int, report: ReportProgress) -> Plan:
    """The plan and its proof; the checker, which shares nothing with the solver, agrees."""
    plan = solve(problem, seed=seed, progress=lambda step, share: report(step, 0.5 * share))
    if broken := verify(problem, plan, report=lambda share: report("checking", 0.5 + 0.5 * share)):
        raise RuntimeError(f"The plan breaks its rules: {broken[:3]}")
    return plan


def _goals(built: BuiltProblem, options: Options) -> dict[str, BuiltProblem]:
    """The problem for each goal: a plan for everybody is worked out for both."""
    if options.scope != "all":
        return {Goal.COST.value: built}
    least = replace(built.problem, keeps=True, change_cost=0)
    cheap = replace(built.problem, keeps=False, change_cost=options.change)
    return {
        Goal.CHANGE.value: replace(built, problem=least),
        Goal.COST.value: replace(built, problem=cheap),
    }


def show(proposal: Proposal, kept: StoredPlan) -> None:
    """Make this plan the one whose rows people review; inside a transaction."""
    found = stored_plans.opened(kept)
    proposal.rows.all().delete()
    bulk.insert(ProposedPair, ROW, _rows(proposal, found.built, found.plan))
    proposal.rules = {**proposal.rules, "goal": kept.goal}
    proposal.digest = kept.digest
    proposal.result = kept.result
    proposal.save()
    summarise(proposal)


@transaction.atomic
def go_over(proposal: Proposal, *, goal: str, by: User | None) -> None:
    """Review the plan of the other goal instead; changes by hand are lost with their rows.

    Raises `Refused` when there is no such plan, or pairs were opened from this one.
    """
    kept = proposal.stored_plans.filter(goal=goal).first() if goal in Goal.values else None
    if kept is None:
        raise Refused(_("There is no such plan for this proposal."))
    if Pair.objects.filter(proposal=proposal).exists():
        raise Refused(_("Pairs of this plan have been opened; it can no longer be exchanged."))
    show(proposal, kept)
    audit.record("proposal.went_over", proposal, by=by, goal=goal, digest=kept.digest)


ROW = ("proposal", "household", "member", "cost", "distance_m")


def _rows(proposal: Proposal, built: BuiltProblem, plan: Plan) -> Iterator[tuple[Any, ...]]:
    covered = np.flatnonzero(plan.assignment >= 0)
    helpers = plan.assignment[covered]
    paid = pair_costs(built.problem, covered, helpers).tolist()
    costs = dict(zip(covered.tolist(), paid, strict=True))
    ways = dict(zip(covered.tolist(), built.distances(covered, helpers), strict=True))
    # Written down place by place: so they are read, and asking for a page sorts nothing.
    homes = Household.objects.filter(below(proposal.campaign.place.path, field="place__path"))
    place = dict(homes.order_by().values_list("pk", "place__path"))
    in_order = sorted(enumerate(built.households), key=lambda one: place[one[1]])
    for at, household in in_order:
        member = built.helpers[plan.assignment[at]] if at in costs else None
        yield proposal.pk, household, member, costs.get(at, 0), ways.get(at)


def _result(proposal: Proposal, built: BuiltProblem, plan: Plan) -> dict[str, Any]:
    households = built.problem.households
    missing = len(plan.uncovered)
    return {
        "households": households,
        "covered": households - missing,
        "uncovered": missing,
        "cost": plan.cost,
        "certified": plan.certified,
        "seconds": round(plan.seconds, 3),
        "changed": plan.changed,
        "helpers": built.problem.helpers,
        "places": int(built.problem.capacity.sum()),
        "rounds": plan.rounds,
        "minimums": int(built.problem.min_load.sum() + built.problem.lower.sum()),
        "shortages": [
            shortage
            for one in plan.shortages
            for shortage in _shortages(proposal, built, plan, one)
        ],
        "plan": measuring.measure(built, plan.assignment),
        "today": measuring.measure(built, built.problem.current),
    }


def _shortages(
    proposal: Proposal, built: BuiltProblem, plan: Plan, one: Any
) -> Iterator[dict[str, Any]]:
    """A shortage as it is kept; of those who may go to nobody, one for each rule behind it."""
    facts = {"kind": one.kind, "needed": one.needed, "available": one.available, "member": None}
    if one.kind == "helper_minimum":
        yield {**facts, "member": built.helpers[one.where]}
    elif one.kind != "no_permitted_helper":
        yield facts
    elif not built.helpers:
        pairing = proposal.campaign.playbook.pairing(proposal.kind)
        rule, before = loads.emptied_by(proposal.campaign, pairing, user=_requester(proposal))
        yield {**facts, "rule": rule, "before": before}
    else:
        rules = Counter(emptied_by(built.problem, int(at)) for at in plan.uncovered)
        del rules[""]  # these may go to somebody, who is full
        for rule, count in sorted(rules.items()):
            yield {**facts, "needed": count, "rule": rule, "before": len(built.helpers)}


def summarise(proposal: Proposal) -> None:
    """Count what the rows now say: loads by rank and unit, distances, fit. Kept beside the result.

    Rows changed by hand to somebody who was no helper of the problem count as pairs only.
    """
    rows = proposal.rows.order_by()
    proposal.loads = {}
    marked = {
        "left_out": rows.filter(is_left_out=True).count(),
        "nobody": rows.filter(member=None, is_left_out=False).count(),
        "by_hand": rows.filter(is_by_hand=True).count(),
    }
    wanted = rows.filter(is_left_out=False, member__isnull=False)
    found = list(wanted.values_list("household", "member", "cost", "distance_m"))
    proposal.result["now"] = {
        "pairs": len(found),
        **marked,
        "cost": sum(cost for *_rest, cost, _way in found),
        **measuring.ways(way for *_rest, way in found if way is not None),
        **_counted(proposal, {household: member for household, member, *_rest in found}),
    }
    proposal.loads["areas"] = areas.count(proposal)
    proposal.save(update_fields=["result", "loads"])


def _counted(proposal: Proposal, pairs: dict[int, int]) -> dict[str, Any]:
    """What only the stored problem can tell: leaders for the hardest, needs met; loads besides."""
    kept = stored_plans.of(proposal)
    if kept is None:
        return {}
    built = kept.built
    assignment = assignment_of(kept, pairs)
    whole = measuring.measure(built, assignment)
    ranks = loads.ranks_by_grade(proposal.campaign.playbook)
    names = [ranks[grade].key if grade in ranks else "" for grade in built.grades]
    proposal.loads = {
        "ranks": measuring.loads_by(built, assignment, names=names),
        "units": measuring.loads_by(built, assignment, names=built.units),
    }
    return {key: whole[key] for key in ("hard", "hard_led", "needs", "needs_met", "changed")}


def assignment_of(kept: stored_plans.SolvedProblem, pairs: dict[int, int]) -> Any:
    """Pairs of keys as the engine knows them: the column of each household's helper, else -1."""
    assignment = np.full(len(kept.built.households), -1)
    for household, member in pairs.items():
        if household in kept.households and member in kept.helpers:
            assignment[kept.households[household]] = kept.helpers[member]
    return assignment
