"""Notifications of a hand-over: for both helpers, the the liaisons of their units and the family.

Whoever has an account gets a notice; everybody is listed as not yet notified until they
have read the notice, or somebody records the day on which they were told.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.accounts.roles import Role
from jiedui.core import audit, bulk
from jiedui.core.refusals import Refused
from jiedui.core.texts import day_text, sentences
from jiedui.core.users import User
from jiedui.handover.models import Notification
from jiedui.notices.actions import Written, writer
from jiedui.notices.models import Notice
from jiedui.orgs.models import Appointment, Member, Organisation
from jiedui.pairing.models import Pair

KIND = "pairing.passed_on"
AT_ONCE = 900  # keys in one query
MOST = 10_000  # notifications marked in one request, which takes about a second
Whom = Notification.Whom


class _Draft(NamedTuple):
    """A notification still to be saved, and the accounts that get a notice of it."""

    pair: int  # the new one
    whom: str
    accounts: list[int]


@transaction.atomic
def write_down(successors: Sequence[Pair], *, by: User | None) -> None:
    """Create the notifications of these new pairs, and send notices to those with accounts."""
    if not successors:
        return
    liaisons = _Liaisons(successors, besides=getattr(by, "pk", None))
    drafts: list[_Draft] = []
    notified: set[int] = set()  # previous pairs whose helper and family have a notification already
    for pair in successors:
        before = pair.previous
        is_first = before is not None and before.pk not in notified
        drafts += _drafts(pair, liaisons, is_first=is_first)
        if before is not None:
            notified.add(before.pk)
    _send(drafts)


def _drafts(pair: Pair, liaisons: "_Liaisons", *, is_first: bool) -> Iterable[_Draft]:
    before = pair.previous
    if pair.member:
        yield _Draft(pair.pk, Whom.AFTER, _account(pair.member))
    new = liaisons.of(pair.organisation)
    if new:
        yield _Draft(pair.pk, Whom.UNIT_AFTER, new)
    if not is_first or before is None:
        return
    if before.member and before.member.ended is None:
        yield _Draft(pair.pk, Whom.BEFORE, _account(before.member))
    old = [one for one in liaisons.of(before.organisation) if one not in new]
    if old:
        yield _Draft(pair.pk, Whom.UNIT_BEFORE, old)
    if pair.household_id:
        yield _Draft(pair.pk, Whom.FAMILY, [])


def _account(member: Member) -> list[int]:
    return [member.user_id] if member.user_id else []


class _Liaisons:
    """Accounts of the liaisons nearest above organisations, read at once for many pairs."""

    def __init__(self, pairs: Sequence[Pair], *, besides: int | None) -> None:
        both = [pair.organisation for pair in pairs]
        both += [pair.previous.organisation for pair in pairs if pair.previous]
        cuts = {cut for one in both for cut in Organisation.cuts(one.path)}
        rows = (
            Appointment.objects.in_force()
            .filter(role=Role.LIAISON, user__is_active=True, organisation__path__in=cuts)
            .exclude(user=besides)
        )
        self.known: dict[str, list[int]] = {}
        for path, user in rows.order_by("pk").values_list("organisation__path", "user"):
            self.known.setdefault(path, []).append(user)

    def of(self, organisation: Organisation) -> list[int]:
        line = reversed(Organisation.cuts(organisation.path))
        return next((self.known[cut] for cut in line if cut in self.known), [])


def _send(drafts: Sequence[_Draft]) -> None:
    active = set(
        get_user_model()
        ._default_manager.filter(
            pk__in={user for draft in drafts for user in draft.accounts}, is_active=True
        )
        .values_list("pk", flat=True)
    )
    values = [{"pair_id": draft.pair, "whom": str(draft.whom)} for draft in drafts]
    made = zip(bulk.make(Notification, values), drafts, strict=True)
    wanted = [(key, user) for key, one in made for user in one.accounts if user in active]
    now = timezone.now()
    notices = bulk.make(
        Notice,
        [{"to_id": user, "kind": KIND, "subject": str(key), "made": now} for key, user in wanted],
    )
    both = ((key, notice) for (key, _user), notice in zip(wanted, notices, strict=True))
    through: Any = Notification.notices.through
    bulk.insert(through, ["notification", "notice"], both)


@transaction.atomic
def mark(rows: Any, *, on: date, by: User | None) -> tuple[int, int]:
    """Set the day on which these were notified, for at most `MOST`; a day set before stays.

    Returns how many were marked, and how many are left. Raises `Refused` for a day that cannot be.
    """
    if on > timezone.localdate():
        raise Refused(_("This day lies in the future."))
    keys = list(rows.filter(pair__since__lte=on).values_list("pk", flat=True))
    if not keys:
        raise Refused(_("Nobody is told before the pair has passed on."))
    open_rows = Notification.objects.open().values_list("pk", "pair")
    found = [one for part in _parts(keys) for one in open_rows.filter(pk__in=part)]
    chosen = found[:MOST]
    for part in _parts([pk for pk, _pair in chosen]):
        Notification.objects.filter(pk__in=part).update(told_on=on, told_by=audit.signed(by))
    pairs = sorted({str(pair) for _pk, pair in chosen})
    # "pair.told" is the key that is stored in the audit chain.
    audit.record_many(
        [audit.Entry("pair.told", "pairing.pair", key, {}, {"day": on}) for key in pairs], by=by
    )
    return len(chosen), len(found) - len(chosen)


def _parts(keys: list[int]) -> Iterator[list[int]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


@writer(KIND)
def _write(notices: Sequence[Notice]) -> dict[int, Written]:
    keys = {int(notice.subject) for notice in notices}
    rows = Notification.objects.filter(pk__in=keys).select_related(
        "pair__campaign", "pair__household__place", "pair__place", "pair__member",
        "pair__organisation", "pair__team", "pair__partner_member", "pair__partner_organisation",
        "pair__previous__member", "pair__previous__organisation", "pair__previous__team",
    )  # fmt: skip
    known = {str(one.pk): one for one in rows}
    return {
        notice.pk: Written(sentence(row), row.pair.get_absolute_url())
        for notice in notices
        if (row := known.get(notice.subject))
    }


def sentence(row: Notification) -> str:
    """The text of a notification, as its recipient reads it."""
    pair, before = row.pair, row.pair.previous
    facts = {
        "partner": pair.household.head if pair.household else str(pair.partner),
        "place": pair.household.place.name if pair.household else "",
        "before": str(before.helper) if before else "—",
        "after": str(pair.helper),
        "day": day_text(pair.since),
    }
    if row.whom == Whom.AFTER:
        text = _("From %(day)s on you answer for %(partner)s %(place)s; before you it was"
                 " %(before)s.") % facts  # fmt: skip
    elif row.whom == Whom.BEFORE:
        text = _("%(partner)s %(place)s passes on to %(after)s on %(day)s.") % facts
    else:
        text = _("%(partner)s %(place)s passes from %(before)s to %(after)s on %(day)s.") % facts
    until = stays_until(before) if before else ""
    return sentences(text, until)


def stays_until(before: Pair) -> str:
    """How long the helper before stays answerable, in a sentence; "" when not at all."""
    if before.overlap_until is None or before.ended:
        return ""
    facts = {"before": str(before.helper), "until": day_text(before.overlap_until)}
    if before.campaign.playbook.pairing(before.kind).handover.until == "first_visit":
        return _("%(before)s stays answerable until the successor's first visit, at the latest"
                 " until %(until)s.") % facts  # fmt: skip
    return _("%(before)s stays answerable until %(until)s.") % facts
