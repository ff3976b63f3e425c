"""The gaps of a desk: up to four numbers, each opening the list of exactly that many rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.core.lists.listing import LISTINGS
from jiedui.core.texts import count_text
from jiedui.home.desk import Desk, href
from jiedui.home.remembered import remembered

MOST = 4


@dataclass(frozen=True)
class Gap:
    """`clause` says the number inside a sentence."""

    name: str
    count: int
    unit: str
    url: str
    clause: str
    note: str = ""

    @property
    def text(self) -> str:
        return count_text(self.count)

    @property
    def tone(self) -> str:
        return "red" if self.count else "green"


Alone = Sequence[Mapping[str, Any]]  # households without a helper, places nobody keeps
Source = Callable[[Desk, Alone], Iterator[Gap]]


def gap_cards(desk: Desk, alone: Alone) -> list[Gap]:
    """The gaps that concern the role of this desk, the most pressing first."""
    found = (gap for source in OF_ROLE.get(desk.role, ()) for gap in source(desk, alone))
    return [gap for gap, _number in zip(found, range(MOST), strict=False)]


def _listed(desk: Desk, key: str, *, page: str = "", **params: Any) -> tuple[int, str] | None:
    """How many rows a list has for this user, narrowed so, and its address; None: not open."""
    listing = LISTINGS[key]
    if not listing.is_open_to(desk.user):
        return None
    query = urlencode(params)
    return listing(desk.user, params=QueryDict(query)).total, f"{href(page or listing.url)}?{query}"


def _remembered(desk: Desk, key: str, **params: Any) -> tuple[int, str] | None:
    """The same of a list whose count takes long."""
    return remembered(desk, f"{key} {params}", lambda: _listed(desk, key, **params))


def _without_helper(_desk: Desk, alone: Alone) -> Iterator[Gap]:
    for one in alone:
        if one["is_home"]:
            clause = ngettext(
                "%(n)s household without a helper", "%(n)s households without a helper",
                one["count"],
            ) % {"n": count_text(one["count"])}  # fmt: skip
            days = max((line["days"] for line in one["lines"]), default=0)
            note = _("the longest for %(n)d days") % {"n": days} if days else ""
            yield Gap(_("Without a helper"), one["count"], _("households"), one["href"], clause,
                      note)  # fmt: skip


def _kept_by_nobody(_desk: Desk, alone: Alone) -> Iterator[Gap]:
    for one in alone:
        if not one["is_home"]:
            clause = ngettext(
                "%(n)s place kept by nobody", "%(n)s places kept by nobody", one["count"]
            ) % {"n": count_text(one["count"])}
            yield Gap(_("Kept by nobody"), one["count"], _("places"), one["href"], clause)


def _overdue_households(desk: Desk, alone: Alone) -> Iterator[Gap]:
    """Where pairs are not about households, those that are overdue instead."""
    if not desk.calls_on_households:
        yield from _overdue_pairs(desk, alone)
    elif found := _remembered(desk, "households", overdue=1):
        count, url = found
        clause = ngettext(
            "%(n)s household overdue for a visit", "%(n)s households overdue for a visit", count
        ) % {"n": count_text(count)}
        yield Gap(_("Visit overdue"), count, _("households"), url, clause)


def _overdue_pairs(desk: Desk, _alone: Alone) -> Iterator[Gap]:
    if not desk.has_rhythms:
        return
    if found := _remembered(desk, "pairs", overdue=1):
        count, url = found
        clause = ngettext("%(n)s visit overdue", "%(n)s visits overdue", count)
        yield Gap(_("Visit overdue"), count, _("pairs"), url, clause % {"n": count_text(count)})


def _left_open(desk: Desk, _alone: Alone) -> Iterator[Gap]:
    if found := _remembered(desk, "pairs", state="left"):
        count, url = found
        clause = ngettext(
            "%(n)s pair whose helper has left", "%(n)s pairs whose helpers have left", count
        ) % {"n": count_text(count)}
        yield Gap(_("Helper has left"), count, _("pairs"), url, clause)


def _issues_overdue(desk: Desk, _alone: Alone) -> Iterator[Gap]:
    if found := _listed(desk, "issues", late=1):
        count, url = found
        clause = ngettext("%(n)s issue overdue", "%(n)s issues overdue", count)
        yield Gap(_("Issues overdue"), count, _("issues"), url, clause % {"n": count_text(count)})


def _issues_to_check(desk: Desk, _alone: Alone) -> Iterator[Gap]:
    if found := _listed(desk, "issues", state="to_check"):
        count, url = found
        clause = ngettext("%(n)s issue to be checked", "%(n)s issues to be checked", count)
        yield Gap(_("Issues to check"), count, _("issues"), url, clause % {"n": count_text(count)})


def _measures_overdue(desk: Desk, _alone: Alone) -> Iterator[Gap]:
    if found := _listed(desk, "measures", late=1):
        count, url = found
        clause = ngettext("%(n)s measure overdue", "%(n)s measures overdue", count)
        yield Gap(
            _("Measures overdue"), count, _("measures"), url, clause % {"n": count_text(count)}
        )


def _to_approve(desk: Desk, _alone: Alone) -> Iterator[Gap]:
    if found := _listed(desk, "proposals", page="proposals:list", state="ready"):
        count, url = found
        clause = ngettext(
            "%(n)s proposal waits for a decision", "%(n)s proposals wait for a decision", count
        ) % {"n": count_text(count)}
        yield Gap(_("To be decided"), count, _("proposals"), url, clause)


def _unconfirmed(desk: Desk, _alone: Alone) -> Iterator[Gap]:
    if found := _listed(desk, "gifts", confirmed=0, voided=0):
        count, url = found
        clause = ngettext("%(n)s gift not confirmed", "%(n)s gifts not confirmed", count)
        yield Gap(
            _("Not confirmed as received"), count, _("gifts"), url,
            clause % {"n": count_text(count)},
        )  # fmt: skip


# What each role asks of its desk: where the gaps are, and which of them it can close.
OF_ROLE: Mapping[str, tuple[Source, ...]] = {
    "office": (_without_helper, _overdue_households, _issues_overdue, _kept_by_nobody),
    "leader": (_to_approve, _without_helper, _overdue_households, _issues_overdue),
    "liaison": (_overdue_pairs, _left_open, _without_helper, _issues_overdue),
    "village_officer": (_without_helper, _overdue_households, _kept_by_nobody, _unconfirmed),
    "supervisor": (_issues_overdue, _issues_to_check, _measures_overdue, _overdue_households),
    "auditor": (_without_helper, _overdue_households, _issues_overdue, _measures_overdue),
    "helper": (_overdue_pairs,),
}
