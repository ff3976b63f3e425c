"""One total given to many receivers in one step: ordinary gifts that share a number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.campaigns.models import Campaign
from jiedui.core import audit
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.engines.sampling import apportion
from jiedui.households.models import Household
from jiedui.ledger import actions, days, inside
from jiedui.ledger.actions import Given
from jiedui.ledger.models import Fund, FundEntry, Gift
from jiedui.orgs.models import Member, Organisation
from jiedui.places.models import Place

MOST = 500  # receivers of one distribution
CENT = Decimal("0.01")
Receiver = Household | Place


@dataclass(frozen=True)
class Portion:
    """What one receiver gets of the total, in the unit of the goods, or in yuan."""

    to: Receiver
    quantity: Decimal


def split(total: Decimal, *, weights: Mapping[str, int]) -> dict[str, Decimal]:
    """The total by weights, by largest remainder: the parts sum up to exactly the total.

    A whole total is split into whole parts, any other into hundredths. Of equal remainders the
    larger weight comes first, then the earlier receiver.
    """
    step = Decimal(1) if total == total.to_integral_value() else CENT
    parts = _in_order(int(total / step), list(weights.values()))
    return {key: part * step for key, part in zip(weights, parts, strict=True)}


def _in_order(total: int, shares: Sequence[int]) -> list[int]:
    numbered = {f"{at:04}": share for at, share in enumerate(shares)}
    return list(apportion(total, shares=numbered).values())


@transaction.atomic
@audit.gathered()
def distribute(
    campaign: Campaign,
    total: Given,
    portions: Sequence[Portion],
    *,
    id: UUID,
    giver: Organisation,
    by: User | None,
    member: Member | None = None,
    fund: Fund | None = None,
) -> list[Gift]:
    """Record what each receiver got of the total: all of it, or nothing.

    `total` has the whole quantity and value; the value is split as the quantities are. `id` is the
    client's number of the form, and the number of the distribution.
    Raises `Refused` when the portions are not exactly the total, and for what no gift may be.
    """
    content = [campaign, total, [[one.to, one.quantity] for one in portions], giver, member, fund]
    return actions.once(
        id, content, by=by,
        work=lambda: _distribute(
            campaign, total, portions, id=id, giver=giver, by=by, member=member, fund=fund
        ),
        again=lambda row: list(Gift.objects.filter(distribution=row.pk).order_by("pk")),
    )  # fmt: skip


def _distribute(
    campaign: Campaign,
    total: Given,
    portions: Sequence[Portion],
    *,
    id: UUID,
    giver: Organisation,
    by: User | None,
    member: Member | None,
    fund: Fund | None,
) -> list[Gift]:
    _check_sum(total, portions)
    homes = [one.to for one in portions if isinstance(one.to, Household)]
    areas = [one.to for one in portions if isinstance(one.to, Place)]
    places = {place.pk: place for place in [*(home.place for home in homes), *areas]}
    inside.check_all(
        total.day, giver=giver, households=homes, member=member, places=list(places.values())
    )
    facts: dict[str, Any] = {"giver": giver, "member": member, "fund": fund, "distribution": id}
    gifts = []
    for line, (portion, part) in enumerate(zip(portions, _parts(total, portions), strict=True)):
        household, place = _household_and_place(portion.to)
        actions.check(campaign, part, place, fund)
        facts |= {"household": household, "place": place}
        numbered = replace(part, id=actions.numbered(id, line))
        gifts.append(actions.gift_of(campaign, numbered, by=by, **facts))
    Gift.objects.bulk_create(gifts)
    if fund:
        _pay(fund, gifts, day=total.day)
    audit.record_many((_entry(gift) for gift in gifts), by=by)
    return gifts


def _household_and_place(to: Receiver) -> tuple[Household | None, Place]:
    return (to, to.place) if isinstance(to, Household) else (None, to)


def _check_sum(total: Given, portions: Sequence[Portion]) -> None:
    if not portions:
        raise Refused(_("Choose who receives it: villages or households."))
    if len(portions) > MOST:
        raise Refused(_("No more than %(most)d receivers at once.") % {"most": MOST})
    if len({(type(one.to), one.to.pk) for one in portions}) < len(portions):
        raise Refused(_("A receiver stands twice in this distribution."))
    empty = [str(one.to) for one in portions if one.quantity <= 0]
    if empty:
        raise Refused(nothing_for(empty))
    given = sum((one.quantity for one in portions), Decimal(0))
    if given != whole(total):
        raise Refused(remainder_of(whole(total) - given))


def whole(total: Given) -> Decimal:
    """The total to be split: goods in their unit, cash in yuan."""
    if total.kind == Gift.Kind.CASH:
        return Decimal(total.value_fen) / 100
    return total.quantity


def nothing_for(names: Sequence[str]) -> str:
    """The sentence about receivers without a quantity."""
    shown = "、".join(names[:5]) + (" …" if len(names) > 5 else "")
    return ngettext(
        "%(names)s gets nothing: untick it, or give it a quantity.",
        "%(names)s get nothing: untick them, or give them a quantity.",
        len(names),
    ) % {"names": shown}


def remainder_of(left: Decimal) -> str:
    """The sentence about a total that is not exactly given out."""
    text = (
        _("%(left)s are left over: the quantities must add up to the total.")
        if left > 0
        else _("%(left)s too many are given out: the quantities must add up to the total.")
    )
    return text % {"left": f"{abs(left).normalize():f}"}


def _parts(total: Given, portions: Sequence[Portion]) -> list[Given]:
    """The total cut into one gift a portion; the values sum up to exactly the value of all."""
    is_cash = total.kind == Gift.Kind.CASH
    values = _in_order(total.value_fen, [int(one.quantity / CENT) for one in portions])
    return [
        replace(total, value_fen=value, quantity=Decimal(0) if is_cash else one.quantity)
        for one, value in zip(portions, values, strict=True)
    ]


def worth(quantity: Decimal, *, each_fen: int) -> int:
    """So many of goods in fen, at the value of one."""
    return int((quantity * each_fen).quantize(Decimal(1), ROUND_HALF_UP))


def _pay(fund: Fund, gifts: Sequence[Gift], *, day: date) -> None:
    """Money for all of them out of the fund, with one entry a gift."""
    all_of_them = sum(gift.value_fen for gift in gifts)
    actions.change_balance(fund, -all_of_them)
    before = fund.balance_fen + all_of_them
    spent = accumulate(gift.value_fen for gift in gifts)
    FundEntry.objects.bulk_create(
        FundEntry(
            fund=fund, day=day, gift=gift, amount_fen=-gift.value_fen, balance_fen=before - so_far
        )
        for gift, so_far in zip(gifts, spent, strict=True)
    )
    days.check(fund, day=day)


def _entry(gift: Gift) -> audit.Entry:
    facts = {"value_fen": gift.value_fen, "item": gift.item, "day": gift.day}
    facts["distribution"] = gift.distribution
    return audit.Entry("gift.recorded", gift._meta.label_lower, str(gift.pk), {}, {}, facts)


@transaction.atomic
@audit.gathered()
def withdraw(gifts: Sequence[Gift], *, reason: str, by: User | None) -> None:
    """Take these gifts of a distribution out of every figure, all or none of them."""
    for gift in gifts:
        actions.void(gift, reason=reason, by=by)
