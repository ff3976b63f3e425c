"""Members with fewer partners than the playbook asks of them get a notice, not again in a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core import audit
from jiedui.core.locking import hold
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.notices.actions import Written, reminded_lately, writer
from jiedui.notices.models import Notice
from jiedui.orgs.models import Member
from jiedui.pairing import loads

KIND = "pairing.below_load"


@dataclass(frozen=True)
class Reminder:
    """Whom a reminder reaches: `accounts` by member; the others and why not."""

    members: int
    accounts: dict[int, int]
    lately: int
    without_account: int


def below(members: QuerySet[Member], campaign: Campaign, pairing: Pairing) -> QuerySet[Any]:
    """Those of these members of whom the playbook asks more than they carry."""
    asked = loads.helpers(campaign, pairing).filter(pk__in=members.order_by().values("pk"))
    return loads.standing(asked, campaign, pairing).filter(missing__gt=0)


def plan(members: QuerySet[Member], campaign: Campaign, pairing: Pairing) -> Reminder:
    """Whom a reminder to those of these members who are below their load would reach."""
    rows = below(members, campaign, pairing).order_by()
    found = {
        member: user if active else None
        for member, user, active in rows.values_list("pk", "user", "user__is_active")
    }
    subjects = {_subject(member, campaign, pairing): member for member in found}
    lately = {subjects[one] for one in reminded_lately(KIND) if one in subjects}
    accounts = {member: user for member, user in found.items() if user and member not in lately}
    return Reminder(
        members=len(found),
        accounts=accounts,
        lately=len(lately),
        without_account=sum(user is None for user in found.values()),
    )


def _subject(member: int, campaign: Campaign, pairing: Pairing) -> str:
    return f"{campaign.pk} {pairing.key} {member}"


@transaction.atomic
def remind(
    members: QuerySet[Member], campaign: Campaign, pairing: Pairing, *, by: User | None
) -> Reminder:
    """Send the notices. Raises `Refused` when nobody is left to be reminded."""
    # Held, so that of two people who press at the same moment one reminds nobody.
    whole = Member.objects.filter(pk__in=members.order_by().values("pk"))
    list(hold(whole).order_by("pk").values_list("pk", flat=True))
    found = plan(members, campaign, pairing)
    if not found.accounts:
        raise Refused(_("There is nobody to remind: see below who has been reminded already."))
    Notice.objects.bulk_create(
        Notice(to_id=user, kind=KIND, subject=_subject(member, campaign, pairing))
        for member, user in sorted(found.accounts.items())
    )
    audit.record(
        "loads.reminded", campaign, by=by, kind=pairing.key, helpers=len(found.accounts),
        members=sorted(found.accounts),
    )  # fmt: skip
    return found


@writer(KIND)
def _write(notices: Sequence[Notice]) -> dict[int, Written]:
    """What is missing when the notice is read; nothing once the member has enough."""
    wanted: dict[tuple[int, str], dict[int, Notice]] = {}
    for notice in notices:
        number, kind, member = notice.subject.split()
        wanted.setdefault((int(number), kind), {})[int(member)] = notice
    written: dict[int, Written] = {}
    campaigns = Campaign.objects.in_bulk({key for key, _kind in wanted})
    for (key, kind), mine in wanted.items():
        campaign = campaigns.get(key)
        for pairing in campaign.playbook.pairings if campaign else ():
            if campaign and pairing.key == kind:
                rows = below(Member.objects.filter(pk__in=mine), campaign, pairing)
                written |= {mine[row.pk].pk: _written(row, pairing) for row in rows}
    return written


def _written(member: Any, pairing: Pairing) -> Written:
    facts = {"kind": pairing.name, "fewest": member.fewest, "carried": member.carried}
    text = ngettext(
        "“%(kind)s” asks at least %(fewest)d pair of you, and you have %(carried)d: speak to the"
        " liaison of your unit.",
        "“%(kind)s” asks at least %(fewest)d pairs of you, and you have %(carried)d: speak to the"
        " liaison of your unit.",
        member.fewest,
    )
    return Written(text % facts, member.get_absolute_url())
