"""Who has nobody: households without a helper, and finding one."""

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jiedui.campaigns.current import running_campaign
from jiedui.core import household_codes
from jiedui.core.doors import needs, number
from jiedui.core.lists import (
    Badge,
    Choice,
    Column,
    Empty,
    Listing,
    Search,
    Tree,
    YesNo,
    listing_view,
)
from jiedui.core.sending import send
from jiedui.core.users import User
from jiedui.households.models import Household
from jiedui.orgs.scopes import over
from jiedui.pairing import actions, coverage
from jiedui.pairing.forms import PairForm
from jiedui.pairing.suggestions import suggest, weigh
from jiedui.pairing.views.shared import InCampaign, chosen_kind, kinds, nameable
from jiedui.places.models import Place

FEW = 2_000  # households, named by their keys to a query


def days_badge(days: int, *, red: int, warn: int) -> Badge:
    """How long somebody has been alone; red past the playbook's limit."""
    word = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    if days > red:
        return Badge(word, "red", "alert-circle")
    return Badge(word, "amber", "clock") if days >= warn else Badge(word, "grey", "clock")


class Alone(InCampaign):
    """What lists of those without anybody share: the days, and the mark of the too long."""

    def days(self, row: Any) -> int:
        return max(0, (timezone.localdate() - row.alone_since).days)

    def badge(self, row: Any) -> Badge:
        assert self.pairing is not None
        pairing = self.pairing
        return days_badge(self.days(row), red=pairing.gap_red_days, warn=pairing.gap_warn_days)


class Uncovered(Alone, Listing[Household]):
    key = "uncovered"
    title = gettext_lazy("Households without a helper")
    icon = "unlink"
    model = Household
    permission = "registers.read"
    order = ("alone_since", "-difficulty")
    template = "pairing/uncovered.html"
    columns = (
        Column("head", gettext_lazy("Head of household"), sort="pinyin", link=True),
        Column("number", gettext_lazy("Number"), sort="number"),
        Column("village", gettext_lazy("Village"), value="place.name", sort="place__path"),
        Column(
            "kind",
            gettext_lazy("Kind"),
            value=lambda row: household_codes.HOUSEHOLD_KIND.name(row.kind),
        ),
        Column(
            "cause",
            gettext_lazy("Main cause"),
            value=lambda row: household_codes.CAUSE.name(row.cause) if row.cause else "",
            shown=False,
        ),
        Column("difficulty", gettext_lazy("Difficulty"), kind="count", sort="difficulty"),
        Column(
            "hardest",
            gettext_lazy("Among the hardest"),
            kind="badge",
            value=lambda row: (
                Badge(gettext_lazy("hardest"), "blue", "flag") if row.is_hardest else None
            ),
            sort="is_hardest",
        ),
        Column(
            "alone_since",
            gettext_lazy("Without a helper since"),
            kind="day",
            sort="alone_since",
        ),
        Column("days", gettext_lazy("Days"), template="pairing/_days.html", sort="-alone_since"),
        Column("find", gettext_lazy("Helper"), value="", template="pairing/_find.html"),
    )
    filters = (
        Search("head", "pinyin", "initials", "number"),
        Tree("place", gettext_lazy("Place"), Place),
        YesNo("hardest", gettext_lazy("Among the hardest"), yes=Q(is_hardest=True)),
        Choice(
            "kind_of_household",
            gettext_lazy("Kind"),
            household_codes.HOUSEHOLD_KIND.choices,
            field="kind",
        ),
    )
    empty = Empty(
        "circle-check",
        gettext_lazy("Everybody has a helper"),
        gettext_lazy("When a helper leaves without a successor, the household stands here."),
    )

    def rows(self, user: User) -> QuerySet[Household]:
        if self.campaign is None or self.pairing is None:
            return Household.objects.none()
        rows: QuerySet[Household] = coverage.uncovered(self.campaign, self.pairing)
        # To look for them takes a while each time, to look at a few hundred again does not.
        return rows.filter(pk__in=self.alone) if len(self.alone) <= FEW else self.seen(rows)

    @cached_property
    def alone(self) -> dict[int, date]:
        """The key of each household that has nobody, and since when: for the list and its head."""
        assert self.campaign is not None and self.pairing is not None
        rows = self.seen(coverage.uncovered(self.campaign, self.pairing))
        return dict(rows.order_by().values_list("pk", "alone_since"))

    def found(self, keys: list[Any]) -> QuerySet[Household]:
        return self.still_seen(keys)

    def dress(self, rows: QuerySet[Household]) -> QuerySet[Household]:
        return rows.select_related("place")

    def _line(self, row: Any) -> Any:
        row.days_alone = self.badge(row)
        row.may_find = self.holds("pair.change", row)
        row.wanted_kind = self.kwargs["kind"]
        return super()._line(row)

    def extra(self) -> dict[str, Any]:
        assert self.campaign is not None and self.pairing is not None
        found = kinds(self.campaign, helped="household", helper="member")
        return {
            "gap": coverage.gap_of(self.pairing, self.alone.values()),
            "coverage": coverage.coverage(
                self.campaign, self.pairing, user=self.user, alone=len(self.alone)
            ),
            "pairing": self.pairing,
            "kinds": found if len(found) > 1 else [],
        }


_uncovered = listing_view(Uncovered)


def uncovered(request: HttpRequest) -> HttpResponse:
    campaign = running_campaign(request)
    pairing = chosen_kind(request, kinds(campaign, helped="household", helper="member"))
    if pairing is None:
        return render(request, "pairing/no_kind.html", {"title": Uncovered.title})
    return _uncovered(request, campaign=campaign.pk, kind=pairing.key)


@needs("pair.change")
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """Suggestions for a household without a helper, and pairing by hand."""
    campaign = running_campaign(request)
    pairing = chosen_kind(request, kinds(campaign, helped="household", helper="member"))
    if pairing is None:
        raise Http404
    seen = Household.objects.visible_to(request.user, permission="pair.change")
    rows = seen.select_related("place__parent")
    household = get_object_or_404(rows.prefetch_related("needs"), pk=pk)
    mine = over(request.user, "pair.change", household)
    picked = nameable(mine).filter(pk=number(request.GET.get("member", "")) or 0).first()
    form = PairForm(request.POST or None, user=mine, initial={"member": picked})

    def work() -> HttpResponse:
        facts = {"kind": pairing.key, "household": household, **form.cleaned_data}
        pair = actions.open_pair(campaign, by=request.user, **facts)
        messages.success(request, _("%(pair)s are paired.") % {"pair": pair})
        return redirect("pairing:uncovered")

    if answer := send(request, form, work):
        return answer
    alone = coverage.uncovered(campaign, pairing).filter(pk=household.pk).first()
    context = {
        "household": household,
        "pairing": pairing,
        "form": form,
        "picked": weigh(campaign, pairing, household, [picked])[0] if picked else None,
        "suggestions": suggest(campaign, pairing, household, among=nameable(mine)),
        "alone_since": alone.alone_since if alone else None,
        "cause": household_codes.CAUSE.name(household.cause) if household.cause else "",
        "kind": household_codes.HOUSEHOLD_KIND.name(household.kind),
        "wanted": [household_codes.NEED_KIND.name(n.kind) for n in household.needs.open()],
    }
    return render(request, "pairing/find.html", context)
