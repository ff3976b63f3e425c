"""What a playbook says, in sentences for people who never open the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jiedui.campaigns.playbook import Playbook, by_key
from jiedui.campaigns.playbook.pairs import Load, Pairing
from jiedui.campaigns.playbook.people import Phase
from jiedui.core import household_codes
from jiedui.core.lists import Badge

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SIDES = {
    "member": gettext_lazy("a member"),
    "organisation": gettext_lazy("an organisation"),
    "team": gettext_lazy("a team"),
    "household": gettext_lazy("a household"),
    "place": gettext_lazy("a place"),
    "village_officer": gettext_lazy("a village officer"),
}
AVOIDED = {
    "kin": gettext_lazy("kin"),
    "creditor": gettext_lazy("creditors"),
    "dispute": gettext_lazy("people in a dispute"),
}
# Each with why it is off: the 2023 and 2024 rules against formalism at the fingertips.
RED_LINES = {
    "sign_in": (
        gettext_lazy("Signing in by telephone on the spot"),
        gettext_lazy("A visit is believed through what it found, not through a stamp."),
    ),
    "location_tracks": (
        gettext_lazy("Location tracks"),
        gettext_lazy("Nobody who helps is followed."),
    ),
    "compulsory_photos": (
        gettext_lazy("Compulsory photographs"),
        gettext_lazy("A household is not made to pose; a record without a picture is complete."),
    ),
    "points": (
        gettext_lazy("Points for persons"),
        gettext_lazy("Points make people collect points."),
    ),
    "rankings_of_persons": (
        gettext_lazy("Rankings of persons"),
        gettext_lazy("Units answer for their work; persons are not ranked."),
    ),
    "online_time": (
        gettext_lazy("Time spent online"),
        gettext_lazy("The time belongs to the households."),
    ),
    "usage_rates": (
        gettext_lazy("Rates of downloading and using the software"),
        gettext_lazy("The software serves; nobody has to use it for its own sake."),
    ),
    "compulsory_sharing": (
        gettext_lazy("Compulsory sharing and praising"),
        gettext_lazy("What is good is passed on freely."),
    ),
}


@dataclass(frozen=True)
class RedLine:
    name: "StrOrPromise"
    reason: "StrOrPromise"
    state: Badge


def red_lines(playbook: Playbook) -> list[RedLine]:
    """Every red line; those somebody switched on carry the reason written in the playbook."""
    return [
        RedLine(name, switch.reason, Badge(_("switched on"), "red", "alert-triangle"))
        if (switch := getattr(playbook.red_lines, key)).on
        else RedLine(name, reason, Badge(_("off"), "green", "ban"))
        for key, (name, reason) in RED_LINES.items()
    ]


@dataclass(frozen=True)
class Stage:
    """A phase with where today lies; `left` and `width` are per mille of the whole line."""

    phase: Phase
    state: Badge
    is_now: bool
    left: int
    width: int


@dataclass(frozen=True)
class Line:
    stages: list[Stage]
    today: int | None  # per mille; None outside the campaign


def line_of(playbook: Playbook, *, starts: date, ends: date, today: date) -> Line:
    """The campaign's phases as a line, with today marked."""
    days = max(1, (ends - starts).days + 1)

    def at(day: date) -> int:
        return max(0, min(1000, 1000 * (day - starts).days // days))

    stages = [
        Stage(
            phase,
            _when(phase, today),
            phase.starts <= today <= phase.ends,
            at(phase.starts),
            max(4, at(phase.ends) - at(phase.starts) - 3),
        )
        for phase in playbook.phases
    ]
    return Line(stages, at(today) if starts <= today <= ends else None)


def _when(phase: Phase, today: date) -> Badge:
    if today > phase.ends:
        return Badge(_("over"), "grey", "check")
    if today < phase.starts:
        return Badge(_("to come"), "grey", "hourglass")
    return Badge(_("now"), "blue", "player-play")


def pairing_rules(playbook: Playbook, pairing: Pairing) -> list[str]:
    """The rules of one kind of pair, one sentence each."""
    return [sentence for part in _RULES for sentence in part(playbook, pairing)]


def _who(playbook: Playbook, pairing: Pairing) -> Iterator[str]:
    yield _("%(helper)s answers for %(helped)s.") % {
        "helper": SIDES[pairing.helper],
        "helped": SIDES[pairing.helped],
    }
    kinds: dict[str, Any] = {one.key: one.name for one in playbook.organisation_kinds}
    kinds |= {one.key: one.name for one in playbook.team_kinds}
    if pairing.helper_kinds:
        yield _("Helpers come from: %(kinds)s.") % {
            "kinds": _listed(kinds.get(key, key) for key in pairing.helper_kinds)
        }
    if pairing.helped_kinds:
        names = (household_codes.HOUSEHOLD_KIND.name(key) for key in pairing.helped_kinds)
        yield _("It is for: %(kinds)s.") % {"kinds": _listed(names)}


def _loads(playbook: Playbook, pairing: Pairing) -> Iterator[str]:
    ranks = by_key(playbook.ranks)
    if pairing.load:
        loads = _listed(f"{ranks[key].name} {_span(load)}" for key, load in pairing.load.items())
        yield _("So many by rank of the helper: %(loads)s.") % {"loads": loads}
    else:
        yield _("Each helper has %(load)s.") % {"load": _span(pairing.usual_load)}
    each = pairing.helpers_each
    yield _("Each partner has %(load)s helpers.") % {"load": _span(each)}
    if pairing.second_helper:
        yield _("The second helper: %(duty)s") % {"duty": pairing.second_helper}
    if pairing.second_load:
        yield _("As second helper one has %(load)s, besides one's own.") % {
            "load": _span(pairing.second_load)
        }
    if pairing.everyone:
        yield _("Everybody who is meant must have one; who has none is listed as uncovered.")
    if pairing.hardest:
        yield _("The hardest %(share)s go to leaders.") % {
            "share": f"{float(pairing.hardest.share):.0%}"
        }


def _span(load: Load) -> str:
    if load.fewest == load.most:
        return str(load.most)
    return (
        f"{load.fewest}–{load.most}" if load.fewest else _("up to %(most)s") % {"most": load.most}
    )


def _lasting(playbook: Playbook, pairing: Pairing) -> Iterator[str]:
    handover = pairing.handover
    yield ngettext(
        "At a handover the old helper stays answerable for %(days)d more day.",
        "At a handover the old helper stays answerable for %(days)d more days.",
        handover.overlap_days,
    ) % {"days": handover.overlap_days}
    if handover.until == "first_visit":
        yield _("The successor's first visit ends this time earlier.")
    if handover.joint_visit:
        yield _("Both call on the partner together.")
    yield _("Without a helper: a warning after %(warn)s days, an alarm after %(red)s.") % {
        "warn": pairing.gap_warn_days,
        "red": pairing.gap_red_days,
    }
    if pairing.stable_years:
        yield ngettext(
            "A pair should last at least %(years)d year.",
            "A pair should last at least %(years)d years.",
            pairing.stable_years,
        ) % {"years": pairing.stable_years}
    if pairing.avoid:
        yield _("Never paired: %(who)s (avoidance).") % {
            "who": _listed(AVOIDED[key] for key in pairing.avoid)
        }
    if pairing.reasons:
        reasons = by_key(playbook.change_reasons)
        yield _("It may end because of: %(reasons)s.") % {
            "reasons": _listed(reasons[key].name for key in pairing.reasons)
        }


_RULES = (_who, _loads, _lasting)


def _listed(words: Iterable[Any]) -> str:
    return _(", ").join(str(word) for word in words)
