"""The list of proposals, and asking for a new one."""

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.campaigns.current import running_campaign
from jiedui.core.doors import may, needs
from jiedui.core.lists import (
    Action,
    Badge,
    Choice,
    Column,
    Empty,
    Listing,
    listing_view,
)
from jiedui.core.sending import send
from jiedui.core.users import User
from jiedui.pairing import coverage
from jiedui.pairing.models import Pair
from jiedui.pairing.problem import Options
from jiedui.pairing.views.pairs import Pairs
from jiedui.pairing.views.shared import chosen_kind, kinds
from jiedui.pairing.views.uncovered import Uncovered
from jiedui.proposals import proposing, weights, words
from jiedui.proposals.forms import ProposalForm
from jiedui.proposals.models import Approval, Proposal

STATES = {
    Proposal.State.SOLVING: Badge(gettext_lazy("being worked out"), "blue", "hourglass"),
    Proposal.State.READY: Badge(gettext_lazy("waiting for review"), "amber", "clock"),
    Proposal.State.APPROVED: Badge(gettext_lazy("approved"), "green", "circle-check"),
    Proposal.State.DISCARDED: Badge(gettext_lazy("discarded"), "grey", "circle-x"),
}
APPROVING = Badge(gettext_lazy("being approved"), "blue", "hourglass")
PARTLY = Badge(gettext_lazy("partly approved"), "amber", "clock")
SCOPES = {
    "uncovered": gettext_lazy("those without a helper"),
    "all": gettext_lazy("all, anew"),
    "second": gettext_lazy("a second helper"),
}
MAY_READ = ("pair.propose", "pair.approve", "proposals.read")


def state_of(
    proposal: Proposal, *, is_begun: bool | None = None, is_waiting: bool | None = None
) -> Badge:
    """Its state; `is_begun` says that some of its pairs are open already, `is_waiting` that an
    approval waits for its job; asked for if None."""
    state = Proposal.State(proposal.state)
    if state != Proposal.State.READY:
        return STATES[state]
    if is_waiting or (is_waiting is None and proposal.approvals.waiting().exists()):
        return APPROVING
    if is_begun is None:
        is_begun = Pair.objects.filter(proposal=proposal).exists()
    return PARTLY if is_begun else STATES[state]


class Proposals(Listing[Proposal]):
    key = "proposals"
    title = gettext_lazy("Pairing proposals")
    icon = "wand"
    model = Proposal
    order = ("-made",)
    action = Action(gettext_lazy("New proposal"), "proposals:new", "pair.propose", "wand")
    columns = (
        Column("made", gettext_lazy("Asked for"), kind="moment", sort="made", link=True),
        Column(
            "kind",
            gettext_lazy("Kind of pair"),
            value=lambda p: str(p.campaign.playbook.pairing(p.kind).name),
        ),
        Column(
            "scope",
            gettext_lazy("For whom"),
            value=lambda p: SCOPES[p.rules.get("scope", "uncovered")],
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
        Column(
            "state",
            gettext_lazy("State"),
            kind="badge",
            value=lambda p: state_of(p, is_begun=p.is_begun, is_waiting=p.is_waiting),
        ),
        Column("approved_by", gettext_lazy("Approved by")),
        Column("approved_on", gettext_lazy("Approved on"), kind="day", sort="approved_on"),
    )
    filters = (Choice("state", gettext_lazy("State"), Proposal.State.choices),)
    empty = Empty(
        "wand",
        gettext_lazy("No proposal yet"),
        gettext_lazy("The engine pairs every household that can be paired, at the least cost,"
                     " and proves it."),
        "proposals:new",
        gettext_lazy("New proposal"),
        "pair.propose",
    )  # fmt: skip

    @classmethod
    def is_open_to(cls, user: User) -> bool:
        return may(user, *MAY_READ)

    def rows(self, user: User) -> QuerySet[Proposal]:
        rows: QuerySet[Proposal] = super().rows(user)
        return rows.filter(campaign=self.kwargs["campaign"]) if self.kwargs else rows

    def dress(self, rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
        begun = Pair.objects.filter(proposal=OuterRef("pk"))
        waiting = Approval.objects.waiting().filter(proposal=OuterRef("pk"))
        rows = rows.select_related("campaign").defer("loads")
        return rows.annotate(is_begun=Exists(begun), is_waiting=Exists(waiting))


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

    def work() -> HttpResponse:
        facts = {"kind": form.cleaned_data["kind"], "seed": form.cleaned_data["seed"]}
        proposal = proposing.propose(campaign, by=request.user, options=form.options, **facts)
        assert proposal.job is not None
        return redirect(proposal.job)

    if answer := send(request, form, work):
        return answer
    pairing = chosen_kind(request, found)
    assert pairing is not None
    presets = [
        (name, weights.in_words(Options.of(counts))) for name, counts in weights.PRESETS.items()
    ]
    context = {
        "presets": [(weights.PRESET_NAMES[name], text) for name, text in presets],
        "form": form,
        "pairing": pairing,
        "rules": words.rules(campaign, pairing),
        "coverage": coverage.coverage(campaign, pairing, user=request.user),
    }
    return render(request, "proposals/new.html", context)


# The lists of the app below lead here. Said with the addresses, and not when the app is ready: a
# command need not load the engine.
Pairs.action = Action(gettext_lazy("New proposal"), "proposals:new", "pair.propose", "wand")
Uncovered.action = Action(
    gettext_lazy("Ask for a proposal"), "proposals:new", "pair.propose", "wand"
)
Pairs.empty = Empty(
    "heart-handshake",
    gettext_lazy("No pairs yet"),
    gettext_lazy("Ask for a proposal: it pairs every household that can be paired."),
    "proposals:list",
    gettext_lazy("Proposals"),
    "pair.propose",
)
