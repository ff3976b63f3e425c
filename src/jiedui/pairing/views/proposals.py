"""Proposals: asked for, reviewed row by row, changed by hand, approved by a second person."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from jiedui.campaigns.current import running_campaign
from jiedui.core.doors import may, needs
from jiedui.core.lists import (
    Action,
    Badge,
    Choice,
    Column,
    Empty,
    Listing,
    Search,
    Tree,
    listing_view,
)
from jiedui.core.lists.listing import Line
from jiedui.core.refusals import Refused
from jiedui.households.models import Household
from jiedui.orgs.models import Organisation
from jiedui.pairing import charts, coverage, proposing, words
from jiedui.pairing.forms import ChangeForm, ProposalForm, reasons
from jiedui.pairing.models import Pair, Proposal, ProposedPair
from jiedui.pairing.question import Options
from jiedui.pairing.suggestions import Reasons, Suggestion, suggest, weigh
from jiedui.pairing.views.shared import chosen_kind, kinds, nameable
from jiedui.places.models import Place

STATES = {
    Proposal.State.SOLVING: Badge(gettext_lazy("being worked out"), "blue", "hourglass"),
    Proposal.State.READY: Badge(gettext_lazy("waiting for review"), "amber", "clock"),
    Proposal.State.APPROVED: Badge(gettext_lazy("approved"), "green", "circle-check"),
    Proposal.State.DISCARDED: Badge(gettext_lazy("discarded"), "grey", "circle-x"),
}
MAY_READ = ("pair.propose", "pair.approve")
FAR_M = 10_000
NAMED = 8  # refused rows named in one message


class Proposals(Listing[Proposal]):
    key = "proposals"
    title = gettext_lazy("Pairing proposals")
    icon = "wand"
    model = Proposal
    order = ("-made",)
    action = Action(gettext_lazy("New proposal"), "pairing:proposal_new", "pair.propose", "wand")
    columns = (
        Column("made", gettext_lazy("Asked for"), kind="moment", sort="made", link=True),
        Column(
            "kind",
            gettext_lazy("Kind of pair"),
            value=lambda p: str(p.campaign.playbook.pairing(p.kind).name),
        ),
        Column("made_by", gettext_lazy("Asked by")),
        Column(
            "households",
            gettext_lazy("Households"),
            kind="count",
            value=lambda p: p.result.get("households"),
        ),
        Column(
            "covered",
            gettext_lazy("Covered"),
            kind="count",
            value=lambda p: p.result.get("covered"),
        ),
        Column("state", gettext_lazy("State"), kind="badge", value=lambda p: STATES[p.state]),
        Column("approved_by", gettext_lazy("Approved by")),
        Column("approved_on", gettext_lazy("Approved on"), kind="day", sort="approved_on"),
    )
    filters = (Choice("state", gettext_lazy("State"), Proposal.State.choices),)
    empty = Empty(
        "wand",
        gettext_lazy("No proposal yet"),
        gettext_lazy("The engine pairs every household that can be paired, at the least cost,"
                     " and proves it."),
        "pairing:proposal_new",
        gettext_lazy("New proposal"),
        "pair.propose",
    )  # fmt: skip

    @classmethod
    def is_open_to(cls, user: Any) -> bool:
        return may(user, *MAY_READ)

    def rows(self, user: Any) -> QuerySet[Proposal]:
        rows: QuerySet[Proposal] = super().rows(user)
        return rows.filter(campaign=self.kwargs["campaign"]) if self.kwargs else rows

    def dress(self, rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
        return rows.select_related("campaign")


_proposals = listing_view(Proposals)


@needs(*MAY_READ)
def listed(request: HttpRequest) -> HttpResponse:
    return _proposals(request, campaign=running_campaign(request).pk)


@needs("pair.propose")
def new(request: HttpRequest) -> HttpResponse:
    """What will be asked, in plain words; then a job works it out."""
    campaign = running_campaign(request)
    found = kinds(campaign, helped="household", helper="member")
    if not found:
        return render(request, "pairing/no_kind.html", {"title": _("New proposal")})
    initial = {"kind": request.GET.get("kind")}
    form = ProposalForm(request.POST or None, kinds=found, initial=initial)
    if form.is_valid():
        proposal = proposing.propose(
            campaign,
            kind=form.cleaned_data["kind"],
            by=request.user,
            options=form.options,
            seed=form.cleaned_data["seed"],
        )
        assert proposal.job is not None
        return redirect("web:job", proposal.job.pk)
    pairing = chosen_kind(request, found)
    assert pairing is not None
    context = {
        "form": form,
        "pairing": pairing,
        "rules": words.rules(campaign, pairing),
        "gap": coverage.gap(campaign, pairing, user=request.user),
    }
    return render(request, "pairing/proposal_new.html", context)


# ---- the review


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
    order = ("household__place__path", "household__number")
    template = "pairing/proposal.html"
    columns = (
        Column(
            "household",
            gettext_lazy("Household"),
            value=lambda row: row.household.head,
            sort="household__pinyin",
            link=lambda row: row.household.get_absolute_url(),
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
            template="pairing/_proposed.html",
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
            unit="km",
            value=lambda row: None if row.distance_m is None else round(row.distance_m / 1000, 1),
            sort="distance_m",
        ),
        Column("why", gettext_lazy("Why"), value=lambda row: "；".join(row.why)),
        Column("cost", gettext_lazy("Cost"), kind="count", sort="cost", shown=False),
        Column("act", gettext_lazy("Change"), template="pairing/_act.html"),
    )
    filters = (
        Search(
            "household__head",
            "household__pinyin",
            "household__number",
            "member__name",
            "member__pinyin",
        ),
        Tree(
            "place",
            gettext_lazy("Place"),
            Place,
            path="household__place__path",
            fields=("name", "pinyin", "initials"),
        ),
        Tree(
            "organisation",
            gettext_lazy("Organisation"),
            Organisation,
            path="member__organisation__path",
            fields=("name", "pinyin", "initials"),
        ),
        Choice(
            "which",
            gettext_lazy("Rows"),
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
    def is_open_to(cls, user: Any) -> bool:
        return may(user, *MAY_READ)

    @property
    def proposal(self) -> Proposal:
        if not hasattr(self, "_proposal"):
            rows = Proposal.objects.visible_to(self.user).select_related("campaign", "job")
            self._proposal: Proposal = get_object_or_404(rows, pk=self.kwargs["pk"])
        return self._proposal

    def rows(self, user: Any) -> QuerySet[ProposedPair]:
        seen = Household.objects.visible_to(user).order_by().values("pk")
        return ProposedPair.objects.filter(proposal=self.proposal, household__in=seen)

    def dress(self, rows: QuerySet[ProposedPair]) -> QuerySet[ProposedPair]:
        return rows.select_related("household__place", "member__organisation").prefetch_related(
            "household__needs"
        )

    def lines_between(self, start: int, stop: int) -> list[Line]:
        keys = self.filtered.order_by(*self.ordering).values_list("pk", flat=True)[start:stop]
        wanted = list(keys)
        rows = {row.pk: row for row in self.dress(self.rows(self.user).filter(pk__in=wanted))}
        return [self._line(row) for row in self._explained([rows[k] for k in wanted if k in rows])]

    def every(self) -> Iterator[ProposedPair]:
        rows = super().every()
        while part := list(islice(rows, 500)):
            yield from self._explained(part)

    def _explained(self, rows: list[Any]) -> list[Any]:
        proposal = self.proposal
        pairing = proposal.campaign.playbook.pairing(proposal.kind)
        members = [row.member for row in rows if row.member]
        reasons = Reasons(proposal.campaign, pairing, members=members)
        opened = dict(
            Pair.objects.filter(proposal=proposal, household__in=[r.household_id for r in rows])
            .order_by("pk")
            .values_list("household", "pk")
        )
        now = _helpers_now(proposal, rows)
        for row in rows:
            row.why = []
            row.opened = opened.get(row.household_id)
            row.may_change = proposal.state == Proposal.State.READY and not row.opened
            if row.member:
                row.why = reasons.speak_for(row.household, row.member, row.distance_m)[:3]
            if row.household_id in now:
                key, name = now[row.household_id]
                same = key == row.member_id
                said = _("stays") if same else _("now %(name)s") % {"name": name}
                row.why.insert(0, said)
        return rows

    def extra(self) -> dict[str, Any]:
        proposal, user = self.proposal, self.user
        pairing = proposal.campaign.playbook.pairing(proposal.kind)
        book, result = proposal.campaign.playbook, proposal.result
        now = result.get("now", {})
        is_ready = proposal.state == Proposal.State.READY
        return {
            "proposal": proposal,
            "pairing": pairing,
            "state": STATES[Proposal.State(proposal.state)],
            "figures": _figures(result),
            "shortages": words.shortages(result),
            "distances": charts.distances(now.get("distances", [])),
            "ranks": charts.loads(book, now.get("ranks", [])),
            "options": Options.of(proposal.rules),
            "part": self.total if self.values else result.get("changed") or now.get("pairs", 0),
            "is_part": bool(self.values),
            "query": self.params.urlencode(),
            "reasons": reasons(proposal.campaign, pairing) if result.get("changed") else [],
            "may_change": is_ready and may(user, "pair.propose"),
            "may_approve": is_ready and may(user, "pair.approve"),
            "needs_other": is_ready and not proposing.may_approve(proposal, by=user),
            "is_open": proposal.state in (Proposal.State.READY, Proposal.State.SOLVING),
        }


def _helpers_now(proposal: Proposal, rows: list[Any]) -> dict[int, tuple[int, str]]:
    """Key and name of the present first helper, for the rows of a re-plan still to be decided."""
    if proposal.rules.get("scope") != "all" or proposal.state != Proposal.State.READY:
        return {}
    running = Pair.objects.open().filter(
        campaign=proposal.campaign,
        kind=proposal.kind,
        household__in=[row.household_id for row in rows],
        overlap_until=None,
        member__ended=None,
    )
    found = running.order_by("-role", "-pk").values_list("household", "member", "member__name")
    return {household: (member, name) for household, member, name in found}


def _figures(result: dict[str, Any]) -> list[dict[str, Any]]:
    now = result.get("now", {})
    median = now.get("median_m")
    return [
        {
            "name": _("Households asked for"),
            "value": result.get("households"),
            "unit": _("households"),
            "note": _("%(helpers)s helpers with %(places)s free places")
            % {
                "helpers": f"{result.get('helpers', 0):,}",
                "places": f"{result.get('places', 0):,}",
            },
        },
        {
            "name": _("With a helper"),
            "value": now.get("pairs"),
            "unit": _("households"),
            "note": _("%(hand)s by hand · %(out)s left out")
            % {"hand": now.get("by_hand", 0), "out": now.get("left_out", 0)},
        },
        {
            "name": _("Still without"),
            "value": now.get("nobody"),
            "unit": _("households"),
            "tone": "red" if now.get("nobody") else "green",
            "url": "?which=nobody",
        },
        {
            "name": _("Usual way"),
            "value": None if median is None else round(median / 1000, 1),
            "unit": "km",
            "note": _("19 of 20 are within %(km)s km") % {"km": round(now["far_m"] / 1000, 1)}
            if median is not None
            else "",
        },
    ]


_rows = listing_view(Rows)


@needs(*MAY_READ)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _the_proposal(request, pk)
    if proposal.state == Proposal.State.SOLVING:
        context = {"proposal": proposal, "job": proposal.job}
        return render(request, "pairing/proposal_waiting.html", context)
    return _rows(request, pk=pk)


def _the_proposal(request: HttpRequest, pk: int) -> Proposal:
    rows = Proposal.objects.visible_to(request.user).select_related("campaign", "job")
    found: Proposal = get_object_or_404(rows, pk=pk)
    return found


def _the_row(request: HttpRequest, pk: int, row: int) -> ProposedPair:
    rows = ProposedPair.objects.filter(
        proposal=_the_proposal(request, pk),
        household__in=Household.objects.visible_to(request.user).order_by().values("pk"),
    ).select_related("proposal__campaign", "household__place__parent", "member__organisation")
    found: ProposedPair = get_object_or_404(rows, pk=row)
    return found


@needs("pair.propose")
def change(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Another helper for one row: what it costs more, how far it is, what speaks against it."""
    found = _the_row(request, pk, row)
    campaign, household = found.proposal.campaign, found.household
    pairing = campaign.playbook.pairing(found.proposal.kind)
    form = ChangeForm(request.POST or request.GET or None, user=request.user)
    picked = form.cleaned_data["member"] if form.is_valid() else None
    if request.method == "POST" and picked:
        proposing.change_helper(found, member=picked, by=request.user)
        messages.success(request, _("%(member)s is proposed now.") % {"member": picked.name})
        return redirect(found.proposal)
    asked = weigh(campaign, pairing, household, [picked] if picked else [])
    likely = suggest(campaign, pairing, household, among=nameable(request.user))
    context = {
        "row": found,
        "household": household,
        "form": form,
        "now": weigh(campaign, pairing, household, [found.member])[0] if found.member else None,
        "picked": next(iter(_compared(asked, found)), None),
        "suggestions": _compared(likely, found),
    }
    return render(request, "pairing/change.html", context)


def _compared(found: list[Suggestion], row: ProposedPair) -> list[Suggestion]:
    """The suggestions with what each costs more than the helper proposed so far.

    In a re-plan, a change of helper has its price, as it had when the plan was worked out.
    """
    if row.member is None:
        return found
    now = _helpers_now(row.proposal, [row]).get(row.household_id)
    price = Options.of(row.proposal.rules).change if now else 0

    def charge(member: int | None) -> int:
        return price if now and member != now[0] else 0

    before = row.cost + charge(row.member_id)
    return [replace(one, more=one.cost + charge(one.member.pk) - before) for one in found]


@require_POST
@needs("pair.propose")
def leave_out(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    found = _the_row(request, pk, row)
    proposing.leave_out(found, by=request.user, is_left_out="back" not in request.POST)
    return redirect(request.POST.get("next") if _is_ours(request, found) else found.proposal)  # type: ignore[arg-type]


def _is_ours(request: HttpRequest, row: ProposedPair) -> bool:
    """Whether `next` leads back to this proposal's own page and nowhere else."""
    return request.POST.get("next", "").startswith(f"{row.proposal.get_absolute_url()}?")


@require_POST
@needs("pair.propose")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _the_proposal(request, pk)
    proposing.discard(proposal, by=request.user)
    messages.success(request, _("The proposal is laid aside."))
    return redirect("pairing:proposals")


@require_POST
@needs("pair.approve")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve all rows, or those the filters of the page left."""
    proposal = _the_proposal(request, pk)
    listing = Rows(request.user, params=QueryDict(request.POST.get("query", "")), kwargs={"pk": pk})
    rows = listing.filtered.values("pk") if listing.values else None
    reason = request.POST.get("reason", "")
    if reason and reason not in dict(reasons(proposal.campaign, None)):
        raise Refused(_("This reason is not in the playbook."))
    done = proposing.approve(proposal, by=request.user, rows=rows, reason=reason)
    _tell(request, done)
    return redirect(reverse("pairing:proposal", args=[pk]))


def _tell(request: HttpRequest, done: proposing.Approval) -> None:
    count = done.opened + done.changed
    said = ngettext("%(count)d pair is open now.", "%(count)d pairs are open now.", count)
    messages.success(request, said % {"count": count})
    if done.refused:
        named = "；".join(f"{h.head}（{h.number}）{why}" for h, why in done.refused[:NAMED])
        rest = len(done.refused) - NAMED
        messages.warning(
            request,
            _("%(count)d rows were refused: %(named)s%(rest)s")
            % {
                "count": len(done.refused),
                "named": named,
                "rest": _(" and %(n)d more") % {"n": rest} if rest > 0 else "",
            },
        )
