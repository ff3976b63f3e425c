"""Requests lie inside the days of who asked, and claims inside those of who claimed."""

from django.utils.translation import gettext_lazy as _

from jiedui.core.inside import INSIDE, Inside
from jiedui.households.models import Household
from jiedui.needs.models import Claim, NeedRequest
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.places.models import Place

_ASKED = _("Something was asked for there on %(day)s; it cannot end before that day.")
_CLAIMED = _("A request was claimed or settled there on %(day)s; it cannot end before that day.")
_ASKERS = (("household", Household), ("organisation", Organisation), ("place", Place))
_CLAIMERS = (("member", Member), ("team", Team), ("organisation", Organisation))


def connect() -> None:
    INSIDE.extend(
        Inside(
            owner=model,
            path=name,
            days=("asked_on", "confirmed_on"),
            rows=lambda: NeedRequest.objects.standing(),
            ends=_ASKED,
        )
        for name, model in _ASKERS
    )
    INSIDE.extend(
        Inside(
            owner=model,
            path=name,
            days=("since", "ended"),
            rows=lambda: Claim.objects.filter(request__voided_on=None),
            ends=_CLAIMED,
        )
        for name, model in _CLAIMERS
    )
