"""Helpers are reminded of overdue visits: one notice to each, not again within a week."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.core import audit
from jiedui.core.locking import hold
from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text
from jiedui.core.users import User
from jiedui.fieldwork import due_visits
from jiedui.notices.actions import Written, reminded_lately, writer
from jiedui.notices.models import Notice
from jiedui.orgs.models import Member
from jiedui.pairing.models import Pair

KIND = "fieldwork.visits_overdue"
NAMED = 3  # households in one notice; its page leads to the others


@dataclass(frozen=True)
class Reminder:
    """Whom a reminder reaches: `accounts` by member; the others and why not."""

    pairs: int
    helpers: int
    accounts: dict[int, int]  # member → account that a notice goes to
    lately: int  # helpers who had one within `PAUSE_DAYS`
    without_account: int  # helpers who cannot read a notice here
    not_persons: int  # pairs that a team or an organisation carries


def plan(pairs: QuerySet[Pair]) -> Reminder:
    """Whom a reminder about these pairs would reach; of those that are overdue today only."""
    late = due_visits.overdue_pairs(today=timezone.localdate())
    carried = pairs.filter(pk__in=late.values("pk")).order_by()
    rows = list(carried.values_list("member", "member__user", "member__user__is_active"))
    helpers = {member: user if active else None for member, user, active in rows if member}
    lately = _lately(helpers)
    accounts = {member: user for member, user in helpers.items() if user and member not in lately}
    return Reminder(
        pairs=len(rows),
        helpers=len(helpers),
        accounts=accounts,
        lately=len(lately),
        without_account=sum(user is None for user in helpers.values()),
        not_persons=sum(member is None for member, _user, _active in rows),
    )


def _lately(members: Iterable[int]) -> set[int]:
    """Who of these members has been reminded within the last days."""
    return {int(subject) for subject in reminded_lately(KIND)} & set(members)


@transaction.atomic
def remind(pairs: QuerySet[Pair], *, by: User | None) -> Reminder:
    """Send a notice to the helpers of those of these pairs that are overdue.

    Raises `Refused` when nobody is left to be reminded.
    """
    # Held, so that of two people who press at the same moment one reminds nobody.
    members = Member.objects.filter(pk__in=pairs.order_by().values("member"))
    list(hold(members).order_by("pk").values_list("pk", flat=True))
    found = plan(pairs)
    if not found.accounts:
        raise Refused(_("There is nobody to remind: see below who has been reminded already."))
    Notice.objects.bulk_create(
        Notice(to_id=user, kind=KIND, subject=str(member))
        for member, user in sorted(found.accounts.items())
    )
    audit.record(
        "visits.reminded", by=by, helpers=len(found.accounts), members=sorted(found.accounts)
    )
    return found


@writer(KIND)
def _write(notices: Sequence[Notice]) -> dict[int, Written]:
    """What is overdue when the notice is read; nothing once all visits are made."""
    today = timezone.localdate()
    members = {int(notice.subject) for notice in notices}
    late = due_visits.overdue_pairs(today=today).filter(member__in=members)
    rows = due_visits.with_pair_visits(late, today=today).select_related(
        "household", "place", "partner_member", "partner_organisation"
    )
    by_member: dict[str, list[Any]] = {}
    for pair in rows.order_by("next_due", "pk"):
        by_member.setdefault(str(pair.member_id), []).append(pair)
    return {
        notice.pk: Written(
            _sentence(by_member[notice.subject]), by_member[notice.subject][0].get_absolute_url()
        )
        for notice in notices
        if notice.subject in by_member
    }


def _sentence(pairs: Sequence[Any]) -> str:
    named = [
        _("%(whom)s (due %(day)s)") % {"whom": _partner(pair), "day": day_text(pair.next_due)}
        for pair in pairs[:NAMED]
    ]
    facts = {"count": len(pairs), "whom": _(", ").join(named)}
    if len(pairs) > NAMED:
        return _("%(count)d visits are overdue, among them: %(whom)s.") % facts
    return (
        ngettext(
            "%(count)d visit is overdue: %(whom)s.",
            "%(count)d visits are overdue: %(whom)s.",
            len(pairs),
        )
        % facts
    )


def _partner(pair: Pair) -> str:
    return pair.household.head if pair.household else str(pair.partner)
