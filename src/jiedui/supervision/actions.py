"""Issues: found, answered by measures, mended, checked by somebody else, struck off (销号)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.campaigns.models import Campaign
from jiedui.core import audit
from jiedui.core.refusals import Refused
from jiedui.core.users import User
from jiedui.orgs import persons
from jiedui.orgs.membership import check_home
from jiedui.orgs.models import Member, Organisation
from jiedui.places.models import Place
from jiedui.supervision.models import Issue, Measure

State = Issue.State


@transaction.atomic
def report(
    campaign: Campaign,
    *,
    organisation: Organisation,
    kind: str,
    source: str,
    text: str,
    found_on: date,
    by: User | None,
    place: Place | None = None,
    owner: Member | None = None,
    due: date | None = None,
) -> Issue:
    """Write an issue down; from then on it can only be struck off, never deleted."""
    if found_on > timezone.localdate():
        raise Refused(_("The day lies in the future."))
    check_home(organisation, on=found_on)
    if due and due < found_on:
        raise Refused(_("The issue cannot be due before it was found."))
    issue = Issue.objects.create(
        campaign=campaign,
        organisation=organisation,
        place=place,
        kind=kind,
        source=source,
        text=text.strip(),
        found_on=found_on,
        owner=owner,
        due=due,
    )
    audit.record("issue.reported", issue, by=by)
    return issue


@transaction.atomic
def decide(
    issues: Sequence[Issue],
    *,
    organisation: Organisation,
    text: str,
    since: date,
    due: date,
    by: User | None,
    owner: Member | None = None,
) -> Measure:
    """One measure for one or many issues; they are under way from then on."""
    if not issues:
        raise Refused(_("Choose at least one issue that the measure answers."))
    if due < since:
        raise Refused(_("The measure cannot be due before it begins."))
    check_home(organisation, on=min(since, timezone.localdate()))
    closed = [issue for issue in issues if issue.state == State.CLOSED]
    if closed:
        raise Refused(_("%(text)s: this issue is struck off already.") % {"text": closed[0].text})
    measure = Measure.objects.create(
        campaign=issues[0].campaign,
        organisation=organisation,
        owner=owner,
        text=text.strip(),
        since=since,
        due=due,
    )
    measure.issues.set(issues)
    waiting = Issue.objects.filter(
        pk__in=[i.pk for i in issues], state__in=[State.OPEN, State.REOPENED]
    )
    waiting.update(state=State.UNDER_WAY)
    audit.record("measure.decided", measure, by=by, issues=[i.pk for i in issues])
    for issue in issues:  # told on the page of each issue as well
        audit.record("issue.measure_decided", issue, by=by, measure=measure.pk, reason=measure.text)
    return measure


@transaction.atomic
def mended(issue: Issue, *, on: date, by: User | None) -> None:
    """Its owner says it is mended; now somebody else has to look."""
    if on < issue.found_on or on > timezone.localdate():
        raise Refused(_("The day must lie between finding the issue and today."))
    under_way = Issue.objects.filter(pk=issue.pk, state=State.UNDER_WAY)
    if not under_way.update(state=State.TO_CHECK, done_on=on, done_by=by):
        raise Refused(_("Only an issue with a measure under way can be reported as mended."))
    audit.record("issue.mended", issue, by=by, day=on)


def is_owner(issue: Issue, user: User | None) -> bool:
    """Whether the user, under whatever account, mended the issue or answers for it."""
    if user is None:
        return False
    return persons.behind(user).is_one_of({issue.done_by_id}, {issue.owner_id})


@transaction.atomic
def strike_off(issue: Issue, *, on: date, by: User | None) -> None:
    """Somebody other than who mended it, and other than its owner, has looked: struck off."""
    issue.refresh_from_db()
    if is_owner(issue, by):
        raise Refused(_("Whoever mended an issue cannot strike it off; somebody else has to look."))
    if (issue.done_on and on < issue.done_on) or on > timezone.localdate():
        raise Refused(_("The day must lie between mending the issue and today."))
    to_check = Issue.objects.filter(pk=issue.pk, state=State.TO_CHECK)
    if not to_check.update(state=State.CLOSED, closed_on=on, checked_by=by):
        raise Refused(_("Only an issue reported as mended can be struck off."))
    audit.record("issue.struck_off", issue, by=by, day=on)


@transaction.atomic
def reopen(issue: Issue, *, reason: str, by: User | None) -> None:
    """A look-back found it again, or the check was not passed."""
    if not reason.strip():
        raise Refused(_("Say what was found."))
    over = Issue.objects.filter(pk=issue.pk, state__in=[State.CLOSED, State.TO_CHECK])
    issue.refresh_from_db()
    heir = issue.organisation.heir
    if heir is None:
        raise Refused(_("%(name)s has ended.") % {"name": issue.organisation.name})
    if not over.update(
        state=State.REOPENED,
        organisation=heir,
        closed_on=None,
        checked_by=None,
        done_on=None,
        done_by=None,
        times_reopened=issue.times_reopened + 1,
    ):
        raise Refused(_("Only an issue that was reported as mended can come back."))
    audit.record("issue.reopened", issue, by=by, reason=reason.strip())


@transaction.atomic
def finish(measure: Measure, *, on: date, by: User | None) -> None:
    """The measure is carried out; its issues are still looked at one by one."""
    if on < measure.since or on > timezone.localdate():
        raise Refused(_("The day must lie between the beginning of the measure and today."))
    if not Measure.objects.filter(pk=measure.pk, done_on=None).update(done_on=on):
        raise Refused(_("This measure is carried out already."))
    audit.record("measure.finished", measure, by=by, day=on)
