"""How much a kilometre counts against a fitting need: the weights of a plan, in exact words.

A plan adds up points: one point is ten metres of way, so a hundred are a kilometre. Everything
else is turned into points by the weights, and so into kilometres.
"""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.engines.matching.problem import TOP_SKILL
from jiedui.pairing.problem import CAUSE_WEIGHT, UNIT_SKILL, Options
from jiedui.proposals.explanation import UNITS_PER_KM

URGENT = 3  # the weight of an urgent need
OWN = "own"
PRESETS: dict[str, dict[str, int]] = {
    "balanced": {"weight": 6, "outside": 300, "change": 0, "spread": 0},
    "near": {"weight": 1, "outside": 100, "change": 0, "spread": 0},
    "fitting": {"weight": 30, "outside": 300, "change": 0, "spread": 0},
    "even": {"weight": 6, "outside": 300, "change": 0, "spread": 300},
}
NAMES = tuple(PRESETS["balanced"])
PRESET_NAMES = {
    "balanced": gettext_lazy("balanced"),
    "near": gettext_lazy("near first: the way counts most"),
    "fitting": gettext_lazy("fitting first: who can meet the needs"),
    "even": gettext_lazy("even loads: rather a longer way than many on few"),
    OWN: gettext_lazy("as set below under “Fine tuning”"),
}
WEIGHTS = (0, 1, 3, 6, 12, 30, 60, 120)
OUTSIDE_KM = (0, 1, 3, 5, 10, 20)
SPREAD_KM = (0, 1, 2, 3, 5, 10)
CHANGE_KM = (0, 1, 2, 5, 10, 20)


def km(points: int) -> str:
    """Points as kilometres, exactly: 162 are 1.62."""
    text = f"{Decimal(points) / UNITS_PER_KM:,.2f}"
    return text.rstrip("0").rstrip(".")


def signed_km(points: int) -> str:
    return f"+{km(points)}" if points > 0 else km(points).replace("-", "−")


def worth(weight: int, *, need: int = URGENT, skill: int = TOP_SKILL) -> int:
    """Points by which a helper with this skill is preferred to one without, for such a need."""
    return weight * need * skill


def weight_choices() -> list[tuple[int, str]]:
    return [
        (weight, _("%(km)s km") % {"km": km(worth(weight))} if weight else _("nothing"))
        for weight in WEIGHTS
    ]


def km_choices(kilometres: tuple[int, ...]) -> list[tuple[int, str]]:
    """Points by whole kilometres."""
    return [
        (one * UNITS_PER_KM, _("%(km)s km") % {"km": one} if one else _("nothing"))
        for one in kilometres
    ]


def preset_choices() -> list[tuple[str, Any]]:
    return list(PRESET_NAMES.items())


def in_words(options: Options) -> list[str]:
    """What these weights mean for people, one exact sentence each."""
    found = []
    if options.weight:
        found.append(
            _("Who can meet an urgent need may live up to %(own)s km farther away than somebody"
              " who cannot; if only the unit can, %(unit)s km.")
            % {"own": km(worth(options.weight)),
               "unit": km(worth(options.weight, skill=UNIT_SKILL))}
        )  # fmt: skip
        found.append(
            _("For a need that can wait it is %(can_wait)s km, for what fits the main cause of"
              " hardship %(cause)s km.")
            % {"can_wait": km(worth(options.weight, need=1)),
               "cause": km(worth(options.weight, need=CAUSE_WEIGHT))}
        )  # fmt: skip
    else:
        found.append(_("Skills do not count; only the way does."))
    if options.outside:
        found.append(
            _("A helper whose unit does not answer for the village counts like %(km)s km more.")
            % {"km": km(options.outside)}
        )
    if options.spread:
        found.append(
            _("A helper's second new household counts like %(km)s km more, the third like"
              " %(twice)s km, and so on: so loads are spread. The totals leave this out.")
            % {"km": km(options.spread), "twice": km(2 * options.spread)}
        )  # fmt: skip
    if not options.minimums:
        found.append(_("The playbook's fewest households of a helper are not kept to."))
    if options.scope == "all":
        found.append(_("Two plans are worked out: fewest changed pairs, and least cost."))
        if options.change:
            found.append(
                _("For least cost, a pair changes only where that gains more than %(km)s km.")
                % {"km": km(options.change)}
            )
    return found
