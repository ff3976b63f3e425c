"""Totals that cannot be reached, found before anything is written: where, what and what instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns.playbook import Playbook, by_key
from jiedui.campaigns.playbook.calendar import Rhythm
from jiedui.campaigns.playbook.mistakes import nearest
from jiedui.campaigns.playbook.positions import Path
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.demo.declaration import BRANDS, Activities, Demonstration, Visits

Wrong = tuple[Path, str, str]  # where, what is wrong, what is expected
# Messages for the rules that sections check in `wrong()`.
RULES: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "total_or_each": (
        gettext_lazy("How many such places there are is open, or said twice."),
        gettext_lazy("Either “total” or “each”."),
    ),
    "more_measures": (
        gettext_lazy("There are more measures than issues to answer."),
        gettext_lazy("At most as many as “found”."),
    ),
}


def out_of_reach(declared: Demonstration, playbook: Playbook) -> Iterator[Wrong]:
    """Everything in a demonstration that no record could add up to."""
    yield from _registers(declared)
    yield from _pairs(declared, playbook)
    if declared.visits:
        yield from _visits(declared, declared.visits, playbook)
    for index, one in enumerate(declared.activities):
        yield from _activities(("activities", index), one, declared, playbook)
    yield from _gifts(declared, playbook)
    yield from _work(declared, playbook)
    yield from _projects(declared, playbook)


def _registers(declared: Demonstration) -> Iterator[Wrong]:
    registers = declared.registers
    if registers.members < registers.branches:
        problem = _("There are fewer members than branches; each branch has one at least.")
        yield ("registers", "members"), problem, _at_least(registers.branches)
    for index, group in enumerate(declared.organisations):
        for field, has_branches in (
            ("ranks", group.branches.largest),
            ("village_ranks", group.village_branch),
        ):
            if has_branches and not getattr(group, field):
                problem = _("Branches have members, but their ranks are open.")
                yield ("organisations", index, field), problem, _("A key of [rank_shares].")


def _pairs(declared: Demonstration, playbook: Playbook) -> Iterator[Wrong]:
    households, seen = declared.registers.households, set[str]()
    for index, pairs in enumerate(declared.pairs):
        if pairs.kind in seen:
            problem = _("“%(key)s” stands here twice.") % {"key": pairs.kind}
            yield ("pairs", index, "kind"), problem, _("One entry for each kind of pair.")
        seen.add(pairs.kind)
        if playbook.pairing(pairs.kind).helped != "household":
            continue
        most = pairs.without + pairs.handing_over
        for field, number in (("total", pairs.total), ("without", most)):
            if number > households:
                problem = _(
                    "%(number)s pairs need as many households; the register has %(households)s."
                )
                known = {"number": number, "households": households}
                yield ("pairs", index, field), problem % known, _at_most(households)


def _visits(declared: Demonstration, visits: Visits, playbook: Playbook) -> Iterator[Wrong]:
    here: Path = ("visits",)
    if visits.pairing not in {one.kind for one in declared.pairs}:
        yield (*here, "pairing"), *_no_pairs(visits.pairing)
    if visits.people_each < 1:
        problem = _("Nobody goes on an average visit.")
        yield (*here, "people_each"), problem, _at_least(1)
        return
    windows = sum(
        _times(playbook, rhythm)
        for rhythm in playbook.rhythms
        if rhythm.pairing == visits.pairing and rhythm.key in visits.rhythms
    )
    pairs = declared.registers.households
    most = round(pairs * windows * visits.people_each)
    if visits.person_times > most:
        problem = _("%(wanted)s person-times cannot be reached: %(pairs)s pairs in %(windows)s"
                    " windows, %(each)s people on a visit.")  # fmt: skip
        known = {
            "wanted": visits.person_times, "pairs": pairs, "windows": windows,
            "each": visits.people_each,
        }  # fmt: skip
        yield (*here, "person_times"), problem % known, _at_most(most)


def _times(playbook: Playbook, rhythm: Rhythm) -> int:
    """How often a rhythm asks for a visit in the whole campaign."""
    about = playbook.campaign
    if rhythm.window is None:
        return (about.ends - about.starts).days // (30 * (rhythm.every_months or 1)) + 1
    return len(windows_between(playbook, rhythm.window, since=about.starts, until=about.ends))


def _activities(
    here: Path, one: Activities, declared: Demonstration, playbook: Playbook
) -> Iterator[Wrong]:
    rhythm = next((r for r in playbook.rhythms if r.activity == one.kind), None)
    task = next((t for t in playbook.tasks if t.activity == one.kind), None)
    if not (one.count or one.by or task or rhythm):
        problem = _("Nobody could tell how many there are.")
        yield here, problem, _("“count”, or “by” for one of each organisation.")
    elif not (one.count or one.by) and rhythm and rhythm.pairing not in _kinds(declared):
        yield here, *_no_pairs(rhythm.pairing)
    if one.at_households and not _household_pairs(declared, playbook):
        problem = _("There are no pairs with households to go to.")
        yield (*here, "at_households"), problem, _("An entry in [[pairs]], or leave this out.")
    known = {*_keys(playbook), *(group.key for group in declared.organisations), BRANDS}
    for index, host in enumerate(one.by):
        if host not in known:
            problem = _("“%(word)s” is no kind of organisation or team.") % {"word": host}
            expected = _("One of: %(words)s.") % {"words": ", ".join(sorted(known))}
            yield (*here, "by", index), problem, expected
    yield from _sums(here, one)


def _sums(here: Path, one: Activities) -> Iterator[Wrong]:
    """Totals of people, and of the places named apart."""
    members = one.members.total
    if one.count and members is not None and members < one.count:
        problem = _("There are fewer people than activities; nobody would hold some of them.")
        yield (*here, "members"), problem, _at_least(one.count)
    if sum(local.count for local in one.places) > one.count:
        problem = _("More activities are in single places than there are in all.")
        yield (*here, "places"), problem, _at_most(one.count)
    if sum(local.members for local in one.places) > (members or 0):
        problem = _("More people are in single places than there are in all.")
        yield (*here, "places"), problem, _at_most(members or 0)


def _gifts(declared: Demonstration, playbook: Playbook) -> Iterator[Wrong]:
    values = {good.key: good.value_fen for good in playbook.goods}
    donations = declared.funds.donations if declared.funds else ()
    for index, donation in enumerate(donations):
        for key in donation.goods:
            if not values.get(key):
                yield ("funds", "donations", index, "goods", key), *_no_value()
    for index, given in enumerate(declared.goods_given):
        for key in given.goods:
            if not values.get(key):
                yield ("goods_given", index, "goods", key), *_no_value()
    gifts = declared.visit_gifts
    if gifts is None:
        return
    if declared.visits is None:
        problem = _("Gifts are brought along on visits, and there are none.")
        yield ("visit_gifts",), problem, _("[visits], or [[goods_given]] without visits.")
    if gifts.festival and gifts.festival.yuan > gifts.yuan:
        problem = _("More is given at the festival than in all.")
        yield ("visit_gifts", "festival", "yuan"), problem, _at_most(gifts.yuan)


def _work(declared: Demonstration, playbook: Playbook) -> Iterator[Wrong]:
    if declared.issues and not playbook.issue_kinds:
        problem = _("The playbook knows no kind of issue.")
        yield ("issues",), problem, _("[[issue_kinds]] in the playbook, or no [issues] here.")
    if declared.plans and playbook.plan is None:
        problem = _("The playbook asks for no plans.")
        yield ("plans",), problem, _("[plan] in the playbook, or no [plans] here.")
    if declared.plans and declared.plans.brands and not declared.plans.brand_names:
        problem = _("Brands have no names.")
        yield ("plans", "brand_names"), problem, _("A list of texts.")


def _projects(declared: Demonstration, playbook: Playbook) -> Iterator[Wrong]:
    """States and questions that the kind of project does not have, and money without a source."""
    kinds = by_key(playbook.projects)
    for index, one in enumerate(declared.projects):
        kind, here = kinds[one.kind], ("projects", index)
        asked = [question.key for question in kind.questions]
        known = {"states": [state.key for state in kind.states], "before": asked, "after": asked}
        for field, keys in known.items():
            for key in getattr(one, field):
                if key not in keys:
                    problem = _("“%(kind)s” has no “%(key)s”.") % {"kind": kind.key, "key": key}
                    yield (*here, field, key), problem, nearest(key, keys)
        if one.yuan.largest and not kind.sources:
            problem = _("Nobody could tell where the money comes from.")
            yield (*here, "yuan"), problem, _("“sources” in the playbook, or no “yuan” here.")


def _kinds(declared: Demonstration) -> set[str]:
    return {one.kind for one in declared.pairs}


def _household_pairs(declared: Demonstration, playbook: Playbook) -> list[str]:
    kinds = _kinds(declared)
    return [one.key for one in playbook.pairings if one.key in kinds and one.helped == "household"]


def _keys(playbook: Playbook) -> Iterator[str]:
    yield from (one.key for one in playbook.organisation_kinds)
    yield from (one.key for one in playbook.team_kinds)


def _no_pairs(kind: str) -> tuple[str, str]:
    return (
        _("There are no pairs of the kind “%(kind)s”.") % {"kind": kind},
        _("An entry in [[pairs]] of this kind."),
    )


def _no_value() -> tuple[str, str]:
    return (
        _("The playbook gives these goods no value."),
        _("Goods with “value_yuan” in the playbook."),
    )


def _at_least(number: int) -> str:
    return _("A number from %(low)s on.") % {"low": number}


def _at_most(number: int) -> str:
    return _("At most %(high)s.") % {"high": number}
