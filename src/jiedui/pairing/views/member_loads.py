"""Members and the pairs asked of them: who has none or too few is named and reminded."""

from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.pairs import Pairing
from jiedui.core import org_codes
from jiedui.core.doors import may, needs
from jiedui.core.entries import form_page
from jiedui.core.lists import Badge, Choice, Column, Empty, Listing, Search, Tree, listing_view
from jiedui.core.trees import below
from jiedui.core.users import User
from jiedui.notices.actions import PAUSE_DAYS
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing import load_reminders, loads
from jiedui.pairing.views.shared import InCampaign, chosen_kind

STATES = (
    ("none", gettext_lazy("nobody yet")),
    ("below", gettext_lazy("fewer than asked")),
    ("room", gettext_lazy("may take more")),
    ("full", gettext_lazy("full")),
    ("over", gettext_lazy("over the most")),
)
NARROWED = {
    "none": Q(carried=0),
    "below": Q(missing__gt=0),
    "room": Q(carried__lt=F("most")),
    "full": Q(carried=F("most")),
    "over": Q(carried__gt=F("most")),
}


def by_members(campaign: Campaign) -> list[Pairing]:
    """The kinds of pair that members carry; the main one first."""
    found = [one for one in campaign.playbook.pairings if one.helper == "member"]
    return sorted(found, key=lambda one: not one.main)


def badge(row: Any) -> Badge:
    if row.missing:
        text = gettext_lazy("%(missing)d missing") % {"missing": row.missing}
        return Badge(text, "amber" if row.carried else "red", "alert-circle")
    if row.carried > row.most:
        return Badge(gettext_lazy("over the most"), "amber", "alert-triangle")
    if row.carried == row.most:
        return Badge(gettext_lazy("full"), "green", "circle-check")
    return Badge(gettext_lazy("may take more"), "grey", "circle-dashed")


class MemberLoads(InCampaign, Listing[Member]):
    key = "member_loads"
    title = gettext_lazy("Pairs of each member")
    icon = "users"
    model = Member
    permission = "registers.read"
    order = ("-missing", "number")
    template = "pairing/member_loads.html"
    card = ("organisation", "carried", "state")
    columns = (
        Column("name", gettext_lazy("Name"), sort="pinyin", link=True),
        Column("number", gettext_lazy("Number"), sort="number", shown=False),
        Column(
            "organisation",
            gettext_lazy("Organisation"),
            value="organisation.name",
            sort="organisation__path",
        ),
        Column("rank", gettext_lazy("Rank"), value=lambda row: org_codes.RANK.name(row.rank)),
        Column("carried", gettext_lazy("Pairs now"), kind="count", sort="carried"),
        Column("fewest", gettext_lazy("At least"), kind="count", sort="fewest"),
        Column("most", gettext_lazy("At most"), kind="count", sort="most"),
        Column("state", gettext_lazy("State"), kind="badge", value=badge, sort="-missing"),
    )
    filters = (
        Search("name", "pinyin", "initials", "number"),
        Choice("state", gettext_lazy("State"), STATES, by=lambda rows, v: rows.filter(NARROWED[v])),
        Tree("organisation", gettext_lazy("Organisation"), Organisation),
        Choice("rank", gettext_lazy("Rank"), org_codes.RANK.choices),
    )
    empty = Empty("users", gettext_lazy("Nobody is asked to help here"))

    @cached_property
    def standing(self) -> QuerySet[Any]:
        assert self.campaign is not None and self.pairing is not None
        rows = loads.helpers(self.campaign, self.pairing)
        return loads.standing(self.seen(rows), self.campaign, self.pairing)

    def rows(self, user: User) -> QuerySet[Member]:
        if self.campaign is None or self.pairing is None:
            return Member.objects.none()
        return self.standing

    def found(self, keys: list[Any]) -> QuerySet[Member]:
        return self.still_seen(keys)

    def dress(self, rows: QuerySet[Member]) -> QuerySet[Member]:
        return rows.select_related("organisation")

    def extra(self) -> dict[str, Any]:
        assert self.campaign is not None and self.pairing is not None
        kinds = by_members(self.campaign)
        counts = self.standing.order_by().aggregate(
            members=Count("pk"),
            idle=Count("pk", filter=NARROWED["none"]),
            below=Count("pk", filter=NARROWED["below"]),
        )
        query = {"kind": self.pairing.key} | {
            name: value for name in ("organisation",) if (value := self.params.get(name))
        }
        return {
            "pairing": self.pairing,
            "kinds": kinds if len(kinds) > 1 else [],
            "counts": counts,
            "remind": f"{reverse('pairing:members_remind')}?{urlencode(query)}"
            if counts["below"] and may(self.user, "pair.tell")
            else "",
        }


_member_loads = listing_view(MemberLoads)


def member_loads(request: HttpRequest) -> HttpResponse:
    campaign = running_campaign(request)
    pairing = chosen_kind(request, by_members(campaign))
    if pairing is None:
        return render(request, "pairing/no_kind.html", {"title": MemberLoads.title})
    return _member_loads(request, campaign=campaign.pk, kind=pairing.key)


@needs("pair.tell")
def remind(request: HttpRequest) -> HttpResponse:
    """`?organisation=` keeps to a subtree, as on the list."""
    campaign = running_campaign(request)
    pairing = chosen_kind(request, by_members(campaign))
    if pairing is None:
        raise Http404
    members = Member.objects.visible_to(request.user, permission="pair.tell")
    path = request.GET.get("organisation", "")
    if path:
        members = (
            members.filter(below(path, field="organisation__path"))
            if path.isdecimal()
            else members.none()
        )
    found = load_reminders.plan(members, campaign, pairing)
    count = len(found.accounts)
    query = {"kind": pairing.key, "state": "below"} | ({"organisation": path} if path else {})
    return form_page(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda _typed: _reminded(members, campaign, pairing, by=request.user),
        title=_("Remind members who have too few pairs"),
        back=f"{reverse('pairing:members')}?{urlencode(query)}",
        done=ngettext("%(n)d member is reminded.", "%(n)d members are reminded.", count)
        % {"n": count},
        template="pairing/members_remind.html",
        found=found,
        count=count,
        pause=PAUSE_DAYS,
        save=ngettext("Remind %(n)d member", "Remind %(n)d members", count) % {"n": count},
    )


def _reminded(members: QuerySet[Member], campaign: Campaign, pairing: Pairing, *, by: User) -> None:
    load_reminders.remind(members, campaign, pairing, by=by)
