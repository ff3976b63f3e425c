"""The lists of households, of the people in them, and of what they need."""

from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiedui.core import household_codes, person_codes
from jiedui.core.doors import needs as may_pass
from jiedui.core.lists import (
    Action,
    Badge,
    Choice,
    Column,
    DateRange,
    Empty,
    Listing,
    Search,
    Tree,
    YesNo,
    joined,
    listing_view,
)
from jiedui.core.picks import offers_view
from jiedui.core.users import User
from jiedui.households.models import Household, Need, Person
from jiedui.households.picks import HOUSEHOLD
from jiedui.places.models import Place

PLACE_FIELDS = ("name", "pinyin", "initials", "code")


def _state(row: Any) -> Badge | None:
    if row.ended:
        return Badge(_("left the register"), "grey", "circle-x")
    return None  # the list is limited to those on the register anyway


NEED_BADGES: dict[int, Badge] = {
    1: Badge(gettext_lazy("can wait"), "grey", "clock"),
    2: Badge(gettext_lazy("soon"), "amber", "clock"),
    3: Badge(gettext_lazy("urgent"), "red", "alert-triangle"),
}


class Households(Listing[Household]):
    key = "households"
    title = pgettext_lazy("register", "Households")
    icon = "home-heart"
    model = Household
    selectable = True
    url = "households:list"
    permission = "registers.read"
    order = ("number",)
    action = Action(gettext_lazy("New household"), "households:new", "registers.change")
    card = ("helper", "last_visit", "next_due")
    columns = (
        Column("head", gettext_lazy("Head of household"), sort="pinyin", link=True),
        Column("number", pgettext_lazy("household", "Number"), sort="number"),
        Column(
            "town", gettext_lazy("Town"), value="place.parent.name", sort="place__path", shown=False
        ),
        Column("village", gettext_lazy("Village"), value="place.name", sort="place__path"),
        Column(
            "size", gettext_lazy("People"), kind="count", unit=gettext_lazy("persons"), sort="size"
        ),
        Column(
            "kind",
            pgettext_lazy("household", "Kind"),
            value=lambda row: household_codes.HOUSEHOLD_KIND.name(row.kind),
            sort="kind",
        ),
        Column(
            "cause",
            gettext_lazy("Main cause"),
            value=lambda row: household_codes.CAUSE.name(row.cause) if row.cause else "",
            sort="cause",
            shown=False,
        ),
        Column("difficulty", gettext_lazy("Difficulty"), kind="count", sort="difficulty"),
        Column("hardest", gettext_lazy("Hardest"), value="is_hardest", kind="yes_no", shown=False),
        Column("since", gettext_lazy("Since"), kind="day", sort="since", shown=False),
        Column("state", gettext_lazy("State"), value=_state, filled=Q(ended__isnull=False)),
    )
    filters = (
        Search("head", "pinyin", "initials", "number"),
        Tree("place", gettext_lazy("Place"), Place, fields=PLACE_FIELDS),
        Choice("kind", gettext_lazy("Kind"), household_codes.HOUSEHOLD_KIND.choices),
        Choice("cause", gettext_lazy("Main cause"), household_codes.CAUSE.choices),
        YesNo("hardest", gettext_lazy("Hardest"), yes=Q(is_hardest=True)),
        DateRange("since", gettext_lazy("Since")),
        YesNo(
            "on",
            gettext_lazy("On the register"),
            yes=Q(ended=None),
            default=True,
            usual=gettext_lazy("on the register"),
        ),
    )
    empty = Empty(
        "home-heart",
        gettext_lazy("No households yet"),
        gettext_lazy("Import the list you have, as it is; columns are recognised."),
    )

    def dress(self, rows: QuerySet[Household]) -> QuerySet[Household]:
        return joined(rows, place=("name",), place__parent=("name",))


class People(Listing[Person]):
    key = "people"
    title = pgettext_lazy("register", "People")
    icon = "user"
    model = Person
    selectable = True
    url = "households:people"
    permission = "registers.read"
    order = ("number",)
    columns = (
        Column(
            "name",
            gettext_lazy("Name"),
            sort="pinyin",
            link=lambda row: row.household.get_absolute_url(),
        ),
        Column("number", pgettext_lazy("column", "Person number"), sort="number", shown=False),
        Column(
            "relation",
            gettext_lazy("Relation to the head"),
            value=lambda row: person_codes.RELATION.name(row.relation) if row.relation else "",
        ),
        Column("household", pgettext_lazy("column", "Household number"), value="household.number"),
        Column("head", gettext_lazy("Head of household"), value="household.head"),
        Column("town", gettext_lazy("Town"), value="household.place.parent.name", shown=False),
        Column("village", gettext_lazy("Village"), value="household.place.name"),
        Column(
            "gender",
            gettext_lazy("Gender"),
            value=lambda row: person_codes.GENDER.name(row.gender) if row.gender else "",
        ),
        Column("born", gettext_lazy("Born"), kind="day", sort="born"),
    )
    filters = (
        Search("name", "pinyin", "initials", "number"),
        Tree(
            "place",
            gettext_lazy("Place"),
            Place,
            path="household__place__path",
            fields=PLACE_FIELDS,
        ),
        Choice("gender", gettext_lazy("Gender"), person_codes.GENDER.choices),
        DateRange("born", gettext_lazy("Born")),
        YesNo(
            "living",
            gettext_lazy("Still in the household"),
            yes=Q(ended=None, household__ended=None),
        ),
        YesNo(
            "double",
            gettext_lazy("Same identity number as somebody else"),
            yes=Q(is_double=True),
        ),
    )
    empty = Empty(
        "user",
        gettext_lazy("No people yet"),
        gettext_lazy("People are written down on the page of their household, or imported."),
        "households:list",
        gettext_lazy("To the households"),
    )

    def rows(self, user: User) -> QuerySet[Person]:
        """Doubles are people whose identity number another one has whom the user sees as well."""
        rows: QuerySet[Person] = super().rows(user)
        if "double" not in self.params:
            return rows
        same = super().rows(user).filter(identity_digest=OuterRef("identity_digest"), ended=None)
        others = same.exclude(pk=OuterRef("pk")).order_by()
        is_known = ~Q(identity_digest="") & Q(ended=None)
        return rows.annotate(
            is_double=ExpressionWrapper(is_known & Q(Exists(others)), output_field=BooleanField())
        )

    def dress(self, rows: QuerySet[Person]) -> QuerySet[Person]:
        return rows.select_related("household__place__parent")


class Needs(Listing[Need]):
    key = "needs"
    title = gettext_lazy("Needs")
    icon = "list-check"
    model = Need
    selectable = True
    url = "households:needs"
    permission = "registers.read"
    order = ("-urgency", "since")
    columns = (
        Column(
            "kind",
            gettext_lazy("Kind of need"),
            value=lambda row: household_codes.NEED_KIND.name(row.kind),
            link=lambda row: row.household.get_absolute_url(),
            sort="kind",
        ),
        Column("text", gettext_lazy("In words")),
        Column("head", gettext_lazy("Head of household"), value="household.head"),
        Column(
            "household",
            pgettext_lazy("column", "Household number"),
            value="household.number",
            shown=False,
        ),
        Column("town", gettext_lazy("Town"), value="household.place.parent.name", shown=False),
        Column("village", gettext_lazy("Village"), value="household.place.name"),
        Column(
            "urgency",
            gettext_lazy("Urgency"),
            value=lambda row: NEED_BADGES.get(row.urgency, NEED_BADGES[1]),
            sort="urgency",
        ),
        Column("since", gettext_lazy("Since"), kind="day", sort="since"),
        Column("met_on", gettext_lazy("Met on"), kind="day", sort="met_on"),
    )
    filters = (
        Search(
            "text",
            "household__head",
            "household__pinyin",
            "household__initials",
            "household__number",
        ),
        Choice("kind", gettext_lazy("Need"), household_codes.NEED_KIND.choices),
        Tree(
            "place",
            gettext_lazy("Place"),
            Place,
            path="household__place__path",
            fields=PLACE_FIELDS,
        ),
        YesNo(
            "open",
            gettext_lazy("Still open"),
            yes=Q(met_on=None, ended=None, household__ended=None),
        ),
    )
    empty = Empty(
        "list-check",
        gettext_lazy("No needs written down"),
        gettext_lazy("Needs are written down on the page of a household."),
        "households:list",
        gettext_lazy("To the households"),
    )

    def dress(self, rows: QuerySet[Need]) -> QuerySet[Need]:
        return rows.select_related("household__place__parent")


households = listing_view(Households)
people = listing_view(People)
needs = listing_view(Needs)
offers = may_pass("registers.read")(offers_view(HOUSEHOLD))
