"""What needs somebody today, with due days: each source is asked only of whom it concerns."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from jiedui.campaigns.models import Campaign, Plan, Task
from jiedui.campaigns.scopes import covers
from jiedui.core import audit
from jiedui.core.lists import Badge
from jiedui.core.models import AuditEntry, Job
from jiedui.core.trees import below
from jiedui.fieldwork import sheet_credit
from jiedui.fieldwork.completion import by_form
from jiedui.fieldwork.models import Activity
from jiedui.handover.change_requests import WAITING
from jiedui.handover.models import ChangeRequest, HandOver, Notification
from jiedui.home.desk import Desk, href
from jiedui.ledger.models import Gift
from jiedui.ledger.scopes import changeable
from jiedui.needs import scopes as need_scopes
from jiedui.needs.models import CONDITIONS, NeedRequest, State
from jiedui.notices.models import Complaint, Notice
from jiedui.orgs import persons
from jiedui.orgs.models import Member, Organisation
from jiedui.pairing.models import Avoidance, Pair
from jiedui.projects.models import Project
from jiedui.proposals.approving import may_approve
from jiedui.proposals.models import Approval, Proposal
from jiedui.reports.actions import is_writer
from jiedui.reports.models import Bulletin
from jiedui.supervision.models import Issue

SOON = timedelta(days=45)  # further off is on the calendar, not on the desk
SHOWN = 12
CHAIN_DAYS = 7  # after which the audit chain is to be walked again


@dataclass(frozen=True)
class Todo:
    text: str
    href: str = ""
    due: date | None = None
    icon: str = "checks"
    note: str = ""
    word: str = ""  # the text of the badge; empty: it follows from `due`
    tone: str = "blue"

    def badge(self, today: date) -> Badge:
        if self.word:
            return Badge(self.word, self.tone, self.icon)  # type: ignore[arg-type]
        if self.due is None:
            return Badge(_("waiting"), "blue", "inbox")
        if self.due < today:
            return Badge(_("overdue"), "red", "clock")
        if self.due <= today + timedelta(days=7):
            return Badge(_("this week"), "amber", "clock")
        return Badge(_("coming up"), "grey", "calendar")


Source = Callable[[Desk], Iterable[Todo]]


def todos(desk: Desk, *, more: Iterable[Todo] = ()) -> list[Todo]:
    """Everything for this desk: what is late first, then by day, then what has no day."""
    found = [*more, *(todo for source in SOURCES for todo in source(desk))]
    return sorted(found, key=lambda one: (one.due is None, one.due or desk.today))


def visits(desk: Desk) -> Iterator[Todo]:
    """The helper's own pairs, by the rhythms of the playbook."""
    for pair, due in ((pair, due) for pair, due in desk.visits if due):
        if pair.household:
            text = _("Visit %(whom)s") % {"whom": pair.household.head}
        else:
            text = pgettext("place", "Visit %(whom)s") % {"whom": pair.place or ""}
        if due.day <= desk.today + SOON:
            link = href("fieldwork:visit", pair=pair.pk) or href("fieldwork:new", pair=pair.pk)
            yield Todo(text, link, due.day, "home-heart", str(due.name))


def still_mine(desk: Desk) -> Iterator[Todo]:
    """What the helper has handed over but still answers for, until the successor has called."""
    if not desk.member:
        return
    rows = Pair.objects.current().filter(member=desk.member, overlap_until__isnull=False)
    for pair in rows.select_related("campaign", "household", "place").order_by("overlap_until")[:6]:
        whom = pair.household.head if pair.household else str(pair.place or "")
        until = pair.campaign.playbook.pairing(pair.kind).handover.until
        note = _("until the successor's first visit") if until == "first_visit" else ""
        yield Todo(_("%(whom)s is still yours") % {"whom": whom}, href("profiles:pair", pair.pk),
                   pair.overlap_until, "arrows-exchange", note)  # fmt: skip


def notices(desk: Desk) -> Iterator[Todo]:
    """Unread notices of this account."""
    unread = Notice.objects.visible_to(desk.user).filter(read=None).count()
    if unread:
        text = ngettext("Read %(count)d notice", "Read %(count)d notices", unread)
        yield Todo(text % {"count": unread}, href("notices:mine"), icon="message", word=_("new"))


def changes(desk: Desk) -> Iterator[Todo]:
    """Hand-overs being prepared, change requests to be decided, and families to be told."""
    if desk.may("pair.change"):
        drafts = HandOver.objects.changeable_by(desk.user).filter(state=HandOver.State.DRAFT)
        drafts = drafts.select_related("member", "dissolved", "organisation")
        for draft in drafts.order_by("pk")[:3]:
            yield Todo(_("Finish handing over: %(who)s") % {"who": draft},
                       draft.get_absolute_url(), icon="arrows-exchange",
                       word=pgettext("hand-over", "to confirm"))  # fmt: skip
        rows = ChangeRequest.objects.changeable_by(desk.user).filter(WAITING)
        person = persons.behind(desk.user)
        rows = rows.exclude(asked_by__in=person.accounts)
        rows = rows.exclude(pair__member__in=person.members)
        facts = rows.aggregate(n=Count("pk"), first=Min("asked_on"))
        if facts["n"]:
            text = ngettext(
                "Decide about %(count)d request for a change",
                "Decide about %(count)d requests for a change",
                facts["n"],
            ) % {"count": facts["n"]}
            yield Todo(text, href("handover:change_requests", state="waiting"),
                       icon="message-report", note=_waiting(desk, facts["first"]),
                       word=_("to decide"))  # fmt: skip
        yield from _to_decide(desk)
    yield from _families(desk)


def _to_decide(desk: Desk) -> Iterator[Todo]:
    """Avoidances to be decided, and granted change requests still to be carried out."""
    rows = Avoidance.objects.changeable_by(desk.user).filter(state=Avoidance.State.DECLARED)
    rows = rows.exclude(member__in=persons.behind(desk.user).members)
    facts = rows.aggregate(n=Count("pk"), first=Min("declared_on"))
    if facts["n"]:
        text = ngettext(
            "Decide about %(count)d avoidance", "Decide about %(count)d avoidances", facts["n"]
        ) % {"count": facts["n"]}
        yield Todo(text, href("pairing:avoidances", state="declared"), icon="user-x",
                   note=_waiting(desk, facts["first"]), word=_("to decide"))  # fmt: skip
    granted = (
        ChangeRequest.objects.changeable_by(desk.user)
        .filter(state=ChangeRequest.State.GRANTED, pair__ended=None, pair__overlap_until=None)
        .aggregate(n=Count("pk"), first=Min("asked_on"))
    )
    if granted["n"]:
        text = ngettext(
            "Name a successor: %(count)d granted request for a change",
            "Name successors: %(count)d granted requests for a change",
            granted["n"],
        ) % {"count": granted["n"]}
        yield Todo(text, href("handover:change_requests", state="granted"), icon="arrows-exchange",
                   note=_waiting(desk, granted["first"]), word=_("to hand over"))  # fmt: skip


def _families(desk: Desk) -> Iterator[Todo]:
    if desk.role not in ("village_officer", "liaison", "office"):
        return
    mine = Notification.objects.changeable_by(desk.user).filter(whom=Notification.Whom.FAMILY)
    count = Notification.objects.open().filter(pk__in=mine.values("pk")).count()
    if count:
        text = ngettext(
            "Tell %(count)d family of their new helper",
            "Tell %(count)d families of their new helpers",
            count,
        ) % {"count": count}
        yield Todo(text, href("handover:notifications", state="open", whom="family"),
                   icon="message", word=_("to be told"))  # fmt: skip


def handovers(desk: Desk) -> Iterator[Todo]:
    """Helpers who left while their pairs are open: a household must not be alone."""
    if not desk.may("pair.change"):
        return
    rows = Pair.objects.changeable_by(desk.user)
    left = Member.objects.filter(ended__isnull=False).order_by()
    rows = rows.filter(ended=None, member__in=left.values("pk"))
    facts = rows.aggregate(pairs=Count("pk"), first=Min("member__ended"))
    if facts["pairs"]:
        text = ngettext(
            "Hand over %(count)d pair whose helper has left",
            "Hand over %(count)d pairs whose helpers have left",
            facts["pairs"],
        ) % {"count": facts["pairs"]}
        yield Todo(text, href("pairing:list", state="left"), facts["first"], "arrows-exchange")


def _waiting(desk: Desk, first: date | None) -> str:
    """Since when the oldest of several waits."""
    days = (desk.today - first).days if first else 0
    if days < 1:
        return ""
    return ngettext("the oldest waits for %(n)d day", "the oldest waits for %(n)d days", days) % {
        "n": days
    }


def gifts(desk: Desk) -> Iterator[Todo]:
    """Given, but nobody has confirmed that it arrived."""
    if not desk.may("gift.record") or desk.role == "office":
        return
    rows = changeable(desk.user).filter(
        confirmed_on=None, voided_on=None, campaign=desk.campaign
    ) if desk.campaign else Gift.objects.none()  # fmt: skip
    facts = rows.aggregate(n=Count("pk"), first=Min("day"))
    if count := facts["n"]:
        text = ngettext(
            "Have %(count)d gift confirmed by the receiver",
            "Have %(count)d gifts confirmed by the receivers",
            count,
        ) % {"count": count}
        yield Todo(text, href("ledger:gifts", confirmed=0, voided=0), icon="receipt",
                   note=_waiting(desk, facts["first"]), word=_("to confirm"))  # fmt: skip


def tasks(desk: Desk) -> Iterator[Todo]:
    """Prescribed and own tasks of the unit that run now and are not done yet."""
    unit = desk.root.organisation
    if desk.campaign is None or not (unit or desk.role == "office"):
        return
    running = Task.objects.filter(
        campaign=desk.campaign, starts__lte=desk.today, due__gte=desk.today,
        due__lte=desk.today + SOON,
    )  # fmt: skip
    running = running.filter(Q(organisation=None) | Q(organisation__path=unit.path if unit else ""))
    rows = list(running.order_by("due")[:6])
    done = _done(desk.campaign, rows, unit, today=desk.today) if unit else {}
    for task in rows:
        count = done.get(task.pk, 0)
        is_ours = unit is not None and task.per == unit.kind
        if is_ours and count >= task.wanted:
            continue
        facts = {"done": count, "wanted": task.wanted}
        note = _("%(done)s of %(wanted)s") % facts if is_ours else ""
        link = href("campaigns:task", task.pk) or href("campaigns:tasks")
        yield Todo(str(task.title), link, task.due, "list-check", note)


def _done(
    campaign: Campaign, rows: list[Task], unit: Organisation, *, today: date
) -> dict[int, int]:
    """Records of each task's kind below the unit, in one query; sheets of its form in another."""
    sheets = sheet_credit.counted(campaign, [t for t in rows if by_form(t)], until=today)
    by_sheets = {
        pk: sum(count for path, count in by_path.items() if path.startswith(unit.path))
        for pk, by_path in sheets.items()
    }
    counted = {
        f"t{task.pk}": Count("pk", filter=Q(kind=task.activity_kind, day__gte=task.starts))
        for task in rows
        if task.activity_kind
    }
    if not counted:
        return by_sheets
    own = Activity.objects.standing().filter(
        kind__in={task.activity_kind for task in rows},
        campaign=campaign,
        day__gte=min(task.starts for task in rows),
        # Keys, not paths of a joined table, and all of it in one index.
        organisation__in=Organisation.objects.below(unit).order_by().values("pk"),
    )
    return by_sheets | {int(name[1:]): n for name, n in own.aggregate(**counted).items()}


def plans(desk: Desk) -> Iterator[Todo]:
    """A liaison's own plan; for the office, how many are still missing."""
    plan = desk.campaign.playbook.plan if desk.campaign else None
    if desk.campaign is None or plan is None:
        return
    handed = Plan.objects.filter(campaign=desk.campaign, submitted_on__isnull=False)
    unit = desk.root.organisation
    if desk.may("plan.change") and unit and unit.kind == plan.per:
        if not handed.filter(organisation=unit).exists():
            yield Todo(_("Hand in the unit's own plan"), href("campaigns:plan", unit.pk), plan.due,
                       "file-text")  # fmt: skip
    elif covers(desk.campaign, desk.user, "campaign.change"):
        due = Organisation.objects.standing().filter(
            below(desk.campaign.organisation.path), kind=plan.per
        )
        missing = due.exclude(pk__in=handed.values("organisation")).count()
        if missing > 0:
            text = ngettext(
                "%(count)d plan has not been handed in", "%(count)d plans have not been handed in",
                missing,
            ) % {"count": missing}  # fmt: skip
            yield Todo(text, href("campaigns:plans", state="missing"), plan.due, "file-text")


def issues(desk: Desk) -> Iterator[Todo]:
    """What waits for a check by somebody else, and what is to be mended by a day."""
    if not desk.may("issues.change") or desk.campaign is None:
        return
    rows = Issue.objects.changeable_by(desk.user).filter(campaign=desk.campaign)
    person = persons.behind(desk.user)
    mine = Q(done_by__in=person.accounts) | Q(owner__in=person.members)
    to_check = rows.filter(state=Issue.State.TO_CHECK).exclude(mine)
    facts = to_check.aggregate(n=Count("pk"), first=Min("done_on"))
    if waiting := facts["n"]:
        text = ngettext(
            "Check whether %(count)d issue is mended", "Check whether %(count)d issues are mended",
            waiting,
        ) % {"count": waiting}  # fmt: skip
        yield Todo(text, href("supervision:issues", state="to_check"), icon="clipboard-check",
                   note=_waiting(desk, facts["first"]), word=_("to check"))  # fmt: skip
    open_states = (Issue.State.OPEN, Issue.State.UNDER_WAY, Issue.State.REOPENED)
    for issue in rows.filter(state__in=open_states).order_by("due", "pk")[:4]:
        link = href("supervision:issue", issue.pk) or href("supervision:issues")
        yield Todo(
            _("Mend: %(what)s") % {"what": issue.text[:40]}, link, issue.due, "flag",
            word="" if issue.due else _("to mend"), tone="amber",
        )  # fmt: skip


def projects(desk: Desk) -> Iterator[Todo]:
    """Projects the user keeps whose day has passed: finished, or put off with a reason."""
    if desk.campaign is None or not desk.campaign.playbook.projects:
        return
    if not desk.may("projects.change"):
        return
    kept = Project.objects.standing().filter(campaign=desk.campaign).overdue(today=desk.today)
    facts = kept.changeable_by(desk.user).aggregate(n=Count("pk"), first=Min("due"))
    if late := facts["n"]:
        text = ngettext("%(count)d project is overdue", "%(count)d projects are overdue", late)
        yield Todo(text % {"count": late}, href("projects:list", late=1), facts["first"], "hammer")


def requests(desk: Desk) -> Iterator[Todo]:
    """Requests to be checked and to be confirmed, those that nobody claims, and the own ones."""
    if desk.campaign is None or not desk.campaign.playbook.needs:
        return
    standing: Any = NeedRequest.objects.standing().filter(campaign=desk.campaign)
    if desk.may(need_scopes.CHECK):
        kept: Any = standing.changeable_by(desk.user, permission=need_scopes.CHECK)
        facts = kept.aggregate(
            **{f"{one}_n": Count("pk", filter=CONDITIONS[one]) for one in REQUESTS_WAITING},
            **{f"{one}_due": Min("due", filter=CONDITIONS[one]) for one in REQUESTS_WAITING},
        )
        for state, said in REQUESTS_WAITING.items():
            if n := facts[f"{state}_n"]:
                yield Todo(said(n), href("needs:list", state=state), facts[f"{state}_due"], "inbox")
    own: Any = need_scopes.claimed_by(desk.user).filter(campaign=desk.campaign)
    for row in own.in_state(State.CLAIMED).order_by("due", "pk")[:4]:
        text = _("Do what was asked for: %(what)s") % {"what": row.public_text[:40]}
        yield Todo(text, href("needs:show", row.pk), row.due, "inbox")


def _to_check(n: int) -> str:
    text = ngettext("Check %(count)d request", "Check %(count)d requests", n)
    return text % {"count": n}


def _to_claim(n: int) -> str:
    text = ngettext(
        "%(count)d request waits to be claimed", "%(count)d requests wait to be claimed", n
    )
    return text % {"count": n}


def _to_confirm(n: int) -> str:
    text = ngettext(
        "Ask whether %(count)d request was done", "Ask whether %(count)d requests were done", n
    )
    return text % {"count": n}


REQUESTS_WAITING: dict[str, Callable[[int], str]] = {
    State.ASKED: _to_check,
    State.OPEN: _to_claim,
    State.DONE: _to_confirm,
}


def complaints(desk: Desk) -> Iterator[Todo]:
    if not desk.may("complaints.answer"):
        return
    facts = Complaint.objects.filter(answered=None).aggregate(n=Count("pk"), first=Min("made"))
    if facts["n"]:
        text = ngettext(
            "Answer %(count)d note in the complaint box",
            "Answer %(count)d notes in the complaint box",
            facts["n"],
        ) % {"count": facts["n"]}
        yield Todo(
            text, href("notices:list", open=1), icon="message-report",
            note=_waiting(desk, timezone.localdate(facts["first"])), word=_("to answer"),
        )  # fmt: skip


def proposals(desk: Desk) -> Iterator[Todo]:
    """Pairing plans that wait for a decision."""
    if not desk.may("pair.approve") or desk.campaign is None:
        return
    mine = Proposal.objects.changeable_by(desk.user, permission="pair.approve")
    ready = mine.filter(campaign=desk.campaign, state=Proposal.State.READY)
    ready = ready.exclude(pk__in=Approval.objects.waiting().values("proposal"))
    waiting = (one for one in ready.order_by("pk") if may_approve(one, by=desk.user))
    for proposal in islice(waiting, 3):
        yield Todo(_("Decide about a pairing proposal"), href("proposals:show", proposal.pk),
                   icon="heart-handshake", word=_("to decide"))  # fmt: skip


def bulletins(desk: Desk) -> Iterator[Todo]:
    """Drafts that wait for a second person."""
    if not desk.may("bulletin.freeze"):
        return
    mine = Bulletin.objects.changeable_by(desk.user, permission="bulletin.freeze")
    drafts = mine.filter(state=Bulletin.State.DRAFT)
    for draft in drafts.filter(campaign=desk.campaign)[:3]:
        if is_writer(draft, desk.user):
            yield Todo(_("Finish: %(title)s") % {"title": draft.title}, draft.get_absolute_url(),
                       icon="pencil", word=_("draft"), tone="grey")  # fmt: skip
        else:
            yield Todo(_("Read and freeze: %(title)s") % {"title": draft.title},
                       href("reports:bulletin_freeze", draft.pk), icon="lock",
                       word=_("to freeze"))  # fmt: skip


def chain(desk: Desk) -> Iterator[Todo]:
    """What the weekly verification of the audit chain found wrong, until one finds nothing."""
    if not desk.may("audit.read"):
        return
    last = AuditEntry.objects.filter(action="audit.verified").order_by("-pk").first()
    number = last and (last.content.get("broken") or last.content.get("lost"))
    if number:
        text = _("Entry %(number)s does not fit the audit chain") % {"number": number}
        yield Todo(
            text, href("reports:audit"), desk.today, "alert-triangle", word=_("broken"), tone="red"
        )
    elif (last and last.content.get("missing")) or audit.is_unanchored():
        text = _("Part of what belongs to the audit chain is missing")
        yield Todo(
            text, href("reports:audit"), desk.today, "alert-triangle", word=_("missing"), tone="red"
        )
    due = last.at.date() + timedelta(days=CHAIN_DAYS) if last else desk.today
    if due <= desk.today + timedelta(days=2):
        yield Todo(_("Verify the audit chain"), href("reports:audit"), due, "shield-check")


def failures(desk: Desk) -> Iterator[Todo]:
    if not desk.may("jobs.read"):
        return
    failed = Job.objects.filter(state=Job.State.FAILED, made__date__gte=desk.today - timedelta(7))
    for job in failed.order_by("-pk")[:3]:
        yield Todo(_("Look at a job that failed"), job.get_absolute_url(), icon="alert-triangle",
                   note=job.message, word=_("failed"), tone="red")  # fmt: skip


SOURCES: tuple[Source, ...] = (
    visits, still_mine, handovers, changes, notices, gifts, tasks, plans, issues, projects,
    requests, complaints, proposals, bulletins, chain, failures,
)  # fmt: skip
