"""Reminders: whoever has claimed a request hears once a week when its day is near or has passed."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.accounts.roles import Role
from jiedui.core.jobs import daily
from jiedui.core.texts import day_text
from jiedui.needs.models import Claim, NeedRequest, State
from jiedui.notices.actions import Written, writer
from jiedui.notices.models import Notice
from jiedui.orgs.models import Appointment, Organisation, TeamMember

KIND = "needs.due"
REST = timedelta(days=7)
NEAR = timedelta(days=2)


@daily
def remind(today: date) -> None:
    """Notices to who has claimed what is due within `NEAR`; nobody hears of one twice in `REST`."""
    with transaction.atomic():
        claims = Claim.objects.open().filter(
            request__voided_on=None, request__done_on=None, request__due__lte=today + NEAR
        )
        lately = Notice.objects.filter(kind=KIND, made__gt=timezone.now() - REST)
        heard = set(lately.values_list("to", "subject"))
        found = {
            (user, str(claim.request_id))
            for claim in claims.select_related("member", "organisation")
            for user in _accounts(claim)
        }
        Notice.objects.bulk_create(
            [Notice(to_id=to, kind=KIND, subject=of) for to, of in sorted(found - heard)],
            batch_size=500,
        )


def _accounts(claim: Claim) -> Iterator[int]:
    """The member, the head of the team; else the nearest liaisons of the organisation."""
    if claim.member and claim.member.user_id:
        yield claim.member.user_id
        return
    heads = TeamMember.objects.filter(team=claim.team_id, is_head=True, ended=None)
    own = [user for user in heads.values_list("member__user", flat=True) if user]
    yield from own or _liaisons(claim.organisation)


def _liaisons(organisation: Organisation) -> list[int]:
    rows = Appointment.objects.in_force().filter(
        role=Role.LIAISON,
        user__is_active=True,
        organisation__path__in=Organisation.cuts(organisation.path),
    )
    held = list(rows.values_list("organisation__path", "user").order_by("pk"))
    nearest = max((path for path, _user in held), key=len, default="")
    return [user for path, user in held if path == nearest]


@writer(KIND)
def _written(notices: Sequence[Notice]) -> dict[int, Written]:
    """How it stands now; what is no longer being done by anybody says nothing."""
    rows = NeedRequest.objects.filter(pk__in={one.subject for one in notices}, voided_on=None)
    known = {str(row.pk): row for row in rows}
    return {
        one.pk: Written(_sentence(row), reverse("needs:show", args=[row.pk]))
        for one in notices
        if (row := known.get(one.subject)) and row.state == State.CLAIMED
    }


def _sentence(row: NeedRequest) -> str:
    facts = {"what": row.public_text[:40], "due": day_text(row.due)}
    return _("Reminder: “%(what)s”, which you have claimed, is due %(due)s.") % facts
