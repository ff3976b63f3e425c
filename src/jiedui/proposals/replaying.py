"""Working a kept plan out again, and checking it by a verifier that shares no code with the engine.

Whoever doubts a proposal asks this: the bytes kept are the bytes that were sealed, the problem is
the one whose digest was published, the engine finds the same helper for every household, and the
proof holds.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core import audit, kinds
from jiedui.core.jobs import Progress, queue, runner
from jiedui.core.models import AuditEntry, Job
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.engines.matching import solve, verify
from jiedui.pairing import problem
from jiedui.proposals import stored_plans
from jiedui.proposals.models import Proposal, StoredPlan
from jiedui.proposals.proposing import assignment_of

NAMED = 5  # faults of one kind that are named


@dataclass(frozen=True, kw_only=True)
class Replay:
    """What working a proposal out again found; `equal` says whether everything fits."""

    proposal: int
    goal: str
    digest: str
    seed: int
    engine: str
    engine_now: str
    sealed: bool = False  # what is kept is what the audit chain says was kept
    same_question: bool = False
    same_plan: bool = False  # helper for helper
    differing: int = 0  # households that get another helper
    same_cost: bool = False
    proven: bool = False
    faults: list[str] = field(default_factory=list)  # of the independent verifier
    same_rows: bool = False  # the rows under review, but for those changed by hand
    by_hand: int = 0
    equal: bool = False
    seconds: float = 0.0


def replay(proposal: Proposal, *, by: User | None = None, report: Any = None) -> Replay:
    """Solve again from what is kept and compare; the finding is kept and recorded.

    Raises `Refused` when nothing is kept.
    """
    row = proposal.stored_plans.filter(goal=proposal.rules.get("goal", "")).first()
    if row is None:
        raise Refused(_("Nothing is kept of this proposal that could be worked out again."))
    found = _compared(proposal, row, report=report)
    when = {"at": timezone.now().isoformat(), "by": audit.signed(by)}
    with transaction.atomic():
        StoredPlan.objects.filter(pk=row.pk).update(replay={**asdict(found), **when})
        audit.record("proposal.replayed", proposal, by=by, goal=row.goal, equal=found.equal)
    return found


def _compared(proposal: Proposal, row: StoredPlan, *, report: Any) -> Replay:
    facts: dict[str, Any] = {
        "proposal": proposal.pk, "goal": row.goal, "digest": proposal.digest,
        "seed": proposal.seed, "engine": proposal.engine, "engine_now": problem.ENGINE,
    }  # fmt: skip
    data = bytes(row.data)
    facts["sealed"] = stored_plans.seal(data) == row.seal == _recorded(proposal, row.goal)
    try:
        kept = stored_plans.unpack(data)
    except ValueError:
        return Replay(**facts, faults=[_("What was kept can no longer be read.")])
    facts["same_question"] = kept.built.digest == row.digest == proposal.digest
    again = solve(kept.problem, seed=proposal.seed, progress=report)
    faults = verify(kept.problem, kept.plan)
    differing = int((again.assignment != kept.plan.assignment).sum())
    facts |= {
        "same_plan": not differing,
        "differing": differing,
        "same_cost": again.cost == kept.plan.cost,
        "proven": kept.plan.certified and not faults,
        "faults": faults[:NAMED],
        "same_rows": _rows_fit(proposal, kept),
        "by_hand": proposal.rows.filter(is_by_hand=True).count(),
        "seconds": round(again.seconds, 3),
    }
    parts = ("sealed", "same_question", "same_plan", "same_cost", "proven", "same_rows")
    return Replay(**facts, equal=all(facts[part] for part in parts))


def _recorded(proposal: Proposal, goal: str) -> str:
    """The seal the audit chain holds for this plan; "" when it holds none."""
    known = kinds.labels(Proposal._meta.label_lower)
    entries = AuditEntry.objects.filter(
        kind__in=known, subject=str(proposal.pk), action="proposal.solved"
    )
    last = entries.order_by("-pk").first()
    return str(last.content.get("plans", {}).get(goal, ["", ""])[1]) if last else ""


def _rows_fit(proposal: Proposal, kept: stored_plans.SolvedProblem) -> bool:
    """Whether the rows say what the plan says, but for those a person changed."""
    rows = proposal.rows.order_by().values_list("household", "member", "is_by_hand")
    by_hand = {kept.households[home] for home, _member, hand in rows if hand}
    pairs = {home: member for home, member, hand in rows if member and not hand}
    expected = kept.plan.assignment.copy()
    expected[list(by_hand)] = -1
    listed = {home for home, *_rest in rows} == set(kept.built.households)
    return listed and bool(np.array_equal(assignment_of(kept, pairs), expected))


@transaction.atomic
def ask_again(proposal: Proposal, *, by: User) -> Job:
    """Have a job work the proposal out again."""
    if proposal.state == Proposal.State.SOLVING:
        raise Refused(_("This proposal is still being worked out."))
    return queue("pairing.replay", subject=f"{proposal.pk}-{by.pk}", by=by)


@runner("pairing.replay")
def work_out_again(subject: str, progress: Progress) -> str:
    from django.contrib.auth import get_user_model

    key, _sign, user = subject.partition("-")
    proposal = Proposal.objects.get(pk=key)
    asker = get_user_model()._default_manager.filter(pk=user).first()
    progress(5, total=100, message=_("Working the plan out again"))
    replay(proposal, by=asker, report=lambda _step, share: progress(5 + int(60 * share)))
    return reverse("proposals:proof", args=[proposal.pk])
