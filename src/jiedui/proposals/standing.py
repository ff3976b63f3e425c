"""How things stand while a plan is approved: which rows can become pairs now, and why not."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.orgs.models import Member
from jiedui.pairing import loads
from jiedui.pairing.models import Avoidance, Pair
from jiedui.pairing.problem import Options
from jiedui.pairing.units import Units
from jiedui.proposals.models import Proposal, ProposedPair


def _outside(proposal: Proposal, pairing: Pairing) -> set[int]:
    """Rows whose helper's unit does not answer for the village, where only such may help there."""
    if pairing.inside_unit != "only":
        return set()
    rows = proposal.rows.filter(member__isnull=False)
    found = list(rows.values_list("pk", "household__place", "member__organisation__path"))
    units = Units.of(proposal.campaign, paths={path for _pk, _place, path in found})
    return {pk for pk, place, path in found if not units.is_tied(path, place)}


class Running(NamedTuple):
    """The first helper of a household today."""

    pk: int
    member: int | None
    name: str | None


class Standing:
    """How things stand while pairs are opened: who is paired, who is full, who avoids whom."""

    def __init__(self, proposal: Proposal) -> None:
        campaign = proposal.campaign
        self.playbook = campaign.playbook
        self.pairing = self.playbook.pairing(proposal.kind)
        self.is_replan = proposal.rules.get("scope") == "all"
        self.role = Options.of(proposal.rules).role
        self.limits = loads.Limits(campaign, self.pairing, role=self.role)
        self.load = loads.busy(campaign, proposal.kind, role=self.role)
        running = Pair.objects.open().filter(
            campaign=campaign, kind=proposal.kind, household__isnull=False
        )
        self.beside = set(running.order_by().values_list("household", "member"))
        serving = running.filter(overlap_until=None, member__ended=None).order_by("-role", "-pk")
        found = list(serving.values_list("household", "pk", "member", "member__name", "role"))
        self.running = {household: Running(*rest[:3]) for household, *rest in found}
        self.seconds = {one[0]: Running(*one[1:4]) for one in found if one[4] == "second"}
        avoided = Avoidance.objects.filter(state=Avoidance.State.ACCEPTED)
        self.avoided = set(avoided.values_list("member", "household"))
        self.outside = _outside(proposal, self.pairing)

    def objection(self, row: ProposedPair, *, reason: str) -> str:
        """Why a row cannot become a pair now; "" when it can."""
        member, old = row.member, self.replaced(row)
        assert member is not None
        if row.household.ended:
            return _("no longer on the register")
        if self.role == "second" and (why := self._no_second(row)):
            return why
        if old and not self.is_replan:
            return _("paired with %(member)s meanwhile") % {"member": old.name}
        if old and not reason:
            return _("changes helper, but no reason was given")
        if member.ended:
            return _("%(member)s has left meanwhile") % {"member": member.name}
        if (row.household_id, member.pk) in self.beside:
            return _("These two are paired already.")
        if (member.pk, row.household_id) in self.avoided:
            return _("%(member)s is to avoid this household (回避)") % {"member": member.name}
        if row.pk in self.outside:
            return _("another unit answers for this village")
        full = self.load.get(member.pk, 0) >= self.most(member)
        if full and not row.is_by_hand and not self.is_replan:
            return _("%(member)s has no place left") % {"member": member.name}
        return ""

    def replaced(self, row: ProposedPair) -> Running | None:
        """The helper whose place the row's takes; a second helper takes nobody's."""
        return None if self.role == "second" else self.running.get(row.household_id)

    def _no_second(self, row: ProposedPair) -> str:
        """Why the household of a row can have no second helper now; "" when it can."""
        first, second = (one.get(row.household_id) for one in (self.running, self.seconds))
        if first is None:
            return _("has no first helper any more")
        if second:
            return _("has %(member)s as second helper meanwhile") % {"member": second.name}
        if first.member == row.member_id:
            return _("%(member)s is its first helper") % {"member": first.name}
        return ""

    def most(self, member: Member) -> int:
        return self.limits.of(member).most

    def take(self, row: ProposedPair, *, instead_of: Running | None = None) -> None:
        assert row.member_id is not None
        self.load[row.member_id] = self.load.get(row.member_id, 0) + 1
        if instead_of and instead_of.member:
            self.load[instead_of.member] = self.load.get(instead_of.member, 0) - 1
