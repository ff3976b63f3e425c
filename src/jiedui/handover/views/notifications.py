"""Who is still to be notified of a hand-over; slips for families; marking who was notified."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from jiedui.core.doors import may, needs, number
from jiedui.core.lists import Badge, Choice, Column, Empty, Listing, Search, Tree, listing_view
from jiedui.core.paper import on_paper
from jiedui.core.refusals import Refused
from jiedui.core.texts import count_text, sentences
from jiedui.core.users import User
from jiedui.handover import notifications
from jiedui.handover.forms import NotifiedForm
from jiedui.handover.models import Notification
from jiedui.notices.models import Notice
from jiedui.pairing.models import Pair
from jiedui.places.models import Place

PAPER = 400  # slips printed at once
MARKING = ("pair.change", "registers.change")
PAIR = ("campaign", "member", "team", "organisation", "household__place", "place",
        "partner_member", "partner_organisation")  # fmt: skip
NAMED = tuple(
    f"pair__{name}" for name in (*PAIR, *(f"previous__{one}" for one in PAIR))
)  # fmt: skip


def _in_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    still = Notification.objects.open().values("pk")
    return rows.filter(pk__in=still) if value == "open" else rows.exclude(pk__in=still)


class Notifications(Listing[Notification]):
    key = "notifications"
    title = gettext_lazy("Who is to be told")
    icon = "message"
    model = Notification
    permission = "registers.read"
    order = ("pair__since", "pair", "whom")
    template = "handover/notifications.html"
    card = ("whom", "who", "state")
    columns = (
        Column("tick", gettext_lazy("Choose"), value="", template="handover/_notified.html"),
        Column(
            "partner",
            gettext_lazy("For"),
            value=lambda row: (
                row.pair.household.head if row.pair.household else str(row.pair.partner)
            ),
            sort="pair__household__pinyin",
            link=lambda row: row.pair.get_absolute_url(),
        ),
        Column(
            "village",
            gettext_lazy("Village"),
            value="pair.household.place.name",
            sort="pair__household__place__path",
        ),
        Column("whom", gettext_lazy("Whom"), value="get_whom_display", sort="whom"),
        Column("who", gettext_lazy("Name"), value=lambda row: who(row)),
        Column("new", gettext_lazy("New helper"), value=lambda row: str(row.pair.helper)),
        Column("day", gettext_lazy("Passed on"), kind="day", value="pair.since",
               sort="pair__since"),
        Column("state", gettext_lazy("State"), kind="badge", value=lambda row: state(row)),
        Column("told_on", gettext_lazy("Told on"), kind="day", sort="told_on", shown=False),
        Column("told_by", gettext_lazy("Told by"), shown=False),
    )  # fmt: skip
    filters = (
        Search("pair__household__head", "pair__household__pinyin", "pair__member__name"),
        Choice(
            "state",
            gettext_lazy("State"),
            (("open", gettext_lazy("to be told")), ("told", gettext_lazy("told"))),
            by=_in_state,
        ),
        Choice("whom", gettext_lazy("Whom"), Notification.Whom.choices),
        Tree("place", gettext_lazy("Place"), Place, path="pair__household__place__path"),
    )
    empty = Empty(
        "circle-check",
        gettext_lazy("Everybody has been told"),
        gettext_lazy("When a pair passes on, helpers, units and the family stand here."),
    )

    def rows(self, user: User) -> QuerySet[Notification]:
        rows: QuerySet[Notification] = super().rows(user)
        key = number(self.params.get("hand_over", ""))
        if key is None:
            return rows
        return rows.filter(pair__previous__hand_over_lines__hand_over=key)

    def dress(self, rows: QuerySet[Notification]) -> QuerySet[Notification]:
        read = Notice.objects.order_by("read")
        return rows.select_related(*NAMED).prefetch_related(Prefetch("notices", read))

    @cached_property
    def may_mark(self) -> bool:
        return may(self.user, *MARKING)

    def _line(self, row: Any) -> Any:
        row.may_tick = self.may_mark and not row.told_on
        return super()._line(row)

    def _families(self) -> int:
        """How many slips there are to print."""
        return _in_state(self.taken_away().filtered, "open").filter(whom="family").count()

    def extra(self) -> dict[str, Any]:
        return {
            "form": NotifiedForm(),
            "query": self.params.urlencode(),
            "open": _in_state(self.filtered, "open").count(),
            "families": self._families() if self.may_export else 0,
            "may_mark": self.may_mark,
        }


def who(row: Notification) -> str:
    """The name of the recipient."""
    pair, before, whom = row.pair, row.pair.previous, Notification.Whom
    if row.whom == whom.FAMILY:
        return pair.household.head if pair.household else ""
    if row.whom == whom.AFTER:
        return str(pair.helper)
    if row.whom == whom.UNIT_AFTER or before is None:
        return str(pair.organisation)
    return str(before.helper if row.whom == whom.BEFORE else before.organisation)


def state(row: Notification) -> Badge:
    if row.told_on:
        return Badge(_("told"), "green", "circle-check")
    notices = list(row.notices.all())
    if any(one.read for one in notices):
        return Badge(_("has read it"), "green", "eye")
    if notices:
        return Badge(_("notice sent"), "blue", "message")
    days = (timezone.localdate() - row.pair.since).days
    if days < 1:
        return Badge(_("to be told"), "amber", "clock")
    text = ngettext("to be told for %(n)d day", "to be told for %(n)d days", days) % {"n": days}
    return Badge(text, "amber", "clock")


listed = listing_view(Notifications)


@require_POST
@needs(*MARKING)
def mark(request: HttpRequest) -> HttpResponse:
    """Mark the ticked rows, or all that the filters of the page left, as notified on a day."""
    query = request.POST.get("query", "")
    listing = Notifications(request.user, params=QueryDict(query))
    form = NotifiedForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Say on which day they were told; it does not lie in the future."))
    rows = Notification.objects.changeable_by(request.user).filter(
        pk__in=listing.filtered.values("pk")
    )
    if "all" not in request.POST:
        rows = rows.filter(pk__in=_ticked(request))
    done, rest = notifications.mark(rows, on=form.cleaned_data["on"], by=request.user)
    text = ngettext("%(n)d is marked as told.", "%(n)d are marked as told.", done) % {"n": done}
    more = _("%(n)s more are still to be marked: press again.") % {"n": count_text(rest)}
    messages.success(request, sentences(text, more if rest else ""))
    address = reverse("handover:notifications")
    return redirect(f"{address}?{query}" if query else address)


def _ticked(request: HttpRequest) -> list[int]:
    """Keys of the ticked rows. Raises `Refused` when there is none."""
    keys = [key for one in request.POST.getlist("row") if (key := number(one))]
    if not keys:
        raise Refused(_("Tick the rows that were told, or mark all of the list."))
    return keys


@needs("registers.export")
def slips(request: HttpRequest) -> HttpResponse:
    """A slip in plain words for each family not yet notified, to be cut apart."""
    listing = Notifications(request.user, params=request.GET).taken_away()
    rows = _in_state(listing.filtered, "open").filter(whom=Notification.Whom.FAMILY)
    chosen = rows.order_by("pair__household__place__path", "pk").select_related(
        *NAMED, "pair__household__place__parent"
    )
    helpers = Pair.objects.open().select_related("member", "organisation", "team").order_by("pk")
    found = chosen.prefetch_related(Prefetch("pair__previous__successors", helpers))[:PAPER]
    slips = [
        {
            "pair": row.pair,
            "before": row.pair.previous,
            "new": list(row.pair.previous.successors.all()) if row.pair.previous else [row.pair],
            "stays": notifications.stays_until(row.pair.previous) if row.pair.previous else "",
        }
        for row in found
    ]
    return on_paper(
        request, "handover/slips.html", {"slips": slips},
        of="slips", rows=len(slips), filters=listing.filter_facts,
    )  # fmt: skip
