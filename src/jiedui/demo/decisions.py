"""What is to be decided today: change requests, a hand-over to confirm, a plan to review.

Everything goes through the actions people use, so nothing here is decided and no figure moves.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from jiedui.accounts.models import User
from jiedui.accounts.roles import Role
from jiedui.campaigns.models import Campaign
from jiedui.demo.texts import TEXTS
from jiedui.handover import bulk_hand_over, change_requests, notifications
from jiedui.handover.models import ChangeRequest, HandOver
from jiedui.orgs.models import Member
from jiedui.pairing.models import Pair
from jiedui.pairing.problem import Options
from jiedui.proposals import proposing

Side = ChangeRequest.Side
WORDS: Mapping[str, Any] = TEXTS["change_requests"]


def write_decisions(
    campaign: Campaign, users: Mapping[str, User], *, plans_now: bool = True
) -> None:
    """Change requests, notifications, a drafted hand-over, and a plan for every household.

    `users` are the accounts of the demonstration by role. Unless `plans_now`, the plan is left to
    the worker, as when people ask for it: it is there half a minute after the first page.
    """
    _change_requests(campaign, users)
    new = _running(campaign).exclude(previous=None).filter(previous__ended=None)
    notifications.write_down(list(new.order_by("pk")), by=users[Role.OFFICE])
    _hand_over(campaign, users[Role.LIAISON])
    main = campaign.playbook.main_pairing
    if main and (main.helper, main.helped) == ("member", "household"):
        options, office = Options(scope="all"), users[Role.OFFICE]
        if plans_now:
            proposing.propose_now(campaign, main.key, by=office, options=options)
        else:
            proposing.propose(campaign, kind=main.key, by=office, options=options)


def _running(campaign: Campaign) -> QuerySet[Pair]:
    rows: QuerySet[Pair] = Pair.objects.open().filter(campaign=campaign, overlap_until=None)
    return rows.select_related("campaign", "household", "member", "organisation", "previous")


def _change_requests(campaign: Campaign, users: Mapping[str, User]) -> None:
    """The helper asks for oneself; the village for two families, of whom one has its answer."""
    helper, village = users[Role.HELPER], users[Role.VILLAGE_OFFICER]
    for pair in _seen(campaign, helper).filter(member__user=helper)[:1]:
        _change_request(pair, Side.HELPER, by=helper)
    families = _seen(campaign, village).filter(household__isnull=False, member__user=None)
    for number, pair in enumerate(families[:2]):
        change_request = _change_request(pair, Side.FAMILY, by=village)
        if number:
            change_requests.decide(
                change_request, grant=False, answer=WORDS["answer"], by=users[Role.OFFICE]
            )


def _seen(campaign: Campaign, user: User) -> QuerySet[Pair]:
    return _running(campaign).visible_to(user).order_by("pk")  # type: ignore[attr-defined]


def _change_request(pair: Pair, side: Side, *, by: User) -> ChangeRequest:
    known = _reasons(pair, side)
    reason = next((one for one in WORDS["reasons"] if one in known), known[0])
    text = WORDS["helper" if side == Side.HELPER else "family"]
    return change_requests.ask(pair, side=side, reason=reason, text=text, by=by)


def _reasons(pair: Pair, side: str) -> list[str]:
    pairing = pair.campaign.playbook.pairing(pair.kind)
    return [key for key, _name in change_requests.reasons(pair.campaign, pairing, side)]


def _hand_over(campaign: Campaign, liaison: User) -> None:
    """Whoever of the liaison's unit has most pairs is about to retire; successors are proposed."""
    among = Member.objects.visible_to(liaison).filter(ended=None)
    mine = among.filter(user=None, pairs__in=_running(campaign).order_by().values("pk"))
    # The households of leaders are the hardest: few may take them over.
    leaver = mine.annotate(n=Count("pairs")).order_by("is_leader", "-n", "number").first()
    if leaver is None:
        return
    pair = _running(campaign).filter(member=leaver)[0]
    bulk_hand_over.prepare(
        leaver,
        fate=HandOver.Fate.LATER,
        on=timezone.localdate(),
        reason=_reasons(pair, Side.HELPER)[0],
        among=among,
        by=liaison,
    )
