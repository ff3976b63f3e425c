"""The rules of a kind of pair and what the engine found missing, in sentences for people."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook import Playbook
from jiedui.campaigns.playbook.pairs import LoadRule, Pairing
from jiedui.core import household_codes, org_codes
from jiedui.core.texts import sentences
from jiedui.orgs.models import Member
from jiedui.proposals.models import Proposal

NAMED = 12  # helpers named below one sentence


def _loads(playbook: Playbook, pairing: Pairing) -> list[str]:
    """Whom the playbook asks for how many at most, the rules first that count first."""
    names = {rank.key: str(rank.name) for rank in playbook.ranks}
    found = [f"{_whom(rule, names)} {rule.most}" for rule in pairing.loads]
    return found + [
        f"{name} {pairing.load[key].most}" for key, name in names.items() if key in pairing.load
    ]


def _whom(rule: LoadRule, ranks: dict[str, str]) -> str:
    sorts = [
        *(str(org_codes.AFFILIATION.name(one)) for one in rule.levels),
        *(str(org_codes.UNIT_KIND.name(one)) for one in rule.unit_kinds),
        *rule.classes,
    ]
    return " ".join(filter(None, ("/".join(sorts), "/".join(ranks[one] for one in rule.ranks))))


def rules(campaign: Campaign, pairing: Pairing) -> list[str]:
    """What a proposal for this kind of pair keeps to, one sentence each."""
    playbook = campaign.playbook
    found = [_("As many households as can be covered are covered; only then does cost count.")]
    if asked := _loads(playbook, pairing):
        found.append(_("Most households by rank: %(loads)s.") % {"loads": "、".join(asked)})
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


def shortages(
    result: dict[str, Any], *, campaign: Campaign, pairing: Pairing, is_second: bool = False
) -> list[Shortage]:
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
        elif sentence := _nobody(one, campaign, pairing) or _sentence(one["kind"], facts):
            found.append(Shortage(sentence, [(alone, "?which=nobody")]))
    return [*found, _minimums(minimums)] if minimums else found


def _nobody(one: dict[str, Any], campaign: Campaign, pairing: Pairing) -> str:
    """Which rule leaves households without anybody they may go to; "" where none is kept."""
    if "rule" not in one:
        return ""
    reason = nobody(one["rule"], one["before"], campaign=campaign, pairing=pairing)
    sentence = ngettext(
        "%(needed)d household may go to nobody.", "%(needed)d households may go to nobody.",
        one["needed"],
    ) % {"needed": one["needed"]}  # fmt: skip
    return sentences(sentence, reason)


def nobody(rule: str, before: int, *, campaign: Campaign, pairing: Pairing) -> str:
    """The rule that empties the choice of helpers, with how many there were before it."""
    playbook = campaign.playbook
    kinds: dict[str, str] = {one.key: str(one.name) for one in playbook.organisation_kinds}
    ranks = {one.key: str(one.name) for one in playbook.ranks}
    facts = {
        "before": before,
        "kinds": "、".join(kinds.get(key, key) for key in pairing.helper_kinds),
        "ranks": "、".join(ranks.get(key, key) for key in pairing.ranks),
        "name": pairing.name,
    }
    return {
        "serving": _("No member of the campaign's organisations is serving: import members first."),
        "helper_kinds": _(
            "The playbook lets only members help who sit in: %(kinds)s (helper_kinds of"
            " “%(name)s”); none of the %(before)d serving members does. Name the kind of"
            " organisation they sit in, or leave helper_kinds out."
        ),
        "ranks": _(
            "The playbook lets only these ranks help: %(ranks)s (ranks of “%(name)s”); none of"
            " %(before)d members has one. Mend the ranks of members, or of the playbook."
        ),
        "reach": _("None of the %(before)d helpers is one whom the person who asked may name."),
        "full": _("All %(before)d helpers carry as many households as the playbook allows."),
        "leader": _("They are among the hardest and for leaders only; no leader has a place left."),
        "group": _(
            "Only a unit that answers for the village may give a helper, and none such has"
            " anybody with a place left."
        ),
        "avoid": _("Everybody who has a place and may take them is to avoid them (回避)."),
    }.get(rule, "") % facts


def bound(one: Any, *, names: dict[int, str], minimum: int) -> str:
    """A rule of the proof that keeps a household from a helper, as a sentence.

    `names` are those of the helper it has ("has") and of the other, under 0 and 1.
    """
    facts = {"name": names[0], "other": names[1], "minimum": minimum}
    return {
        "minimum": ngettext(
            "By the playbook %(name)s should have at least %(minimum)d household, and has no"
            " nearer one that could be spared elsewhere.",
            "By the playbook %(name)s should have at least %(minimum)d households, and has no"
            " nearer one that could be spared elsewhere.",
            minimum,
        ),
        "node_minimum": _("The unit of %(name)s should have so many households at least."),
        "full": _(
            "All places of %(other)s, who would suit it best by itself, are taken by households"
            " that would lose more."
        ),
        "node_full": _("The unit of %(other)s, who would suit it best by itself, is full."),
        "spread": _("%(other)s has households already, and each further one counts more."),
        "keeps": _("It stays with the helper of today: fewest changes come before cost."),
    }[one.rule] % facts


def order_of_goals(proposal: Proposal) -> str:
    """In which order the plan is the best, and what may therefore look better elsewhere."""
    is_kept = proposal.rules.get("goal") == "change"
    goals = [_("most households with a helper")]
    if proposal.result.get("minimums"):
        goals.append(_("fewest places missing of minimums"))
    goals += [_("fewest changed pairs")] if is_kept else []
    goals.append(_("least total"))
    sentence = _("Proven: in this order no other plan is better: %(goals)s.") % {
        "goals": _(", then ").join(goals)
    }
    if is_kept:
        return sentences(
            sentence, _("With more changed pairs the total may be lower, as under “least cost”.")
        )
    return sentence


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
