"""Bulletins for the command line and other programs, with stable keys."""

from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.core.refusals import Refused
from jiedui.figures import actions as figures
from jiedui.reports import actions, filling
from jiedui.reports.models import Bulletin


def bulletin_json(campaign_key: str, kind: str | None = None) -> dict[str, Any]:
    """Write a draft from a template (the first one unless named), counted on the newest records.

    Takes a snapshot first when there is none or records have come since. Raises `Refused`.
    """
    campaign = Campaign.objects.filter(key=campaign_key).first()
    if campaign is None:
        raise Refused(_("There is no campaign %(key)s.") % {"key": campaign_key})
    kinds = [one.key for one in campaign.playbook.bulletins]
    if not kinds:
        raise Refused(_("The playbook has no bulletin."))
    snapshot = figures.latest(campaign)
    if snapshot is None or figures.is_stale(snapshot):
        snapshot = figures.take(campaign)
    bulletin = actions.begin(campaign, kind=kind or kinds[0], by=None, snapshot=snapshot)
    return as_dict(bulletin)


def as_dict(bulletin: Bulletin) -> dict[str, Any]:
    as_of = bulletin.snapshot.as_of
    with bulletin.in_own_language():
        text = filling.plain(
            bulletin.text, bulletin.figures, as_of=as_of, issued_on=bulletin.issued_on
        )
    entries = [
        {**one, "as_of": as_of.isoformat(), "snapshot": bulletin.snapshot.key}
        for one in bulletin.figures
    ]
    return {
        "bulletin": bulletin.pk,
        "campaign": bulletin.campaign.key,
        "kind": bulletin.kind,
        "title": bulletin.title,
        "number": bulletin.number,
        "state": bulletin.state,
        "as_of": as_of.isoformat(),
        "snapshot": bulletin.snapshot.key,
        "text": text,
        "figures": entries,
    }
