"""Wrong contributions put right: the wrong one stays readable, what it should have been follows."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core import audit
from jiedui.core.locking import held
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.ledger import days
from jiedui.ledger.actions import move
from jiedui.ledger.models import FundEntry
from jiedui.orgs.models import Organisation


@dataclass(frozen=True)
class Contribution:
    """What a contribution should have been; `amount_fen` nought: it never came."""

    amount_fen: int
    day: date
    donor: Organisation | None = None
    donor_name: str = ""
    note: str = ""


@transaction.atomic
def correct_contribution(
    entry: FundEntry, right: Contribution, *, reason: str, by: User | None
) -> FundEntry | None:
    """Take a wrong contribution back on its own day and write the right one down beside it.

    Raises `Refused` when it was no contribution, has been taken back already, or the fund would be
    below zero on some day without it.
    """
    fund = held(entry.fund)
    _check(entry, right, reason)
    fresh = None
    if right.amount_fen:
        fresh = move(
            fund, right.amount_fen, day=right.day, donor=right.donor,
            donor_name=right.donor_name.strip(), note=right.note.strip(), is_checked=False,
        )  # fmt: skip
    try:
        with transaction.atomic():
            move(
                fund, -entry.amount_fen, day=entry.day, reverses=entry, note=reason.strip(),
                is_checked=False,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("This entry has been taken back already.")) from error
    days.check(fund, day=min(entry.day, right.day) if fresh else entry.day)
    audit.record(
        "fund.corrected", fund, by=by, entry=entry.pk, reason=reason.strip(), day=right.day,
        amount_fen=[entry.amount_fen, right.amount_fen],
    )  # fmt: skip
    return fresh


def _check(entry: FundEntry, right: Contribution, reason: str) -> None:
    if entry.amount_fen <= 0 or entry.gift_id or entry.reverses_id:
        raise Refused(_("Only money that came in is corrected here; a gift is taken out itself."))
    if FundEntry.objects.filter(reverses=entry).exists():
        raise Refused(_("This entry has been taken back already."))
    if not reason.strip():
        raise Refused(_("Say why the record is wrong; the reason stays with it."))
    if right.amount_fen < 0:
        raise Refused(_("A contribution must be more than zero."))
    if right.day > timezone.localdate():
        raise Refused(_("The day lies in the future; record it once the money is there."))
    if right.amount_fen and not right.donor and not right.donor_name.strip():
        raise Refused(_("Say who gave the money: a unit, or a name."))
