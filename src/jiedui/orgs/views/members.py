"""The register of members."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiedui.core import org_codes
from jiedui.core.doors import needs
from jiedui.core.lists import (
    Action,
    Choice,
    Column,
    Empty,
    Listing,
    YesNo,
    listing_view,
)
from jiedui.core.picks import offers_view
from jiedui.orgs import actions
from jiedui.orgs.forms.registers import MemberForm
from jiedui.orgs.models import Member
from jiedui.orgs.picks import MEMBER
from jiedui.orgs.views.registers import (
    BY_NAME,
    BY_ORGANISATION,
    IS_ACTIVE,
    OF_ORGANISATION,
    STATE,
    edit_view,
    new_view,
)


class Members(Listing[Member]):
    key = "members"
    title = pgettext_lazy("register", "Members")
    icon = "users"
    model = Member
    selectable = True
    url = "orgs:members"
    permission = "registers.read"
    order = ("number",)
    action = Action(gettext_lazy("New member"), "orgs:member_new", "registers.change")
    card = ("organisation", "post", "state")
    columns = (
        Column("name", gettext_lazy("Name"), sort="pinyin", link=True),
        Column("number", gettext_lazy("Number"), sort="number"),
        OF_ORGANISATION,
        Column("post", gettext_lazy("Post"), sort="post"),
        Column(
            "rank",
            gettext_lazy("Rank"),
            value=lambda row: org_codes.RANK.name(row.rank),
            sort="rank",
        ),
        Column("is_leader", gettext_lazy("Leader"), kind="yes_no", sort="is_leader", shown=False),
        Column("most_pairs", gettext_lazy("Households at most"), kind="count", shown=False),
        Column("also_at", gettext_lazy("Also registered at"), value="also_at.name", shown=False),
        Column("joined", gettext_lazy("Joined"), kind="day", sort="joined", shown=False),
        STATE,
    )
    filters = (
        BY_NAME,
        BY_ORGANISATION,
        Choice("rank", gettext_lazy("Rank"), org_codes.RANK.choices),
        YesNo("leader", gettext_lazy("Leader"), yes=Q(is_leader=True)),
        YesNo("dual", gettext_lazy("Registered twice"), yes=Q(also_at__isnull=False)),
        IS_ACTIVE,
    )
    empty = Empty(
        "users",
        gettext_lazy("No members yet"),
        gettext_lazy("Import the list of members once the organisations are there."),
    )

    def dress(self, rows: QuerySet[Member]) -> QuerySet[Member]:
        return rows.select_related("organisation", "also_at")


members = listing_view(Members)
offers = needs("registers.read")(offers_view(MEMBER))
new = new_view(MemberForm, actions.enrol, title=gettext_lazy("New member"), back="orgs:members")
edit = edit_view(Member, MemberForm, actions.amend_member)
