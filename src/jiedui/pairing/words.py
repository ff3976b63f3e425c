"""The rules of a kind of pair and what the engine found missing, in sentences for people."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core import household_codes
from jiedui.core.texts import sentences
from jiedui.orgs.models import Member
from jiedui.pairing.models import Pair

NAMED = 12  # helpers named below one sentence


def rules(campaign: Campaign, pairing: Pairing) -> list[str]:
    """What a proposal for this kind of pair keeps to, one sentence each."""
    book = campaign.playbook
    found = [_("As many households as can be covered are covered; only then does cost count.")]
    if pairing.load:
        loads = "、".join(
            f"{rank.name} {pairing.load[rank.key].most}"
            for rank in book.ranks
            if rank.key in pairing.load
        )
        found.append(_("Most households by rank: %(loads)s.") % {"loads": loads})
    else:
        found.append(
            ngettext(
                "Each helper has at most %(most)d household.",
                "Each helper has at most %(most)d households.",
                pairing.usual_load.most,
            )
            % {"most": pairing.usual_load.most}
        )
    if pairing.helpers_each.most > 1:
        found.append(_second(pairing))
    if pairing.hardest:
        share = f"{float(pairing.hardest.share):.0%}"
        found.append(
            _("The hardest %(share)s of the households are for leaders.") % {"share": share}
        )
    if pairing.helped_kinds:
        names = "、".join(str(household_codes.HOUSEHOLD_KIND.name(k)) for k in pairing.helped_kinds)
        found.append(_("It is for: %(kinds)s.") % {"kinds": names})
    found.append(_("Whoever is to avoid a household (回避, accepted) is never paired with it."))
    if pairing.inside_unit == "only":
        found.append(_("Only a unit that answers for the village gives its helpers."))
    elif pairing.inside_unit:
        found.append(_("A unit that answers for the village comes first."))
    if pairing.same_place:
        found.append(_("Who has households already gets more in the same place, if possible."))
    found.append(
        _("The way is measured between places; a village without surveyed coordinates lies at a"
          " made-up point of its county.")
    )  # fmt: skip
    if pairing.fit:
        found.append(
            _("Open needs and the main cause are compared with skills of helper and unit.")
        )
    return found


def _second(pairing: Pairing) -> str:
    """What holds for second helpers."""
    if pairing.second_load is None:
        return _("A household one helps as second helper counts among one's own.")
    return ngettext(
        "Besides their own, a helper is second helper for at most %(most)d household.",
        "Besides their own, a helper is second helper for at most %(most)d households.",
        pairing.second_load.most,
    ) % {"most": pairing.second_load.most}


@dataclass(frozen=True)
class Shortage:
    """Why something could not be had; `links` lead to whom it concerns."""

    sentence: str
    links: list[tuple[str, str]] = field(default_factory=list)


def shortages(result: dict[str, Any], *, is_second: bool = False) -> list[Shortage]:
    """Why not everything could be had; `is_second`: of a plan of second helpers."""
    alone = (
        _("households without a second helper") if is_second else _("households without a helper")
    )
    found = []
    minimums = []
    for one in result.get("shortages", []):
        facts = {
            "needed": one["needed"],
            "available": one["available"],
            "missing": one["needed"] - one["available"],
        }
        if one["kind"] == "helper_minimum":
            minimums.append(one)
        elif sentence := _sentence(one["kind"], facts):
            found.append(Shortage(sentence, [(alone, "?which=nobody")]))
    return [*found, _minimums(minimums)] if minimums else found


def _minimums(short: list[dict[str, Any]]) -> Shortage:
    """Helpers who get fewer than the playbook wishes; the first of them by name."""
    members = Member.objects.in_bulk([one["member"] for one in short[:NAMED]])
    names = [
        (f"{member.name} {one['available']}/{one['needed']}", member.get_absolute_url())
        for one in short[:NAMED]
        if (member := members.get(one["member"]))
    ]
    sentence = ngettext(
        "%(count)d helper gets fewer households than the playbook wishes.",
        "%(count)d helpers get fewer households than the playbook wishes.",
        len(short),
    )
    return Shortage(sentence % {"count": len(short)}, names)


def forbidden(rule: str) -> str:
    """The rule of the engine that forbids a pair, as a sentence; "" when none does."""
    return {
        "": "",
        "leader": _("This is one of the hardest households, and those are for leaders only."),
        "group": _("Another unit answers for this village, and only it may give a helper."),
        "avoid": _("The two are to avoid each other (回避, accepted)."),
        "helps": _("This helper helps the household already; name somebody else."),
        "no_place": _("This helper had no free place when the plan was worked out."),
        "matrix": _("This pair is not permitted."),
        "unknown": _("This helper could not be chosen when the plan was worked out."),
    }[rule]


def _sentence(kind: str, facts: dict[str, int]) -> str:
    """One shortage in words; "" for a kind this version does not know."""
    known = {
        "no_permitted_helper": ngettext(
            "%(needed)d household may go to nobody: all avoid it or have no place left.",
            "%(needed)d households may go to nobody: all avoid them or have no place left.",
            facts["needed"],
        ),
        "leader_places": _(
            "%(needed)d of the hardest households need a leader, but leaders have only"
            " %(available)d places for them: %(missing)d too few."
        ),
        "places": _(
            "%(needed)d households depend on helpers who have only %(available)d places for"
            " them: %(missing)d too few."
        ),
        "node_minimum": _("A unit should have %(needed)d households but gets %(available)d."),
    }
    return known.get(kind, "") % facts


def overlap(pair: Pair) -> str:
    """What the overlap of a handover means, in a sentence."""
    handover = pair.campaign.playbook.pairing(pair.kind).handover
    if not handover.overlap_days:
        return _("The successor answers from the day of the handover on; there is no overlap.")
    sentence = ngettext(
        "The helper of today stays answerable for %(days)d more day, so nobody is left alone.",
        "The helper of today stays answerable for %(days)d more days, so nobody is left alone.",
        handover.overlap_days,
    ) % {"days": handover.overlap_days}
    if handover.joint_visit:
        return sentences(sentence, _("In this time both call on the household together."))
    return sentence
