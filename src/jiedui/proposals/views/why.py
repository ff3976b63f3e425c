"""Why this helper for this household, and why not another: one row of a plan, explained."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.core.doors import may, needs
from jiedui.core.texts import sentences
from jiedui.core.users import User
from jiedui.households.models import Household
from jiedui.orgs.models import Member
from jiedui.orgs.scopes import Scope, over
from jiedui.pairing import loads
from jiedui.pairing.models import Pair
from jiedui.pairing.problem import Options
from jiedui.pairing.suggestions import Reasons, Suggestion, weigh
from jiedui.pairing.views.shared import nameable
from jiedui.proposals import explanation, reviewing, stored_plans, weights, words
from jiedui.proposals.forms import ChangeForm
from jiedui.proposals.models import Proposal, ProposedPair
from jiedui.proposals.stored_plans import SolvedProblem
from jiedui.proposals.views.bounds import Bounds
from jiedui.proposals.views.proposals import MAY_READ
from jiedui.proposals.views.proposed import the_row
from jiedui.proposals.views.review import is_far

SHOWN = 10  # households that move, named on the page
OFFERED = 6  # helpers who would be next
LOOKED_AT = 300  # among so many next ones are those whom the user may name


@dataclass(frozen=True)
class Other:
    """A helper who could be chosen instead, and what the whole plan loses at least."""

    member: Member
    loss: explanation.Loss


@dataclass
class Answer:
    """Why not this helper: the rule against it, or what it would cost."""

    suggestion: Suggestion
    forbidden: str = ""
    bill: explanation.Bill | None = None
    loss: explanation.Loss | None = None
    scarce: explanation.Loss | None = None
    holds: list[ProposedPair] = field(default_factory=list)
    places: int = 0
    insisted: explanation.Insisted | None = None
    moves: list[dict[str, Any]] = field(default_factory=list)
    total: int = 0  # of the plan as it stands
    alone: int = 0  # of the plan with this helper, everybody else as now
    is_missed: bool = False  # the helper proposed so far falls below the minimum then

    @property
    def member(self) -> Member:
        return self.suggestion.member

    @property
    def load(self) -> int:
        return len(self.holds) + 1

    @property
    def is_over(self) -> bool:
        return self.load > self.places

    @property
    def alone_more(self) -> int:
        return self.alone - self.total

    @property
    def others(self) -> int:
        """The total when others move as well."""
        return self.total + (self.insisted.points if self.insisted else 0)


@needs(*MAY_READ)
def why(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """The reasons for one row; `?member=` asks why not that helper."""
    found = the_row(request, pk, row)
    kept = stored_plans.of(found.proposal)
    form = ChangeForm(request.GET or None, user=_mine(request, found))
    picked = form.cleaned_data["member"] if form.is_valid() else None
    household = kept.households.get(found.household_id) if kept else None
    known = kept if household is not None else None
    context = {
        "row": found,
        "proposal": found.proposal,
        "household": found.household,
        "may_open": Household.objects.visible_to(request.user)
        .filter(pk=found.household_id)
        .exists(),
        "form": form,
        "weights": weights.in_words(Options.of(found.proposal.rules)),
        "may_change": _may_change(request, found),
        "may_propose": may(request.user, "pair.propose", on=found.proposal),
        **_proposed(found, known),
        "answer": _answer(found, known, picked) if picked and picked != found.member else None,
        "is_the_same": bool(picked) and picked == found.member,
        "others": _others(known, found, _mine(request, found)) if known else [],
    }
    return render(request, "proposals/why.html", context)


def _mine(request: HttpRequest, row: ProposedPair) -> Scope:
    return over(request.user, "pair.propose", row.proposal)


def _may_change(request: HttpRequest, row: ProposedPair) -> bool:
    if row.proposal.state != Proposal.State.READY:
        return False
    if not may(request.user, "pair.propose", on=row.proposal):
        return False
    return not Pair.objects.filter(proposal=row.proposal, household=row.household).exists()


def _proposed(row: ProposedPair, kept: SolvedProblem | None) -> dict[str, Any]:
    """What speaks for the helper proposed, and what the pair counts."""
    suggestion = _suggestion(row, kept, row.member) if row.member else None
    helper = kept.helpers.get(row.member_id or 0) if kept else None
    if kept is None:
        return {"suggestion": suggestion}
    household = kept.households[row.household_id]
    bounds = Bounds(row.proposal, [row], kept=kept)
    return {
        "suggestion": suggestion,
        "bound": bounds.of(row),
        "bounds": bounds.reasons(row),
        "drops_minimum": _may_drop(row, bounds.of(row)),
        "is_far": is_far(row),
        "bill": None if helper is None else explanation.bill(kept, household, helper),
        "standing": explanation.standing(kept, household, helper),
        "of_leaders": bool(kept.problem.hardest[household]),
    }


def _may_drop(row: ProposedPair, found: explanation.Bound | None) -> bool:
    """Whether a minimum binds this row, so that the plan without minimums is worth a look."""
    return found is not None and any(one.rule == "minimum" for one in found.rules)


def _suggestion(row: ProposedPair, kept: SolvedProblem | None, member: Member) -> Suggestion:
    """What speaks for and against a helper, measured as the plan measures."""
    campaign, household = row.proposal.campaign, row.household
    pairing = campaign.playbook.pairing(row.proposal.kind)
    helper = kept.helpers.get(member.pk) if kept else None
    if kept is None or helper is None:  # came later: weighed as the register stands now
        return weigh(campaign, pairing, household, [member])[0]
    at = kept.households[household.pk]
    (way,) = kept.built.distances([at], [helper])
    bar = row.proposal.result.get("bar")
    reasons = Reasons(campaign, pairing, members=[member], bar=bar)
    role = Options.of(row.proposal.rules).role
    taken = loads.busy(campaign, pairing.key, members=[member.pk], role=role).get(member.pk, 0)
    most = loads.Limits(campaign, pairing, role=role).of(member).most
    if row.proposal.rules.get("scope") == "all":  # its own pairs are in the plan, not beside it
        taken = 0
    return Suggestion(
        member=member,
        cost=explanation.bill(kept, at, helper).total,
        distance_m=way,
        taken=taken,
        most=most,
        reasons=reasons.speak_for(household, member, way),
        doubts=reasons.speak_against(household, member, taken, most),
    )


def _others(kept: SolvedProblem, row: ProposedPair, user: User) -> list[Other]:
    """The helpers the user may name who would cost the whole plan least instead."""
    household = kept.households[row.household_id]
    if kept.plan.certificate is None:
        return []
    all_but = np.array([key != row.member_id for key in kept.built.helpers], np.bool_)
    best = explanation.next_best(kept, household, among=all_but, count=LOOKED_AT)
    keys = {kept.built.helpers[at]: extra for at, extra in best}
    seen = set(
        nameable(user, permission="pair.propose")
        .filter(pk__in=list(keys))
        .values_list("pk", flat=True)
    )
    chosen = [key for key in keys if key in seen][:OFFERED]
    members = Member.objects.select_related("organisation").in_bulk(chosen)
    return [Other(members[key], explanation.loss(kept, keys[key])) for key in chosen]


def _answer(row: ProposedPair, kept: SolvedProblem | None, member: Member) -> Answer:
    """Why not this helper; from the proof at once, and worked out with others moving."""
    proposal = row.proposal
    suggestion = _suggestion(row, kept, member)
    now = proposal.result["now"]["cost"]
    without = now - (0 if row.is_left_out else row.cost)
    answer = Answer(suggestion, holds=explanation.load(proposal, member.pk), total=now)
    answer.places = reviewing.room(proposal, kept, member)[1]
    helper = kept.helpers.get(member.pk) if kept else None
    if kept is None or helper is None:
        answer.forbidden, answer.alone = words.forbidden("unknown"), without + suggestion.cost
        return answer
    household = kept.households[row.household_id]
    answer.bill = explanation.bill(kept, household, helper)
    answer.alone = without + answer.bill.total
    answer.is_missed = _is_missed(row, kept)
    if kept.plan.certificate is None:
        return answer
    found = explanation.against(kept, household, helper)
    is_helping = reviewing.helps_already(row, member)
    answer.forbidden = words.forbidden("helps" if is_helping else found.forbidden)
    if not found.forbidden:
        answer.loss = explanation.loss(kept, found.extra)
        answer.scarce = explanation.loss(kept, found.scarce) if found.scarce > 0 else None
        answer.insisted = explanation.insist(proposal, kept, household=household, helper=helper)
        answer.moves = _named(answer.insisted)
    return answer


def _is_missed(row: ProposedPair, kept: SolvedProblem) -> bool:
    """Whether the helper proposed would get fewer than the playbook wishes without this row."""
    helper = kept.helpers.get(row.member_id or 0)
    if helper is None or row.member_id is None:
        return False
    left = len(explanation.load(row.proposal, row.member_id)) - 1
    return left < int(kept.problem.min_load[helper])


def _named(insisted: explanation.Insisted | None) -> list[dict[str, Any]]:
    """The households that would move, with names."""
    moves = insisted.moves[:SHOWN] if insisted else []
    homes = Household.objects.select_related("place").in_bulk([one.household for one in moves])
    keys = [key for one in moves for key in (one.before, one.after) if key]
    members = Member.objects.in_bulk(keys)
    return [
        {
            "household": homes[one.household],
            "before": members.get(one.before or 0),
            "after": members.get(one.after or 0),
            "points": one.points,
        }
        for one in moves
    ]


@needs("pair.propose")
def change(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Choose another helper by hand; `others` lets the fewest other rows change with it."""
    found = the_row(request, pk, row, "pair.propose")
    form = ChangeForm(request.POST or None, user=_mine(request, found))
    if not form.is_valid():
        return redirect(_page(found, str(request.POST.get("member", ""))))
    member = form.cleaned_data["member"]
    done = reviewing.change_helper(
        found, member=member, by=request.user, others_move="others" in request.POST
    )
    messages.success(request, _outcome(member, done))
    if done.is_over:
        suggestion = _("%(member)s carries %(load)d in this plan; there was room for %(most)d.")
        messages.warning(
            request, suggestion % {"member": member.name, "load": done.load, "most": done.most}
        )
    return redirect(_page(found))


def _page(row: ProposedPair, typed: str = "") -> str:
    address = reverse("proposals:why", args=[row.proposal_id, row.pk])
    return f"{address}?{urlencode({'member': typed})}" if typed else address


def _outcome(member: Member, done: reviewing.Changed) -> str:
    suggestion = _("%(member)s is proposed now. The whole plan: %(after)s km, before %(before)s km"
             " (%(more)s).")  # fmt: skip
    text = suggestion % {
        "member": member.name,
        "before": weights.km(done.before),
        "after": weights.km(done.after),
        "more": weights.signed_km(done.after - done.before),
    }
    if done.moved:
        text = sentences(text, ngettext(
            "%(count)d other household gets another helper for it.",
            "%(count)d other households get another helper for it.",
            done.moved,
        ) % {"count": done.moved})  # fmt: skip
    return text
