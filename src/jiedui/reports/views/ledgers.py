"""结对帮扶台账 with the columns of R14: on the screen, as a workbook, on A4 for signatures."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiedui.campaigns.models import Campaign
from jiedui.core.codes import CAUSE, HOUSEHOLD_KIND, RANK
from jiedui.core.doors import may, needs
from jiedui.core.lists import Action, Choice, Column, Listing, Tree, YesNo, listing_view
from jiedui.core.lists.export import watermark
from jiedui.core.paper import PRINTED, on_paper
from jiedui.core.users import User
from jiedui.orgs.models import Organisation
from jiedui.pairing.models import Pair
from jiedui.pairing.reasons import change_reason
from jiedui.places.models import Place


def _campaigns() -> list[tuple[str, Any]]:
    return [(one.key, one.title) for one in Campaign.objects.all()]


def _phone(pair: Pair) -> str:
    return pair.member.masked("phone") if pair.member else ""


def _rank(pair: Pair) -> Any:
    return RANK.name(pair.member.rank) if pair.member and pair.member.rank else ""


def _reason(pair: Pair) -> str:
    return str(change_reason(pair.campaign, pair.end_reason))


def _remark(pair: Pair) -> str:
    return str(_("from a predecessor")) if pair.previous_id else ""


class PairLedger(Listing[Pair]):
    key = "pair_ledger"
    title = _("Ledger of pairs")
    icon = "book"
    model = Pair
    permission = "registers.read"
    order = ("household__place__path", "household__number", "since")
    more = (
        Action(_("Print for signature"), "reports:ledger_paper", "registers.export", "printer"),
    )
    columns = (
        Column("town", _("Township"), value="household.place.parent.name"),
        Column("village", _("Village or community"), value="household.place.name"),
        Column("number", _("Household no."), value="household.number"),
        Column("head", _("Head of household"), value="household.head", kind="name",
               link=lambda row: row.household.get_absolute_url()),
        Column("size", _("People"), value="household.size", kind="count"),
        Column("kind", _("Kind of household"),
               value=lambda row: HOUSEHOLD_KIND.name(row.household.kind)),
        Column("cause", _("Main cause"),
               value=lambda row: CAUSE.name(row.household.cause) if row.household.cause else ""),
        Column("unit", _("Helping unit"), value="organisation.unit.name"),
        Column("member", _("Helper"), value="member.name", kind="name"),
        Column("rank", _("Rank"),
               value=_rank),
        Column("phone", _("Telephone"), value=_phone),
        Column("since", _("Paired since"), kind="day", sort="since"),
        Column("ended", _("Ended"), kind="day", sort="ended"),
        Column("reason", _("Reason of change"), value=_reason),
        Column("remark", _("Remark"), value=_remark),
    )  # fmt: skip
    filters = (
        Tree("place", _("Place"), Place, path="household__place__path"),
        Tree("organisation", _("Unit"), Organisation, path="organisation__path"),
        Choice("campaign", _("Campaign"), _campaigns, field="campaign__key"),
        YesNo("open", _("Running"), yes=Q(ended=None)),
    )

    def rows(self, user: User) -> QuerySet[Pair]:
        return self.seen(Pair.objects.filter(household__isnull=False))

    def dress(self, rows: QuerySet[Pair]) -> QuerySet[Pair]:
        return rows.select_related(
            "campaign", "household__place__parent", "organisation__parent__parent", "member"
        )


ledger = listing_view(PairLedger)


@needs("registers.export")
def paper(request: HttpRequest) -> HttpResponse:
    """A4 landscape, heads repeated, with room for whoever fills in and checks."""
    path = reverse("reports:ledger")
    listing = PairLedger(request.user, params=request.GET, path=path).taken_away()
    lines = listing.lines_between(0, PRINTED)
    context = {
        "list": listing,
        "lines": lines,
        "cut": listing.total > PRINTED,
        "printed": PRINTED,
        "unit": listing.values.get("organisation") or listing.values.get("place") or "",
        "today": timezone.localdate(),
        "may_export": may(request.user, "registers.export"),
        "watermark": watermark(listing),
    }
    return on_paper(
        request, "reports/ledger_paper.html", context,
        of="pair_ledger", action="ledger.printed", rows=len(lines), filters=listing.filter_facts,
    )  # fmt: skip
