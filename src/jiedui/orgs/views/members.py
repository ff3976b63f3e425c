"""The register of members."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from jiedui.core import org_codes
from jiedui.core.doors import needs
from jiedui.core.entries import form_page
from jiedui.core.lists import (
    Action,
    Choice,
    Column,
    Empty,
    Listing,
    Search,
    Tree,
    YesNo,
    listing_view,
)
from jiedui.core.picks import offers_view
from jiedui.orgs import actions
from jiedui.orgs.forms.registers import MemberForm, MoveForm
from jiedui.orgs.models import Member, Organisation
from jiedui.orgs.picks import MEMBER
from jiedui.orgs.views.states import state


class Members(Listing[Member]):
    key = "members"
    title = pgettext_lazy("register", "Members")
    icon = "users"
    model = Member
    url = "orgs:members"
    permission = "registers.read"
    order = ("number",)
    action = Action(gettext_lazy("New member"), "orgs:member_new", "registers.change")
    more = (
        Action(
            gettext_lazy("Move members"), "orgs:members_move", "registers.change", "arrows-exchange"
        ),
    )
    card = ("organisation", "post", "state")
    columns = (
        Column("name", gettext_lazy("Name"), sort="pinyin", link=True),
        Column("number", gettext_lazy("Number"), sort="number"),
        Column(
            "organisation",
            gettext_lazy("Organisation"),
            value="organisation.name",
            sort="organisation__path",
        ),
        Column("post", gettext_lazy("Post"), sort="post"),
        Column(
            "rank",
            gettext_lazy("Rank"),
            value=lambda row: org_codes.RANK.name(row.rank),
            sort="rank",
        ),
        Column("is_leader", gettext_lazy("Leader"), kind="yes_no", sort="is_leader", shown=False),
        Column("also_at", gettext_lazy("Also registered at"), value="also_at.name", shown=False),
        Column("joined", gettext_lazy("Joined"), kind="day", sort="joined", shown=False),
        Column("state", gettext_lazy("State"), value=state),
    )
    filters = (
        Search("name", "pinyin", "initials", "number"),
        Tree(
            "organisation",
            gettext_lazy("Organisation"),
            Organisation,
            fields=("name", "pinyin", "initials"),
        ),
        Choice("rank", gettext_lazy("Rank"), org_codes.RANK.choices),
        YesNo("leader", gettext_lazy("Leader"), yes=Q(is_leader=True)),
        YesNo("dual", gettext_lazy("Registered twice"), yes=Q(also_at__isnull=False)),
        YesNo("active", gettext_lazy("Active"), yes=Q(ended=None)),
    )
    empty = Empty(
        "users",
        gettext_lazy("No members yet"),
        gettext_lazy("Import the list of members once the organisations are there."),
        "imports:list",
        gettext_lazy("Import a list"),
        "import",
    )

    def dress(self, rows: QuerySet[Member]) -> QuerySet[Member]:
        return rows.select_related("organisation", "also_at")


members = listing_view(Members)
offers = needs("registers.read")(offers_view(MEMBER))


@needs("registers.change")
def new(request: HttpRequest) -> HttpResponse:
    return form_page(
        request,
        MemberForm(request.POST or None, user=request.user),
        lambda typed: actions.enrol(typed, by=request.user),
        title=_("New member"),
        back=reverse("orgs:members"),
        done=_("%s is in the register."),
    )


@needs("registers.change")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row: Member = get_object_or_404(Member.objects.changeable_by(request.user), pk=pk)
    form = MemberForm(request.POST or None, instance=row, user=request.user)

    def act(typed: dict[str, Any]) -> None:
        actions.amend_member(row, typed, by=request.user)

    return form_page(request, form, act, title=row.name, back=row.get_absolute_url())


@needs("registers.change")
def move(request: HttpRequest) -> HttpResponse:
    """Many members go to another organisation at once."""

    def act(typed: dict[str, Any]) -> None:
        moved = actions.move(typed["members"], to=typed["to"], by=request.user)
        words = ngettext("%(n)d member moved.", "%(n)d members moved.", moved)
        messages.success(request, words % {"n": moved})

    return form_page(
        request,
        MoveForm(request.POST or None, user=request.user),
        act,
        title=_("Move members"),
        back=reverse("orgs:members"),
        save=_("Move"),
        intro=_("Their pairs stay as they are; who leaves service is handed over instead."),
    )
