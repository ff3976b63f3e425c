"""The list of the pairs of one hand-over: who is to take each, why, and the load afterwards."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core.lists import Badge, Choice, Column, Empty, Listing, Search, Tree
from jiedui.core.lists.table import Line
from jiedui.core.texts import day_text
from jiedui.core.users import User
from jiedui.handover.models import HandOver, HandOverLine
from jiedui.orgs.models import Organisation
from jiedui.pairing import loads, villages
from jiedui.pairing.models import Pair
from jiedui.pairing.nearness import FAR_M
from jiedui.pairing.reasons import change_reason
from jiedui.pairing.suggestions import Reasons
from jiedui.places.models import Place

DRAFT, DONE = HandOver.State.DRAFT, HandOver.State.DONE
STATES = {
    DRAFT: Badge(gettext_lazy("being prepared"), "amber", "clock"),
    DONE: Badge(gettext_lazy("handed over"), "green", "circle-check"),
    HandOver.State.DISCARDED: Badge(gettext_lazy("discarded"), "grey", "circle-x"),
}
PAIR = (
    "campaign", "household__place__parent", "place__parent", "member__organisation", "organisation",
    "partner_member", "partner_organisation", "team",
)  # fmt: skip
ROLES: tuple[loads.Role, loads.Role] = ("first", "second")
OPEN = Q(first=None, organisation=None)


def _which(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(
        {
            "nobody": OPEN,
            "by_hand": Q(is_by_hand=True),
            "far": Q(distance_m__gt=FAR_M),
            "other": Q(first__isnull=False)
            & ~Q(first__organisation=F("pair__member__organisation")),
        }[value]
    )


def _village(row: HandOverLine) -> str:
    """Where the household lives, or above which place that is."""
    if row.pair.household:
        return row.pair.household.place.name
    above: Any = row.pair.place.parent if row.pair.place else None
    return above.name if above else ""


class Rows(Listing[HandOverLine]):
    """The pairs of one hand-over."""

    key = "passed_on"
    title = gettext_lazy("Pairs that pass on")
    icon = "arrows-exchange"
    model = HandOverLine
    permission = "registers.read"
    order = ("pair__household__place__path", "pair__household__number")
    template = "handover/show.html"
    card = ("village", "successor", "act")
    columns = (
        Column(
            "partner",
            gettext_lazy("For"),
            value=lambda r: r.pair.household.head if r.pair.household else str(r.pair.partner),
            sort="pair__household__pinyin",
            link=lambda row: row.pair.get_absolute_url(),
        ),
        Column(
            "number",
            gettext_lazy("Household number"),
            value="pair.household.number",
            sort="pair__household__number",
            shown=False,
        ),
        Column(
            "village",
            gettext_lazy("Village"),
            value=_village,
            sort="pair__household__place__path",
        ),
        Column(
            "before",
            gettext_lazy("Helper before"),
            value=lambda row: str(row.pair.helper),
            sort="pair__member__pinyin",
        ),
        Column(
            "successor",
            gettext_lazy("New helper"),
            value=lambda row: "、".join(one.name for one in row.takers),
            sort="first__pinyin",
            template="handover/_successor.html",
        ),
        Column(
            "load",
            gettext_lazy("Load after"),
            value=lambda row: row.load,
            template="handover/_load.html",
        ),
        Column(
            "distance",
            gettext_lazy("Way"),
            kind="count",
            unit=gettext_lazy("km"),
            value=lambda row: None if row.distance_m is None else round(row.distance_m / 1000, 1),
            sort="distance_m",
        ),
        Column("why", gettext_lazy("Why"), value=lambda row: "；".join(row.why)),
        Column("act", gettext_lazy("Change"), value="", template="handover/_choose.html"),
    )
    filters = (
        Search(
            "pair__household__head",
            "pair__household__pinyin",
            "pair__household__number",
            "pair__member__name",
            "first__name",
        ),
        Choice(
            "which",
            gettext_lazy("Which rows"),
            (
                ("nobody", gettext_lazy("without a successor")),
                ("other", gettext_lazy("successor of another branch")),
                ("far", gettext_lazy("farther than 10 km")),
                ("by_hand", gettext_lazy("changed by hand")),
            ),
            by=_which,
        ),
        Tree("place", gettext_lazy("Place"), Place, path="pair__household__place__path"),
        Tree(
            "organisation",
            gettext_lazy("Organisation"),
            Organisation,
            path="pair__member__organisation__path",
        ),
    )
    empty = Empty(
        "circle-check",
        gettext_lazy("No pairs to hand over"),
        gettext_lazy("Confirm, and it is done."),
    )

    @property
    def hand_over(self) -> HandOver:
        found: HandOver = self.kwargs["hand_over"]
        return found

    @property
    def headline(self) -> str:
        day, state = day_text(self.hand_over.on), STATES[HandOver.State(self.hand_over.state)]
        return _("%(name)s hands over") % {"name": self.hand_over} + f" · {day} · {state}"

    def rows(self, user: User) -> QuerySet[HandOverLine]:
        rows = HandOverLine.objects.filter(hand_over=self.hand_over)
        if not self.needed_permission:
            return rows
        return rows.filter(
            pair__in=Pair.objects.visible_to(user, permission=self.needed_permission).order_by()
        )

    def dress(self, rows: QuerySet[HandOverLine]) -> QuerySet[HandOverLine]:
        pair = [f"pair__{name}" for name in PAIR]
        found = rows.select_related(
            *pair, "first__organisation", "second__organisation", "organisation"
        )
        return found.prefetch_related("pair__household__needs")

    def lines_between(self, start: int, stop: int) -> list[Line]:
        rows = self.dress(self.filtered.order_by(*self.ordering))[start:stop]
        return [self._line(row) for row in self._explained(list(rows))]

    def every(self) -> Any:
        yield from self._explained(list(super().every()))

    def _explained(self, rows: list[Any]) -> list[Any]:
        text = _Explained(self.hand_over, rows)
        for row in rows:
            row.why, row.load = text.why(row), text.load(row)
            row.may_change = self.kwargs["may_change"]
        return rows

    def extra(self) -> dict[str, Any]:
        found = self.hand_over
        rows = found.rows.all()
        total, alone = rows.count(), rows.filter(OPEN).count()
        return {
            "hand_over": found,
            "state": STATES[HandOver.State(found.state)],
            "reason": change_reason(self.kwargs["campaign"], found.reason),
            "figures": _figures(found, total=total, alone=alone),
            "total": total,
            "alone": alone,
            "may_change": self.kwargs["may_change"],
            "is_done": found.state == DONE,
        }


def _figures(found: HandOver, *, total: int, alone: int) -> list[dict[str, Any]]:
    rows = found.rows.all()
    takers = rows.filter(first__isnull=False).order_by().values("first").distinct().count()
    return [
        {"name": _("Pairs that pass on"), "value": total, "unit": _("pairs")},
        {"name": _("With a successor"), "value": total - alone, "unit": _("pairs"),
         "note": _("%(n)s helpers take them") % {"n": takers}},
        {"name": _("Left open"), "value": alone, "unit": _("pairs"),
         "tone": "red" if alone else "green", "url": "?which=nobody"},
    ]  # fmt: skip


class _Explained:
    """Why each successor of a page was chosen, and what they carry afterwards."""

    def __init__(self, hand_over: HandOver, rows: list[HandOverLine]) -> None:
        self.hand_over = hand_over
        self.reasons: dict[Any, Reasons] = {}
        self.busy: dict[Any, Counter[int]] = {}  # and by role
        for row in rows:
            key = (row.pair.campaign_id, row.pair.kind)
            if row.first and key not in self.reasons:
                self._read(key, [one for one in rows if (one.pair.campaign_id,
                                                         one.pair.kind) == key])  # fmt: skip
        self.offers = _offers(rows)

    def _read(self, key: Any, rows: list[HandOverLine]) -> None:
        campaign = rows[0].pair.campaign
        members = [one for row in rows for one in (row.first, row.second) if one]
        pairing = campaign.playbook.pairing(key[1])
        self.reasons[key] = Reasons(campaign, pairing, members=members)
        keys = {one.pk for one in members}
        for role in ROLES if pairing.second_load else ROLES[:1]:
            load = Counter(loads.busy(campaign, key[1], members=keys, role=role))
            if self.hand_over.state == DRAFT:
                load.update(self._drafted(key, role, is_apart=pairing.second_load is not None))
            self.busy[*key, role] = load

    def _drafted(self, key: Any, role: loads.Role, *, is_apart: bool) -> Iterator[int]:
        """Helpers as often as this hand-over names them, in this role where each has its load."""
        rows = self.hand_over.rows.filter(pair__campaign=key[0], pair__kind=key[1])
        for first, second, mine in rows.values_list("first", "second", "pair__role"):
            if first and (mine == role or not is_apart):
                yield first
            if second and (role == "second" or not is_apart):
                yield second

    def why(self, row: HandOverLine) -> list[str]:
        if row.pk in self.offers:
            return villages.sentence_of(self.offers[row.pk])
        known = self.reasons.get((row.pair.campaign_id, row.pair.kind))
        if known is None or row.first is None or row.pair.household is None:
            return []
        return known.speak_for(
            row.pair.household, row.first, row.distance_m, before=row.pair.member
        )[:3]

    def load(self, row: HandOverLine) -> list[tuple[int, int]]:
        """(after, most) of each successor."""
        key = (row.pair.campaign_id, row.pair.kind)
        known = self.reasons.get(key)
        if known is None:
            return []
        found = []
        for one, is_second in ((row.first, row.pair.role == "second"), (row.second, True)):
            if one:
                role = ROLES[is_second and known.pairing.second_load is not None]
                found.append((self.busy[*key, role][one.pk], known.limits(role).of(one).most))
        return found


def _offers(rows: list[HandOverLine]) -> dict[int, villages.Offer]:
    """What speaks for the organisations that are to keep places, by key of the row."""
    found: dict[int, villages.Offer] = {}
    kept = [row for row in rows if row.organisation and row.pair.place]
    kept.sort(key=lambda row: (row.pair.campaign_id, row.pair.kind))
    for _kind, group in groupby(kept, key=lambda row: (row.pair.campaign_id, row.pair.kind)):
        some = list(group)
        campaign = some[0].pair.campaign
        chosen = [(r.pair.place, r.organisation) for r in some if r.pair.place and r.organisation]
        pairing = campaign.playbook.pairing(some[0].pair.kind)
        offers = villages.weigh(campaign, pairing, chosen)
        found |= {row.pk: offer for row, offer in zip(some, offers, strict=True)}
    return found
