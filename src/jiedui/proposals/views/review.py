"""The page of one proposal: its rows, why each helper was chosen, and what it comes to."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core.doors import may, needs
from jiedui.core.lists import (
    Badge,
    Choice,
    Column,
    Listing,
    Search,
    Tree,
    listing_view,
)
from jiedui.core.lists.table import Line
from jiedui.core.texts import moment_text
from jiedui.core.users import User
from jiedui.households.models import Household
from jiedui.orgs.models import Organisation
from jiedui.pairing.models import Pair
from jiedui.pairing.nearness import FAR_M
from jiedui.pairing.suggestions import Reasons
from jiedui.places.models import Place
from jiedui.proposals import approvals, approving, areas, charts, comparing, words
from jiedui.proposals.models import Proposal, ProposedPair
from jiedui.proposals.views.bounds import Bounds
from jiedui.proposals.views.proposals import MAY_READ, state_of
from jiedui.proposals.views.proposed import READ, figures, helpers_now, the_proposal

FAR = Badge(gettext_lazy("farther than 10 km"), "amber", "alert-triangle")


def is_far(row: ProposedPair) -> bool:
    return row.distance_m is not None and row.distance_m > FAR_M


def _others() -> QuerySet[Pair]:
    """Running pairs of a row's household with another helper than the proposed one."""
    running = Pair.objects.open().filter(
        campaign=OuterRef("proposal__campaign"),
        kind=OuterRef("proposal__kind"),
        household=OuterRef("household"),
        role="first",
        overlap_until=None,
        member__ended=None,
    )
    return running.exclude(member=OuterRef("member"))


def _which(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(
        {
            "nobody": Q(member=None),
            "by_hand": Q(is_by_hand=True),
            "left_out": Q(is_left_out=True),
            "far": Q(distance_m__gt=FAR_M),
            "hardest": Q(household__is_hardest=True),
            "changes": Exists(_others()),
        }[value]
    )


class Rows(Listing[ProposedPair]):
    """The rows of one proposal, with why each helper was chosen."""

    key = "proposed_pairs"
    title = gettext_lazy("Proposed pairs")
    icon = "heart-handshake"
    model = ProposedPair
    order = ()  # see `ordering`
    template = "proposals/show.html"
    columns = (
        Column("tick", gettext_lazy("Choose"), value="", template="proposals/_tick.html"),
        Column(
            "household",
            gettext_lazy("Household"),
            value=lambda row: row.household.head,
            sort="household__pinyin",
            link=lambda row: row.household.get_absolute_url() if row.may_open else "",
        ),
        Column(
            "number", gettext_lazy("Number"), value="household.number", sort="household__number"
        ),
        Column(
            "village",
            gettext_lazy("Village"),
            value="household.place.name",
            sort="household__place__path",
        ),
        Column(
            "member",
            gettext_lazy("Helper"),
            value="member.name",
            sort="member__pinyin",
            template="proposals/_proposed.html",
        ),
        Column(
            "organisation",
            gettext_lazy("Organisation"),
            value="member.organisation.name",
            sort="member__organisation__path",
        ),
        Column(
            "distance",
            gettext_lazy("Way"),
            kind="count",
            unit=gettext_lazy("km"),
            value=lambda row: None if row.distance_m is None else round(row.distance_m / 1000, 1),
            sort="distance_m",
        ),
        Column(
            "why",
            gettext_lazy("Why"),
            value=lambda row: "；".join(row.why) or _("nobody is left"),
            link=lambda row: reverse("proposals:why", args=[row.proposal_id, row.pk]),
        ),
        Column(
            "mark",
            gettext_lazy("Mark"),
            kind="badge",
            value=lambda row: FAR if is_far(row) else None,
        ),
        Column("cost", gettext_lazy("Cost"), kind="count", sort="cost", shown=False),
        Column("act", gettext_lazy("Change"), template="proposals/_act.html"),
    )
    filters = (
        Search(
            "household__head",
            "household__pinyin",
            "household__number",
            "member__name",
            "member__pinyin",
        ),
        Tree("place", gettext_lazy("Place"), Place, path="household__place__path"),
        Tree(
            "organisation",
            gettext_lazy("Organisation"),
            Organisation,
            path="member__organisation__path",
        ),
        Choice(
            "which",
            gettext_lazy("Which rows"),
            (
                ("nobody", gettext_lazy("without a helper")),
                ("far", gettext_lazy("farther than 10 km")),
                ("hardest", gettext_lazy("among the hardest")),
                ("changes", gettext_lazy("another helper than now")),
                ("by_hand", gettext_lazy("changed by hand")),
                ("left_out", gettext_lazy("left out")),
            ),
            by=_which,
        ),
    )

    @classmethod
    def is_open_to(cls, user: User) -> bool:
        return may(user, *MAY_READ)

    @property
    def proposal(self) -> Proposal:
        if not hasattr(self, "_proposal"):
            rows = Proposal.objects.visible_to(self.user).select_related("campaign", "job")
            self._proposal: Proposal = get_object_or_404(rows, pk=self.kwargs["pk"])
        return self._proposal

    @cached_property
    def outcome(self) -> approvals.Outcome | None:
        """What came of the last approval; households are named to whoever may see them."""
        every = self.may_decide
        homes = Household.objects.all() if every else Household.objects.visible_to(self.user)
        return approvals.last(self.proposal, among=homes)

    @property
    def is_being_approved(self) -> bool:
        return self.outcome is not None and self.outcome.approval.is_waiting

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed and decided about: nobody has approved it just now."""
        return self.proposal.state == Proposal.State.READY and not self.is_being_approved

    @cached_property
    def may_approve(self) -> bool:
        return self.is_open and self.may_decide and self.is_second_person

    @cached_property
    def is_second_person(self) -> bool:
        """Whether the rule of two persons lets this user approve."""
        return approving.may_approve(self.proposal, by=self.user)

    @cached_property
    def may_decide(self) -> bool:
        return may(self.user, "pair.approve", on=self.proposal)

    @cached_property
    def may_propose(self) -> bool:
        return may(self.user, "pair.propose", on=self.proposal)

    @cached_property
    def shown(self) -> list[Column]:
        """Only who may approve ticks rows, and only on the screen."""
        keys = {key for key in self.chosen.split(".") if key != "tick"}
        rest = [column for column in self.columns if column.key != "tick"]
        chosen = [column for column in rest if column.key in keys]
        chosen = chosen or [column for column in rest if column.shown]
        on_paper = "print" in self.params or "export" in self.params
        return chosen if on_paper or not self.may_approve else [self.columns[0], *chosen]

    @property
    def headline(self) -> str:
        proposal = self.proposal
        kind = proposal.campaign.playbook.pairing(proposal.kind).name
        state = state_of(proposal, is_waiting=self.is_being_approved)
        return (
            f"{_('Proposal: %(kind)s') % {'kind': kind}} · {moment_text(proposal.made)} · {state}"
        )

    def rows(self, user: User) -> QuerySet[ProposedPair]:
        rows = ProposedPair.objects.filter(proposal=self.proposal)
        if self.has_changes:
            rows = rows.annotate(is_changed=Exists(_others()))
        if self.may_decide and not self.needed_permission:
            return rows  # nobody approves what they cannot read
        seen = Household.objects.visible_to(
            user, permission=self.needed_permission or READ
        ).order_by()
        return rows.filter(household__in=seen.values("pk"))

    @property
    def ordering(self) -> list[str]:
        """What a person changed comes first, then who gets another helper, then place by place."""
        if self.sorting[0] is not None:
            return super().ordering
        return ["-is_by_hand", *(["-is_changed"] if self.has_changes else []), "pk"]

    @cached_property
    def has_changes(self) -> bool:
        """Whether rows may replace a helper: only where running pairs were planned anew."""
        return self.is_open and self.proposal.rules.get("scope") == "all"

    def dress(self, rows: QuerySet[ProposedPair]) -> QuerySet[ProposedPair]:
        return rows.select_related("household__place", "member__organisation").prefetch_related(
            "household__needs"
        )

    def lines_between(self, start: int, stop: int) -> list[Line]:
        keys = self.filtered.order_by(*self.ordering).values_list("pk", flat=True)[start:stop]
        wanted = list(keys)
        # The keys are of rows the user may see; asking that again leads SQLite astray.
        dressed = self.dress(ProposedPair.objects.filter(pk__in=wanted))
        rows = {row.pk: row for row in dressed}
        return [self._line(row) for row in self._explained([rows[k] for k in wanted if k in rows])]

    def every(self) -> Iterator[ProposedPair]:
        rows = super().every()
        while part := list(islice(rows, 500)):
            yield from self._explained(part)

    def _explained(self, rows: list[Any]) -> list[Any]:
        proposal = self.proposal
        pairing = proposal.campaign.playbook.pairing(proposal.kind)
        members = [row.member for row in rows if row.member]
        bar = proposal.result.get("bar")
        reasons = Reasons(proposal.campaign, pairing, members=members, bar=bar)
        opened = dict(
            Pair.objects.filter(proposal=proposal, household__in=[r.household_id for r in rows])
            .order_by("pk")
            .values_list("household", "pk")
        )
        now = helpers_now(proposal, rows)
        may_tick, may_change = self.may_approve, self.may_propose
        homes = Household.objects.visible_to(self.user)
        keys = homes.filter(pk__in=[row.household_id for row in rows]).order_by()
        opening = set(keys.values_list("pk", flat=True))
        explained = Bounds(proposal, [row for row in rows if is_far(row) and row.member])
        for row in rows:
            row.why = []
            row.may_open = row.household_id in opening
            row.opened = opened.get(row.household_id)
            is_waiting = self.is_open and not row.opened
            row.may_change = is_waiting and may_change
            row.may_tick = is_waiting and may_tick and row.member and not row.is_left_out
            if row.member:
                row.why = reasons.speak_for(row.household, row.member, row.distance_m)[:3]
            if is_far(row):
                bound = [one.rstrip("。.") for one in explained.reasons(row)]
                row.why = [*bound, *row.why][:3]
            if row.household_id in now:
                key, name = now[row.household_id]
                row.why.insert(0, self._now(name, is_same=key == row.member_id))
        return rows

    def _now(self, name: str, *, is_same: bool) -> str:
        """Who helps the household of a row today, beside the proposed helper."""
        if self.proposal.rules.get("scope") == "second":
            return _("beside %(name)s") % {"name": name}
        return _("stays") if is_same else _("now %(name)s") % {"name": name}

    def extra(self) -> dict[str, Any]:
        proposal = self.proposal
        playbook, result = proposal.campaign.playbook, proposal.result
        now = result.get("now", {})
        ranks = comparing.by_rank(playbook, proposal.loads.get("ranks", []))
        every_unit = proposal.loads.get("units", [])
        units = comparing.by_unit(every_unit[: comparing.TOP])
        by_area = areas.of(proposal)
        is_second = proposal.rules.get("scope") == "second"
        return {
            "proposal": proposal,
            "areas": by_area,
            "areas_map": areas.on_a_map(proposal, by_area),
            "pairing": playbook.pairing(proposal.kind),
            "state": state_of(proposal, is_waiting=self.is_being_approved),
            "figures": figures(result, scope=proposal.rules.get("scope", "uncovered")),
            "is_second": is_second,
            "comparison": comparing.compare(proposal),
            "shortages": words.shortages(
                result,
                campaign=proposal.campaign,
                pairing=playbook.pairing(proposal.kind),
                is_second=is_second,
            ),
            "order": words.order_of_goals(proposal),
            "beside": comparing.beside(proposal),
            "may_drop_minimums": (
                bool(result.get("minimums"))
                and proposal.rules.get("minimums", True)
                and self.may_propose
            ),
            "distances": charts.distances(now.get("distances", [])),
            "classes": charts.classes(now.get("distances", [])),
            "ranks": ranks,
            "ranks_chart": charts.loads(ranks),
            "units": units,
            "more_units": max(0, len(every_unit) - comparing.TOP),
            "units_chart": charts.loads(units),
            "part": self.total if self.values else result.get("changed") or now.get("pairs", 0),
            "is_part": bool(self.values),
            "query": self.params.urlencode(),
            "outcome": self.outcome,
            "may_change": self.is_open and self.may_propose,
            "may_approve": self.is_open and self.may_decide,
            "needs_other": self.is_open and not self.is_second_person,
        }


_rows = listing_view(Rows)


@needs(*MAY_READ)
def units(request: HttpRequest, pk: int) -> HttpResponse:
    """Loads of every unit."""
    proposal = the_proposal(request, pk)
    lines = comparing.by_unit(proposal.loads.get("units", []))
    return render(request, "proposals/units.html", {"proposal": proposal, "lines": lines})


@needs(*MAY_READ)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = the_proposal(request, pk)
    if proposal.state == Proposal.State.SOLVING:
        context = {"proposal": proposal, "job": proposal.job}
        return render(request, "proposals/waiting.html", context)
    return _rows(request, pk=pk)
