"""What the page of a pair shows beside it: visits and gifts of this helper."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from jiedui.core.doors import may
from jiedui.core.texts import yuan_text
from jiedui.core.users import User
from jiedui.fieldwork.models import Activity
from jiedui.households.models import Household
from jiedui.households.views.card import Helper
from jiedui.ledger.models import Gift
from jiedui.pairing.models import Pair

SHOWN = 12


@dataclass(frozen=True)
class Event:
    day: date
    title: str
    text: str = ""
    href: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    icon: str
    empty: str
    events: list[Event] = field(default_factory=list)
    more: str = ""  # where all of them are


def helpers(household: Household, user: User) -> list[Helper]:
    """For the household's card: who helps now, how to reach them, and since when.

    The card hangs on the household's wall so that the family can ring its helper; the number is
    whole for those who may open the family's own details, and printing it is recorded.
    """
    is_whole = may(user, "sensitive.read", on=household)
    pairs = Pair.objects.current().filter(household=household)
    rows = pairs.select_related("member", "team", "organisation__parent__parent").order_by("since")
    return [
        Helper(str(one.helper), _unit_and_post(one), _phone(one, is_whole=is_whole), one.since)
        for one in rows
    ]


def _phone(pair: Pair, *, is_whole: bool) -> str:
    if pair.member is None:
        return ""
    return str(pair.member.phone) if is_whole else pair.member.masked("phone")


def _unit_and_post(pair: Pair) -> str:
    post = pair.member.post if pair.member else ""
    return f"{pair.organisation.unit} {post}".strip()


def visits(pair: Pair, user: User) -> Section:
    """What was recorded for this pair, the newest first."""
    rows = Activity.objects.standing().visible_to(user).filter(pair=pair)
    events = [
        Event(row.day, str(row.kind_name), row.note, row.get_absolute_url())
        for row in rows.select_related("campaign").order_by("-day", "-pk")[:SHOWN]
    ]
    return Section(_("Visits"), "message", _("No visit of this pair has been recorded."), events)


def gifts(pair: Pair, user: User) -> Section:
    """What the helper brought to the household."""
    given = Gift.objects.visible_to(user).filter(
        voided_on=None, household=pair.household_id or 0, member=pair.member_id or 0
    )
    events = [
        Event(row.day, row.item or _("cash"), f"{yuan_text(row.value_fen)} {_('yuan')}",
              row.get_absolute_url())
        for row in given.order_by("-day", "-pk")[:SHOWN]
    ]  # fmt: skip
    return Section(_("Gifts"), "gift", _("No gift of this pair has been recorded."), events)
