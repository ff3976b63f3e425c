"""Whether a household of a list belongs to the target group of a campaign: those it pairs."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from jiedui.campaigns.models import Campaign


class Targets:
    """The target groups of all campaigns that run: an area, and the kinds that are paired in it."""

    def __init__(self, *, today: date) -> None:
        self.groups: list[tuple[str, tuple[str, ...]]] = []
        rows = Campaign.objects.filter(Q(ends=None) | Q(ends__gte=today)).select_related("place")
        for campaign in rows:
            pairing = campaign.playbook.main_pairing
            if pairing and pairing.helped == "household":
                self.groups.append((campaign.place.path, pairing.helped_kinds))

    def holds(self, path: str, kind: str) -> bool | None:
        """Whether a household of this kind at this place is one of them.

        None where no campaign pairs households at all.
        """
        here = [kinds for place, kinds in self.groups if path.startswith(place)]
        if not here:
            return None
        return any(not kinds or kind in kinds for kinds in here)
