"""Who carries a pair (member, team, organisation), and whether they may."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text
from jiedui.households.models import Household
from jiedui.orgs.models import Member, Organisation, Team
from jiedui.pairing.units import Units

Helper = Member | Team | Organisation


def carrier(helper: Helper) -> dict[str, Any]:
    """The columns of a pair that say who carries it."""
    if isinstance(helper, Organisation):
        return {"member": None, "team": None, "organisation": helper}
    if isinstance(helper, Team):
        return {"member": None, "team": helper, "organisation": helper.organisation}
    return {"member": helper, "team": None, "organisation": helper.organisation}


def check_helper(helper: Helper, *, on: date) -> None:
    """Raises `Refused` when a helper was not there yet on this day, or is no more."""
    if helper.ended:
        raise Refused(
            _("%(member)s left on %(day)s and can take nobody on.")
            % {"member": helper.name, "day": day_text(helper.ended)}
        )
    if helper.since and on < helper.since:
        raise Refused(
            _("%(member)s is there since %(day)s and can take nobody on before.")
            % {"member": helper.name, "day": day_text(helper.since)}
        )


def check_village(members: Sequence[Member], household: Household, *, units: Units) -> None:
    """Raises `Refused` when a member's unit does not answer for the village (`inside_unit`)."""
    if all(units.is_tied(member.organisation.path, household.place_id) for member in members):
        return
    if household.place_id not in units.ties:
        raise Refused(_("No unit answers for %(village)s yet; name one first.")
                      % {"village": household.place.name})  # fmt: skip
    raise Refused(_("Only helpers of the unit that answers for %(village)s may be named.")
                  % {"village": household.place.name})  # fmt: skip
