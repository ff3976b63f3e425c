"""Opening, handing over and ending pairs, so that no household is ever left alone unseen."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.core import audit
from jiedui.core.locking import held
from jiedui.core.refusals import Refused, unless_taken
from jiedui.core.texts import day_text
from jiedui.core.users import User
from jiedui.households.models import Household
from jiedui.orgs.models import Member
from jiedui.pairing import leavers
from jiedui.pairing.carriers import Helper, carrier, check_helper, check_village
from jiedui.pairing.models import Avoidance, Pair
from jiedui.pairing.units import Units
from jiedui.places.models import Place


@transaction.atomic
def open_pair(
    campaign: Campaign,
    *,
    kind: str,
    member: Member,
    household: Household,
    since: date,
    by: User | None,
    role: str = "",
) -> Pair:
    """Pair a member with a household from a day on.

    Without a `role` it takes the first that is free. Raises `Refused` when either has left, they
    avoid each other, or are paired already.
    """
    # Read anew and locked: a member who moves meanwhile takes this pair along, or is moved already.
    household = held(household)
    member = held(member)
    check_helper(member, on=since)
    if household.ended:
        raise Refused(_("This household is no longer on the register."))
    if since > timezone.localdate():
        raise Refused(_("A pair exists from its first day on; the day lies in the future."))
    _check_begun(campaign, since, household=household)
    accepted = Avoidance.objects.filter(member=member, household=household)
    if accepted.filter(state=Avoidance.State.ACCEPTED).exists():
        raise Refused(_("%(member)s is to avoid this household (回避).") % {"member": member.name})
    leavers.close(campaign, kind=kind, households=[household.pk], by=by)
    _check_free(campaign, kind, member, household)
    if campaign.playbook.pairing(kind).inside_unit == "only":
        units = Units.of(campaign, paths={member.organisation.path})
        check_village([member], household, units=units)
    running = Pair.objects.open().filter(campaign=campaign, kind=kind, household=household)
    with unless_taken():
        pair = Pair.objects.create(
            campaign=campaign,
            kind=kind,
            role=role or running.free_role(),
            member=member,
            organisation=member.organisation,
            household=household,
            since=since,
        )
    audit.record("pair.opened", pair, by=by, household=household.pk, member=member.pk)
    return pair


def _check_begun(campaign: Campaign, since: date, *, household: Household) -> None:
    """Nobody is paired before the campaign, or before the household came on the register."""
    first = max(campaign.starts, household.since)
    if since < first:
        raise Refused(_("A pair begins on %(day)s at the earliest.") % {"day": day_text(first)})


@transaction.atomic
def keep(
    campaign: Campaign, *, kind: str, place: Place, helper: Helper, since: date, by: User | None
) -> Pair:
    """Let a member, team or organisation answer for a place (楼道, 责任区, 岗位, 村).

    Raises `Refused` when either has ended, or the place has as many keepers as it may have.
    """
    # Of two at the same moment the second waits here: how many may keep a place is counted.
    helper, place = held(helper), held(place)
    check_helper(helper, on=since)
    if since < campaign.starts:
        raise Refused(
            _("A pair begins on %(day)s at the earliest.") % {"day": day_text(campaign.starts)}
        )
    if place.ended:
        raise Refused(_("%(place)s is no more.") % {"place": place.name})
    if since > timezone.localdate():
        raise Refused(_("A pair exists from its first day on; the day lies in the future."))
    running = Pair.objects.open().filter(campaign=campaign, kind=kind, place=place)
    if running.filter(**carrier(helper)).exists():
        raise Refused(_("These two are paired already."))
    most = campaign.playbook.pairing(kind).helpers_each.most
    if running.filter(overlap_until=None).count() >= most:
        raise Refused(_("Somebody keeps this place already; hand it over instead."))
    with unless_taken():
        pair = Pair.objects.create(
            campaign=campaign, kind=kind, place=place, since=since, **carrier(helper)
        )
    audit.record("pair.opened", pair, by=by, place=place.pk, helper=str(helper))
    return pair


def _check_free(campaign: Campaign, kind: str, member: Member, household: Household) -> None:
    """Not twice the same two, and not more helpers than the playbook lets a household have."""
    running = Pair.objects.open().filter(campaign=campaign, kind=kind, household=household)
    if running.filter(member=member).exists():
        raise Refused(_("These two are paired already."))
    most = campaign.playbook.pairing(kind).helpers_each.most
    if running.filter(overlap_until=None).count() >= most:
        raise Refused(_("This household has a helper already; hand the pair over instead."))
