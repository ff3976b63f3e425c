"""Reminders of a task: the liaisons of organisations that are behind get a notice.

Each organisation is answered for by the nearest liaison at or above it who can sign in; that
liaison hears of a task once in `REST`, however many organisations are behind with it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.accounts.models import User
from jiedui.accounts.roles import Role
from jiedui.campaigns.models import Campaign, Task
from jiedui.core import audit
from jiedui.core.refusals import Refused
from jiedui.core.texts import count_text, day_text
from jiedui.fieldwork import scopes
from jiedui.fieldwork.completion import completions
from jiedui.notices.actions import Written, writer
from jiedui.notices.models import Notice
from jiedui.orgs.models import Appointment, Organisation
from jiedui.orgs.scopes import of

KIND = "fieldwork.task_behind"
REST = timedelta(days=7)


@dataclass(frozen=True)
class Reminder:
    """What one press would do: who is behind, and which accounts hear of it."""

    behind: tuple[str, ...]  # paths of organisations
    accounts: tuple[int, ...]  # get a notice now
    resting: tuple[int, ...]  # had one within the last days
    unreached: tuple[str, ...]  # paths of organisations without a liaison who can sign in


def may_remind(task: Task | None = None, *, under: Organisation, by: User) -> bool:
    """Whether the user plans for an organisation below this one; or for the one that chose the
    task, where one did.
    """
    own = scopes.planning(by)
    if task is not None and task.organisation_id:
        return own.filter(pk=task.organisation_id).exists()
    return own.filter(path__startswith=under.path).exists()


def plan(task: Task, *, under: Organisation, by: User) -> Reminder:
    """Whom a reminder would reach below an organisation, of those the user acts for."""
    behind = _behind(task, under.path, by)
    liaisons = _liaisons(behind, besides=by)
    wanted = dict.fromkeys(user for path in behind for user in liaisons.get(path, ()))
    lately = Notice.objects.filter(
        kind=KIND, subject=str(task.pk), to__in=wanted, made__gt=timezone.now() - REST
    )
    resting = set(lately.values_list("to", flat=True))
    return Reminder(
        behind=tuple(behind),
        accounts=tuple(user for user in wanted if user not in resting),
        resting=tuple(user for user in wanted if user in resting),
        unreached=tuple(path for path in behind if path not in liaisons),
    )


@transaction.atomic
def send(task: Task, *, under: Organisation, by: User) -> int:
    """Send the notices; returns how many. Raises `Refused` where there is nobody to remind."""
    # Of two who press at the same moment, the second waits here and finds the first one's notices.
    Task.objects.select_for_update().get(pk=task.pk)
    found = plan(task, under=under, by=by)
    if not found.behind:
        raise Refused(_("Nobody is behind with this task."))
    if not found.accounts and found.resting:
        raise Refused(_("All who answer for them were reminded within the last seven days."))
    if not found.accounts:
        raise Refused(_("None of these organisations has a liaison who can sign in."))
    Notice.objects.bulk_create(
        [Notice(to_id=user, kind=KIND, subject=str(task.pk)) for user in found.accounts],
        batch_size=500,
    )
    audit.record(
        "task.reminded", task, by=by, organisation=under.pk, behind=len(found.behind),
        notices=len(found.accounts),
    )  # fmt: skip
    return len(found.accounts)


def _behind(task: Task, root: str, by: User) -> list[str]:
    found = completions(task.campaign, [task], until=timezone.localdate(), under=root)
    late = [one for one in found if one.is_behind(timezone.localdate())]
    own = set(scopes.planning(by).filter(path__startswith=root).values_list("pk", flat=True))
    return sorted({one.path for one in late if one.organisation in own})


def _liaisons(paths: Sequence[str], *, besides: User) -> dict[str, list[int]]:
    """By path, the accounts of the nearest liaisons; those without any are left out."""
    cuts = {path: Organisation.cuts(path) for path in paths}
    rows = (
        Appointment.objects.in_force()
        .filter(role=Role.LIAISON, user__is_active=True)
        .filter(organisation__path__in={cut for line in cuts.values() for cut in line})
        .exclude(user=besides)
        .order_by("pk")
    )
    held: dict[str, list[int]] = {}
    for path, user in rows.values_list("organisation__path", "user"):
        held.setdefault(path, []).append(user)
    nearest = {
        path: next((held[cut] for cut in reversed(line) if cut in held), [])
        for path, line in cuts.items()
    }
    return {path: users for path, users in nearest.items() if users}


@writer(KIND)
def _written(notices: Sequence[Notice]) -> dict[int, Written]:
    """How far the reader's own organisations are now, not how far they were then."""
    rows = Task.objects.filter(pk__in={int(one.subject) for one in notices})
    tasks = {str(row.pk): row for row in rows.select_related("campaign__organisation")}
    readers = {one.to_id: one.to for one in notices}
    late = {pk: _late_tasks(tasks.values(), reader) for pk, reader in readers.items()}
    return {
        one.pk: Written(
            _sentence(task, late[one.to_id][task.pk]), reverse("campaigns:task", args=[task.pk])
        )
        for one in notices
        if (task := tasks.get(one.subject))
    }


def _late_tasks(tasks: Iterable[Task], reader: User) -> Counter[int]:
    """By task, how many organisations are behind of those the reader is liaison of."""
    today = timezone.localdate()
    roots = of(reader).holding("plan.change").organisation_roots((Role.LIAISON,))
    campaigns: dict[Campaign, list[Task]] = {}
    for task in tasks:
        campaigns.setdefault(task.campaign, []).append(task)
    late: Counter[int] = Counter()
    for root, (campaign, own) in product(roots, campaigns.items()):
        found = completions(campaign, own, until=today, under=root)
        late.update(one.task.pk for one in found if one.is_behind(today))
    return late


def _sentence(task: Task, late: int) -> str:
    facts = {"task": task.title, "due": day_text(task.due), "n": count_text(late)}
    if not late:
        return _("Reminder: “%(task)s”, due %(due)s, is done by now.") % facts
    return (
        ngettext(
            "Reminder: “%(task)s”, due %(due)s; %(n)s organisation is not done yet.",
            "Reminder: “%(task)s”, due %(due)s; %(n)s organisations are not done yet.",
            late,
        )
        % facts
    )
