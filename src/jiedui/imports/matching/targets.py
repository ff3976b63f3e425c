"""Whether a household of a list belongs to the target group of a campaign: those it pairs."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from jiedui.campaigns.models import Campaign
from jiedui.imports.matching.drafts import Staged, current
from jiedui.imports.matching.household_parts import HOUSEHOLD
from jiedui.imports.matching.known_places import Villages


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


def mark_targeted(staged: list[Staged], villages: Villages, *, today: date) -> None:
    """Mark for each household of a list whether a running campaign pairs it."""
    targets = Targets(today=today)
    homes = [one for one in staged if one.drafts and one.drafts[0].part == "household"]
    keys = {one.drafts[0].target for one in homes}
    now = current(HOUSEHOLD, {key for key in keys if key}, ["kind", "place__path"])
    for one in homes if targets.groups else ():
        home = one.drafts[0]
        known = now.get(home.target or 0, {})
        place = villages.by_pk.get(home.values.get("place_id", 0))
        path = place.path if place else known.get("place__path", "")
        kind = home.values.get("kind") or home.added.get("kind") or known.get("kind", "")
        one.is_targeted = targets.holds(path, kind)
