"""Giving, receiving, and funds that never go below zero."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID, uuid5

import uuid_utils.compat as uuid7
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.core import audit, submissions, voiding
from jiedui.core.models import Submission
from jiedui.core.refusals import Refused
from jiedui.core.submissions import Sent
from jiedui.core.texts import day_text
from jiedui.core.users import User
from jiedui.households.models import Household
from jiedui.ledger import days, inside
from jiedui.ledger.models import Fund, FundEntry, Gift
from jiedui.orgs.membership import check_home
from jiedui.orgs.models import Member, Organisation
from jiedui.places.models import Place

T = TypeVar("T")


@dataclass(frozen=True)
class Given:
    """What was given. `value_fen` is the cash, or the goods at their valuation, in fen."""

    kind: str
    day: date
    value_fen: int
    item: str = ""
    quantity: Decimal = Decimal(0)
    unit: str = ""
    valuation_source: str = ""
    is_steady: bool = False
    occasion: str = ""
    id: UUID | None = None  # made by the client; recording it twice changes nothing


@transaction.atomic
def give(
    campaign: Campaign,
    given: Given,
    *,
    giver: Organisation,
    by: User | None,
    household: Household | None = None,
    place: Place | None = None,
    member: Member | None = None,
    fund: Fund | None = None,
) -> Gift:
    """Record a gift to a household or a place; out of a fund, its balance falls with it.

    Raises `Refused` for a future day, a missing value, unit or receiver, or too small a fund.
    """
    facts: dict[str, Any] = {"giver": giver, "household": household, "place": place}
    facts |= {"member": member, "fund": fund}
    return once(
        given.id, [campaign, given, facts], by=by,
        work=lambda: _give(campaign, given, by=by, **facts),
        again=lambda row: Gift.objects.get(pk=row.pk),
    )  # fmt: skip


def once(
    id: UUID | None,
    content: list[Any],
    *,
    by: User | None,
    work: Callable[[], T],
    again: Callable[[Submission], T],
) -> T:
    """Under a number that was used before, what was done then, if all of it was the same."""
    sent = Sent.by_action(id, kind="ledger", content=content) if id else None
    return submissions.once(sent, by=by, work=work, again=again)


def _give(
    campaign: Campaign,
    given: Given,
    *,
    giver: Organisation,
    by: User | None,
    household: Household | None,
    place: Place | None,
    member: Member | None,
    fund: Fund | None,
    corrects: Gift | None = None,
) -> Gift:
    receiver = household.place if household else place
    check(campaign, given, receiver, fund)
    if not (corrects and _is_where_it_was(corrects, given, giver, household or receiver, member)):
        inside.check(given.day, giver=giver, household=household, member=member, place=receiver)
    row = gift_of(
        campaign, given, giver=giver, member=member, fund=fund, household=household,
        place=receiver, corrects=corrects, by=by,
    )  # fmt: skip
    if Gift.objects.filter(pk=row.pk).exists():
        raise Refused(_("This form has been saved already, with other content. Open a new one."))
    row.save(force_insert=True)
    if fund:
        move(fund, -given.value_fen, day=given.day, gift=row)
    audit.record(
        "gift.recorded", row, by=by, value_fen=given.value_fen, item=row.item, day=given.day
    )
    return row


def gift_of(
    campaign: Campaign, given: Given, *, by: User | None, corrects: Gift | None = None, **facts: Any
) -> Gift:
    """The record of this gift, not yet saved; `facts` are the columns `Given` does not have."""
    if corrects:
        facts["distribution"] = corrects.distribution
    return Gift(
        id=given.id or uuid7.uuid7(),
        campaign=campaign,
        day=given.day,
        kind=given.kind,
        item=given.item.strip(),
        quantity=given.quantity,
        unit=given.unit.strip(),
        value_fen=given.value_fen,
        valuation_source=given.valuation_source.strip(),
        is_steady=given.is_steady,
        occasion=given.occasion.strip(),
        corrects=corrects,
        recorded_at=timezone.now(),
        recorded_by=audit.signed(by),
        **facts,
    )


def _is_where_it_was(
    old: Gift,
    given: Given,
    giver: Organisation,
    to: Household | Place | None,
    member: Member | None,
) -> bool:
    """Whether a correction leaves the day and both sides; what an old record says may stay."""
    was = (old.day, old.giver, old.household or old.place, old.member)
    return was == (given.day, giver, to, member)


@transaction.atomic
def give_all(
    campaign: Campaign,
    lines: Sequence[Given],
    *,
    giver: Organisation,
    by: User | None,
    id: UUID | None = None,
    household: Household | None = None,
    place: Place | None = None,
    member: Member | None = None,
    fund: Fund | None = None,
    corrects: Gift | None = None,
) -> list[Gift]:
    """Record several things given to one receiver: all of them, or none.

    Those that correct a gift take it out first, so that its money is back in the fund.

    `id` is the client's number of the whole form; each line's own follows from it.
    """
    if not lines:
        raise Refused(_("Say what was given: money, or goods."))
    facts: dict[str, Any] = {"giver": giver, "household": household, "place": place}
    facts |= {"member": member, "fund": fund}
    ready = [
        replace(given, id=numbered(id, line)) if id else given for line, given in enumerate(lines)
    ]
    return once(
        id, [campaign, lines, facts, corrects], by=by,
        work=lambda: _give_ready(campaign, ready, by=by, corrects=corrects, **facts),
        again=lambda _row: list(Gift.objects.in_bulk([one.id for one in ready]).values()),
    )  # fmt: skip


def _give_ready(
    campaign: Campaign,
    ready: Sequence[Given],
    *,
    by: User | None,
    corrects: Gift | None,
    **facts: Any,
) -> list[Gift]:
    if corrects:
        _take_out(corrects, reason=_("Corrected"), day=corrects.day, by=by)
    return [_give(campaign, given, by=by, corrects=corrects, **facts) for given in ready]


def numbered(form: UUID, line: int) -> UUID:
    """The number of one line of a form: the same form always gives the same numbers."""
    return uuid5(form, f"gift {line}")


@transaction.atomic
def open_fund(
    campaign: Campaign, *, organisation: Organisation, name: str, since: date, by: User | None
) -> Fund:
    """A new purse of the campaign, empty, held by an organisation."""
    if not name.strip():
        raise Refused(_("Give the fund a name."))
    if since > timezone.localdate():
        raise Refused(_("The fund begins today or earlier."))
    check_home(organisation, on=since)
    fund, is_new = Fund.objects.get_or_create(
        campaign=campaign,
        name=name.strip(),
        defaults={"organisation": organisation, "since": since},
    )
    if not is_new:
        raise Refused(_("A fund called “%(name)s” is there already.") % {"name": fund.name})
    audit.record("fund.opened", fund, by=by, name=fund.name, organisation=organisation.pk)
    return fund


@transaction.atomic
def contribute(
    fund: Fund,
    *,
    amount_fen: int,
    day: date,
    by: User | None,
    donor: Organisation | None = None,
    donor_name: str = "",
    note: str = "",
    id: UUID | None = None,
) -> FundEntry:
    """Money into a fund, from a unit or somebody named; the same `id` again changes nothing."""
    facts: dict[str, Any] = {"amount_fen": amount_fen, "day": day, "donor": donor}
    facts |= {"donor_name": donor_name, "note": note}
    return once(
        id, [fund, facts], by=by,
        work=lambda: _contribute(fund, by=by, id=id, **facts),
        again=lambda row: FundEntry.objects.get(form=row.pk),
    )  # fmt: skip


def _contribute(
    fund: Fund,
    *,
    amount_fen: int,
    day: date,
    by: User | None,
    donor: Organisation | None,
    donor_name: str,
    note: str,
    id: UUID | None,
) -> FundEntry:
    if id and FundEntry.objects.filter(form=id).exists():
        raise Refused(_("This form has been saved already, with other content. Open a new one."))
    if amount_fen <= 0:
        raise Refused(_("A contribution must be more than zero."))
    if day > timezone.localdate():
        raise Refused(_("The day lies in the future; record it once the money is there."))
    if not donor and not donor_name.strip():
        raise Refused(_("Say who gave the money: a unit, or a name."))
    entry = move(
        fund, amount_fen, day=day, donor=donor, donor_name=donor_name.strip(),
        note=note.strip(), form=id,
    )  # fmt: skip
    audit.record("fund.contributed", fund, by=by, amount_fen=amount_fen, day=day)
    return entry


@transaction.atomic
def confirm(
    gift: Gift, *, on: date, name: str, how: str, by: User | None, witness: str = ""
) -> None:
    """The receiver, or somebody for them, says the gift has arrived; by word needs a witness."""
    if how not in Gift.How.values:
        raise Refused(_("Say how it was confirmed: signature, fingerprint, or with a witness."))
    if how == Gift.How.ORAL and not witness.strip():
        raise Refused(_("Who heard it? Without a signature a witness is needed."))
    if not name.strip():
        raise Refused(_("Say who confirmed: the receiver, or who took it for them."))
    if on < gift.day or on > timezone.localdate():
        raise Refused(_("The day must lie between the gift and today."))
    waiting = Gift.objects.filter(pk=gift.pk, confirmed_on=None, voided_on=None)
    facts = {"confirmed_by": name.strip(), "confirmed_how": how, "witness": witness.strip()}
    if not waiting.update(confirmed_on=on, **facts):
        raise Refused(_("This gift has been confirmed or taken out already."))
    audit.record("gift.confirmed", gift, by=by, how=how, day=on)


@transaction.atomic
def void(gift: Gift, *, reason: str, by: User | None) -> None:
    """Take a wrong gift out of every figure; money of a fund goes back into it today."""
    _take_out(gift, reason=reason, day=timezone.localdate(), by=by)


def _take_out(gift: Gift, *, reason: str, day: date, by: User | None) -> None:
    """`day`: when the money is back in the fund; of what never was, the day it had gone out."""
    kept = voiding.void(gift, reason=reason)
    if entry := _last_entry(gift):
        move(entry.fund, -entry.amount_fen, day=day, reverses=entry, note=kept)
    audit.record("gift.voided", gift, by=by, reason=kept)


@transaction.atomic
def take_back(gifts: Sequence[Gift], *, by: User | None) -> None:
    """Undo what was just written down: it is taken out, and what it corrected stands again."""
    for gift in gifts:
        _take_out(gift, reason=_("Taken back at once"), day=gift.day, by=by)
    for before in {gift.corrects for gift in gifts if gift.corrects}:
        _restore(before, by=by)


def stand_in(gift: Gift) -> Gift | None:
    """The gift that stands in place of one that was corrected, once or several times."""
    later: Gift | None = gift
    while later and later.voided_on:
        later = Gift.objects.filter(corrects=later).order_by("-recorded_at").first()
    return later


def _restore(gift: Gift, *, by: User | None) -> None:
    Gift.objects.filter(pk=gift.pk).update(voided_on=None, void_reason="")
    if back := _last_entry(gift):
        move(back.fund, -back.amount_fen, day=gift.day, reverses=back, note=_("Stands again"))
    audit.record("gift.restored", gift, by=by)


def _last_entry(gift: Gift) -> FundEntry | None:
    """The entry of the gift's fund that no other takes back: of the gift, or of its coming back."""
    entry = FundEntry.objects.filter(gift=gift).first()
    while entry and (later := FundEntry.objects.filter(reverses=entry).first()):
        entry = later
    return entry


def check(campaign: Campaign, given: Given, receiver: Place | None, fund: Fund | None) -> None:
    """Raises `Refused` for what is missing or cannot be in a gift, whoever gets it."""
    if receiver is None:
        raise Refused(_("Say who receives it: a household or a place."))
    if given.kind not in Gift.Kind.values:
        raise Refused(_("A gift is cash or goods."))
    if fund and fund.campaign_id != campaign.pk:
        raise Refused(_("This fund belongs to another campaign."))
    if given.day > timezone.localdate():
        raise Refused(_("The day lies in the future; record it once it has been given."))
    if given.day < campaign.starts:
        raise Refused(
            _("The campaign began on %(day)s; the day must not be earlier.")
            % {"day": day_text(campaign.starts)}
        )
    if given.value_fen <= 0:
        raise Refused(_("Give the amount, or what the goods are worth."))
    if given.kind == Gift.Kind.GOODS and not (given.item.strip() and given.unit.strip()):
        raise Refused(_("Goods need a name and a unit, such as 袋 or 斤."))
    if given.kind == Gift.Kind.GOODS and given.quantity <= 0:
        raise Refused(_("Say how much was given."))
    if given.kind == Gift.Kind.GOODS and not given.valuation_source.strip():
        raise Refused(_("Say where the value comes from: an invoice, a market price."))


def move(
    fund: Fund, amount_fen: int, *, day: date, is_checked: bool = True, **facts: Any
) -> FundEntry:
    """Money into or out of a fund; on no day may it be below zero afterwards.

    Whoever makes several movements that only together are right asks `days.check` after the last.
    """
    change_balance(fund, amount_fen)
    entry = FundEntry.objects.create(
        fund=fund, day=day, amount_fen=amount_fen, balance_fen=fund.balance_fen, **facts
    )
    if is_checked:
        days.check(fund, day=day)
    return entry


def change_balance(fund: Fund, amount_fen: int) -> None:
    """Raises `Refused` when the fund is closed or has too little. Write the entries after it.

    The conditional update is the lock: of two gifts at once, one finds too little left.
    """
    enough = Fund.objects.filter(pk=fund.pk, ended=None, balance_fen__gte=-amount_fen)
    is_done = enough.update(balance_fen=F("balance_fen") + amount_fen)
    fund.refresh_from_db()
    if is_done:
        return
    if fund.ended:
        raise Refused(_("The fund “%(fund)s” is closed.") % {"fund": fund.name})
    raise Refused(
        _("The fund “%(fund)s” has %(left)s yuan left; that is not enough.")
        % {"fund": fund.name, "left": f"{Decimal(fund.balance_fen) / 100:,.2f}"}
    )
